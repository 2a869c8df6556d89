namespace Woflo.Infrastructure.Postgres.Jobs;

/// <summary>The queue's hot statements. In SQL the clock is the database's.</summary>
internal static class JobSql
{
    /// <summary>Held to the commit, so that claimers of a type that has a cap take turns; one without takes no lock. A statement of its own
    /// before the claim: taken inside the claiming statement it would come after that statement's snapshot, and let several through.</summary>
    public const string LockCappedType = """
        select pg_advisory_xact_lock(hashtext('woflo.claim'), hashtext(@type)) from woflo.caps c
         where c.type = @type and (c.in_flight is not null or c.in_flight_per_org is not null)
        """;

    // Every row of it that runs counts, the old worker's and those whose lease has expired included. Through job_queue_running_idx.
    private const string RoomInType = """
        case when exists (select from woflo.pauses p where p.type = t.type and p.org_id is null and p.until > now()) then 0
             when c.in_flight is null then t.wanted
             else greatest(0, least(t.wanted, c.in_flight - (select count(*) from public.job_queue b where b.status = 'running' and b.type = t.type))) end
        """;

    private const string RoomInOrganisation = """
        case when t.per_org is null then t.room
             else greatest(0, least(t.room, t.per_org - (
                    select count(*) from public.job_queue b where b.status = 'running' and b.type = t.type and b.org_id = r.org_id))) end
        """;

    // Uncorrelated, so that it is read once and hashed.
    private const string PausedOrganisations = "select p.org_id from woflo.pauses p where p.type is null and p.org_id is not null and p.until > now()";

    private const string Paused = $"""
        (r.org_id in ({PausedOrganisations}) or exists (
            select from woflo.pauses p where p.type = t.type and p.org_id = r.org_id and p.until > now()))
        """;

    // All columns of job_queue_claim_idx, so that no other index can give the order.
    private const string First = "order by j.type, j.org_id, j.run_after, j.created_at limit 1";

    // The organisations with queued jobs of the type, each found by one descent of job_queue_claim_idx, beginning behind the one that this worker served
    // last and wrapping round. Its cost grows with their number, never with how many jobs they have; read from a recursion without a sort, so that who
    // has found enough ends the scan. In the organisations of @orgs, in order, the worker goes on at a place: what lies before is not read again, neither
    // here (@below holds the id before each of them, and the last of all ids) nor by Head.
    private const string Ring = $"""
        with recursive t as materialized (
          select t.type, {RoomInType} as room, c.in_flight_per_org as per_org
            from (values (@type, @wanted::bigint)) t(type, wanted) left join woflo.caps c on c.type = t.type
        ), ring(org_id, ahead, place, wrapped, step) as (
          select @after::uuid, @ahead::integer, 0, false, 0
          union all
          select next.org_id, next.ahead, next.place, next.wrapped, r.step + 1
            from ring r
           cross join lateral (
             (select j.org_id, r.ahead, 0 as place, r.wrapped from public.job_queue j
               where j.status = 'queued' and j.type = @type and j.org_id > r.org_id and j.org_id <= (@below::uuid[])[r.ahead] {First})
              union all
             select (@orgs::uuid[])[r.ahead], r.ahead + 1, r.ahead, r.wrapped where r.ahead <= cardinality(@orgs::uuid[])
              union all
             (select j.org_id, 1, 0, true from public.job_queue j
               where not r.wrapped and j.status = 'queued' and j.type = @type and j.org_id <= (@below::uuid[])[1] {First})
              union all
             select (@orgs::uuid[])[1], 2, 1, true where not r.wrapped and cardinality(@orgs::uuid[]) > 0
              limit 1) next
           where not next.wrapped or next.org_id <= @after
        ), organisation as (
          select r.org_id, {RoomInOrganisation} as room, head.run_after, head.is_due
            from ring r
           cross join t
             -- Not exists (…): with the statistics of an empty table that was planned as a join that reads all of it.
           cross join lateral (
              select j.run_after, j.run_after <= now() as is_due from public.job_queue j
               where j.status = 'queued' and j.type = @type and j.org_id = r.org_id
                 and j.run_after >= coalesce((@run_afters::timestamptz[])[r.place], '-infinity')
               order by j.run_after, j.created_at limit 1) head
           where r.step > 0 and not {Paused}
        )
        """;

    /// <summary>Takes up to <c>wanted</c> due jobs of a type, an equal share from each organisation that has some. Locks the rows it takes, passing over
    /// those that others hold. Why so, and what else was tried: docs/adr/0008-fair-claim.md; figures: bench/README.md.</summary>
    public const string Claim = $"""
        {Ring}, due as materialized (
          -- Some more than are needed: of one whose due rows others hold nothing comes.
          select o.* from organisation o where o.is_due and o.room > 0 limit (select t.room + 20 from t)
        )
        update public.job_queue j
           set status = 'running', attempts = j.attempts + 1, fence = gen_random_uuid(), lease_expires_at = now() + @lease,
               locked_at = now(), locked_by = @worker, claimed_at = now()
         where j.id = any (array(
          select next.id
            from due
           cross join lateral (
              select j.id from public.job_queue j
               where j.status = 'queued' and j.type = @type and j.org_id = due.org_id and j.run_after between due.run_after and now()
               order by j.run_after, j.created_at
               limit least(due.room, (select (max(t.room) + count(*) - 1) / count(*) from due cross join t))
               for update skip locked) next
           limit (select t.room from t)))
        returning {Row}, j.fence, least(greatest(j.run_after, '0001-01-02Z'), '9999-12-30Z'), least(greatest(j.created_at, '0001-01-02Z'), '9999-12-30Z')
        """;

