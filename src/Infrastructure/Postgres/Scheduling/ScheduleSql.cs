namespace Woflo.Infrastructure.Postgres.Scheduling;

/// <summary>Writes of a run and its plan, all inside the transaction that moves the job.</summary>
internal static class ScheduleSql
{
    // A run that ended well or was called off keeps its end, whatever becomes of its job. One that a newer run makes needless is called off: that one's
    // horizon covers what is left of this one's, and it has its plan already, or is queued with a job that is due (through job_queue_claim_idx); a repair
    // does not stand in for a plan afresh. Changes are found by comparing plan and shop, so the newer run sees all that this one was to repair.
    // Locks the run alone: where the newer one is called off at this moment, that is as if it had been a moment later.
    public const string Start = """
        update public.schedule_runs r
           set status = case when newer.id is null then 'running' else 'canceled' end,
               details = case when newer.id is null then r.details
                              else coalesce(r.details, '{}') || jsonb_build_object('superseded_by', newer.id) end
          from (select 1) always left join (
            select n.id
              from public.schedule_runs o
              join public.schedule_runs n
                on n.org_id = o.org_id and (n.created_at, n.id) > (o.created_at, o.id)
               and n.horizon_start <= greatest(o.horizon_start, now()) and n.horizon_end >= o.horizon_end
             where o.id = @runId and o.org_id = @orgId
               and (n.status = 'succeeded' or (
                 n.status = 'queued' and (n.trigger = 'manual' or o.trigger <> 'manual') and exists (
                   select from public.job_queue j
                    where j.status = 'queued' and j.type = 'schedule_run' and j.org_id = n.org_id
                      and j.run_after <= now() + interval '1 minute' and lower(j.payload ->> 'schedule_run_id') = n.id::text)))
             order by n.created_at desc, n.id desc
             limit 1) newer on true
         where r.id = @runId and r.org_id = @orgId and r.status not in ('succeeded', 'canceled')
        """;

    public const string Requeue = """
        update public.schedule_runs set status = 'queued', infeasible_reason = null, solver_status = null
         where id = @runId and org_id = @orgId and status not in ('succeeded', 'canceled')
        """;

    public const string Fail = """
        update public.schedule_runs set status = 'failed', infeasible_reason = @reason, solver_status = @solverStatus
         where id = @runId and org_id = @orgId and status not in ('succeeded', 'canceled')
        """;

    public const string Cancel = """
        update public.schedule_runs set status = 'canceled'
         where id = @runId and org_id = @orgId and status not in ('succeeded', 'canceled')
        """;

    /// Locks the run. Zero rows: it is gone, has its plan already, or was called off; nothing is to be written.
    public const string LockRun = """
        select id from public.schedule_runs
         where id = @runId and org_id = @orgId and status not in ('succeeded', 'canceled')
           for update
        """;

    // Key share: a row must not go before the item that names it is in; edits of it need not wait. Before the tasks, as whoever deletes
    // one of these goes on to the tasks that are locked to it.
    public const string LockTechnicians = "select id from public.technicians where org_id = @orgId order by id for key share";

    public const string LockBays = "select id from public.bays where org_id = @orgId order by id for key share";

    /// Locks the shop's open tasks in id order, as every writer of plans does, so that two never wait for each other.
    public const string LockTasks = """
        select id from public.tasks where org_id = @orgId and status in ('todo', 'scheduled', 'in_progress') order by id for update
        """;

    public const string Published = """
        select id from public.schedule_runs
         where org_id = @orgId and status = 'succeeded' and id <> @runId
         order by created_at desc, id
         limit 1
        """;

    // A task that was stored twice counts once, as ShopSql.Tasks has it.
    public const string Places = """
        select distinct on (task_id) task_id, technician_id, bay_id, start_at
          from public.schedule_items
         where schedule_run_id = @publishedId and org_id = @orgId
         order by task_id, start_at, id
        """;

    public const string DeleteItems = "delete from public.schedule_items where schedule_run_id = @runId and org_id = @orgId";

    /// One writer an organisation at a time, to the transaction's end: two would each create the bay.
    public const string LockNoBay = "select pg_advisory_xact_lock(hashtextextended('woflo: no bay of ' || @orgId::text, 0))";

    public const string FindNoBay = """
        select id from public.bays
         where org_id = @orgId and name = 'No bay' and bay_type = 'none' and not is_active
         order by created_at, id
         limit 1
        """;

    public const string CreateNoBay = """
        insert into public.bays (org_id, name, bay_type, capacity, is_active)
        values (@orgId, 'No bay', 'none', 1, false)
        returning id
        """;

    public const string InsertItems = """
        insert into public.schedule_items
               (org_id, schedule_run_id, task_id, technician_id, bay_id, start_at, end_at, is_locked, why)
        select @orgId, @runId, task_id, technician_id, bay_id, start_at, end_at, is_locked, why::jsonb
          from unnest(@tasks::uuid[], @technicians::uuid[], @bays::uuid[], @starts::timestamptz[], @ends::timestamptz[],
                      @locked::boolean[], @whys::text[])
            as i (task_id, technician_id, bay_id, start_at, end_at, is_locked, why)
        """;

    public const string MarkScheduled =
        "update public.tasks set status = 'scheduled' where org_id = @orgId and id = any(@ids) and status = 'todo'";

    public const string MarkTodo =
        "update public.tasks set status = 'todo' where org_id = @orgId and id = any(@ids) and status = 'scheduled' and not lock_flag";

    public const string Succeed = """
        update public.schedule_runs
           set status = 'succeeded', task_count = @taskCount, locked_task_count = @lockedTaskCount,
               solver_wall_time_ms = @wallTimeMs, objective_value = @objectiveValue, objective_breakdown = @breakdown::jsonb,
               solver_status = @solverStatus, infeasible_reason = null, details = @details::jsonb
         where id = @runId and org_id = @orgId
        """;
}
