using NodaTime;
using Woflo.Domain.Scheduling;

namespace Woflo.Infrastructure.Postgres.Scheduling;

/// <summary>Hours of one bay on one weekday, in minutes of the local day; 1440 is midnight at its end.</summary>
internal sealed record BayHours(Guid BayId, int DayOfWeek, int StartMinute, int EndMinute);

/// <param name="Days">0 is Sunday; null: every day on which some bay has hours.</param>
internal sealed record Shift(Guid Id, int StartMinute, int EndMinute, IReadOnlySet<int>? Days);

internal sealed record ShiftAssignment(Guid TechnicianId, Guid ShiftId, LocalDate From, LocalDate? To);

/// <param name="TechnicianId">Null: the whole shop.</param>
internal sealed record CalendarEvent(Guid? TechnicianId, DateTimeOffset StartAt, DateTimeOffset EndAt);

/// <summary>Turns a shop's local hours into minutes that really pass, clock changes included, for the plan and some weeks around it.
/// What is not said is taken as open, and noted.</summary>
internal sealed class ShopCalendar
{
    private const int DayMinutes = 1440;

    // Long work that began before the plan is counted from then; what finds no room in the plan is told when it would find some.
    private const int DaysBefore = 35;
    private const int DaysAfter = 14;

    // How far back from a closed due day an opening is looked for.
    private const int LongestClosureDays = 60;

    private readonly DateTimeZone _zone;
    private readonly Horizon _horizon;
    private readonly ILookup<Guid, BayHours> _hoursOf;
    private readonly ILookup<int, BayHours> _hoursOn;
    private readonly IReadOnlyList<Shift> _shifts;
    private readonly ILookup<Guid, ShiftAssignment> _assignments;
    private readonly MinuteSet _closures;
    private readonly ILookup<Guid, MinuteRange> _leave;
    private readonly MinuteSet _span;
    private readonly LocalDate _firstDay;
    private readonly int _days;
    private readonly MinuteSet _shopHours;
    private readonly List<string> _notes = [];

    public ShopCalendar(
        DateTimeZone zone, Horizon horizon, IReadOnlyList<BayHours> hours, IReadOnlyList<Shift> shifts,
        IReadOnlyList<ShiftAssignment> assignments, IReadOnlyList<CalendarEvent> events)
    {
        (_zone, _horizon, _shifts) = (zone, horizon, shifts);
        _hoursOf = hours.ToLookup(h => h.BayId);
        _hoursOn = hours.ToLookup(h => h.DayOfWeek);
        _assignments = assignments.ToLookup(a => a.TechnicianId);
        _closures = MinuteSet.Of(events.Where(e => e.TechnicianId is null).Select(Range));
        _leave = events.Where(e => e.TechnicianId is not null).ToLookup(e => e.TechnicianId!.Value, Range);
        _span = MinuteSet.Of(-DaysBefore * DayMinutes, horizon.EndMinute + (DaysAfter * DayMinutes));
        // A day early, for the shift that began the evening before.
        _firstDay = DateOf(_span.Ranges[0].Start).PlusDays(-1);
        _days = Period.DaysBetween(_firstDay, DateOf(_span.Ranges[0].End)) + 1;
        _shopHours = HasHours ? Windows(hours) : _span;
        if (!HasHours)
            _notes.Add("No bay has opening hours: the shop is taken as open around the clock.");
        if (shifts.Count == 0)
            _notes.Add("The shop has no shifts: technicians are taken to work its opening hours.");
    }

    public IReadOnlyList<string> Notes => _notes;

    private bool HasHours => _hoursOn.Count > 0;

    public MinuteSet BayWindows(Guid bayId, string name)
    {
        if (_hoursOf.Contains(bayId))
            return Windows(_hoursOf[bayId]);
        if (HasHours)
            _notes.Add($"{name} has no opening hours: it is taken as open whenever any bay is.");
        return _shopHours;
    }

    public MinuteSet TechnicianWindows(Guid technicianId, string name, bool isActive)
    {
        if (!isActive)
        {
            _notes.Add($"The profile of {name} is inactive: no work is planned for them.");
            return MinuteSet.Empty;
        }
        if (_shifts.Count == 0)
            return _shopHours.Subtract(Away(technicianId));
        if (AssignedShifts(technicianId).Length == 0)
            _notes.Add($"{name} has no shift: they are taken to work all of the shop's.");
        var hours = MinuteSet.Of(ShiftsOf(technicianId).Select(s => s.Minutes)).Intersect(_span);
        if (hours.Clip(0, _horizon.EndMinute).IsEmpty)
            _notes.Add($"No shift assignment of {name} is in effect during this plan.");
        return hours.Subtract(Away(technicianId));
    }

