using System.Diagnostics;
using System.Globalization;
using Google.OrTools.Sat;
using Woflo.Application.Scheduling;
using Woflo.Domain.Scheduling;

namespace Woflo.Infrastructure.CpSat;

/// <summary>Betters a plan level by level: each stage minimises one level of the objective and keeps what the stages before it reached.</summary>
internal sealed class CpSatScheduleSolver(SchedulingOptions options) : IScheduleSolver
{
    /// <summary>How long a search may take to notice that it should stop; after that its best plan is used without it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>A plan counts as proven when no other is better up to this level.</summary>
    private const int ProvenLevel = 1;

    // The share of the time left that a stage may take. The last polishes what is legal and as punctual as can be already.
    private static readonly IReadOnlyList<(string Name, int Level, double Share)> Stages =
    [
        ("left_out", 0, 0.4),
        ("lateness", 1, 0.7),
        ("skill_and_parts", 2, 0.2),
        ("urgent_early", 3, 0.15),
    ];

    public async Task<SolverAnswer> Solve(
        ShopProblem problem, FreeTime free, Objective objective, IReadOnlyList<ScheduledTask> start, TimeSpan budget,
        CancellationToken windDown, CancellationToken cancellation)
    {
        var best = new BestPlan(problem, objective, start);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(windDown, cancellation);
        stop.CancelAfter(budget);

        // A thread of its own: a search blocks for as long as it takes, which the pool's threads must not.
        var search = Task.Factory.StartNew(
            () => Search(problem, free, objective, best, budget, stop.Token), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stop.Token.Register(stopped.SetResult))
            await Task.WhenAny(search, stopped.Task);
        if (!search.IsCompleted)
            await Task.WhenAny(search, Task.Delay(Patience, CancellationToken.None));
        cancellation.ThrowIfCancellationRequested();
        if (search.IsFaulted)
            await search;
        return best.Answer();
    }

    private void Search(ShopProblem problem, FreeTime free, Objective objective, BestPlan best, TimeSpan budget, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        if (stop.IsCancellationRequested || free.Choices.All(c => c.IsEmpty))
        {
            best.Conclude(isProven: free.Choices.All(c => c.IsEmpty));
            return;
        }
        var model = new CpSatModel(problem, free, objective);
        var constants = Constants(problem, free, objective);
        var isProven = true;
        foreach (var (name, level, share) in Stages)
        {
            var (plan, cost) = best.Current;
            var constant = constants[level];
            if (cost.Levels[level] > constant)
            {
                var seconds = share * (budget - Stopwatch.GetElapsedTime(began)).TotalSeconds;
                var isLeast = !stop.IsCancellationRequested && seconds >= 0.05
                    && Run(model, name, level, constant, plan, seconds, best, stop);
                isProven &= isLeast || level > ProvenLevel;
            }
            else
            {
                best.Report(new SolverStage(name, "OPTIMAL", constant, constant, 0));
            }
            if (level == ProvenLevel && isProven)
                best.Conclude(isProven);
            model.Bound(level, best.Current.Cost.Levels[level], constant);
        }
    }

    private bool Run(
        CpSatModel model, string name, int level, long constant, IReadOnlyList<ScheduledTask> plan, double seconds, BestPlan best,
        CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        model.Model.Minimize(model.Level(level));
        model.Hint(plan);
        using var solver = new CpSolver
        {
            // Probing costs seconds a pass on a shop of 200 tasks and gains nothing here.
            StringParameters = string.Create(CultureInfo.InvariantCulture,
                $"num_workers:{options.SolverWorkers} cp_model_probing_level:0 max_time_in_seconds:{seconds:0.###}"),
        };
        using var incumbents = new Incumbents(model, best);
        var deadline = TimeSpan.FromSeconds(seconds + 0.5);
        // Asking once is not enough: a request that comes before the search proper begins is forgotten.
        using var watchdog = new Timer(_ =>
        {
            if (stop.IsCancellationRequested || Stopwatch.GetElapsedTime(began) > deadline)
                solver.StopSearch();
        }, null, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(50));

        var status = solver.Solve(model.Model, incumbents);
        if (status == CpSolverStatus.ModelInvalid)
            throw new InvalidOperationException($"The model is not valid: {model.Model.Validate()}");
        if (status is CpSolverStatus.Optimal or CpSolverStatus.Feasible)
            best.Offer(model.Plan(v => solver.Value(v), b => solver.BooleanValue(b)));
        GC.KeepAlive(incumbents);
        var reached = best.Current.Cost.Levels[level];
        // A wrong INFEASIBLE is known to happen, and the plan in hand refutes it: it proves nothing here.
        var bound = status is CpSolverStatus.Optimal or CpSolverStatus.Feasible or CpSolverStatus.Unknown
            ? (long)Math.Clamp(Math.Ceiling(solver.BestObjectiveBound - 1e-6) + constant, constant, reached)
            : constant;
        best.Report(new SolverStage(name, status.ToString().ToUpperInvariant(), reached, bound, (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds));
        return status == CpSolverStatus.Optimal && bound >= reached;
    }

    // What every plan costs on each level, which the model leaves out: held work, and what cannot be placed whatever is done.
    private static long[] Constants(ShopProblem problem, FreeTime free, Objective objective)
    {
        var settled = Enumerable.Range(0, problem.Tasks.Count).Where(t => free.Choices[t].IsEmpty).ToArray();
        var open = Enumerable.Range(0, problem.Tasks.Count).Except(settled).Select(t => problem.Tasks[t].WorkOrder).ToHashSet();
        var all = CostOf(settled).Levels;
        // The model reckons the lateness of work orders as a whole: only those it does not know are constant.
        var late = CostOf([.. settled.Where(t => !open.Contains(problem.Tasks[t].WorkOrder))]).Levels[ProvenLevel];
        return [.. all.Select((value, level) => level == ProvenLevel ? late : value)];

        Cost CostOf(int[] tasks)
        {
            var index = tasks.Select((task, i) => (task, i)).ToDictionary(x => x.task, x => x.i);
            var part = new ShopProblem(
                problem.Horizon, problem.Technicians, problem.Bays, problem.WorkOrders, [.. tasks.Select(t => problem.Tasks[t])], [], []);
            return new ScheduleEvaluator(part, objective).Evaluate(new Schedule(
                [.. free.FixedItems.Where(i => index.ContainsKey(i.Task)).Select(i => i with { Task = index[i.Task] })]));
        }
    }

    private sealed class Incumbents(CpSatModel model, BestPlan best) : CpSolverSolutionCallback
    {
        public override void OnSolutionCallback() => best.Offer(model.Plan(v => Value(v), b => BooleanValue(b)));
    }
}
