using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>One plan in the making: a legal plan at once, then stage by stage a better one.
/// The best plan is kept here, so that it can be had at any time, whatever the stages are doing.</summary>
internal sealed class PlanCourse
{
    /// <summary>Above so many tasks CP-SAT sees a neighbourhood at a time.</summary>
    private const int LargestWhole = 300;

    /// <summary>A plan counts as proven when no other is better up to this level.</summary>
    private const int ProvenLevel = 1;

    private const int FirstNeighbourhood = 30, SmallestNeighbourhood = 15, LargestNeighbourhood = 120, AnnealedNeighbourhood = 200;
    private static readonly TimeSpan LongestNeighbourhood = TimeSpan.FromSeconds(1);

    private const long DeterministicSteps = 50_000;
    private const int DeterministicRounds = 10;

    /// <summary>Who waits for a repair wants it now.</summary>
    private static readonly TimeSpan LongestRepair = TimeSpan.FromSeconds(1.5);

    private readonly ShopProblem _problem;
    private readonly Objective _objective;
    private readonly PlanRequest _request;
    private readonly IScheduleSolver _solver;
    private readonly ILogger _log;
    private readonly CancellationToken _stop;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly List<SolverStage> _stages = [];
    private readonly List<string> _notes = [];
    private readonly FreeTime _free;
    private readonly LowerBounds _bounds;
    private readonly Incumbent _best;
    private readonly Repair? _repair;
    private string _stage = "construction";

    public PlanCourse(
        ShopProblem problem, Objective objective, PlanRequest request, IScheduleSolver solver, ILogger log, CancellationToken stop)
    {
        (_problem, _objective, _request, _solver, _log, _stop) = (problem, objective, request, solver, log, stop);
        _free = new FreeTime(problem);
        _repair = request.Way == PlanWay.Repair ? new Repair(problem, objective, _free) : null;
        var items = _repair?.Insert() ?? new ListConstructor(problem, objective, _free).Build();
        _bounds = new LowerBounds(problem, objective, _free);
        _best = new Incumbent(problem, objective, items, _bounds.Levels)
        {
            Improved = Report,
            Rejected = violation =>
            {
                _log.PlanRejected(violation.Rule, violation.Message);
                lock (_lock)
                    _notes.Add($"A plan of the search broke the rule {violation.Rule} and was not used.");
            },
        };
        Report();
    }

    private bool IsOver => _stop.IsCancellationRequested;

    // The clock would tell two runs apart: where they must be alike, steps alone say when to stop.
    private bool IsPast(TimeSpan until) => IsOver || (!_request.IsDeterministic && Elapsed >= until);

    private int Rounds => _request.IsDeterministic ? DeterministicRounds : int.MaxValue;

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

    private TimeSpan Left => _request.Budget > Elapsed ? _request.Budget - Elapsed : TimeSpan.Zero;

    public ShopPlan Answer()
    {
        var (plan, cost) = _best.Current;
        var explained = new LeftOutReasons(_problem).Explain(plan.Items);
        lock (_lock)
            return new ShopPlan(
                explained, cost, _best.IsProven(ProvenLevel) ? "OPTIMAL" : "FEASIBLE", [.. _stages], [.. _notes], (int)Elapsed.TotalMilliseconds)
            {
                Bounds = _best.Bounds,
            };
    }

    public void Run()
    {
        if (_free.Choices.All(c => c.IsEmpty))
            return;
        if (_repair is not null)
            SearchAround(_repair);
        else
            SearchAfresh();
        // Whatever still fits goes in, so that a task left out for want of room truly finds none.
        if (_best.Current.Plan is { LeftOut.Count: > 0 } plan)
            _best.Offer(new ListConstructor(_problem, _objective, _free).Complete(plan.Items));
    }

    private void SearchAfresh()
    {
        if (!_best.IsProven(ProvenLevel))
            SearchLateness();
        for (var level = ProvenLevel + 1; level < Objective.Levels; level++)
        {
            if (!_best.IsProven(level))
                Anneal(level, Left * 0.1, 2_000);
        }
    }

    // Annealing finds, CP-SAT proves and finds what annealing overlooks. Small shops are CP-SAT's, which is quick there;
    // the larger the shop, the longer it pays to anneal, before and after.
    private void SearchLateness()
    {
        var isWhole = _problem.Tasks.Count <= LargestWhole;
        Anneal(ProvenLevel, Left * (isWhole ? Math.Clamp(_problem.Tasks.Count / 500.0, 0.08, 0.5) : 0.2), isWhole ? 4_000 : 1_000_000);
        for (var level = 0; isWhole && level <= ProvenLevel; level++)
        {
            if (!IsOver && !_best.IsProven(level))
            {
                Begin(SolverStage.LevelNames[level]);
                Add(Solve(_free, _bounds, level, Left * Math.Clamp(1.1 - ((double)_problem.Tasks.Count / LargestWhole), 0.4, 0.95)));
            }
        }
        if (!isWhole)
            SearchNeighbourhoods(Left * 0.9);
        if (!_best.IsProven(ProvenLevel))
            Anneal(ProvenLevel, Left * 0.85, 1_000_000);
    }

