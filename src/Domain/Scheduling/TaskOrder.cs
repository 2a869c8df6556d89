namespace Woflo.Domain.Scheduling;

/// <summary>What comes after what: the course of a work order, and what its dependencies add.</summary>
internal sealed class TaskOrder
{
    private readonly ILookup<Guid, Guid> _before;
    private readonly Dictionary<Guid, Guid?> _blockedBefore = [];
    private readonly Dictionary<Guid, TaskFacts> _tasks;

    public TaskOrder(ShopFacts facts, Func<Guid, string> nameOf)
    {
        _tasks = facts.Tasks.ToDictionary(t => t.Id);
        var course = facts.Tasks.GroupBy(t => t.WorkOrderId).SelectMany(order =>
            from before in order
            from after in order
            where before.Type.Rank < after.Type.Rank
            select (Before: before.Id, After: after.Id));
        // A task that is done, gone or another shop's is waited for no longer.
        var added = facts.WorkOrders
            .SelectMany(w => w.Dependencies ?? [])
            .Where(d => _tasks.ContainsKey(d.Task) && _tasks.ContainsKey(d.After))
            .Select(d => (Before: d.After, After: d.Task));
        Edges = [.. course.Concat(added).Distinct().OrderBy(e => nameOf(e.Before), StringComparer.Ordinal).ThenBy(e => e)];
        _before = Edges.ToLookup(e => e.After, e => e.Before);
        Cycle = FindCycle();
    }

    public IReadOnlyList<(Guid Before, Guid After)> Edges { get; }

    /// <summary>Tasks that wait for one another, each for the one after it; the first is repeated at the end.</summary>
    public IReadOnlyList<Guid>? Cycle { get; }

    /// <summary>A blocked task that must come before this one, directly or not. Only where there is no cycle.</summary>
    public Guid? BlockedBefore(Guid task)
    {
        if (_blockedBefore.TryGetValue(task, out var known))
            return known;
        Guid? blocked = null;
        foreach (var before in _before[task])
        {
            blocked = _tasks[before].Progress == TaskProgress.Blocked ? before : BlockedBefore(before);
            if (blocked is not null)
                break;
        }
        return _blockedBefore[task] = blocked;
    }

    private List<Guid>? FindCycle()
    {
        var finished = new HashSet<Guid>();
        foreach (var first in _tasks.Keys)
        {
            // Depth first, with the way kept by hand: a chain of dependencies may be long.
            var way = new List<Guid>();
            var onWay = new HashSet<Guid>();
            var todo = new Stack<(Guid Task, bool IsLeaving)>([(first, false)]);
            while (todo.TryPop(out var step))
            {
                if (step.IsLeaving)
                {
                    way.RemoveAt(way.Count - 1);
                    onWay.Remove(step.Task);
                    finished.Add(step.Task);
                    continue;
                }
                if (onWay.Contains(step.Task))
                    return [.. way.SkipWhile(t => t != step.Task), step.Task];
                if (finished.Contains(step.Task))
                    continue;
                way.Add(step.Task);
                onWay.Add(step.Task);
                todo.Push((step.Task, true));
                foreach (var before in _before[step.Task])
                    todo.Push((before, false));
            }
        }
        return null;
    }
}
