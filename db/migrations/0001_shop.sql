-- The shop's tables. An empty database gets all of them with their indexes; one that was made by hand keeps what it
-- has, row for row and constraint for constraint, and only gets the tables and triggers it lacks.

-- What was there before this file: those tables get no further index (building one would block their writers).
select set_config('woflo.existing', coalesce(string_agg(relname, ','), ''), true)
from pg_catalog.pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p');

create table if not exists public.organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  timezone text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.profiles (
  id uuid primary key,
  org_id uuid not null references public.organizations on delete cascade,
  email text not null,
  display_name text,
  role text not null check (role in ('admin', 'dispatcher', 'tech')),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.technicians (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  profile_id uuid unique references public.profiles on delete set null,
  name text not null,
  efficiency_multiplier numeric not null default 1.0,
  overtime_allowed boolean not null default true,
  wip_limit integer not null default 3,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.technician_skills (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  technician_id uuid not null references public.technicians on delete cascade,
  skill text not null,
  level integer not null check (level between 1 and 5),
  is_safety_critical boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.bays (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  name text not null,
  bay_type text not null,
  capacity integer not null default 1,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.bay_hours (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  bay_id uuid not null references public.bays on delete cascade,
  day_of_week integer not null check (day_of_week between 0 and 6),
  start_time time not null,
  end_time time not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz,
  unique (bay_id, day_of_week, start_time, end_time)
);

create table if not exists public.shifts (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  name text not null,
  start_time time not null,
  end_time time not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.technician_shift_assignments (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  technician_id uuid not null references public.technicians on delete cascade,
  shift_id uuid not null references public.shifts on delete cascade,
  effective_from date not null,
  effective_to date,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.calendar_events (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  technician_id uuid references public.technicians on delete cascade,
  type text not null check (type in ('pto', 'training', 'holiday', 'sick')),
  start_at timestamptz not null,
  end_at timestamptz not null,
  notes text,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.units (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  unit_number text not null,
  asset_type text not null,
  customer_name_redacted text,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.work_orders (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  unit_id uuid not null references public.units on delete restrict,
  asset_type text not null,
  job_category text,
  priority integer not null check (priority between 1 and 5),
  due_date date,
  customer_commitment_at timestamptz,
  location text not null check (location in ('shop', 'field')),
  notes text,
  status text not null check (status in ('new', 'triage', 'scheduled', 'in_progress', 'blocked_parts', 'done', 'canceled')),
  parts_required boolean not null default false,
  parts_status text not null default 'unknown'
    check (parts_status in ('unknown', 'not_ordered', 'ordered', 'partial', 'ready')),
  parts_ready boolean not null default false,
  parts_ready_at timestamptz,
  estimated_hours_low numeric,
  estimated_hours_high numeric,
  required_bay_type text,
  required_tools jsonb,
  dependencies jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.tasks (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  work_order_id uuid not null references public.work_orders on delete cascade,
  type text not null check (type in ('diagnose', 'repair', 'qa_test', 'road_test', 'cleanup', 'paperwork')),
  status text not null check (status in ('todo', 'scheduled', 'in_progress', 'done', 'blocked')),
  required_skill text,
  required_skill_is_hard boolean not null default false,
  required_bay_type text,
  required_tools jsonb,
  earliest_start timestamptz,
  latest_finish timestamptz,
  duration_minutes_low integer not null,
  duration_minutes_high integer not null,
  lock_flag boolean not null default false,
  locked_tech_id uuid references public.technicians on delete set null,
  locked_bay_id uuid references public.bays on delete set null,
  locked_start_at timestamptz,
  locked_end_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.parts (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  work_order_id uuid not null references public.work_orders on delete cascade,
  name text not null,
  qty integer not null,
  eta_at timestamptz,
  status text not null check (status in ('needed', 'ordered', 'received', 'canceled')),
  reserved boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.attachments (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  work_order_id uuid references public.work_orders on delete cascade,
  task_id uuid references public.tasks on delete cascade,
  bucket text not null,
  path text not null,
  content_type text,
  uploaded_by uuid not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.schedule_runs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  horizon_start timestamptz not null,
  horizon_end timestamptz not null,
  status text not null check (status in ('queued', 'running', 'succeeded', 'failed', 'canceled')),
  trigger text not null check (trigger in ('manual', 'auto_parts', 'auto_callout', 'auto_hot_job', 'override')),
  locked_task_count integer not null default 0,
  task_count integer not null default 0,
  solver_wall_time_ms integer,
  objective_value numeric,
  objective_breakdown jsonb,
  solver_status text,
  infeasible_reason text,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.schedule_items (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  schedule_run_id uuid not null references public.schedule_runs on delete cascade,
  task_id uuid not null references public.tasks on delete cascade,
  technician_id uuid not null references public.technicians on delete cascade,
  bay_id uuid not null references public.bays on delete cascade,
  start_at timestamptz not null,
  end_at timestamptz not null,
  is_locked boolean not null default false,
  why jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.schedule_overrides (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  task_id uuid not null references public.tasks on delete cascade,
  action text not null check (action in ('move', 'assign', 'unassign', 'lock', 'unlock')),
  from_value jsonb,
  to_value jsonb,
  reason text,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.ai_jobs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  work_order_id uuid not null references public.work_orders on delete cascade,
  status text not null check (status in ('queued', 'running', 'succeeded', 'failed', 'needs_review')),
  pipeline text not null,
  step text not null check (step in ('extract', 'classify', 'estimate', 'risk')),
  provider text,
  model text,
  prompt_version text,
  input_redacted text,
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.ai_results (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  ai_job_id uuid not null references public.ai_jobs on delete cascade,
  work_order_id uuid not null references public.work_orders on delete cascade,
  result jsonb not null,
  raw_response jsonb,
  confidence numeric,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table if not exists public.audit_log (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  actor_id uuid not null,
  entity_type text not null check (entity_type in ('work_order', 'task', 'schedule', 'parts', 'ai_job',
    'unit', 'technician', 'bay', 'calendar_event', 'shift')),
  entity_id uuid not null,
  action text not null check (action in ('create', 'update', 'delete', 'lock', 'unlock', 'schedule_run', 'override')),
  diff jsonb,
  reason text,
  created_at timestamptz not null default now()
);

create table if not exists public.job_queue (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  type text not null check (type in ('ai_enrich', 'schedule_run')),
  payload jsonb not null,
  status text not null check (status in ('queued', 'running', 'succeeded', 'failed')),
  run_after timestamptz not null default now(),
  attempts integer not null default 0,
  max_attempts integer not null default 3,
  locked_at timestamptz,
  locked_by text,
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

-- Lookups ask for one organisation's rows, so every index begins with it. The queue's own indexes are files of their own.
do $indexes$
declare
  spec record;
begin
  for spec in
    select * from (values
      ('profiles', 'profiles_org_idx', 'org_id'),
      ('technicians', 'technicians_org_idx', 'org_id'),
      ('technician_skills', 'technician_skills_org_technician_idx', 'org_id, technician_id'),
      ('technician_skills', 'technician_skills_technician_idx', 'technician_id'),
      ('bays', 'bays_org_idx', 'org_id'),
      ('bay_hours', 'bay_hours_org_bay_idx', 'org_id, bay_id'),
      ('shifts', 'shifts_org_idx', 'org_id'),
      ('technician_shift_assignments', 'technician_shift_assignments_org_technician_idx', 'org_id, technician_id'),
      ('technician_shift_assignments', 'technician_shift_assignments_technician_idx', 'technician_id'),
      ('technician_shift_assignments', 'technician_shift_assignments_shift_idx', 'shift_id'),
      ('calendar_events', 'calendar_events_org_start_idx', 'org_id, start_at'),
      ('calendar_events', 'calendar_events_technician_idx', 'technician_id'),
      ('units', 'units_org_number_idx', 'org_id, unit_number'),
      ('work_orders', 'work_orders_org_status_idx', 'org_id, status'),
      ('work_orders', 'work_orders_unit_idx', 'unit_id'),
      ('tasks', 'tasks_org_work_order_idx', 'org_id, work_order_id'),
      ('tasks', 'tasks_org_status_idx', 'org_id, status'),
      ('tasks', 'tasks_work_order_idx', 'work_order_id'),
      ('tasks', 'tasks_locked_tech_idx', 'locked_tech_id'),
      ('tasks', 'tasks_locked_bay_idx', 'locked_bay_id'),
      ('parts', 'parts_org_work_order_idx', 'org_id, work_order_id'),
      ('parts', 'parts_work_order_idx', 'work_order_id'),
      ('attachments', 'attachments_org_idx', 'org_id'),
      ('attachments', 'attachments_work_order_idx', 'work_order_id'),
      ('attachments', 'attachments_task_idx', 'task_id'),
      ('schedule_runs', 'schedule_runs_org_created_idx', 'org_id, created_at desc'),
      ('schedule_items', 'schedule_items_org_technician_start_idx', 'org_id, technician_id, start_at'),
      ('schedule_items', 'schedule_items_run_idx', 'schedule_run_id'),
      ('schedule_items', 'schedule_items_task_idx', 'task_id'),
      ('schedule_items', 'schedule_items_technician_idx', 'technician_id'),
      ('schedule_items', 'schedule_items_bay_idx', 'bay_id'),
      ('schedule_overrides', 'schedule_overrides_org_created_idx', 'org_id, created_at desc'),
      ('schedule_overrides', 'schedule_overrides_task_idx', 'task_id'),
      ('ai_jobs', 'ai_jobs_org_work_order_idx', 'org_id, work_order_id'),
      ('ai_jobs', 'ai_jobs_org_status_idx', 'org_id, status'),
      ('ai_jobs', 'ai_jobs_work_order_idx', 'work_order_id'),
      ('ai_results', 'ai_results_org_work_order_idx', 'org_id, work_order_id'),
      ('ai_results', 'ai_results_job_idx', 'ai_job_id'),
      ('ai_results', 'ai_results_work_order_idx', 'work_order_id'),
      ('audit_log', 'audit_log_org_created_idx', 'org_id, created_at desc'),
      ('audit_log', 'audit_log_org_entity_idx', 'org_id, entity_type, entity_id')
    ) as i(table_name, index_name, columns)
    where table_name <> all (string_to_array(current_setting('woflo.existing'), ','))
  loop
    execute format('create index if not exists %I on public.%I (%s)', spec.index_name, spec.table_name, spec.columns);
  end loop;
end
$indexes$;

-- updated_at, wherever nothing keeps it yet: a shop's own trigger, whatever its name, stays the only one.
do $updated_at$
declare
  target record;
begin
  if to_regprocedure('public.set_updated_at()') is null then
    create function public.set_updated_at() returns trigger
    language plpgsql
    set search_path = pg_catalog
    as $body$
    begin
      new.updated_at = now();
      return new;
    end
    $body$;
  end if;

  for target in
    select c.oid, c.relname
    from unnest(array['organizations', 'profiles', 'technicians', 'technician_skills', 'bays', 'bay_hours', 'shifts',
        'technician_shift_assignments', 'calendar_events', 'units', 'work_orders', 'tasks', 'parts', 'attachments',
        'schedule_runs', 'schedule_items', 'schedule_overrides', 'ai_jobs', 'ai_results', 'job_queue']) as t(name)
    join pg_catalog.pg_class c on c.relname = t.name and c.relnamespace = 'public'::regnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'updated_at' and not a.attisdropped
    where not exists (
      -- 1 a row's, 2 before, 16 on update; the column is named in the function's text or in the trigger's arguments.
      select from pg_catalog.pg_trigger g
      join pg_catalog.pg_proc p on p.oid = g.tgfoid
      where g.tgrelid = c.oid and not g.tgisinternal and g.tgtype::int & 19 = 19
        and (p.proname = 'set_updated_at' or p.prosrc ilike '%updated_at%' or encode(g.tgargs, 'escape') ilike '%updated_at%'))
    order by c.relname
  loop
    execute format(
      'create trigger set_updated_at before update on public.%I for each row execute function public.set_updated_at()',
      target.relname);
  end loop;
end
$updated_at$;
