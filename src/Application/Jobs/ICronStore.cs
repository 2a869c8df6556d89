namespace Woflo.Application.Jobs;

/// <summary>The schedules that enqueue by the clock.</summary>
public interface ICronStore
{
    /// <returns>The organisation's time zone and the database's time; null where there is no such organisation.</returns>
    Task<ShopClock?> Clock(Guid orgId, CancellationToken cancellation);

    /// <returns>False where the organisation has a schedule of that name already.</returns>
    Task<bool> Add(AddCron cron, DateTimeOffset nextAt, CancellationToken cancellation);

    /// <returns>False where there was none.</returns>
    Task<bool> Remove(Guid orgId, string name, CancellationToken cancellation);

    /// <summary>By organisation and name.</summary>
    /// <param name="orgId">Null: of all.</param>
    Task<IReadOnlyList<CronLine>> List(Guid? orgId, CancellationToken cancellation);

    /// <summary>Enqueues the job of one schedule that is due and moves the schedule on, both or neither; one that cannot be fired is put off,
    /// unless it is only locked.</summary>
    /// <param name="skip">Schedules to pass over.</param>
    /// <returns>Null when none is due that nobody else holds.</returns>
    Task<FiredCron?> FireNext(IReadOnlyCollection<Guid> skip, CancellationToken cancellation);
}

public sealed record ShopClock(string TimeZone, DateTimeOffset Now);

/// <summary>A schedule in a list; instants are UTC.</summary>
/// <param name="TimeZone">The shop's where the schedule has none of its own.</param>
public sealed record CronLine(
    Guid Id, Guid OrgId, string Name, string Expression, string TimeZone, string Type, int MaxAttempts, DateTime NextAt, DateTime? LastAt,
    Guid? LastJobId, string Payload);

/// <param name="DueAt">The instant it fired for; null where nothing was missed.</param>
/// <param name="Job">Null where nothing was enqueued.</param>
/// <param name="Error">Why it could not be fired.</param>
public sealed record FiredCron(Guid Id, Guid OrgId, string Name, string JobType, DateTimeOffset? DueAt, EnqueuedJob? Job, Exception? Error);
