using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

public enum PlanWay
{
    /// <summary>The whole shop anew; promises of the last plan count as a cost.</summary>
    Afresh,

    /// <summary>The last plan is kept where it can be; the search stays around what changed.</summary>
    Repair,
}

/// <param name="Budget">How long the search may take.</param>
/// <param name="IsDeterministic">The same input gives the same plan: the search is bounded by steps instead of time.</param>
/// <param name="Progress">Told of each better plan, from any thread.</param>
public sealed record PlanRequest(
    TimeSpan Budget, PlanWay Way = PlanWay.Afresh, bool IsDeterministic = false, int Seed = 1, IProgress<PlanProgress>? Progress = null);

/// <param name="Stage">What the search is doing, as in <see cref="SolverStage.Name"/>.</param>
/// <param name="Levels">The best plan's cost by level.</param>
/// <param name="Bounds">What no plan can be below, by level.</param>
public sealed record PlanProgress(string Stage, IReadOnlyList<long> Levels, IReadOnlyList<long> Bounds, int ElapsedMs);

/// <param name="Status">OPTIMAL where work left out and lateness are proven least, else FEASIBLE.</param>
/// <param name="Notes">What people should know of how the plan came about.</param>
public sealed record ShopPlan(
    Schedule Schedule, Cost Cost, string Status, IReadOnlyList<SolverStage> Stages, IReadOnlyList<string> Notes, int WallTimeMs);

/// <summary>Makes the best legal plan there is time for: built first, then searched for, and only what the evaluator finds legal is used.</summary>
public sealed class ShopPlanner(IScheduleSolver solver, ILogger<ShopPlanner> log)
{
    /// <param name="windDown">Answer soon, with the best plan so far.</param>
    /// <param name="cancellation">Nobody waits for a plan any more.</param>
    public async Task<ShopPlan> Plan(
        ShopProblem problem, Objective objective, PlanRequest request, CancellationToken windDown, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var notes = new List<string>();
        var evaluator = new ScheduleEvaluator(problem, objective);
        var free = new FreeTime(problem);
        var reasons = new LeftOutReasons(problem, free);
        var constructor = new ListConstructor(problem, objective, free);

        var plan = reasons.Explain(constructor.Build());
        if (evaluator.Check(plan) is [var fault, ..])
            throw new InvalidOperationException($"The constructed plan breaks the rule {fault.Rule}: {fault.Message}");
        var cost = evaluator.Evaluate(plan);

        var answer = await Search(problem, free, objective, plan.Items, Left(request.Budget, began), windDown, cancellation);
        var found = reasons.Explain(answer.Items);
        if (evaluator.Check(found) is [var broken, ..])
        {
            log.PlanRejected(broken.Rule, broken.Message);
            notes.Add($"The solver's plan broke the rule {broken.Rule} and was not used.");
            answer = answer with { Status = "FEASIBLE" };
        }
        else
        {
            // Whatever still fits goes in, so that a task left out for want of room truly finds none.
            var completed = reasons.Explain(constructor.Complete(found.Items));
            if (evaluator.Check(completed).Count == 0 && evaluator.Evaluate(completed).IsBetterThan(evaluator.Evaluate(found)))
                found = completed;
            if (evaluator.Evaluate(found) is var foundCost && foundCost.IsBetterThan(cost))
                (plan, cost) = (found, foundCost);
        }
        return new ShopPlan(plan, cost, answer.Status, answer.Stages, notes, (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    private async Task<SolverAnswer> Search(
        ShopProblem problem, FreeTime free, Objective objective, IReadOnlyList<ScheduledTask> start, TimeSpan budget,
        CancellationToken windDown, CancellationToken cancellation)
    {
        try
        {
            return await solver.Solve(problem, free, objective, start, budget, windDown, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The constructed plan is legal: a solver that fails costs quality, not the plan.
            log.SolverFailed(e);
            return new SolverAnswer(start, "FEASIBLE", [new SolverStage("failed", e.GetType().Name, 0, 0, 0)]);
        }
    }

    private static TimeSpan Left(TimeSpan budget, long began)
    {
        var left = budget - Stopwatch.GetElapsedTime(began);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
