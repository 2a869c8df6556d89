using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>Searches for a better plan than the one it is given.</summary>
public interface IScheduleSolver
{
    /// <param name="start">A legal plan, to begin with and to beat.</param>
    /// <param name="windDown">Stop soon, with the best plan so far.</param>
    /// <param name="cancellation">Stop; nobody waits for a plan any more.</param>
    /// <returns>The best plan found, at worst <paramref name="start"/>. Not yet checked: never trust a solver.</returns>
    Task<SolverAnswer> Solve(
        ShopProblem problem, FreeTime free, Objective objective, IReadOnlyList<ScheduledTask> start, TimeSpan budget,
        CancellationToken windDown, CancellationToken cancellation);
}

/// <param name="Status">OPTIMAL where work left out and lateness are proven least, else FEASIBLE.</param>
public sealed record SolverAnswer(IReadOnlyList<ScheduledTask> Items, string Status, IReadOnlyList<SolverStage> Stages);

/// <summary>One stage of a search: what it minimised, and how far it came.</summary>
public sealed record SolverStage(string Name, string Status, long Value, long Bound, int WallTimeMs);
