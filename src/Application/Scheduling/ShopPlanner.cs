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
    Schedule Schedule, Cost Cost, string Status, IReadOnlyList<SolverStage> Stages, IReadOnlyList<string> Notes, int WallTimeMs)
{
    /// <summary>What no plan can be below, by level; null where that is not known.</summary>
    public IReadOnlyList<long>? Bounds { get; init; }
}

/// <summary>Makes the best legal plan there is time for: built first, then searched for, and only what the evaluator finds legal is used.</summary>
public sealed class ShopPlanner(IScheduleSolver solver, ILogger<ShopPlanner> log)
{
    /// <summary>How long a search may take to notice that it should stop; after that its best plan is used without it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <param name="windDown">Answer soon, with the best plan so far.</param>
    /// <param name="cancellation">Nobody waits for a plan any more.</param>
    public async Task<ShopPlan> Plan(
        ShopProblem problem, Objective objective, PlanRequest request, CancellationToken windDown, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(windDown, cancellation);
        stop.CancelAfter(request.Budget);
        var course = new PlanCourse(problem, objective, request, solver, log, stop.Token);

        // A thread of its own: a search blocks for as long as it takes, which the pool's threads must not.
        var search = Task.Factory.StartNew(course.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stop.Token.Register(stopped.SetResult))
            await Task.WhenAny(search, stopped.Task);
        if (!search.IsCompleted)
            await Task.WhenAny(search, Task.Delay(Patience, CancellationToken.None));
        cancellation.ThrowIfCancellationRequested();
        // The plan in hand is legal: a search that fails costs quality, not the plan.
        if (search.IsFaulted)
            log.SolverFailed(search.Exception.GetBaseException());
        return course.Answer();
    }
}