    /// <summary>Whether anything of a type can start, the same way the claim sees it, and when the next one falls due. A day ahead is far enough: an
    /// instant such as infinity has no distance.</summary>
    public const string Due = $"""
        {Ring}
        select coalesce(bool_or(o.is_due and o.room > 0), false),
               min(o.run_after - now()) filter (where not o.is_due and o.run_after < now() + interval '1 day')
          from organisation o
        """;

    /// <summary>What else an idle worker asks once a poll; it also says that the worker lives, and which inserts have to wake it.</summary>
    public const string Look = $"""
        with me as (
          insert into woflo.workers as w (instance, worker_id, types, live_until, waits_for) values (@instance, @worker, @types, now() + @expiry, @waits_for)
          on conflict (instance) do update set live_until = excluded.live_until, waits_for = excluded.waits_for
        )
        select exists (select from public.job_queue j where {Lost}), {CronSql.AnyDue}, {CronSql.NextDue}
        """;

    public const string Leave = "delete from woflo.workers where instance = @instance";

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
               last_fence = fence, fence = null, lease_expires_at = null, locked_at = null, locked_by = null, progress = null
         where id = @id and fence = @fence
        returning last_fence
        """;

    /// <summary>Many at once, by primary key. Fences are unique, so the two arrays need no join: with unnest one was planned as a hash join over the whole
    /// table (9,000 jobs/s, against 25,000). A fence that is absent from the answer: as zero rows of <see cref="End"/>.</summary>
    public const string Succeed = """
        update public.job_queue j
           set status = 'succeeded', last_fence = j.fence, fence = null, lease_expires_at = null, locked_at = null, locked_by = null, progress = null
         where j.id = any(@ids) and j.fence = any(@fences)
        returning j.last_fence
        """;

    /// <summary>A statement of its own after <see cref="End"/> and <see cref="Succeed"/>: it must see what a backend committed while those waited.</summary>
    public const string EndedByMe = "select last_fence from public.job_queue where id = any(@ids) and last_fence = any(@fences)";

    // The last 20 are kept, each with at most 1,000 characters of its error.
    private const string AppendFailure = """
        (select jsonb_agg(kept.entry order by kept.n) from (
            select e.entry, e.n from jsonb_array_elements(failures || jsonb_build_object(
                'attempt', attempts, 'at', now(), 'worker', locked_by, 'class', @failure_class, 'error', left(@error, 1000)))
              with ordinality e(entry, n) order by e.n desc limit 20) kept)
        """;

    /// <summary>Extends the leases of which a third has passed or whose job has something new to say (@progress, an object by fence, so that it needs no
    /// join), and tells of the others whether they hold, so that it may be asked often: a job that is cancelled shows here. Rows that another transaction holds are passed over, so that one of them never delays the other leases. A fence of
    /// ours that is absent from the answer is lost; one with false needs nothing yet, was locked, or has just ended by our own hand.</summary>
    public const string Renew = """
        with free as (
          select id from public.job_queue
           where id = any(@ids) and fence = any(@fences)
             and (lease_expires_at < now() + 0.7 * @lease::interval or @progress::jsonb ? fence::text)
             for update skip locked
        ), renewed as (
          update public.job_queue j
             set lease_expires_at = now() + @lease, locked_at = now(), progress = coalesce(@progress::jsonb -> j.fence::text, j.progress)
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
               fence = null, last_fence = null, lease_expires_at = null, locked_at = null, locked_by = null, progress = null
         where id = @id
        """;

    public const string LockById = $"select {Row} from public.job_queue j where j.id = @id for update";

    public const string Retry = """
        update public.job_queue
           set status = 'queued', run_after = now(), attempts = 0, deferrals = 0, deferred_since = null, rescues = 0,
               fence = null, last_fence = null, lease_expires_at = null, locked_at = null, locked_by = null
         where id = @id
        """;

    /// <summary>The row is locked by <see cref="LockById"/>; both fences go, so that no late write of the attempt lands. Due no later than now:
    /// retention finds ended jobs by run_after, and one that was parked for ever would stay for ever.</summary>
    public const string Cancel = """
        update public.job_queue
           set status = @status, failure_class = @failure_class, error = @error, run_after = least(run_after, now()),
               fence = null, last_fence = null, lease_expires_at = null, locked_at = null, locked_by = null, progress = null
         where id = @id
        """;

    /// <summary>Locks nothing; job_queue_claim_idx where a type is given, else job_queue_org_status_idx.</summary>
    public const string Queued = """
        select j.id from public.job_queue j
         where j.status = 'queued' and (@type is null or j.type = @type) and (@org::uuid is null or j.org_id = @org::uuid)
         limit @limit
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
