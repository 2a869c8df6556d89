using System.Globalization;
using System.Text.Json;

namespace Woflo.Application.Scheduling;

/// <summary>What a run's <c>details</c> and <c>objective_breakdown</c> say. Whatever is missing, as in plans of older versions, is empty.</summary>
public sealed record PlanDetails(
    DateTimeOffset? PlannedAt, IReadOnlyList<string> Notes, IReadOnlyList<StoredLeftOut> LeftOut, IReadOnlyList<SolverStage> Stages,
    IReadOnlyList<long> Levels, IReadOnlyList<string> Changes)
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
                Guid.TryParse(PlanJson.Text(l, "task_id"), out var id) ? id : Guid.Empty,
                PlanJson.Text(l, "task") ?? "", PlanJson.Text(l, "code") ?? "", PlanJson.Text(l, "reason") ?? ""))],
            [.. PlanJson.List(root, "stages").Select(s => new SolverStage(
                PlanJson.Text(s, "name") ?? "", PlanJson.Text(s, "status") ?? "", PlanJson.Whole(s, "value") ?? 0, PlanJson.Whole(s, "bound") ?? 0,
                (int)(PlanJson.Whole(s, "wall_time_ms") ?? 0)))],
            [.. PlanJson.List(breakdown.RootElement, "levels").Select(l => l.TryGetInt64(out var level) ? level : 0)],
            []);
    }
}

public sealed record StoredLeftOut(Guid TaskId, string Task, string Code, string Reason);

/// <summary>What an item's <c>why</c> says.</summary>
/// <param name="Reason">optimized, repaired, locked or pinned; empty where nothing is said.</param>
/// <param name="Segments">The stretches of work that is split over several shifts; empty for the rest.</param>
/// <param name="Penalties">Its share of the plan's cost, by key.</param>
public sealed record PlanWhy(
    string Reason, IReadOnlyList<(DateTimeOffset Start, DateTimeOffset End)> Segments, IReadOnlyList<KeyValuePair<string, long>> Penalties)
{
    public static PlanWhy Of(StoredItem item)
    {
        using var why = JsonDocument.Parse(item.Why ?? "{}");
        var root = why.RootElement;
        var segments = PlanJson.List(root, "segments")
            .Select(s => (Start: PlanJson.Instant(s, "start_at"), End: PlanJson.Instant(s, "end_at")))
            .Where(s => s.Start is not null && s.End is not null)
            .Select(s => (s.Start!.Value, s.End!.Value));
        return new PlanWhy(
            PlanJson.Text(root, "reason") ?? "", [.. segments],
            root.ValueKind == JsonValueKind.Object && root.TryGetProperty("penalty_contributions", out var parts) && parts.ValueKind == JsonValueKind.Object
                ? [.. parts.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number && p.Value.TryGetInt64(out _))
                    .Select(p => KeyValuePair.Create(p.Name, p.Value.GetInt64()))]
                : []);
    }

    /// <summary>Why it is where it is, for people.</summary>
    public IEnumerable<string> Sentences(ShopTime clock)
    {
        _ = clock;
        if (Reason switch
        {
            "locked" => "A dispatcher locked it here.",
            "pinned" => "It is in progress, and stays where it is.",
            "repaired" => "It was placed while the last plan was repaired.",
            "optimized" => "The search chose this place.",
            _ => null,
        } is { } reason)
            yield return reason;
        if (Penalties.Any(p => p.Value != 0))
            yield return $"Its share of the plan's cost: {string.Join(", ", Penalties.Where(p => p.Value != 0).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key.Replace('_', ' ')} {p.Value:N0}")))}.";
    }

    public long Penalty(string key) => Penalties.Where(p => p.Key == key).Sum(p => p.Value);
}

internal static class PlanJson
{
    public static IEnumerable<JsonElement> List(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    public static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static long? Whole(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number) ? number : null;

    public static DateTimeOffset? Instant(JsonElement of, string name) =>
        DateTimeOffset.TryParse(Text(of, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
}
