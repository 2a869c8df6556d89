using System.Diagnostics;
using System.Globalization;
using Google.OrTools.Sat;
using Woflo.Application.Scheduling;
using Woflo.Domain.Scheduling;

namespace Woflo.Infrastructure.CpSat;

/// <summary>Minimises one level with CP-SAT, from a complete hint.</summary>
internal sealed class CpSatScheduleSolver(SchedulingOptions options) : IScheduleSolver
{
    // Probing costs seconds a pass on a shop of 200 tasks and gains nothing here.
    private const string Parameters =
        "cp_model_probing_level:0 use_strong_propagation_in_disjunctive:true use_dynamic_precedence_in_disjunctive:true";

    public int Workers => options.SolverWorkers;

    // One proves from below, one searches; whoever is left, and one more than there are cores, looks around the plan in hand. Nobody solves the
    // linear relaxation: it says nearly nothing about lateness.
    private string Portfolio => options.SolverWorkers == 1
        ? "num_workers:1"
        : string.Create(CultureInfo.InvariantCulture,
            $"num_workers:{options.SolverWorkers + 1} subsolvers:\"objective_lb_search_no_lp\" subsolvers:\"quick_restart_no_lp\"");

    public SolverStage Minimise(SolverTask task, Incumbent best, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        var (plan, cost) = best.Current;
        var model = new CpSatModel(task.Problem, task.Free, task.Objective, task.Bounds, task.Level, cost.Levels);
        model.Hint(plan.Items);
        var seconds = (task.Limit - Stopwatch.GetElapsedTime(began)).TotalSeconds;
        if (stop.IsCancellationRequested || seconds < 0.05)
            return Stage("UNKNOWN");
        var limit = task.DeterministicLimit is { } effort
            ? string.Create(CultureInfo.InvariantCulture, $"num_workers:1 max_deterministic_time:{effort}")
            : string.Create(CultureInfo.InvariantCulture, $"{Portfolio} max_time_in_seconds:{seconds:0.###}");
        using var solver = new CpSolver
        {
            StringParameters = string.Create(CultureInfo.InvariantCulture, $"{Parameters} random_seed:{task.Seed} {limit}"),
        };
        using var solutions = new Solutions(model, best);
        var deadline = TimeSpan.FromSeconds(seconds + 0.5);
        // Asking once is not enough: a request that comes before the search proper begins is forgotten.
        using var watchdog = new Timer(_ =>
        {
            if (stop.IsCancellationRequested || (task.DeterministicLimit is null && Stopwatch.GetElapsedTime(began) > deadline))
                solver.StopSearch();
        }, null, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));

        var status = solver.Solve(model.Model, solutions);
        if (status == CpSolverStatus.ModelInvalid)
            throw new InvalidOperationException($"The model is not valid: {model.Model.Validate()}");
        if (status is CpSolverStatus.Optimal or CpSolverStatus.Feasible)
            best.Offer(model.Plan(v => solver.Value(v), b => solver.BooleanValue(b)));
        GC.KeepAlive(solutions);
        // A wrong INFEASIBLE is known to happen, and the plan in hand refutes it: it proves nothing here. A bound counts for the whole
        // only where the whole was looked at, and where nothing can be better on the levels above.
        if (status is CpSolverStatus.Optimal or CpSolverStatus.Feasible or CpSolverStatus.Unknown
            && task.Bounds is not null && (task.Level == 0 || best.IsProven(task.Level - 1)) && !double.IsInfinity(solver.BestObjectiveBound))
            best.Bound(task.Level, (long)Math.Ceiling(solver.BestObjectiveBound - 1e-6) + model.Constant);
        return Stage(status.ToString().ToUpperInvariant());

        SolverStage Stage(string status) => new(
            SolverStage.LevelNames[task.Level], status, best.Current.Cost.Levels[task.Level], best.Bounds[task.Level],
            (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    private sealed class Solutions(CpSatModel model, Incumbent best) : CpSolverSolutionCallback
    {
        public override void OnSolutionCallback() => best.Offer(model.Plan(v => Value(v), b => BooleanValue(b)));
    }
}
