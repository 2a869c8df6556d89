namespace Woflo.Infrastructure.Postgres.Demo;

internal static class DemoSql
{
    /// Every table outside the system's schemas; extensions keep theirs.
    public const string Tables = """
        select n.nspname || '.' || c.relname
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
           and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
        """;

    public const string HasOtherOrganizations = "select exists (select 1 from public.organizations where id <> @org_id)";

    /// An open work order whose enrichment is neither waiting nor done.
    public const string WithoutEnrichment = """
        select w.id from public.work_orders w
         where w.org_id = @org_id and w.status not in ('done', 'canceled')
           and not exists (select 1 from public.ai_jobs a where a.work_order_id = w.id and a.status = 'succeeded')
           and not exists (select 1 from public.job_queue q
                            where q.org_id = @org_id and q.type = 'ai_enrich' and q.status in ('queued', 'running')
                              and q.payload ->> 'work_order_id' = w.id::text)
         order by w.priority desc, w.due_date, w.id
        """;

    public const string PlanIsUnderWay = """
        select exists (select 1 from public.job_queue where org_id = @org_id and type = 'schedule_run' and status in ('queued', 'running'))
        """;

    /// A run that was created but whose job never came is used again.
    public const string NewRun = """
        with waiting as (
          update public.schedule_runs set horizon_start = @horizon_start, horizon_end = @horizon_end
           where id = (select id from public.schedule_runs where org_id = @org_id and status = 'queued' order by created_at limit 1)
          returning id
        ), added as (
          insert into public.schedule_runs (org_id, horizon_start, horizon_end, status, trigger)
          select @org_id, @horizon_start, @horizon_end, 'queued', 'manual' where not exists (select 1 from waiting)
          returning id
        )
        select id from waiting union all select id from added
        """;

    /// The newest answer of each step.
    public const string Enrichments = """
        select w.id as work_order_id, u.unit_number as unit, w.notes, w.job_category as category,
               w.estimated_hours_low::numeric as hours_low, w.estimated_hours_high::numeric as hours_high, w.required_bay_type as bay_type,
               classify.result ->> 'category' as found_category, classify.confidence::numeric as confidence,
               risk.result ->> 'oos_risk' as oos_risk,
               (select string_agg(f ->> 'evidence', '; ') from jsonb_array_elements(risk.result -> 'findings') f) as evidence,
               (select string_agg(f ->> 'code', ', ') from jsonb_array_elements(extract.result -> 'fault_codes') f) as fault_codes,
               (select j.error from public.ai_jobs j where j.work_order_id = w.id and j.status = 'failed'
                 order by j.created_at desc limit 1) as error
          from public.work_orders w
          join public.units u on u.id = w.unit_id
          left join lateral (select r.result, r.confidence from public.ai_results r join public.ai_jobs j on j.id = r.ai_job_id
                              where j.work_order_id = w.id and j.step = 'classify' order by r.created_at desc limit 1) classify on true
          left join lateral (select r.result from public.ai_results r join public.ai_jobs j on j.id = r.ai_job_id
                              where j.work_order_id = w.id and j.step = 'risk' order by r.created_at desc limit 1) risk on true
          left join lateral (select r.result from public.ai_results r join public.ai_jobs j on j.id = r.ai_job_id
                              where j.work_order_id = w.id and j.step = 'extract' order by r.created_at desc limit 1) extract on true
         where w.org_id = @org_id and w.status not in ('done', 'canceled')
         order by w.priority desc, w.due_date, u.unit_number, w.id
        """;

    public const string NewestRun = """
        select id, status, solver_status, infeasible_reason, task_count, solver_wall_time_ms
          from public.schedule_runs where org_id = @org_id order by created_at desc, id limit 1
        """;

    public const string Plan = """
        select t.name as technician,
               i.start_at at time zone o.timezone as start_local, i.end_at at time zone o.timezone as end_local,
               u.unit_number as unit, w.id as work_order_id, k.type as task_type,
               case when b.bay_type = 'none' then '' else b.name end as bay, i.is_locked
          from public.schedule_items i
          join public.organizations o on o.id = i.org_id
          join public.tasks k on k.id = i.task_id
          join public.work_orders w on w.id = k.work_order_id
          join public.units u on u.id = w.unit_id
          join public.technicians t on t.id = i.technician_id
          join public.bays b on b.id = i.bay_id
         where i.schedule_run_id = @run_id and i.org_id = @org_id
         order by t.name, i.start_at
        """;

    /// By the row as JSON, so that it also reads a database whose runs have no details yet.
    public const string LeftOut = """
        select (l ->> 'task_id')::uuid as task_id, u.unit_number as unit, k.type as task_type, l ->> 'reason' as reason
          from public.schedule_runs s
          cross join lateral jsonb_array_elements(coalesce(to_jsonb(s) -> 'details' -> 'left_out', '[]'::jsonb)) l
          left join public.tasks k on k.id = (l ->> 'task_id')::uuid
          left join public.work_orders w on w.id = k.work_order_id
          left join public.units u on u.id = w.unit_id
         where s.id = @run_id and s.org_id = @org_id
         order by u.unit_number, k.type
        """;

    public const string JobCounts = """
        select type, status, count(*) as count from public.job_queue where org_id = @org_id group by type, status order by type, status
        """;

    /// One statement a table; the row type knows the columns' types. Rows that are there keep all but their dates.
    public static string Insert(DemoTable table)
    {
        var columns = string.Join(", ", table.Columns);
        var conflict = table.Refreshed.Length == 0
            ? "do nothing"
            : "(id) do update set " + string.Join(", ", table.Refreshed.Select(column => $"{column} = excluded.{column}"))
              + " where " + string.Join(" or ", table.Refreshed.Select(column => $"t.{column} is distinct from excluded.{column}"));
        return $"""
            insert into public.{table.Name} as t ({columns})
            select {columns} from jsonb_populate_recordset(null::public.{table.Name}, @rows::jsonb)
            on conflict {conflict}
            """;
    }
}
