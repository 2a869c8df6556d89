namespace Woflo.Infrastructure.Postgres.Scheduling;

/// <summary>Writes of a run and its plan, all inside the transaction that moves the job.</summary>
internal static class ScheduleSql
{
    // A run that ended well or was called off keeps its end, whatever becomes of its job.
    public const string Start = """
        update public.schedule_runs set status = 'running'
         where id = @runId and org_id = @orgId and status not in ('succeeded', 'canceled')
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

    /// Locks the tasks in id order, as every writer of plans does, so that two never wait for each other.
    /// Rows that do not come back were finished, called off or deleted while the plan was made.
    public const string LockTasks = """
        select t.id, t.lock_flag, t.locked_tech_id, t.locked_bay_id, t.locked_start_at, t.locked_end_at
          from public.tasks t
          join public.work_orders w on w.id = t.work_order_id and w.org_id = t.org_id
         where t.org_id = @orgId and t.id = any(@ids) and t.status in ('todo', 'scheduled', 'in_progress')
           and w.status not in ('done', 'canceled')
         order by t.id
           for update of t
        """;

    // Key share: the row must not go before the item that names it is in; edits of it need not wait.
    public const string LockTechnicians = """
        select id from public.technicians where org_id = @orgId and id = any(@ids) order by id for key share
        """;

    public const string LockBays = """
        select id from public.bays where org_id = @orgId and id = any(@ids) order by id for key share
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
