namespace Woflo.Domain.Scheduling;

/// <summary>Where a stored plan has a task.</summary>
public sealed record StoredPlace(Guid TaskId, Guid TechnicianId, Guid? BayId, DateTimeOffset StartAt);

/// <summary>What a plan changes about the one before it: the tasks that it has in addition, has elsewhere, and has no more.</summary>
public sealed record PlanDifference(IReadOnlyList<Guid> Placed, IReadOnlyList<Guid> Moved, IReadOnlyList<Guid> Removed)
{
    public static PlanDifference Between(IEnumerable<StoredPlace> before, IEnumerable<StoredPlace> after)
    {
        var (old, now) = (before.DistinctBy(p => p.TaskId).ToDictionary(p => p.TaskId), after.DistinctBy(p => p.TaskId).ToDictionary(p => p.TaskId));
        return new PlanDifference(
            [.. now.Keys.Where(t => !old.ContainsKey(t)).Order()],
            [.. now.Values.Where(p => old.TryGetValue(p.TaskId, out var was) && was != p).Select(p => p.TaskId).Order()],
            [.. old.Keys.Where(t => !now.ContainsKey(t)).Order()]);
    }
}
