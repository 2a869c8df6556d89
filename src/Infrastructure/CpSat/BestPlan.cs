using Woflo.Application.Scheduling;
using Woflo.Domain.Scheduling;

namespace Woflo.Infrastructure.CpSat;

/// <summary>The best plan so far, kept outside the solver and judged by the evaluator: it only ever improves.</summary>
internal sealed class BestPlan(ShopProblem problem, Objective objective, IReadOnlyList<ScheduledTask> start)
{
    private readonly Lock _lock = new();
    private readonly ScheduleEvaluator _evaluator = new(problem, objective);
    private readonly List<SolverStage> _stages = [];
    private (IReadOnlyList<ScheduledTask> Plan, Cost Cost) _current =
        (start, new ScheduleEvaluator(problem, objective).Evaluate(new Schedule(start)));
    private bool _isProven;

    public (IReadOnlyList<ScheduledTask> Plan, Cost Cost) Current
    {
        get
        {
            lock (_lock)
                return _current;
        }
    }

    public void Offer(IReadOnlyList<ScheduledTask> plan)
    {
        var cost = _evaluator.Evaluate(new Schedule(plan));
        lock (_lock)
        {
            if (cost.IsBetterThan(_current.Cost))
                _current = (plan, cost);
        }
    }

    public void Report(SolverStage stage)
    {
        lock (_lock)
            _stages.Add(stage);
    }

    /// <param name="isProven">Nothing is better in work left out and lateness.</param>
    public void Conclude(bool isProven)
    {
        lock (_lock)
            _isProven = isProven;
    }

    public SolverAnswer Answer()
    {
        lock (_lock)
            return new SolverAnswer(_current.Plan, _isProven ? "OPTIMAL" : "FEASIBLE", [.. _stages]);
    }
}