    /// <summary>The <paramref name="minutes"/> after the last shift of each day, up to the next shift, leave or closure.
    /// Who is on leave when the shift ends does not come back for them.</summary>
    /// <param name="windows">What <see cref="TechnicianWindows"/> said.</param>
    public MinuteSet TechnicianOvertime(Guid technicianId, MinuteSet windows, int minutes)
    {
        if (minutes == 0 || windows.IsEmpty || _shifts.Count == 0)
            return MinuteSet.Empty;
        var taken = windows.Union(Away(technicianId));
        return MinuteSet.Of(ShiftsOf(technicianId)
            .GroupBy(s => s.Day, s => s.Minutes.End)
            .Select(day => day.Max())
            .Where(end => windows.Covers(end - 1, end) && !taken.Overlaps(end, end + 1))
            .Select(end => new MinuteRange(end, taken.Ranges.Select(r => r.Start).FirstOrDefault(s => s > end, int.MaxValue) is var next
                ? Math.Min(next, end + minutes) : 0)));
    }

    /// <summary>The end of that day's opening, or of the last one before it.</summary>
    public int DueMinute(LocalDate date)
    {
        for (var back = 0; back <= LongestClosureDays; back++)
        {
            var day = date.PlusDays(-back);
            var ranges = HasHours
                ? _hoursOn[day.DayOfWeek.ToSunday()].Select(h => Range(day, h.StartMinute, h.EndMinute))
                : [Range(day, 0, DayMinutes)];
            var open = MinuteSet.Of(ranges).Subtract(_closures);
            if (!open.IsEmpty)
                return open.Ranges[^1].End;
        }
        return Range(date, 0, DayMinutes).End;
    }

    public LocalDate DateOf(int minute) => Instant.FromDateTimeOffset(_horizon.At(minute)).InZone(_zone).Date;

    private (ShiftAssignment Assignment, Shift Shift)[] AssignedShifts(Guid technicianId) =>
        [.. _assignments[technicianId].SelectMany(a => _shifts.Where(s => s.Id == a.ShiftId).Select(s => (a, s)))];

    // Without an assignment, all of the shop's.
    private IEnumerable<(LocalDate Day, MinuteRange Minutes)> ShiftsOf(Guid technicianId)
    {
        var assigned = AssignedShifts(technicianId);
        var days = assigned.Length == 0
            ? _shifts.SelectMany(s => DaysOf(s).Select(d => (Day: d, Shift: s)))
            : assigned.SelectMany(k => DaysOf(k.Shift)
                .Where(d => k.Assignment.From <= d && (k.Assignment.To is not { } to || d <= to))
                .Select(d => (Day: d, k.Shift)));
        return days.Select(d => (d.Day, Range(d.Day, d.Shift.StartMinute, d.Shift.EndMinute)));
    }

    private MinuteSet Away(Guid technicianId) => _closures.Union(MinuteSet.Of(_leave[technicianId]));

    private IEnumerable<LocalDate> DaysOf(Shift shift) => AllDays().Where(d =>
        shift.Days is { } days ? days.Contains(d.DayOfWeek.ToSunday()) : !HasHours || _hoursOn.Contains(d.DayOfWeek.ToSunday()));

    private MinuteSet Windows(IEnumerable<BayHours> hours) => MinuteSet.Of(
        from h in hours
        from d in AllDays()
        where d.DayOfWeek.ToSunday() == h.DayOfWeek
        select Range(d, h.StartMinute, h.EndMinute)).Intersect(_span);

    private IEnumerable<LocalDate> AllDays() => Enumerable.Range(0, _days).Select(i => _firstDay.PlusDays(i));

    private MinuteRange Range(CalendarEvent e) => new(_horizon.Floor(e.StartAt), _horizon.Ceiling(e.EndAt));

    // An end at or before the start is the next day's.
    private MinuteRange Range(LocalDate day, int startMinute, int endMinute) =>
        new(MinuteAt(day, startMinute), MinuteAt(day, endMinute > startMinute ? endMinute : endMinute + DayMinutes));

    // A time the clock skips counts as that much later, one it shows twice as its first.
    private int MinuteAt(LocalDate day, int minuteOfDay)
    {
        var local = day.AtMidnight().PlusMinutes(minuteOfDay);
        return _horizon.Floor(_zone.AtLeniently(local).ToDateTimeOffset());
    }
}

internal static class Weekdays
{
    /// <summary>0 is Sunday, as the shop's tables have it.</summary>
    public static int ToSunday(this IsoDayOfWeek day) => (int)day % 7;
}
