using System.Globalization;
using Woflo.Application.Scheduling;
using Woflo.Domain.Scheduling;

namespace Woflo.Cli.Schedule;

/// <summary>A stored plan as people look at it: in the shop's time, with what is late and what is marked.</summary>
internal sealed class PlanView
{
    private PlanView(StoredPlan plan, ShopTime? clock, Horizon? horizon, ShopFacts? shop)
    {
        (Plan, Clock, Horizon, Shop, Details) = (plan, clock ?? ShopTime.Utc, horizon, shop, PlanDetails.Of(plan));
        var dues = shop?.WorkOrders.Where(w => w.DueMinute is not null).ToDictionary(w => w.Id, w => horizon!.At(w.DueMinute!.Value)) ?? [];
        Entries = [.. plan.Items.Select(item => new PlanEntry(
            item, PlanWhy.Of(item), dues.TryGetValue(item.WorkOrderId, out var due) ? due : null))];
        LateOrders = [.. Entries.GroupBy(e => e.Item.WorkOrderId).Select(g => g.MaxBy(e => e.LateBy)!).Where(e => e.LateBy > TimeSpan.Zero)];
    }

    public StoredPlan Plan { get; }

    public ShopTime Clock { get; }

    public Horizon? Horizon { get; }

    /// <summary>The shop as it is now: for working hours and what is due. Null where it cannot be read.</summary>
    public ShopFacts? Shop { get; }

    public PlanDetails Details { get; }

    /// <summary>By start.</summary>
    public IReadOnlyList<PlanEntry> Entries { get; }

    /// <summary>Of each work order that is late, the entry that is latest.</summary>
    public IReadOnlyList<PlanEntry> LateOrders { get; }

    public IEnumerable<IGrouping<(Guid Id, string Name), PlanEntry>> ByTechnician => Entries
        .GroupBy(e => (e.Item.TechnicianId, e.Item.Technician))
        .OrderBy(g => g.Key.Technician, StringComparer.OrdinalIgnoreCase).ThenBy(g => g.Key.TechnicianId);

    public static async Task<PlanView> Of(StoredPlan plan, IShopReader reader, CancellationToken cancellation)
    {
        var clock = ShopTime.In(plan.Organisation.TimeZone);
        if (clock is null || plan.Status != "succeeded" || plan.HorizonEnd <= plan.HorizonStart)
            return new PlanView(plan, clock, null, null);
        var end = plan.HorizonEnd - plan.HorizonStart > Horizon.Longest ? plan.HorizonStart + Horizon.Longest : plan.HorizonEnd;
        var horizon = new Horizon(plan.HorizonStart, end, PlanDetails.Of(plan).PlannedAt ?? plan.HorizonStart);
        var shop = await reader.ReadShop(plan.Organisation.Id, horizon, cancellation) is ShopReading.Read(var facts) ? facts : null;
        return new PlanView(plan, clock, horizon, shop);
    }

    public string Day(DateTimeOffset instant) => Clock.Local(instant).ToString("ddd yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Work over midnight says on which day it ends.</summary>
    public string Time(DateTimeOffset instant, DateTimeOffset onDayOf) => Clock.Local(instant).ToString(
        Clock.DayOf(instant) == Clock.DayOf(onDayOf) ? "HH:mm" : "ddd HH:mm", CultureInfo.InvariantCulture);
}

/// <summary>One task's place.</summary>
/// <param name="DueAt">The end of the due day's opening hours; null where nothing is due, or the work order is closed by now.</param>
internal sealed record PlanEntry(StoredItem Item, PlanWhy Why, DateTimeOffset? DueAt)
{
    /// <summary>How long after what was asked for or promised, whichever is earlier, it ends.</summary>
    public TimeSpan LateBy
    {
        get
        {
            var target = new[] { DueAt, Item.CommitmentAt }.OfType<DateTimeOffset>().DefaultIfEmpty(Item.EndAt).Min();
            return Item.EndAt > target ? Item.EndAt - target : TimeSpan.Zero;
        }
    }

    public bool IsInProgress => Why.Reason == "pinned";

    public bool IsSplit => Why.Segments.Count > 1;

    public bool HasOvertime => Why.Penalty("overtime") > 0 || Why.Penalty("overtime_penalty") > 0;

    /// <summary>The first characters of its id, which 'woflo schedule explain' understands.</summary>
    public string ShortId => Item.TaskId.ToString()[..8];

    public IEnumerable<string> Marks
    {
        get
        {
            if (Item.IsLocked)
                yield return "locked";
            if (IsInProgress)
                yield return "in progress";
            if (Item.TaskStatus == "done")
                yield return "done";
            if (LateBy > TimeSpan.Zero)
                yield return $"late {Span(LateBy)}";
            if (HasOvertime)
                yield return "overtime";
            if (IsSplit)
                yield return $"split in {Why.Segments.Count}";
        }
    }

    public static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min"),
        { TotalDays: < 1 } => span.Minutes == 0 ? $"{span.Hours} h" : $"{span.Hours} h {span.Minutes} min",
        _ => span.Hours == 0 ? $"{span.Days} d" : $"{span.Days} d {span.Hours} h",
    };
}
