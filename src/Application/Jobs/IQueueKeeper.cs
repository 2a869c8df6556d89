using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>What all workers have to agree on, and the upkeep of the queue's tables.</summary>
public interface IQueueKeeper
{
    /// <summary>Replaces an earlier pause of the same.</summary>
    /// <returns>Null where there is no such organisation.</returns>
    Task<QueuePause?> Pause(PauseJobs pause, CancellationToken cancellation);

    /// <summary>Lifts the pause of exactly that type and organisation.</summary>
    /// <returns>False where there was none.</returns>
    Task<bool> Resume(string? type, Guid? orgId, CancellationToken cancellation);

    /// <returns>What is in force now.</returns>
    Task<QueueCap> Cap(CapJobs cap, CancellationToken cancellation);

    /// <summary>Deletes a batch of jobs that ended in that state and have not changed for <paramref name="age"/>, those due longest first.</summary>
    /// <param name="from">Where the batch before ended; null to begin.</param>
    /// <returns>Null: another worker is at it.</returns>
    Task<PrunedBatch?> PruneJobs(JobState state, TimeSpan age, DateTime? from, int limit, CancellationToken cancellation);

    /// <summary>Deletes what has expired beside the jobs: dead workers, pauses.</summary>
    /// <returns>False: another worker is at it.</returns>
    Task<bool> PruneExpired(CancellationToken cancellation);
}

/// <param name="UpTo">The run_after of the last one.</param>
public sealed record PrunedBatch(int Jobs, DateTime? UpTo);
