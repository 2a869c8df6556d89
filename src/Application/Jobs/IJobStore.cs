using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>The queue's table. Every write names the attempt's fence; false or null means that another attempt owns the job
/// and nothing was written. Any method may throw <c>DatabaseUnavailableException</c>: then it may or may not have been
/// written, and calling it again with the same arguments settles it.</summary>
public interface IJobStore
{
    /// <summary>Takes the next due job of a type and commits its lease.</summary>
    Task<LeasedJob?> Claim(string type, CancellationToken cancellation);

    /// <summary>Writes the module's effect of a start, where it has one, in a transaction of its own.</summary>
    Task<bool> Start(LeasedJob leased, CancellationToken cancellation);

    /// <summary>Ends the attempt and writes the module's effect, both or neither.</summary>
    Task<bool> End(LeasedJob leased, JobEnd end, JobFailure? failure, object? results);

    /// <summary>Extends the leases that are still held, in one statement.</summary>
    /// <param name="progress">By fence, a JSON object to store with the job.</param>
    Task<Renewal> Renew(IReadOnlyCollection<LeasedJob> held, IReadOnlyDictionary<Guid, string> progress, CancellationToken cancellation);

    /// <summary>Takes one job whose worker vanished back into the queue, or to the dead letters.</summary>
    /// <param name="skip">Jobs to pass over.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="RescueFailedException">Its module's effect could not be written, so nothing was.</exception>
    Task<EndedJob?> RescueNext(RetryPolicy retry, IReadOnlyCollection<Guid> skip, CancellationToken cancellation);

    /// <summary>Replays one dead letter with its module's effect.</summary>
    /// <returns>The job as it was found; null where there is none. Written only where it was failed.</returns>
    Task<Job?> Retry(Guid id, CancellationToken cancellation);

    /// <summary>Ids of dead letters, the oldest first, cancelled ones left out.</summary>
    Task<IReadOnlyList<Guid>> DeadLetters(string? type, string? failureClass, int limit, CancellationToken cancellation);

    /// <summary>Calls one job off with its module's effect; a worker that runs it finds its lease gone.</summary>
    /// <param name="onlyQueued">Leave it alone once it runs.</param>
    /// <returns>The job as it was found; null where there is none. Written only where it was queued or, unless only those are meant, running.</returns>
    Task<Job?> Cancel(Guid id, JobFailure failure, bool onlyQueued, CancellationToken cancellation);

    /// <summary>Ids of queued jobs, in no order.</summary>
    Task<IReadOnlyList<Guid>> Queued(string? type, Guid? orgId, int limit, CancellationToken cancellation);

    /// <summary>One round trip that tells an idle worker whether anything is to be done.</summary>
    /// <param name="waitsFor">Also say that an insert of these types is to wake this worker.</param>
    /// <param name="thoroughly">Whatever it takes. Otherwise a job that came in before others that were taken may be seen some polls later, while
    /// somebody holds an old snapshot open.</param>
    Task<QueueOutlook> Look(IReadOnlyCollection<string> types, IReadOnlyCollection<string> waitsFor, bool thoroughly, CancellationToken cancellation);

    /// <summary>Says that this worker is gone: no insert needs to wake it any more.</summary>
    Task Leave(CancellationToken cancellation);
}

/// <param name="Renewed">Fences whose lease was extended.</param>
/// <param name="Lost">Fences that no longer hold their job. One in neither list was locked by another transaction: ask again.</param>
public sealed record Renewal(IReadOnlySet<Guid> Renewed, IReadOnlySet<Guid> Lost);

/// <summary>One job that cannot be rescued; the others can.</summary>
public sealed class RescueFailedException(Guid jobId, Exception inner) : Exception(inner.Message, inner)
{
    public Guid JobId { get; } = jobId;
}

public sealed record EndedJob(Job Job, JobEnd End, string? Worker);

/// <param name="DueTypes">Types with a job that can start now.</param>
/// <param name="NextDue">Until the next queued job of these types, or the next schedule, falls due; null when none does within a day.</param>
/// <param name="AnyLost">Some job's worker has vanished.</param>
/// <param name="AnyCronDue">Some schedule is to be fired.</param>
public sealed record QueueOutlook(IReadOnlySet<string> DueTypes, TimeSpan? NextDue, bool AnyLost, bool AnyCronDue = false);
