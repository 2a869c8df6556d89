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

    // All columns of job_queue_ready_idx, so that no other index can give the order.
    private const string First = "order by j.type, j.org_id, j.run_after, j.created_at, j.id limit 1";

    /// <summary>Takes up to <c>wanted</c> due jobs of a type, an equal share from each organisation that has some, beginning behind the one that
    /// this worker served last and wrapping round (<c>ring</c>). Every organisation costs a descent of job_queue_ready_idx or two, however many jobs it
    /// has; read from a recursion without a sort, so that enough organisations end the scan. <c>orgs</c>, in order, are those in which the claim goes
    /// on behind a position; <c>below</c> holds the id before each of them, and the last of all ids. Locks the rows it takes, passing over those that
    /// others hold. Figures: bench/README.md.</summary>
    public const string Claim = $"""
        with recursive t as materialized (
          select t.type, {RoomInType} as room, c.in_flight_per_org as per_org
            from (values (@type, @wanted::bigint)) t(type, wanted) left join woflo.caps c on c.type = t.type
        ), ring(org_id, ahead, position, wrapped, step) as (
          select @after::uuid, @ahead::integer, 0, false, 0
          union all
          select next.org_id, next.ahead, next.position, next.wrapped, r.step + 1
            from ring r
           cross join lateral (
             (select j.org_id, r.ahead, 0 as position, r.wrapped from public.job_queue j
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
        ), due as materialized (
          select r.org_id, room.jobs, place.run_after, place.created_at, place.id
            from ring r
           cross join t
           cross join lateral (
              select coalesce((@run_afters::timestamptz[])[r.position], '-infinity') as run_after,
                     coalesce((@created_ats::timestamptz[])[r.position], '-infinity') as created_at,
                     coalesce((@ids::uuid[])[r.position], '00000000-0000-0000-0000-000000000000') as id) place
           cross join lateral (select {RoomInOrganisation} as jobs) room
             -- Not exists (…): with the statistics of an empty table that was planned as a join that reads all of it.
           cross join lateral (
              select from public.job_queue j
               where j.status = 'queued' and j.type = @type and j.org_id = r.org_id and j.run_after <= now()
                 and (j.run_after, j.created_at, j.id) > (place.run_after, place.created_at, place.id)
               order by j.run_after, j.created_at, j.id limit 1) first
           where r.step > 0 and room.jobs > 0 and not {Paused}
           limit (select t.room from t)
        )
        update public.job_queue j
           set status = 'running', attempts = j.attempts + 1, fence = gen_random_uuid(), lease_expires_at = now() + @lease,
               locked_at = now(), locked_by = @worker, claimed_at = now()
         where j.id = any (array(
          select next.id
            from due
           cross join lateral (
              select j.id from public.job_queue j
               where j.status = 'queued' and j.type = @type and j.org_id = due.org_id and j.run_after <= now()
                 and (j.run_after, j.created_at, j.id) > (due.run_after, due.created_at, due.id)
               order by j.run_after, j.created_at, j.id
               limit least(due.jobs, (select (max(t.room) + count(*) - 1) / count(*) from due cross join t))
               for update skip locked) next
           limit (select t.room from t)))
        returning {Row}, j.fence, j.run_after, j.created_at
        """;

    /// <summary>All that an idle worker asks once a poll, in one statement; it also says that the worker lives, and whether inserts have to wake it. A row a
    /// type: whether anything of it can start, the same way the claim sees it from the start, and when the next one falls due. A day ahead is far
    /// enough: an instant such as infinity has no distance.</summary>
    public const string Look = $"""
        with recursive me as (
          insert into woflo.workers as w (instance, worker_id, types, live_until, asleep) values (@instance, @worker, @types, now() + @expiry, @asleep)
          on conflict (instance) do update set live_until = excluded.live_until, asleep = excluded.asleep
        ), t as materialized (
          select t.type, {RoomInType} as room, c.in_flight_per_org as per_org
            from (select u.type, 1::bigint as wanted from unnest(@types) u(type)) t left join woflo.caps c on c.type = t.type
        ), ring(type, org_id) as (
          select t.type, first.org_id from t
           cross join lateral (select j.org_id from public.job_queue j where j.status = 'queued' and j.type = t.type {First}) first
          union all
          select r.type, next.org_id from ring r
           cross join lateral (select j.org_id from public.job_queue j where j.status = 'queued' and j.type = r.type and j.org_id > r.org_id {First}) next
        ), organisation as materialized (
          select t.type, head.due and t.room > 0 and not {Paused} and {RoomInOrganisation} > 0 as due,
                 case when not head.due and head.run_after < now() + interval '1 day' then head.run_after - now() end as next
            from ring r
            join t on t.type = r.type
           cross join lateral (
              select j.run_after, j.run_after <= now() as due from public.job_queue j
               where j.status = 'queued' and j.type = r.type and j.org_id = r.org_id
               order by j.run_after, j.created_at, j.id limit 1) head
        )
        select t.type, coalesce(bool_or(o.due), false), least(min(o.next), {CronSql.NextDue}),
               exists (select from public.job_queue j where {Lost}), {CronSql.AnyDue}
          from t left join organisation o on o.type = t.type
         group by t.type
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
        returning last_fence
        """;

    /// <summary>Many at once, by primary key. Fences are unique, so the two arrays need no join: with unnest one was planned as a hash join over the whole
    /// table (9,000 jobs/s, against 25,000). A fence that is absent from the answer: as zero rows of <see cref="End"/>.</summary>
    public const string Succeed = """
        update public.job_queue j
           set status = 'succeeded', last_fence = j.fence, fence = null, lease_expires_at = null, locked_at = null, locked_by = null
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

    /// <summary>Extends the leases of which a third has passed, and tells of the others whether they hold, so that it may be asked often: a job that is
    /// cancelled shows here. Rows that another transaction holds are passed over, so that one of them never delays the other leases. A fence of
    /// ours that is absent from the answer is lost; one with false needs nothing yet, was locked, or has just ended by our own hand.</summary>
    public const string Renew = """
        with free as (
          select id from public.job_queue
           where id = any(@ids) and fence = any(@fences) and lease_expires_at < now() + 0.7 * @lease::interval
             for update skip locked
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

    /// <summary>The row is locked by <see cref="LockById"/>; both fences go, so that no late write of the attempt lands. Due no later than now:
    /// retention finds ended jobs by run_after, and one that was parked for ever would stay for ever.</summary>
    public const string Cancel = """
        update public.job_queue
           set status = @status, failure_class = @failure_class, error = @error, run_after = least(run_after, now()),
               fence = null, last_fence = null, lease_expires_at = null, locked_at = null, locked_by = null
         where id = @id
        """;

    /// <summary>Locks nothing; job_queue_ready_idx where a type is given, else job_queue_org_status_idx.</summary>
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
