namespace Woflo.Domain.Scheduling;

/// <summary>Chooses what to set free around some tasks while the rest of a plan stays: what could stand in their way or take their place.</summary>
public sealed class Neighbourhood(ShopProblem problem, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Open tasks of the plan, the nearest to <paramref name="centre"/> first. Near is what is worked at the same time, or sooner,
    /// by somebody or in a bay that a task of the centre could have too.</summary>
    /// <param name="centre">Indices of tasks, placed or left out.</param>
    public IReadOnlyList<int> Around(IReadOnlyList<ScheduledTask> plan, IReadOnlyCollection<int> centre, int count)
    {
        var placed = plan.ToDictionary(i => i.Task);
        var spans = centre.Select(t => (
            Task: problem.Tasks[t],
            From: problem.Tasks[t].ReleaseMinute,
            To: placed.TryGetValue(t, out var item) ? item.EndMinute : problem.Tasks[t].DeadlineMinute)).ToArray();
        return [.. plan
            .Where(i => !problem.Tasks[i.Task].IsFixed && !centre.Contains(i.Task))
            .Select(i => (i.Task, Distance: spans.Length == 0 ? 0 : spans.Min(s => Distance(i, s.Task, s.From, s.To))))
            .Where(x => x.Distance < double.MaxValue)
            .OrderBy(x => x.Distance)
            .Take(count)
            .Select(x => x.Task)];
    }

    // In minutes, with chance in it: a second neighbourhood of the same tasks is another one.
    private double Distance(ScheduledTask item, WorkTask task, int from, int to)
    {
        var isSameOrder = problem.Tasks[item.Task].WorkOrder == task.WorkOrder;
        if (!isSameOrder && !problem.MayDo(task, item.Technician) && !(item.Bay is { } bay && task.NeedsBay && problem.MayStandIn(task, bay)))
            return double.MaxValue;
        var apart = Math.Max(0, Math.Max(item.StartMinute - to, from - item.EndMinute));
        // Of what lies within its span, the latest stands most directly in its way.
        var before = apart > 0 ? 0 : Math.Max(0, to - item.EndMinute);
        return ((isSameOrder ? 0 : 60) + (4.0 * apart) + before) * (0.25 + _random.NextDouble());
    }
}
