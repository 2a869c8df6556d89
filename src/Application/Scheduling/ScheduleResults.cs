using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>A plan ready to be written with its job's completion: ids and instants, no indices.</summary>
/// <param name="Levels">The cost by level, exact; plans are compared by it.</param>
/// <param name="Penalties">The cost by key, each int4; their sum is <paramref name="TotalPenalty"/>.</param>
public sealed record ScheduleResults(
    Guid ScheduleRunId, DateTimeOffset PlannedAt, IReadOnlyList<PlannedItem> Items, IReadOnlyList<LeftOutItem> LeftOut,
    int LockedTaskCount, int SolverWallTimeMs, string SolverStatus, int TotalPenalty,
    IReadOnlyList<KeyValuePair<string, int>> Penalties, IReadOnlyList<long> Levels, IReadOnlyList<SolverStage> Stages,
    IReadOnlyList<string> Notes)
{
    public int TaskCount => Items.Count;
}

/// <param name="BayId">Null where <paramref name="BayUse"/> says that no bay is taken.</param>
/// <param name="Reason">optimized, locked or pinned (already in progress).</param>
public sealed record PlannedItem(
    Guid TaskId, string Name, Guid TechnicianId, Guid? BayId, string BayUse, DateTimeOffset StartAt, DateTimeOffset EndAt,
    bool IsLocked, string Reason)
{
    public const string BayTaken = "taken";
    public const string BayNotNeeded = "not_needed";

    /// <summary>Work in progress whose bay nobody recorded.</summary>
    public const string BayUnknown = "unknown";
}

public sealed record LeftOutItem(Guid TaskId, string Name, LeftOutReason Reason);
