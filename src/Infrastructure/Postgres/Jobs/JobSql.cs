namespace Woflo.Infrastructure.Postgres.Jobs;

/// <summary>The queue's hot statements. In SQL the clock is the database's.</summary>
internal static class JobSql
{
    /// <summary>Held to the commit, so that claimers of a type that runs one at a time an organisation take turns. A statement of its own
    /// before the claim: taken inside the claiming statement it would come after that statement's snapshot, and let several through.</summary>
    public const string LockExclusiveType = "select pg_advisory_xact_lock(hashtext('woflo.claim'), hashtext(@type))";

    // The organisations with queued jobs of the type, each found by one descent of job_queue_ready_idx, beginning behind the one that
    // this worker served last and wrapping round. Its cost grows with their number, never with how many jobs they have.
    // Read from a recursion without a sort, so the first organisation that serves ends the scan.
    private const string Ring = """
        with recursive ring(org_id, step, wrapped) as (
          select @after::uuid, 0, false
          union all
          select coalesce(ahead.org_id, first.org_id), r.step + 1, r.wrapped or ahead.org_id is null
            from ring r
            left join lateral (
              select j.org_id from public.job_queue j
               where j.status = 'queued' and j.type = @type and j.org_id > r.org_id
               order by j.type, j.org_id limit 1) ahead on true
            left join lateral (
              select j.org_id from public.job_queue j
               where ahead.org_id is null and not r.wrapped and j.status = 'queued' and j.type = @type
               order by j.type, j.org_id limit 1) first on true
           where coalesce(ahead.org_id, first.org_id) is not null
             and (not (r.wrapped or ahead.org_id is null) or coalesce(ahead.org_id, first.org_id) <= @after)
        )
        """;

    private const string MayStart = """
        (not @exclusive or not exists (
            select from public.job_queue b where b.status = 'running' and b.type = @type and b.org_id = r.org_id))
        """;

    /// <summary>Locks the row it takes, passing over those that others hold; relies on job_queue_ready_idx (type, org_id, run_after, created_at)
    /// where queued, and on job_queue_running_idx.</summary>
    public const string Claim = $"""
        {Ring}, next as (
          select due.id
            from ring r
           cross join lateral (
              select j.id from public.job_queue j
               where j.status = 'queued' and j.type = @type and j.org_id = r.org_id and j.run_after <= now()
               order by j.run_after, j.created_at
               limit 1
               for update skip locked) due
           where r.step > 0 and {MayStart}
           limit 1
        )
        update public.job_queue j
           set status = 'running', attempts = j.attempts + 1, fence = @fence, lease_expires_at = now() + @lease,
               locked_at = now(), locked_by = @worker, claimed_at = now()
          from next
         where j.id = next.id
        returning {Row}
        """;

    /// <summary>Whether anything can start, the same way the claim sees it.</summary>
    public const string Due = $"""
        {Ring}
        select exists (
          select from ring r
           where r.step > 0 and {MayStart} and exists (
              select from public.job_queue j
               where j.status = 'queued' and j.type = @type and j.org_id = r.org_id and j.run_after <= now()))
        """;

    // When the next job falls due: one entry of job_queue_status_run_after_idx. A day ahead is far enough: an instant such as infinity
    // has no distance.
    public const string Outlook = """
        select (select case when min(j.run_after) < now() + interval '1 day' then min(j.run_after) - now() end
                  from public.job_queue j where j.status = 'queued' and j.run_after > now()),
               exists (select from public.job_queue j where
        """ + " " + Lost + ")";

    /// <summary>Only once a poll: a row that were updated by every claim would grow without bound while some snapshot is held open.</summary>
    public const string Register = """
        insert into woflo.workers as w (instance, worker_id, types, live_until, asleep) values (@instance, @worker, @types, now() + @expiry, @asleep)
        on conflict (instance) do update set live_until = excluded.live_until, asleep = excluded.asleep
        """;

    /// <summary>Zero rows: the lease is lost.</summary>
    public const string LockByFence = "select 1 from public.job_queue where id = @id and fence = @fence for update";

