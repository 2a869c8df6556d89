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
}

/// <summary>Null: any.</summary>
public sealed record QueueFilter(string? Status = null, string? Type = null, Guid? OrgId = null);

public sealed record QueueCount(string Status, string Type, long Jobs);

/// <summary>A job in a list.</summary>
/// <param name="Error">At most 500 characters of it.</param>
/// <param name="RunningFor">Since it was claimed, by the database's clock; null unless it runs.</param>
public sealed record JobLine(
    Guid Id, Guid OrgId, string Type, string Status, int Attempts, int MaxAttempts, DateTime RunAfter, DateTime CreatedAt, TimeSpan? RunningFor,
    string? LockedBy, string? FailureClass, string? Error);

/// <summary>A job, whole. Payload, result and failures are JSON, as text; instants are UTC.</summary>
/// <param name="Failures">The failed attempts, the last 20 of them: an array of {attempt, at, worker, class, error}.</param>
/// <param name="RunningFor">Since it was claimed, by the database's clock; null unless it runs.</param>
public sealed record JobDetails(
    Guid Id, Guid OrgId, string Type, string Status, int Attempts, int MaxAttempts, DateTime RunAfter, DateTime CreatedAt, DateTime? UpdatedAt,
    DateTime? ClaimedAt, TimeSpan? RunningFor, DateTime? LockedAt, string? LockedBy, DateTime? LeaseExpiresAt, Guid? Fence, Guid? LastFence,
    int Deferrals, DateTime? DeferredSince, int Rescues, string? FailureClass, string? Error, string Payload, string Failures);
