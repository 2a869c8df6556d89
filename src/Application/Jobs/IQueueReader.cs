namespace Woflo.Application.Jobs;

/// <summary>The queue as a person looks at it. Reads only, and locks nothing.</summary>
public interface IQueueReader
{
    /// <summary>How many jobs there are of each status and type that <paramref name="filter"/> lets through.</summary>
    Task<IReadOnlyList<QueueCount>> Counts(QueueFilter filter, CancellationToken cancellation);

    /// <summary>The newest first.</summary>
    Task<IReadOnlyList<JobLine>> List(QueueFilter filter, int limit, CancellationToken cancellation);

    /// <returns>Null where there is no such job.</returns>
    Task<JobDetails?> Find(Guid id, CancellationToken cancellation);

    /// <summary>Those in force.</summary>
    Task<IReadOnlyList<QueuePause>> Pauses(CancellationToken cancellation);

    Task<IReadOnlyList<QueueCap>> Caps(CancellationToken cancellation);

    /// <summary>What <see cref="QueueHealth"/> judges; cheap enough for a table of millions.</summary>
    Task<QueueStatus> Status(CancellationToken cancellation);
}

/// <summary>Null: any.</summary>
public sealed record QueueFilter(string? Status = null, string? Type = null, Guid? OrgId = null);

public sealed record QueueCount(string Status, string Type, long Jobs);

/// <param name="Type">Null: all types. Likewise <paramref name="OrgId"/>.</param>
/// <param name="Until">UTC; null: until somebody resumes.</param>
public sealed record QueuePause(string? Type, Guid? OrgId, DateTime? Until, string Reason, DateTime Since)
{
    /// <summary>For people, as the next two.</summary>
    public string What => $"{Type ?? "everything"} of {(OrgId is { } org ? $"organisation {org}" : "all organisations")}";

    public string UntilWhen => Until is { } until ? FormattableString.Invariant($"until {until:yyyy-MM-dd HH:mm:ss'Z'}") : "until somebody resumes";

    /// <summary>What names it to 'woflo pause' and 'woflo resume'.</summary>
    public string Options => string.Join(' ', new[] { Type is null ? null : $"--type {Type}", OrgId is null ? null : $"--org {OrgId}" }.OfType<string>());
}

/// <summary>How many jobs of a type may run at once, over all workers; null: as many as can.</summary>
public sealed record QueueCap(string Type, int? Total, int? PerOrg);

/// <summary>The queue at a glance.</summary>
/// <param name="Counts">Queued and running ones by type; of those that ended only how many, under the type "".</param>
/// <param name="Due">Types with a job that is due and not paused.</param>
/// <param name="ExpiredLeases">Running jobs whose lease expired more than a minute ago.</param>
/// <param name="LiveRows">Of the queue's table, as the server estimates them; likewise <paramref name="DeadRows"/>.</param>
/// <param name="LastVacuum">Null: never, since the server's statistics began.</param>
/// <param name="InvalidIndexes">Of the queue's table, those that are being built left out.</param>
public sealed record QueueStatus(
    IReadOnlyList<QueueCount> Counts, IReadOnlyList<DueType> Due, IReadOnlyList<LiveWorker> Workers, IReadOnlyList<QueuePause> Pauses,
    IReadOnlyList<QueueCap> Caps, IReadOnlyList<HeldSnapshot> Snapshots, long ExpiredLeases, long LiveRows, long DeadRows, DateTime? LastVacuum,
    IReadOnlyList<string> InvalidIndexes);

/// <param name="Waiting">For how long the oldest such job has been due.</param>
public sealed record DueType(string Type, TimeSpan Waiting);

/// <param name="WaitsFor">The types it has room for; empty: it is busy, or hears of inserts by polling.</param>
public sealed record LiveWorker(string WorkerId, IReadOnlyList<string> Types, DateTime StartedAt, IReadOnlyList<string> WaitsFor);

/// <summary>What keeps vacuum from removing rows that died after it began.</summary>
/// <param name="Kind">transaction, prepared transaction, or replication slot.</param>
/// <param name="Name">Its process id, global id, or name.</param>
/// <param name="HeldFor">Null where the server does not say.</param>
/// <param name="Transactions">How many have begun since.</param>
public sealed record HeldSnapshot(string Kind, string Name, string? Application, TimeSpan? HeldFor, long Transactions);

/// <summary>A job in a list.</summary>
/// <param name="Error">At most 500 characters of it.</param>
/// <param name="RunningFor">Since it was claimed, by the database's clock; null unless it runs.</param>
/// <param name="Progress">What its attempt last said of how far it is, a JSON object; null unless it runs.</param>
public sealed record JobLine(
    Guid Id, Guid OrgId, string Type, string Status, int Attempts, int MaxAttempts, DateTime RunAfter, DateTime CreatedAt, TimeSpan? RunningFor,
    string? LockedBy, string? FailureClass, string? Error, string? Progress);

/// <summary>A job, whole. Payload, result and failures are JSON, as text; instants are UTC.</summary>
/// <param name="Failures">The failed attempts, the last 20 of them: an array of {attempt, at, worker, class, error}.</param>
/// <param name="RunningFor">Since it was claimed, by the database's clock; null unless it runs. Likewise <paramref name="Progress"/>, what its
/// attempt last said of how far it is.</param>
public sealed record JobDetails(
    Guid Id, Guid OrgId, string Type, string Status, int Attempts, int MaxAttempts, DateTime RunAfter, DateTime CreatedAt, DateTime? UpdatedAt,
    DateTime? ClaimedAt, TimeSpan? RunningFor, DateTime? LockedAt, string? LockedBy, DateTime? LeaseExpiresAt, Guid? Fence, Guid? LastFence,
    int Deferrals, DateTime? DeferredSince, int Rescues, string? FailureClass, string? Error, string Payload, string Failures, string? Progress);
