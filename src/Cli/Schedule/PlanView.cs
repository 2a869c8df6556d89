using System.Globalization;
using Woflo.Application.Scheduling;
using Woflo.Domain.Scheduling;

namespace Woflo.Cli.Schedule;

/// <summary>A stored plan as people look at it: in the shop's time, with what is late and what is marked.</summary>
internal sealed class PlanView
{
    private static readonly Dictionary<string, string> CostNames = new()
    {
        ["due_date"] = "ending after its due date",
        ["commitment"] = "ending after what was promised",
        ["priority"] = "waiting",
        ["skill_mismatch"] = "skill",
        ["parts_not_ready"] = "parts that are not there",
        ["stability"] = "differing from the last plan",
        ["overtime"] = "overtime",
        ["work_in_progress"] = "open work orders",
        ["bay_change"] = "changing bays",
    };

    private readonly Dictionary<Guid, string> _names;

    private PlanView(StoredPlan plan, ShopTime? clock, Horizon? horizon, ShopFacts? shop)
    {
        (Plan, Clock, Horizon, Shop, Details) = (plan, clock ?? ShopTime.Utc, horizon, shop, PlanDetails.Of(plan));
        _names = (shop?.Technicians.Select(t => (t.Id, t.Name)) ?? []).Concat(shop?.Bays.Select(b => (b.Id, b.Name)) ?? [])
            .Concat(plan.Items.Select(i => (i.TechnicianId, i.Technician)))
            .Concat(plan.Items.Where(i => i.BayId is not null).Select(i => (i.BayId!.Value, i.Bay!)))
            .DistinctBy(n => n.Item1).ToDictionary(n => n.Item1, n => n.Item2);
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
        var horizon = plan.Horizon(PlanDetails.Of(plan).PlannedAt ?? plan.HorizonStart);
        var shop = await reader.ReadShop(plan.Organisation.Id, horizon, cancellation) is ShopReading.Read(var facts) ? facts : null;
        return new PlanView(plan, clock, horizon, shop);
    }

    /// <summary>Why a task is where it is, as far as the plan says.</summary>
    public IEnumerable<string> Why(PlanEntry entry)
    {
        if (entry.Why.Reason switch
        {
            "locked" => "A dispatcher locked it here.",
            "pinned" => "It is in progress and stays where it is.",
            "repaired" => "A repair of the last plan moved it here.",
            "optimized" => "The search chose this place.",
            _ => null,
        } is { } reason)
            yield return reason;
        if (PenaltySentence(entry.Why.Penalties) is { } penalties)
            yield return penalties;
        if (entry.Why.Alternative is { } other)
            yield return $"The next best place: {PlaceName(other)}; {PlanPrinter.LevelDifference(entry.Why.AlternativeCost)}.";
    }

    /// <summary>How the plan differs from the one before; empty where it does not, or does not say.</summary>
    public IEnumerable<string> Changes()
    {
        if (Details.Difference is not { } difference)
            yield break;
        foreach (var change in difference.Placed)
            yield return $"{change.Task} is new in the plan.";
        foreach (var change in difference.Moved)
            yield return change is { From: { } from, To: { } to } ? $"{change.Task} moved from {PlaceName(from)} to {PlaceName(to)}." : $"{change.Task} moved.";
        foreach (var change in difference.Removed)
            yield return $"{change.Task} is no longer in the plan.";
    }

    /// <returns>Null where it costs nothing.</returns>
    public static string? PenaltySentence(IEnumerable<KeyValuePair<string, long>> penalties)
    {
        var parts = penalties.Where(p => p.Value != 0).Select(p => $"{Points(p.Value)} for {CostNames.GetValueOrDefault(p.Key, p.Key.Replace('_', ' '))}").ToArray();
        return parts.Length == 0 ? null : $"Its share of the plan's cost: {string.Join(", ", parts)}.";
    }

    public string PlaceName(PlanPlace place) => PlaceName(place.TechnicianId, place.BayId, place.StartAt);

    public string PlaceName(Guid? technician, Guid? bay, DateTimeOffset startAt) =>
        $"{NameOf(technician) ?? "nobody known"}{(NameOf(bay) is { } name ? $" in {name}" : "")} on {Clock.Say(startAt)}";

    private static string Points(long cost) => cost.ToString("N0", CultureInfo.InvariantCulture);

    private string? NameOf(Guid? id) => id is { } known ? _names.GetValueOrDefault(known) : null;

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

    public bool HasOvertime => Why.Penalty("overtime") > 0;

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
