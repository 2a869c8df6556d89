using Dapper;
using Npgsql;
using Woflo.Application.Jobs;

namespace Woflo.Infrastructure.Postgres.Jobs;

/// <summary>The queue as a person looks at it.</summary>
internal sealed class QueueReader(NpgsqlDataSource dataSource) : IQueueReader
{
    // The casts give the parameters their types where they are null.
    private const string Matches = """
        (@status::text is null or j.status = @status) and (@type::text is null or j.type = @type) and (@org::uuid is null or j.org_id = @org)
        """;

    // claimed_at is ours alone, and locked_at moves with each renewal: the old worker's rows, which have no fence, say it by locked_at.
    private const string RunningFor =
        "case when j.status = 'running' then now() - case when j.fence is null then j.locked_at else coalesce(j.claimed_at, j.locked_at) end end";

    private const string CountsSql = $"""
        select j.status, j.type, count(*) as jobs from public.job_queue j where {Matches} group by j.status, j.type order by j.type, j.status
        """;

    // Dapper hands the columns to the record's constructor by name and in its order.
    private const string ListSql = $"""
        select j.id, j.org_id as OrgId, j.type, j.status, j.attempts, j.max_attempts as MaxAttempts, j.run_after as RunAfter,
               j.created_at as CreatedAt, {RunningFor} as RunningFor, j.locked_by as LockedBy, j.failure_class as FailureClass,
               left(j.error, 500) as Error
          from public.job_queue j
         where {Matches}
         order by j.created_at desc, j.id
         limit @limit
        """;

    private const string FindSql = $"""
        select j.id, j.org_id as OrgId, j.type, j.status, j.attempts, j.max_attempts as MaxAttempts, j.run_after as RunAfter,
               j.created_at as CreatedAt, j.updated_at as UpdatedAt, j.claimed_at as ClaimedAt, {RunningFor} as RunningFor,
               j.locked_at as LockedAt, j.locked_by as LockedBy, j.lease_expires_at as LeaseExpiresAt, j.fence, j.last_fence as LastFence,
               j.deferrals, j.deferred_since as DeferredSince, j.rescues, j.failure_class as FailureClass, j.error,
               j.payload::text as Payload, j.failures::text as Failures
          from public.job_queue j
         where j.id = @id
        """;

    public Task<IReadOnlyList<QueueCount>> Counts(QueueFilter filter, CancellationToken cancellation) =>
        Query<QueueCount>(CountsSql, new { status = filter.Status, type = filter.Type, org = filter.OrgId }, cancellation);

    public Task<IReadOnlyList<JobLine>> List(QueueFilter filter, int limit, CancellationToken cancellation) =>
        Query<JobLine>(ListSql, new { status = filter.Status, type = filter.Type, org = filter.OrgId, limit }, cancellation);

    public async Task<JobDetails?> Find(Guid id, CancellationToken cancellation) =>
        (await Query<JobDetails>(FindSql, new { id }, cancellation)).SingleOrDefault();

    private Task<IReadOnlyList<T>> Query<T>(string sql, object parameters, CancellationToken cancellation) =>
        DatabaseErrors.Guard<IReadOnlyList<T>>(async () =>
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellation);
            return [.. await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellation))];
        });
}