    /// <summary>Locks one row by its primary key. Zero rows: the lease is lost, or this very write had already committed.</summary>
    public const string End = """
        update public.job_queue
           set status = @status,
               attempts = case when @given_back then greatest(attempts - 1, 0) else attempts end,
               run_after = case when @delay is null then run_after else now() + @delay end,
               error = coalesce(@error, error),
               failure_class = coalesce(@failure_class, failure_class),
               failures = case when @error is null then failures else
        """ + " " + AppendFailure + """
         end,
               deferrals = deferrals + case when @deferred then 1 else 0 end,
               deferred_since = case when @deferred then coalesce(deferred_since, now()) else deferred_since end,
               last_fence = fence, fence = null, lease_expires_at = null, locked_at = null, locked_by = null
         where id = @id and fence = @fence
        """;

    /// <summary>A statement of its own after <see cref="End"/>: it must see what a backend committed while that one waited.</summary>
    public const string EndedByMe = "select exists (select from public.job_queue where id = @id and last_fence = @fence)";

    // The last 20 are kept, each with at most 1,000 characters of its error.
    private const string AppendFailure = """
        (select jsonb_agg(kept.entry order by kept.n) from (
            select e.entry, e.n from jsonb_array_elements(failures || jsonb_build_object(
                'attempt', attempts, 'at', now(), 'worker', locked_by, 'class', @failure_class, 'error', left(@error, 1000)))
              with ordinality e(entry, n) order by e.n desc limit 20) kept)
        """;

    /// <summary>Rows that another transaction holds are passed over, so that one of them never delays the other leases. Fences are unique,
    /// so the two arrays need no join (a join with unnest was planned as a hash join over the whole table). A fence of ours that is
    /// absent from the answer is lost; one with false was locked, or has just ended by our own hand.</summary>
    public const string Renew = """
        with free as (
          select id from public.job_queue where id = any(@ids) and fence = any(@fences) for update skip locked
        ), renewed as (
          update public.job_queue j set lease_expires_at = now() + @lease, locked_at = now()
           where j.id = any(@ids) and j.fence = any(@fences) and j.id in (select id from free)
          returning j.id
        )
        select coalesce(j.fence, j.last_fence), r.id is not null from public.job_queue j left join renewed r on r.id = j.id
         where j.id = any(@ids) and (j.fence = any(@fences) or (j.fence is null and j.last_fence = any(@fences)))
        """;

    // The old worker knows no lease: its rows count as lost once locked_at is old enough.
    private const string Lost = """
        j.status = 'running' and coalesce(j.lease_expires_at, j.locked_at) < now()
           and (j.lease_expires_at is not null or j.locked_at < now() - @legacy)
        """;

    public const string NextLost = $"""
        select {Row}, j.locked_by from public.job_queue j
         where {Lost} and j.id <> all(@skip)
         order by coalesce(j.lease_expires_at, j.locked_at)
         limit 1
         for update skip locked
        """;

    /// <summary>The row is locked by <see cref="NextLost"/>; both fences go, so that no late write of the lost attempt lands.</summary>
    public const string Rescue = """
        update public.job_queue
           set status = @status,
               attempts = case when @given_back then greatest(attempts - 1, 0) else attempts end,
               rescues = rescues + case when @given_back then 1 else 0 end,
               error = @error, failure_class = @failure_class, failures =
        """ + " " + AppendFailure + """
        ,
               fence = null, last_fence = null, lease_expires_at = null, locked_at = null, locked_by = null
         where id = @id
        """;

    public const string LockById = $"select {Row} from public.job_queue j where j.id = @id for update";

    public const string Retry = """
        update public.job_queue
           set status = 'queued', run_after = now(), attempts = 0, deferrals = 0, deferred_since = null, rescues = 0,
               fence = null, last_fence = null, lease_expires_at = null, locked_at = null, locked_by = null
         where id = @id
        """;

    public const string DeadLetters = """
        select j.id from public.job_queue j
         where j.status = 'failed' and (@type is null or j.type = @type)
           and coalesce(j.failure_class, '') <> 'cancelled' and (@failure_class is null or j.failure_class = @failure_class)
         order by j.run_after, j.id limit @limit
        """;

    private const string Row = """
        j.id, j.org_id, j.type, j.payload::text, j.status, j.attempts, j.max_attempts, j.deferrals,
        coalesce(now() - j.deferred_since, interval '0'), j.rescues
        """;
}
