using Woflo.Domain.Scheduling;

namespace Woflo.Bench.Schedule;

/// <summary>What counts of a plan.</summary>
/// <param name="Bound">What no plan's lateness can be below.</param>
/// <param name="RightReasons">Of each impossible task, whether it is left out for the reason that was planted.</param>
internal sealed record Result(
    bool IsLegal, long LeftOut, long Lateness, long Bound, double FirstMs, double? ProvenMs, double TookMs, IReadOnlyList<bool> RightReasons,
    double Megabytes = 0)
{
    public static Result Of(GeneratedShop shop, PlanRun made)
    {
        var reasons = made.Plan.Schedule.LeftOut.ToDictionary(l => shop.Problem.Tasks[l.Task].Id, l => l.Reason.Code);
        return Of(shop.Problem, made.Plan.Schedule) with
        {
            Bound = made.IsProven ? made.Lateness : Math.Max(made.LatenessBound, LatenessBound(shop.Problem, Objective.Default)),
            FirstMs = made.FirstMs,
            ProvenMs = made.ProvenMs,
            TookMs = made.TookMs,
            RightReasons = [.. shop.Impossible.Select(i => reasons.GetValueOrDefault(i.Key) == i.Value)],
        };
    }

    public static Result Of(ShopProblem problem, IReadOnlyList<ScheduledTask> plan) =>
        Of(problem, new LeftOutReasons(problem).Explain(plan));

    private static Result Of(ShopProblem problem, Domain.Scheduling.Schedule schedule)
    {
        var evaluator = new ScheduleEvaluator(problem, Objective.Default);
        var levels = evaluator.Evaluate(schedule).Levels;
        return new Result(evaluator.Check(schedule).Count == 0, levels[0], levels[1], 0, 0, null, 0, []);
    }

    // As if each work order had the shop to itself: its tasks one after another, each by whoever ends it first.
    private static long LatenessBound(ShopProblem problem, Objective objective)
    {
        var ends = new int[problem.Tasks.Count];
        var last = new Dictionary<int, int>();
        foreach (var index in Enumerable.Range(0, ends.Length).OrderBy(t => problem.Tasks[t].Type.Rank))
        {
            var task = problem.Tasks[index];
            var from = problem.Predecessors[index].Select(p => ends[p]).Append(task.ReleaseMinute).Max();
            ends[index] = task.IsFixed
                ? task.FixedItem(index, problem.Technicians).EndMinute
                : Enumerable.Range(0, problem.Technicians.Count).Where(t => problem.MayDo(task, t))
                    .Select(t => EarliestEnd(problem, task, t, from)).DefaultIfEmpty(problem.Horizon.EndMinute).Min();
            last[task.WorkOrder] = Math.Max(last.GetValueOrDefault(task.WorkOrder, int.MinValue), ends[index]);
        }
        return last.Sum(l => objective.Lateness(problem.WorkOrders[l.Key], l.Value) is var (due, commitment) ? due + commitment : 0);
    }

    private static int EarliestEnd(ShopProblem problem, WorkTask task, int technician, int from) => task.IsTimeHeld
        ? task.Hold!.StartMinute!.Value + task.MinutesFor(problem.Technicians[technician])
        : problem.Technicians[technician].Windows.FirstFit(from, task.MinutesFor(problem.Technicians[technician])) is { } start
            ? start + task.MinutesFor(problem.Technicians[technician])
            : from + task.MinutesFor(problem.Technicians[technician]);
}
