namespace Woflo.Domain.Scheduling;

/// <summary>What every plan has in common: what is held or frozen, and what cannot be placed whatever is done.</summary>
public sealed class SettledWork
{
    public SettledWork(ShopProblem problem, Objective objective, FreeTime free)
        : this(problem, objective, free, free.Placeable())
    {
    }

    internal SettledWork(ShopProblem problem, Objective objective, FreeTime free, bool[] isOpen)
    {
        var end = new int[problem.WorkOrders.Count];
        Array.Fill(end, int.MinValue);
        var cost = new long[Objective.Levels];
        foreach (var item in free.FixedItems)
        {
            var task = problem.Tasks[item.Task];
            end[task.WorkOrder] = Math.Max(end[task.WorkOrder], item.EndMinute);
            cost[2] += objective.Skill(task, problem.Technicians[item.Technician]) + (task.PartsNotReady ? objective.PartsNotReady : 0);
            cost[3] += objective.Wait(problem, task, item.StartMinute)
                + objective.Stability(problem, task, item.Technician, item.Bay, item.StartMinute)
                + problem.Segments(item).Sum(s => (long)objective.Overtime(problem.Technicians[item.Technician], s));
        }
        for (var i = 0; i < isOpen.Length; i++)
        {
            if (isOpen[i] || free.IsFixed(i))
                continue;
            var order = problem.Tasks[i].WorkOrder;
            end[order] = Math.Max(end[order], problem.Horizon.EndMinute);
            cost[0] += objective.LeftOut(problem, problem.Tasks[i]);
        }
        for (var o = 0; o < end.Length; o++)
            cost[1] += Lateness(problem, objective, o, end[o]);
        (End, Cost) = (end, cost);
    }

    /// <summary>When the settled part of each work order ends; least where there is none.</summary>
    public IReadOnlyList<int> End { get; }

    /// <summary>By level: what no plan can be without.</summary>
    public IReadOnlyList<long> Cost { get; }

    /// <param name="end">Least where nothing of the order has been decided.</param>
    public static long Lateness(ShopProblem problem, Objective objective, int order, int end)
    {
        if (end == int.MinValue)
            return 0;
        var (due, commitment) = objective.Lateness(problem.WorkOrders[order], end);
        return due + commitment;
    }
}
