using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

internal static class StoredSchedule
{
    /// <summary>What of a stored plan still holds in a problem read later, in its terms.</summary>
    public static IReadOnlyList<ScheduledTask> Legal(StoredPlan plan, ShopProblem problem)
    {
        var items = StandingPlan.In(problem, plan.Items.Select(i => (
            i.TaskId, i.TechnicianId, i.BayId, new MinuteRange(problem.Horizon.Floor(i.StartAt), problem.Horizon.Ceiling(i.EndAt)))));
        return StandingPlan.Legal(problem, [.. items.Where(i => problem.Tasks[i.Task].MustStayOut is null).DistinctBy(i => i.Task)]);
    }
}
