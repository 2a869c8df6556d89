namespace Woflo.Application.Scheduling;

/// <summary>How one plan differs from another.</summary>
public sealed record PlanDifference(
    IReadOnlyList<PlannedItem> Placed, IReadOnlyList<(PlannedItem From, PlannedItem To)> Moved, IReadOnlyList<PlannedItem> Removed)
{
    public bool IsEmpty => Placed.Count + Moved.Count + Removed.Count == 0;

    public static PlanDifference Of(IEnumerable<PlannedItem> before, IEnumerable<PlannedItem> after)
    {
        var (was, becomes) = (before.ToDictionary(i => i.TaskId), after.ToDictionary(i => i.TaskId));
        return new PlanDifference(
            Sorted(becomes.Values.Where(i => !was.ContainsKey(i.TaskId))),
            [.. Sorted(becomes.Values.Where(i => was.TryGetValue(i.TaskId, out var from)
                    && (from.TechnicianId, from.BayId, from.StartAt) != (i.TechnicianId, i.BayId, i.StartAt)))
                .Select(i => (was[i.TaskId], i))],
            Sorted(was.Values.Where(i => !becomes.ContainsKey(i.TaskId))));
    }

    private static PlannedItem[] Sorted(IEnumerable<PlannedItem> items) => [.. items.OrderBy(i => i.StartAt).ThenBy(i => i.TaskId)];
}
