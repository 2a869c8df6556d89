using Woflo.Domain.Scheduling.Search;

namespace Woflo.Domain.Scheduling;

/// <summary>Makes a legal plan in one pass: held work first, then what must be done by a time, then task by task the earliest finish there is.
/// Quick, never without an answer, and the plan to fall back on.</summary>
public sealed class ListConstructor(ShopProblem problem, Objective objective, FreeTime free)
{
    // Which task goes first, the lowest number first. Each suits other shops, so each is tried.
    private static readonly IReadOnlyList<Func<Standing, double>> Rules =
    [
        s => s.SlackMinutes,
        s => s.SlackMinutes / s.Weight,
        s => -s.Weight * 1e6 + s.SlackMinutes,
        s => s.OrderMinutes / s.Weight,
        s => s.SlackMinutes + s.OrderMinutes,
    ];

    private readonly SearchShop _shop = new(problem, objective, free);

    public ListConstructor(ShopProblem problem, Objective objective) : this(problem, objective, new FreeTime(problem)) { }

    /// <summary>The best of one plan a rule.</summary>
    public IReadOnlyList<ScheduledTask> Build()
    {
        PlanState? best = null;
        var anyone = new int[problem.Tasks.Count];
        Array.Fill(anyone, -1);
        foreach (var rule in Rules)
        {
            var state = new PlanState(_shop);
            foreach (var task in Sequence(rule))
                state.Place(task, anyone);
            if (best is null || state.Cost.AsSpan().SequenceCompareTo(best.Cost) < 0)
                best = state;
        }
        return _shop.Items(best!.PlaceOf);
    }

    /// <summary>Adds to a legal plan what still fits into it.</summary>
    public IReadOnlyList<ScheduledTask> Complete(IReadOnlyList<ScheduledTask> plan) => plan.Count == problem.Tasks.Count
        ? plan
        : new ListConstructor(problem, objective, new FreeTime(problem, plan)).Build();

    // Held times first, then what must be done by a time, then as the rule says.
    private int[] Sequence(Func<Standing, double> rule)
    {
        var work = new double[problem.WorkOrders.Count];
        // What must be done before held work, or by a time, is due by then.
        var deadline = new int[problem.WorkOrders.Count];
        Array.Fill(deadline, int.MaxValue);
        foreach (var task in _shop.Tasks.OfType<OpenTask>())
        {
            work[task.Order] += task.Abilities.Min(a => a.Minutes);
            if (task.Deadline < problem.Horizon.EndMinute)
                deadline[task.Order] = Math.Min(deadline[task.Order], task.Deadline);
        }
        var keys = problem.WorkOrders.Select((order, o) =>
        {
            var target = Math.Min(deadline[o], Math.Min(order.CommitmentMinute ?? int.MaxValue, order.DueMinute ?? int.MaxValue));
            var due = Math.Min(target, problem.Horizon.EndMinute + 10_000) - problem.Horizon.EarliestMinute;
            return rule(new Standing(Math.Max(due - work[o], -1e5), work[o], objective.LateMinute(order)));
        }).ToArray();
        return [.. _shop.Tasks.OfType<OpenTask>()
            .OrderBy(t => t.HeldStart is null)
            .ThenBy(t => t.Deadline == problem.Horizon.EndMinute ? int.MaxValue : t.Deadline)
            .ThenBy(t => keys[t.Order])
            .ThenBy(t => t.Index)
            .Select(t => t.Index)];
    }

    /// <summary>What a rule looks at: the work order's minutes to spare, its minutes of work, its weight.</summary>
    private sealed record Standing(double SlackMinutes, double OrderMinutes, double Weight);
}
