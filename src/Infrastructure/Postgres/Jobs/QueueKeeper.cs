using Dapper;
using Npgsql;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Postgres.Jobs;

/// <summary>Pauses, caps and retention in PostgreSQL.</summary>
internal sealed class QueueKeeper(NpgsqlDataSource dataSource) : IQueueKeeper
{
    /// <summary>Locks the pause's row; the unique index pauses_what_idx makes two at once one.</summary>
    private const string PauseSql = $"""
        insert into woflo.pauses as p (type, org_id, until, reason)
        select @type::text, @org::uuid, coalesce(@until::timestamptz, now() + @lasting::interval, 'infinity'), @reason
         where @org::uuid is null or exists (select from public.organizations where id = @org::uuid)
        on conflict (coalesce(type, ''), coalesce(org_id::text, ''))
          do update set until = excluded.until, reason = excluded.reason, created_at = now()
        returning {QueueReader.PauseRow}
        """;

    /// <summary>A pause that has ended by itself was none.</summary>
    private const string ResumeSql = """
        with lifted as (
          delete from woflo.pauses where coalesce(type, '') = coalesce(@type, '') and coalesce(org_id::text, '') = coalesce(@org::text, '')
          returning until > now() as was_in_force
        )
        select coalesce(bool_or(was_in_force), false) from lifted
        """;

    private const string CapSql = """
        insert into woflo.caps as c (type, in_flight, in_flight_per_org) values (@type, nullif(@total::int, 0), nullif(@perOrg::int, 0))
        on conflict (type) do update
          set in_flight = case when @total::int is null then c.in_flight else excluded.in_flight end,
              in_flight_per_org = case when @perOrg::int is null then c.in_flight_per_org else excluded.in_flight_per_org end
        returning in_flight, in_flight_per_org
        """;

    /// <summary>A type without a row takes no lock when it is claimed.</summary>
    private const string UncapSql = "delete from woflo.caps where type = @type and in_flight is null and in_flight_per_org is null";

    /// <summary>Sleeping workers look again at once: what they may start has changed.</summary>
    private const string Ring = "notify woflo_job_queue";

    /// <summary>To the commit. Not waited for: whoever comes second has nothing to do. For the rest of the transaction the planner must read in
    /// the order of an index: with the statistics of an empty queue it would sort all of it for each batch.</summary>
    internal const string TakeTurn = "select pg_try_advisory_xact_lock(hashtext('woflo.prune'), 0), set_config('enable_sort', 'off', true)";

    /// <summary>Locks what it deletes, and passes over rows that others hold. Reads job_queue_status_run_after_idx from where the batch before
    /// ended, so that it does not read again what that one left dead; a job never ends before it was due.</summary>
    internal const string PruneJobsSql = """
        with gone as (
          delete from public.job_queue where id = any (array(
            select j.id from public.job_queue j
             where j.status = @status and j.run_after < now() - @age and j.run_after >= coalesce(@from::timestamptz, '-infinity')
               and coalesce(j.updated_at, j.created_at) < now() - @age
             order by j.run_after
             limit @limit
             for update skip locked))
          returning run_after
        )
        select count(*)::int, max(run_after) from gone
        """;

    /// <summary>What expires beside the jobs, each table small.</summary>
    private static readonly string[] Expired =
    [
        "delete from woflo.workers where live_until < now() - interval '1 hour'",
        "delete from woflo.pauses where until <= now()",
        EnqueueSql.DeleteExpiredKeys,
    ];

    public Task<QueuePause?> Pause(PauseJobs pause, CancellationToken cancellation) => InTransaction(transaction =>
    {
        var values = new { type = pause.Type, org = pause.OrgId, until = pause.Until, lasting = pause.Lasting, reason = pause.Reason };
        return transaction.Connection!.QuerySingleOrDefaultAsync<QueuePause>(In(transaction, PauseSql, values, cancellation));
    }, cancellation);

    public Task<bool> Resume(string? type, Guid? orgId, CancellationToken cancellation) => InTransaction(async transaction =>
    {
        var lifted = await transaction.Connection!.ExecuteScalarAsync<bool>(In(transaction, ResumeSql, new { type, org = orgId }, cancellation));
        await transaction.Connection!.ExecuteAsync(In(transaction, Ring, null, cancellation));
        return lifted;
    }, cancellation);

    public Task<QueueCap> Cap(CapJobs cap, CancellationToken cancellation) => InTransaction(async transaction =>
    {
        var values = new { type = cap.Type, total = cap.Total, perOrg = cap.PerOrg };
        var (inFlight, perOrg) = await transaction.Connection!.QuerySingleAsync<(int?, int?)>(In(transaction, CapSql, values, cancellation));
        await transaction.Connection!.ExecuteAsync(In(transaction, UncapSql, values, cancellation));
        await transaction.Connection!.ExecuteAsync(In(transaction, Ring, null, cancellation));
        return new QueueCap(cap.Type, inFlight, perOrg);
    }, cancellation);

    public Task<PrunedBatch?> PruneJobs(JobState state, TimeSpan age, DateTime? from, int limit, CancellationToken cancellation) =>
        InTransaction<PrunedBatch?>(async transaction =>
        {
            if (!await transaction.Connection!.ExecuteScalarAsync<bool>(In(transaction, TakeTurn, null, cancellation)))
                return null;
            var (jobs, upTo) = await transaction.Connection!.QuerySingleAsync<(int, DateTime?)>(
                In(transaction, PruneJobsSql, new { status = state.Name(), age, from, limit }, cancellation));
            return new PrunedBatch(jobs, upTo);
        }, cancellation);

    public Task<bool> PruneExpired(CancellationToken cancellation) => InTransaction(async transaction =>
    {
        if (!await transaction.Connection!.ExecuteScalarAsync<bool>(In(transaction, TakeTurn, null, cancellation)))
            return false;
        foreach (var sql in Expired)
            await transaction.Connection!.ExecuteAsync(In(transaction, sql, null, cancellation));
        return true;
    }, cancellation);

    private static CommandDefinition In(NpgsqlTransaction transaction, string sql, object? values, CancellationToken cancellation) =>
        new(sql, values, transaction, cancellationToken: cancellation);

    private Task<T> InTransaction<T>(Func<NpgsqlTransaction, Task<T>> work, CancellationToken cancellation) => DatabaseErrors.Guard(async () =>
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var result = await work(transaction);
        await transaction.CommitAsync(cancellation);
        return result;
    });
}