    // One late work order after the other, with what is around it, while the rest of the plan stays: annealed, where a step costs a
    // fifth of what it does in the whole, and every few rounds a smaller one by CP-SAT.
    private void SearchNeighbourhoods(TimeSpan limit)
    {
        var began = Begin("neighbourhoods");
        var until = Elapsed + limit;
        var random = new Random(_request.Seed);
        var size = FirstNeighbourhood;
        for (var round = 0; round < Rounds && !IsPast(until) && !_best.IsProven(ProvenLevel); round++)
        {
            var items = _best.Current.Plan.Items;
            var late = LateOrders(items);
            if (late.Count == 0)
                break;
            var order = late[random.Next(late.Count)];
            var moving = Enumerable.Range(0, _problem.Tasks.Count).Where(t => _problem.Tasks[t].WorkOrder == order && !_free.Choices[t].IsEmpty).ToHashSet();
            var isAnnealed = round % 4 < 3;
            moving.UnionWith(new Neighbourhood(_problem, _request.Seed + round).Around(items, moving, isAnnealed ? AnnealedNeighbourhood : size));
            var free = new FreeTime(_problem, items.Where(i => !moving.Contains(i.Task)));
            if (isAnnealed)
            {
                var steps = _request.IsDeterministic ? DeterministicSteps / DeterministicRounds : long.MaxValue;
                Anneal(free, ProvenLevel, LongestNeighbourhood, steps, _request.Seed + round);
                continue;
            }
            var status = Solve(free, null, ProvenLevel, LongestNeighbourhood).Status;
            // As large as can be solved in the time there is for one.
            size = Math.Clamp(status == "OPTIMAL" ? size * 5 / 4 : size * 4 / 5, SmallestNeighbourhood, LargestNeighbourhood);
        }
        End(began, ProvenLevel);
    }

    // Later than they would be had the shop nothing else to do.
    private List<int> LateOrders(IReadOnlyList<ScheduledTask> items)
    {
        var ends = items.GroupBy(i => _problem.Tasks[i.Task].WorkOrder, i => i.EndMinute).ToDictionary(g => g.Key, g => g.Max());
        return [.. ends.Where(e => Lateness(e.Key, e.Value) > Lateness(e.Key, _bounds.OrderEnd[e.Key])).Select(e => e.Key).Order()];

        long Lateness(int order, int end) => SettledWork.Lateness(_problem, _objective, order, end);
    }

    private void SearchAround(Repair repair)
    {
        var began = Begin("search_around_change");
        var until = Elapsed + (Left < LongestRepair ? Left : LongestRepair);
        SideBySide(thread => repair.Run(
            _best, _request.Seed + thread, Rounds, () => IsPast(until)));
        End(began, ProvenLevel);
    }

    private void Anneal(int level, TimeSpan limit, int stepsATask)
    {
        var began = Begin($"search_{SolverStage.LevelNames[level]}");
        // The more tasks, the longer a step takes: by steps it would take too long where there are many.
        var steps = (long)stepsATask * _problem.Tasks.Count;
        Anneal(_free, level, limit, _request.IsDeterministic ? Math.Min(steps, DeterministicSteps) : steps, _request.Seed);
        End(began, level);
    }

    private void Anneal(FreeTime free, int level, TimeSpan limit, long steps, int seed)
    {
        var until = Elapsed + limit;
        SideBySide(thread => new IteratedSearch(_problem, _objective, free, _best, seed + thread).Run(
            level, steps, _request.IsDeterministic, () => IsPast(until) || _best.IsProven(level)));
    }

    // Side by side, one thread a core, each with its own seed; alone where the outcome has to be the same each time.
    private void SideBySide(Action<int> search)
    {
        var threads = _request.IsDeterministic ? 1 : Math.Max(1, _solver.Workers);
        Task.WaitAll([.. Enumerable.Range(0, threads).Select(thread => Task.Factory.StartNew(
            () => search(thread), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))], CancellationToken.None);
    }

    /// <param name="bounds">Null where part of the plan is frozen.</param>
    private SolverStage Solve(FreeTime free, LowerBounds? bounds, int level, TimeSpan limit)
    {
        try
        {
            double? effort = !_request.IsDeterministic ? null : bounds is null ? 1 : 10;
            return _solver.Minimise(new SolverTask(_problem, free, _objective, bounds, level, limit, effort, _request.Seed), _best, _stop);
        }
        catch (Exception e)
        {
            // The plan in hand is legal: a solver that fails costs quality, not the plan.
            _log.SolverFailed(e);
            return new SolverStage(SolverStage.LevelNames[level], e.GetType().Name, _best.Current.Cost.Levels[level], _best.Bounds[level], 0);
        }
    }

    private TimeSpan Begin(string stage)
    {
        _stage = stage;
        Report();
        return Elapsed;
    }

    private void End(TimeSpan began, int level) => Add(new SolverStage(
        _stage, _best.IsProven(level) ? "OPTIMAL" : "FEASIBLE", _best.Current.Cost.Levels[level], _best.Bounds[level], (int)(Elapsed - began).TotalMilliseconds));

    private void Add(SolverStage stage)
    {
        lock (_lock)
            _stages.Add(stage);
    }

    private void Report()
    {
        var cost = _best.Current.Cost;
        _request.Progress?.Report(new PlanProgress(_stage, [.. cost.Levels], _best.Bounds, (int)Elapsed.TotalMilliseconds));
    }
}
