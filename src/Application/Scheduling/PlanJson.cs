using System.Globalization;
using System.Text.Json;

namespace Woflo.Application.Scheduling;

/// <summary>What a run's <c>details</c> and <c>objective_breakdown</c> say. Whatever is missing, as in plans of older versions, is empty.</summary>
public sealed record PlanDetails(
    DateTimeOffset? PlannedAt, IReadOnlyList<string> Notes, IReadOnlyList<StoredLeftOut> LeftOut, IReadOnlyList<long> Levels,
    IReadOnlyList<long> Gaps, IReadOnlyList<StoredRefusal> RefusedOverrides, StoredDifference? Difference, string? SupersededBy)
{
    public static PlanDetails Of(StoredPlan plan)
    {
        using var details = JsonDocument.Parse(plan.Details ?? "{}");
        using var breakdown = JsonDocument.Parse(plan.Breakdown ?? "{}");
        var root = details.RootElement;
        return new PlanDetails(
            PlanJson.Instant(root, "planned_at"),
            [.. PlanJson.List(root, "notes").Select(n => n.ToString())],
            [.. PlanJson.List(root, "left_out").Select(l => new StoredLeftOut(
                PlanJson.Id(l, "task_id") ?? Guid.Empty, PlanJson.Text(l, "task") ?? "", PlanJson.Text(l, "code") ?? "", PlanJson.Text(l, "reason") ?? ""))],
            PlanJson.Numbers(breakdown.RootElement, "levels"), PlanJson.Numbers(root, "gaps"),
            [.. PlanJson.List(root, "refused_overrides").Select(o => new StoredRefusal(
                PlanJson.Id(o, "task_id") ?? Guid.Empty, PlanJson.Text(o, "action") ?? "", PlanJson.Text(o, "reason") ?? ""))],
            PlanJson.Child(root, "difference") is { } difference
                ? new StoredDifference(
                    PlanJson.Id(difference, "previous_run_id"), Changes(difference, "placed"), Changes(difference, "moved"), Changes(difference, "removed"))
                : null,
            PlanJson.Text(root, "superseded_by"));
    }

    private static StoredChange[] Changes(JsonElement difference, string name) => [.. PlanJson.List(difference, name).Select(c => new StoredChange(
        PlanJson.Id(c, "task_id") ?? Guid.Empty, PlanJson.Text(c, "task") ?? "", PlanPlace.Of(c, "from"), PlanPlace.Of(c, "to")))];
}

public sealed record StoredLeftOut(Guid TaskId, string Task, string Code, string Reason);

public sealed record StoredRefusal(Guid TaskId, string Action, string Reason);

/// <summary>Against the plan that was published before.</summary>
public sealed record StoredDifference(
    Guid? PreviousRunId, IReadOnlyList<StoredChange> Placed, IReadOnlyList<StoredChange> Moved, IReadOnlyList<StoredChange> Removed);

public sealed record StoredChange(Guid TaskId, string Task, PlanPlace? From, PlanPlace? To);

public sealed record PlanPlace(Guid? TechnicianId, Guid? BayId, DateTimeOffset StartAt)
{
    public static PlanPlace? Of(JsonElement of, string name) =>
        PlanJson.Child(of, name) is { } place && PlanJson.Instant(place, "start_at") is { } start
            ? new PlanPlace(PlanJson.Id(place, "technician_id"), PlanJson.Id(place, "bay_id"), start)
            : null;
}

/// <summary>What an item's <c>why</c> says.</summary>
/// <param name="Reason">optimized, repaired, locked or pinned; empty where nothing is said.</param>
/// <param name="Segments">The stretches of work that is split over several shifts; empty for the rest.</param>
/// <param name="Penalties">Its share of the plan's cost, by key.</param>
/// <param name="Alternative">The next best place.</param>
/// <param name="AlternativeCost">What the plan would cost more there, by level.</param>
public sealed record PlanWhy(
    string Reason, IReadOnlyList<(DateTimeOffset Start, DateTimeOffset End)> Segments, IReadOnlyList<KeyValuePair<string, long>> Penalties,
    PlanPlace? Alternative, IReadOnlyList<long> AlternativeCost)
{
    public static PlanWhy Of(StoredItem item)
    {
        using var why = JsonDocument.Parse(item.Why ?? "{}");
        var root = why.RootElement;
        var segments = PlanJson.List(root, "segments")
            .Select(s => (Start: PlanJson.Instant(s, "start"), End: PlanJson.Instant(s, "end")))
            .Where(s => s.Start is not null && s.End is not null)
            .Select(s => (s.Start!.Value, s.End!.Value));
        var penalties = PlanJson.Child(root, "penalty_contributions") is { } parts
            ? parts.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, PlanJson.Whole(parts, p.Name) ?? 0))
            : [];
        return new PlanWhy(
            PlanJson.Text(root, "reason") ?? "", [.. segments], [.. penalties], PlanPlace.Of(root, "alternative"),
            PlanJson.Child(root, "alternative") is { } other ? PlanJson.Numbers(other, "level_differences") : []);
    }

    public long Penalty(string key) => Penalties.Where(p => p.Key == key).Sum(p => p.Value);
}

/// <summary>Reads what may be missing, or of another type than expected: then it is not there.</summary>
internal static class PlanJson
{
    public static IEnumerable<JsonElement> List(JsonElement of, string name) =>
        Value(of, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static JsonElement? Child(JsonElement of, string name) => Value(of, name) is { ValueKind: JsonValueKind.Object } child ? child : null;

    public static string? Text(JsonElement of, string name) => Value(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static Guid? Id(JsonElement of, string name) => Guid.TryParse(Text(of, name), out var id) ? id : null;

    public static long? Whole(JsonElement of, string name) =>
        Value(of, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public static DateTimeOffset? Instant(JsonElement of, string name) =>
        DateTimeOffset.TryParse(Text(of, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;

    public static IReadOnlyList<long> Numbers(JsonElement of, string name) =>
        [.. List(of, name).Where(n => n.ValueKind == JsonValueKind.Number).Select(n => n.TryGetInt64(out var number) ? number : 0)];

    private static JsonElement? Value(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) ? value : null;
}
