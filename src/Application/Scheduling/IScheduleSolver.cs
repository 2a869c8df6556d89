using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>Minimises one level of a plan's cost exactly, given time, and says how far from the least it may be.</summary>
public interface IScheduleSolver
{
    /// <summary>Threads of one search.</summary>
    int Workers { get; }

    /// <summary>Blocks; tells <paramref name="best"/> of each better plan. Never trust a solver: what is not legal is refused there.</summary>
    /// <param name="stop">Stop soon. Native code may take its time.</param>
    SolverStage Minimise(SolverTask task, Incumbent best, CancellationToken stop);
}

/// <param name="Free">May have more frozen than what is held: then the answer's bound says nothing about the whole.</param>
/// <param name="Bounds">Of the whole problem; null where part of it is frozen.</param>
/// <param name="Level">What to minimise; no level above may get worse than in the plan to begin with.</param>
/// <param name="DeterministicLimit">Effort after which to stop, for the same answer each time; null: by time.</param>
public sealed record SolverTask(
    ShopProblem Problem, FreeTime Free, Objective Objective, LowerBounds? Bounds, int Level, TimeSpan Limit,
    double? DeterministicLimit = null, int Seed = 1);

/// <summary>One stage of a search: what it minimised, and how far it came.</summary>
public sealed record SolverStage(string Name, string Status, long Value, long Bound, int WallTimeMs)
{
    /// <summary>What a stage that minimises a level is named after.</summary>
    public static readonly IReadOnlyList<string> LevelNames = ["left_out", "lateness", "skill_and_parts", "polish"];
}
