using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

internal static class StoredSchedule
{
    /// <summary>A stored plan in the terms of a problem read later. What the shop no longer has, or has begun elsewhere, is not in it.</summary>
    public static IReadOnlyList<ScheduledTask> Of(StoredPlan plan, ShopProblem problem)
    {
        var (tasks, technicians, bays) = (Index(problem.Tasks, t => t.Id), Index(problem.Technicians, t => t.Id), Index(problem.Bays, b => b.Id));
        var items = new List<ScheduledTask>();
        foreach (var item in plan.Items)
        {
            if (!tasks.TryGetValue(item.TaskId, out var task) || problem.Tasks[task].MustStayOut is not null
                || !technicians.TryGetValue(item.TechnicianId, out var technician)
                || (item.BayId is { } id && !bays.ContainsKey(id)))
                continue;
            int? bay = item.BayId is { } at ? bays[at] : null;
            // What is held stands where it is held, to the minute that the problem makes of it.
            items.Add(problem.Tasks[task].IsFixed
                ? problem.Tasks[task].FixedItem(task, problem.Technicians)
                : new ScheduledTask(task, technician, bay, problem.Horizon.Floor(item.StartAt), problem.Horizon.Ceiling(item.EndAt)));
        }
        return [.. items.DistinctBy(i => i.Task).OrderBy(i => i.Task)];
    }

    private static Dictionary<Guid, int> Index<T>(IReadOnlyList<T> rows, Func<T, Guid> id) =>
        rows.Select((row, i) => (Id: id(row), Index: i)).ToDictionary(x => x.Id, x => x.Index);
}
