namespace Woflo.Domain.Scheduling;

/// <summary>The best plan so far, shared by all who search: legal always, judged by the evaluator, and it only ever improves.</summary>
public sealed class Incumbent
{
    // Why a task is left out is told of the last plan only: to find out takes longer than the search for the next.
    private static readonly LeftOutReason Untold = new("", "");

    private readonly ShopProblem _problem;
    private readonly ScheduleEvaluator _evaluator;
    private readonly Lock _lock = new();
    private (Schedule Plan, Cost Cost) _current;
    private readonly long[] _bounds;

    /// <exception cref="InvalidOperationException"><paramref name="items"/> is not legal.</exception>
    public Incumbent(ShopProblem problem, Objective objective, IReadOnlyList<ScheduledTask> items, IReadOnlyList<long> bounds)
    {
        (_problem, _evaluator, _bounds) = (problem, new ScheduleEvaluator(problem, objective), [.. bounds]);
        var plan = Schedule.Of(_problem, items, Untold);
        if (_evaluator.Check(plan) is [var fault, ..])
            throw new InvalidOperationException($"The constructed plan breaks the rule {fault.Rule}: {fault.Message}");
        _current = (plan, _evaluator.Evaluate(plan));
    }

    /// <summary>Told of each better plan, one at a time.</summary>
    public Action? Improved { get; init; }

    /// <summary>Told of a plan that was offered and is not legal.</summary>
    public Action<Violation>? Rejected { get; init; }

    /// <summary>Its tasks left out are without their reasons.</summary>
    public (Schedule Plan, Cost Cost) Current
    {
        get
        {
            lock (_lock)
                return _current;
        }
    }

    /// <summary>What no plan can be below, by level.</summary>
    public IReadOnlyList<long> Bounds
    {
        get
        {
            lock (_lock)
                return [.. _bounds];
        }
    }

    /// <summary>Whether no plan is better up to that level.</summary>
    public bool IsProven(int level)
    {
        lock (_lock)
        {
            for (var i = 0; i <= level; i++)
            {
                if (_bounds[i] < _current.Cost.Levels[i])
                    return false;
            }
            return true;
        }
    }

    /// <returns>Whether it is legal and better than all before.</returns>
    public bool Offer(IReadOnlyList<ScheduledTask> items)
    {
        var cost = _evaluator.Evaluate(new Schedule(items));
        lock (_lock)
        {
            if (!cost.IsBetterThan(_current.Cost))
                return false;
            var plan = Schedule.Of(_problem, items, Untold);
            if (_evaluator.Check(plan) is [var fault, ..])
            {
                Rejected?.Invoke(fault);
                return false;
            }
            _current = (plan, cost);
            Improved?.Invoke();
            return true;
        }
    }

    /// <summary>Raises a bound. It speaks of plans that are no worse than this one on the levels above.</summary>
    public void Bound(int level, long bound)
    {
        lock (_lock)
        {
            var raised = Math.Clamp(bound, _bounds[level], Math.Max(_bounds[level], _current.Cost.Levels[level]));
            // What skills and parts cost at least was reckoned with all in the plan that could be: plans that leave out more may cost less.
            if (level == 0 && raised > _bounds[0])
                _bounds[2] = 0;
            _bounds[level] = raised;
        }
    }
}
