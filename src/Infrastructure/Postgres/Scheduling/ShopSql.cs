namespace Woflo.Infrastructure.Postgres.Scheduling;

/// <summary>Reads of a shop. Each names the organisation for every table, since foreign keys do not.</summary>
internal static class ShopSql
{
    public const string Run = """
        select status, trigger, horizon_start, horizon_end, (details ->> 'superseded_by')::uuid as superseded_by
          from public.schedule_runs
         where id = @runId and org_id = @orgId
        """;

    public const string TimeZone = "select timezone from public.organizations where id = @orgId";

    public const string Objective = "select weights::text from woflo.objectives where org_id = @orgId";

    public const string Technicians = """
        select t.id, t.name, t.efficiency_multiplier::float8 as efficiency,
               t.overtime_allowed, t.wip_limit::int as wip_limit, coalesce(p.is_active, true) as is_active
          from public.technicians t
          left join public.profiles p on p.id = t.profile_id and p.org_id = t.org_id
         where t.org_id = @orgId
         order by t.id
        """;

    public const string Skills = """
        select technician_id, skill, level::int as level, is_safety_critical
          from public.technician_skills
         where org_id = @orgId
         order by technician_id, skill, level desc
        """;

    // The stand-in for work without a bay is never a bay to work in.
    public const string Bays = """
        select id, name, bay_type, capacity::int as capacity, is_active and capacity > 0 as is_offered,
               name = 'No bay' and bay_type = 'none' and not is_active as is_stand_in
          from public.bays
         where org_id = @orgId
         order by id
        """;

    // Minutes, since 24:00 is a legal end here and has no TimeOnly. Hours of bays out of use do not open the shop.
    public const string BayHours = """
        select h.bay_id, h.day_of_week::int as day_of_week,
               (extract(epoch from h.start_time) / 60)::int as start_minute,
               (extract(epoch from h.end_time) / 60)::int as end_minute
          from public.bay_hours h
          join public.bays b on b.id = h.bay_id and b.org_id = h.org_id and b.is_active
         where h.org_id = @orgId
        """;

    public const string Shifts = """
        select id, (extract(epoch from start_time) / 60)::int as start_minute,
               (extract(epoch from end_time) / 60)::int as end_minute,
               array_to_string(days_of_week, ',') as days
          from public.shifts
         where org_id = @orgId
         order by id
        """;

    // Dates as text: an infinite one has no .NET date.
    public const string Assignments = """
        select technician_id, shift_id, effective_from::text as effective_from, effective_to::text as effective_to
          from public.technician_shift_assignments
         where org_id = @orgId
         order by id
        """;

    // Two months around, since a due date on a closed day means an opening before it.
    public const string Events = """
        select technician_id, start_at, end_at
          from public.calendar_events
         where org_id = @orgId and start_at < @until + interval '60 days' and end_at > @since - interval '60 days'
        """;

    public const string WorkOrders = """
        select w.id, coalesce(u.unit_number, w.id::text) as unit, w.priority::int as priority, w.location = 'field' as is_in_field,
               w.required_bay_type, w.due_date::text as due_date, w.customer_commitment_at, w.parts_required,
               w.parts_ready or w.parts_status = 'ready' as parts_ready,
               (select max(p.eta_at) from public.parts p
                 where p.work_order_id = w.id and p.org_id = w.org_id and p.status in ('needed', 'ordered')) as parts_eta,
               exists (select 1 from public.parts p
                 where p.work_order_id = w.id and p.org_id = w.org_id and p.status in ('needed', 'ordered')
                   and p.eta_at is null) as has_parts_without_eta,
               w.dependencies::text as dependencies
          from public.work_orders w
          left join public.units u on u.id = w.unit_id and u.org_id = w.org_id
         where w.org_id = @orgId and w.status not in ('done', 'canceled')
         order by w.id
        """;

    public const string Tasks = """
        with published as (
            select id from public.schedule_runs
             where org_id = @orgId and status = 'succeeded'
             order by created_at desc, id
             limit 1)
        select t.id, t.work_order_id, t.type, t.status, t.duration_minutes_low::int as low, t.duration_minutes_high::int as high,
               t.required_skill, t.required_skill_is_hard, t.required_bay_type, t.earliest_start, t.latest_finish,
               t.lock_flag, t.locked_tech_id, t.locked_bay_id, t.locked_start_at, t.locked_end_at,
               i.technician_id as published_technician_id, i.bay_id as published_bay_id, i.start_at as published_start_at
          from public.tasks t
          join public.work_orders w on w.id = t.work_order_id and w.org_id = t.org_id
          left join lateral (
            select s.technician_id, s.bay_id, s.start_at
              from public.schedule_items s
              join published p on p.id = s.schedule_run_id
             where s.task_id = t.id and s.org_id = t.org_id
             order by s.start_at, s.id
             limit 1) i on true
         where t.org_id = @orgId and t.status in ('todo', 'scheduled', 'in_progress', 'blocked')
           and w.status not in ('done', 'canceled')
         order by t.id
        """;

    // Index schedule_overrides_org_created_idx. An earlier override of a task is history.
    public const string Overrides = """
        select id, task_id, action, to_value
          from (select distinct on (o.task_id) o.id, o.task_id, o.action, o.to_value::text as to_value, o.created_at
                  from public.schedule_overrides o
                  join public.tasks t on t.id = o.task_id and t.org_id = o.org_id
                 where o.org_id = @orgId and t.status in ('todo', 'scheduled', 'in_progress')
                 order by o.task_id, o.created_at desc, o.id desc) newest
         order by created_at desc, id desc
        """;
}
