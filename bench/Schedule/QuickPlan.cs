using Woflo.Domain.Scheduling;

namespace Woflo.Bench.Schedule;

/// <summary>The plan that locks are taken from: order by order as they are due, each task where it ends first. Not the planner's own
/// construction, so that a better planner does not change the shops.</summary>
internal static class QuickPlan
{
    public static IReadOnlyList<ScheduledTask> Of(ShopProblem problem)
    {
        var plan = new List<ScheduledTask>();
        var technicians = problem.Technicians.Select(_ => MinuteSet.Empty).ToArray();
        var bays = problem.Bays.Select(_ => MinuteSet.Empty).ToArray();
        var orders = Enumerable.Range(0, problem.Tasks.Count).GroupBy(t => problem.Tasks[t].WorkOrder)
            .OrderBy(o => problem.WorkOrders[o.Key].DueMinute ?? int.MaxValue).ThenBy(o => o.Key);
        foreach (var order in orders)
        {
            var from = 0;
            foreach (var index in order.OrderBy(t => problem.Tasks[t].Type.Rank).ThenBy(t => t))
            {
                if (Earliest(problem, index, from, technicians, bays) is not { } item)
                    break;
                plan.Add(item);
                from = item.EndMinute;
                var taken = MinuteSet.Of(item.StartMinute, item.EndMinute);
                technicians[item.Technician] = technicians[item.Technician].Union(taken);
                if (item.Bay is { } bay)
                    bays[bay] = bays[bay].Union(taken);
            }
        }
        return plan;
    }

    private static ScheduledTask? Earliest(ShopProblem problem, int index, int from, MinuteSet[] technicians, MinuteSet[] bays)
    {
        var task = problem.Tasks[index];
        if (task.MustStayOut is not null)
            return null;
        int?[] places = task.NeedsBay ? [.. Enumerable.Range(0, bays.Length).Where(b => problem.MayStandIn(task, b)).Select(b => (int?)b)] : [null];
        ScheduledTask? best = null;
        for (var who = 0; who < technicians.Length; who++)
        {
            if (!problem.MayDo(task, who))
                continue;
            foreach (var bay in places)
            {
                var busy = bay is { } b ? technicians[who].Union(bays[b]) : technicians[who];
                foreach (var window in problem.Windows(who, bay).Subtract(busy).Ranges)
                {
                    var start = Math.Max(window.Start, Math.Max(from, task.ReleaseMinute));
                    if (best is { } other && start >= other.EndMinute)
                        break;
                    if (start >= window.End || problem.EndOf(task, who, bay, start) is not { } end || end > task.DeadlineMinute || busy.Overlaps(start, end))
                        continue;
                    if (best is null || end < best.Value.EndMinute)
                        best = new ScheduledTask(index, who, bay, start, end);
                    break;
                }
            }
        }
        return best;
    }
}
