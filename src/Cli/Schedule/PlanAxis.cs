using System.Runtime.InteropServices;
using Woflo.Application.Scheduling;

namespace Woflo.Cli.Schedule;

/// <summary>The page's axis of time: the shop's days one after the other, without the hours in which nobody works.
/// Its minutes are minutes that pass, so a day on which the clock changes is as long as it is.</summary>
internal sealed class PlanAxis
{
    private PlanAxis(IReadOnlyList<AxisDay> days) => Days = days;

    public IReadOnlyList<AxisDay> Days { get; }

    public double Minutes => Days.Count == 0 ? 1 : Days[^1].Offset + Days[^1].Minutes;

    /// <param name="spans">What has to be seen: working hours and items.</param>
    public static PlanAxis Of(ShopTime clock, DateTimeOffset from, DateTimeOffset until, IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> spans)
    {
        var seen = spans.Select(s => (Start: s.Start < from ? from : s.Start, End: s.End > until ? until : s.End))
            .Where(s => s.Start < s.End).OrderBy(s => s.Start).ToArray();
        var days = new List<AxisDay>();
        var offset = 0.0;
        for (var day = clock.DayOf(from); clock.StartOf(day) < until; day = day.AddDays(1))
        {
            var (midnight, next) = (clock.StartOf(day), clock.StartOf(day.AddDays(1)));
            var ofDay = seen.Where(s => s.Start < next && s.End > midnight).ToArray();
            if (ofDay.Length == 0)
                continue;
            var first = ofDay.Min(s => s.Start);
            var last = ofDay.Max(s => s.End);
            // Whole hours of the clock, within the day.
            var start = first <= midnight ? midnight : midnight.AddHours(Math.Floor((first - midnight).TotalHours));
            var end = last >= next ? next : Least(next, midnight.AddHours(Math.Ceiling((last - midnight).TotalHours)));
            days.Add(new AxisDay(day, clock.Local(start), clock.Local(end), offset));
            offset += days[^1].Minutes;
        }
        return new PlanAxis(days);
    }

    /// <summary>Where an instant is drawn; one in the hours left out, at the edge before them.</summary>
    public double At(DateTimeOffset instant)
    {
        foreach (var day in Days)
        {
            if (instant < day.Start)
                return day.Offset;
            if (instant <= day.End)
                return day.Offset + (instant - day.Start).TotalMinutes;
        }
        return Minutes;
    }

    private static DateTimeOffset Least(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}

/// <summary>The hours of a day that are drawn.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AxisDay(DateOnly Day, DateTimeOffset Start, DateTimeOffset End, double Offset)
{
    public double Minutes => (End - Start).TotalMinutes;

    /// <summary>Each full hour of the clock, with where it is drawn.</summary>
    public IEnumerable<(DateTimeOffset At, double Offset)> Hours(ShopTime clock)
    {
        // Every half hour is looked at: some clocks change by half an hour.
        for (var at = Start; at < End; at = at.AddMinutes(30))
        {
            var local = clock.Local(at);
            if (local.Minute == 0)
                yield return (local, Offset + (at - Start).TotalMinutes);
        }
    }
}
