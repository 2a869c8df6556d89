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
               left(j.error, 500) as Error, j.progress::text as Progress
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
               j.payload::text as Payload, j.failures::text as Failures, j.progress::text as Progress
          from public.job_queue j
         where j.id = @id
        """;

    /// <summary>What a pause is made of, from woflo.pauses as p.</summary>
    public const string PauseRow = "p.type, p.org_id as OrgId, nullif(p.until, 'infinity') as Until, p.reason, p.created_at as Since";

    private const string PausesSql = $"select {PauseRow} from woflo.pauses p where p.until > now() order by p.type, p.org_id";

    private const string CapsSql = "select c.type, c.in_flight as Total, c.in_flight_per_org as PerOrg from woflo.caps c order by c.type";

    // Each from an index alone where the table has been vacuumed: the queued and the running from those that hold no others, the rest from one
    // that knows the status and not the type. 0.6 s with 2,000,000 ended and 100,000 queued rows; counting the ended by type read all of the table.
    private const string TotalsSql = """
        select 'queued' as status, j.type, count(*) as jobs from public.job_queue j where j.status = 'queued' group by j.type
        union all
        select 'running', j.type, count(*) from public.job_queue j where j.status = 'running' group by j.type
        union all
        select j.status, '', count(*) from public.job_queue j where j.status in ('succeeded', 'failed') group by j.status
        order by 2, 1
        """;

    // Two descents of job_queue_claim_idx for each organisation with queued jobs, however many it has.
    private const string DueSql = """
        with recursive shop as (
          (select j.type, j.org_id from public.job_queue j where j.status = 'queued' order by j.type, j.org_id limit 1)
          union all
          select next.type, next.org_id from shop s cross join lateral (
            select j.type, j.org_id from public.job_queue j
             where j.status = 'queued' and (j.type, j.org_id) > (s.type, s.org_id) order by j.type, j.org_id limit 1) next
        )
        select s.type, now() - greatest(min(first.run_after), 'epoch') as waiting
          from shop s cross join lateral (
            select j.run_after from public.job_queue j
             where j.status = 'queued' and j.type = s.type and j.org_id = s.org_id
             order by j.run_after, j.created_at limit 1) first
         where first.run_after <= now() and not exists (
            select from woflo.pauses p
             where p.until > now() and coalesce(p.type, s.type) = s.type and coalesce(p.org_id, s.org_id) = s.org_id)
         group by s.type
         order by s.type
        """;

    private const string WorkersSql = """
        select w.worker_id as WorkerId, w.types, w.started_at as StartedAt, w.waits_for as WaitsFor
          from woflo.workers w where w.live_until > now() order by w.worker_id, w.started_at
        """;

    // Another's transaction shows its xmin to everybody, its age only to roles that may read all statistics. A transaction that has written
    // holds rows back by its own id, too. Vacuum itself holds nothing back, and parallel workers share their leader's snapshot.
    private const string SnapshotsSql = """
        select 'transaction' as kind, pid::text as name, nullif(application_name, '') as application, now() - xact_start as HeldFor,
               greatest(age(backend_xmin), age(backend_xid))::bigint as transactions
          from pg_stat_activity
         where pid <> pg_backend_pid() and (backend_xmin is not null or backend_xid is not null)
           and coalesce(datname, current_database()) = current_database() and coalesce(backend_type, '') not in ('autovacuum worker', 'parallel worker')
        union all
        select 'prepared transaction', gid, owner::text, now() - prepared, age(transaction)::bigint
          from pg_prepared_xacts where database = current_database()
        union all
        select 'replication slot', slot_name::text, plugin::text, null, age(xmin)::bigint
          from pg_replication_slots where xmin is not null
         order by 5 desc
         limit 100
        """;

    // The leases of job_queue_running_idx, which are as few as the workers have places.
    private const string UpkeepSql = """
        select (select count(*) from public.job_queue j where j.status = 'running' and j.lease_expires_at < now() - interval '1 minute') as ExpiredLeases,
               coalesce(t.n_live_tup, 0) as LiveRows, coalesce(t.n_dead_tup, 0) as DeadRows, greatest(t.last_vacuum, t.last_autovacuum) as LastVacuum
          from (select) always left join pg_stat_user_tables t on t.relid = 'public.job_queue'::regclass
        """;

    private const string InvalidIndexesSql = """
        select i.indexrelid::regclass::text from pg_index i
         where i.indrelid = 'public.job_queue'::regclass and not i.indisvalid
           and not exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
         order by 1
        """;

    public Task<IReadOnlyList<QueuePause>> Pauses(CancellationToken cancellation) => Query<QueuePause>(PausesSql, null, cancellation);

    public Task<IReadOnlyList<QueueCap>> Caps(CancellationToken cancellation) => Query<QueueCap>(CapsSql, null, cancellation);

    public async Task<QueueStatus> Status(CancellationToken cancellation)
    {
        var workers = await Query<WorkerRow>(WorkersSql, null, cancellation);
        var upkeep = (await Query<UpkeepRow>(UpkeepSql, null, cancellation)).Single();
        return new QueueStatus(
            await Query<QueueCount>(TotalsSql, null, cancellation), await Query<DueType>(DueSql, null, cancellation),
            [.. workers.Select(row => new LiveWorker(row.WorkerId, [.. row.Types.Cast<string>()], row.StartedAt, [.. row.WaitsFor.Cast<string>()]))],
            await Pauses(cancellation), await Caps(cancellation),
            await Query<HeldSnapshot>(SnapshotsSql, null, cancellation), upkeep.ExpiredLeases, upkeep.LiveRows, upkeep.DeadRows, upkeep.LastVacuum,
            await Query<string>(InvalidIndexesSql, null, cancellation));
    }

    public Task<IReadOnlyList<QueueCount>> Counts(QueueFilter filter, CancellationToken cancellation) =>
        Query<QueueCount>(CountsSql, new { status = filter.Status, type = filter.Type, org = filter.OrgId }, cancellation);

    public Task<IReadOnlyList<JobLine>> List(QueueFilter filter, int limit, CancellationToken cancellation) =>
        Query<JobLine>(ListSql, new { status = filter.Status, type = filter.Type, org = filter.OrgId, limit }, cancellation);

    public async Task<JobDetails?> Find(Guid id, CancellationToken cancellation) =>
        (await Query<JobDetails>(FindSql, new { id }, cancellation)).SingleOrDefault();

    private Task<IReadOnlyList<T>> Query<T>(string sql, object? parameters, CancellationToken cancellation) =>
        DatabaseErrors.Guard<IReadOnlyList<T>>(async () =>
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellation);
            return [.. await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellation))];
        });

    private sealed record WorkerRow(string WorkerId, Array Types, DateTime StartedAt, Array WaitsFor);

    private sealed record UpkeepRow(long ExpiredLeases, long LiveRows, long DeadRows, DateTime? LastVacuum);
}
