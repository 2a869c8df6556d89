using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

internal static class StoredSchedule
{
    /// <summary>What of a stored plan still holds in a problem read later, in its terms.</summary>
    public static IReadOnlyList<ScheduledTask> Legal(StoredPlan plan, ShopProblem problem)
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
            items.Add(new ScheduledTask(task, technician, bay, problem.Horizon.Floor(item.StartAt), problem.Horizon.Ceiling(item.EndAt)));
        }
        return StandingPlan.Legal(problem, [.. items.DistinctBy(i => i.Task)]);
    }

    private static Dictionary<Guid, int> Index<T>(IReadOnlyList<T> rows, Func<T, Guid> id) =>
        rows.Select((row, i) => (Id: id(row), Index: i)).ToDictionary(x => x.Id, x => x.Index);
}
