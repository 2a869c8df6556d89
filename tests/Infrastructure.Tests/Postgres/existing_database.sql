-- A Woflo database as shops have it: made by hand, statement by statement, with no history of migrations. Only what the
-- contract names is here, none of this worker's additions, and here and there it differs from what `migrate` would build.

create function public.set_updated_at() returns trigger as $$
BEGIN
  NEW.updated_at = NOW();
  RETURN NEW;
END;
$$ language plpgsql;

create table organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  timezone text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table profiles (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  email text not null,
  display_name text,
  role text not null check (role in ('admin', 'dispatcher', 'tech')),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table technicians (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  profile_id uuid unique references profiles on delete set null,
  name text not null,
  efficiency_multiplier numeric(4,2) not null default 1.0,
  overtime_allowed boolean not null default true,
  wip_limit integer not null default 3,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table technician_skills (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  technician_id uuid not null references technicians on delete cascade,
  skill text not null,
  level integer not null check (level between 1 and 5),
  is_safety_critical boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table bays (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  name text not null,
  bay_type text not null,
  capacity integer not null default 1,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table bay_hours (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  bay_id uuid not null references bays on delete cascade,
  day_of_week integer not null check (day_of_week between 0 and 6),
  start_time time not null,
  end_time time not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz,
  unique (bay_id, day_of_week, start_time, end_time)
);

create table shifts (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  name text not null,
  start_time time not null,
  end_time time not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table technician_shift_assignments (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  technician_id uuid not null references technicians on delete cascade,
  shift_id uuid not null references shifts on delete cascade,
  effective_from date not null,
  effective_to date,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table calendar_events (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  technician_id uuid references technicians on delete cascade,
  type text not null check (type in ('pto', 'training', 'holiday', 'sick')),
  start_at timestamptz not null,
  end_at timestamptz not null,
  notes text,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table units (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  unit_number text not null,
  asset_type text not null,
  customer_name_redacted text,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table work_orders (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  unit_id uuid not null references units on delete restrict,
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

create table tasks (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  work_order_id uuid not null references work_orders on delete cascade,
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
  locked_tech_id uuid references technicians on delete set null,
  locked_bay_id uuid references bays on delete set null,
  locked_start_at timestamptz,
  locked_end_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table parts (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  work_order_id uuid not null references work_orders on delete cascade,
  name text not null,
  qty integer not null,
  eta_at timestamptz,
  status text not null check (status in ('needed', 'ordered', 'received', 'canceled')),
  reserved boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table attachments (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  work_order_id uuid references work_orders on delete cascade,
  task_id uuid references tasks on delete cascade,
  bucket text not null,
  path text not null,
  content_type text,
  uploaded_by uuid not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table schedule_runs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
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

create table schedule_items (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  schedule_run_id uuid not null references schedule_runs on delete cascade,
  task_id uuid not null references tasks on delete cascade,
  technician_id uuid not null references technicians on delete cascade,
  bay_id uuid not null references bays on delete cascade,
  start_at timestamptz not null,
  end_at timestamptz not null,
  is_locked boolean not null default false,
  why jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table schedule_overrides (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  task_id uuid not null references tasks on delete cascade,
  action text not null check (action in ('move', 'assign', 'unassign', 'lock', 'unlock')),
  from_value jsonb,
  to_value jsonb,
  reason text,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table ai_jobs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  work_order_id uuid not null references work_orders on delete cascade,
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

create table ai_results (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  ai_job_id uuid not null references ai_jobs on delete cascade,
  work_order_id uuid not null references work_orders on delete cascade,
  result jsonb not null,
  raw_response jsonb,
  confidence numeric,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table audit_log (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
  actor_id uuid not null,
  entity_type text not null check (entity_type in ('work_order', 'task', 'schedule', 'parts', 'ai_job')),
  entity_id uuid not null,
  action text not null check (action in ('create', 'update', 'delete', 'lock', 'unlock', 'schedule_run', 'override')),
  diff jsonb,
  reason text,
  created_at timestamptz not null default now()
);

create table job_queue (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations on delete cascade,
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
  updated_at timestamptz,
  constraint job_queue_attempts_sane check (attempts >= 0)
);

create trigger organizations_touch before update on organizations for each row execute function set_updated_at();
create trigger profiles_touch before update on profiles for each row execute function set_updated_at();
create trigger technicians_touch before update on technicians for each row execute function set_updated_at();
create trigger technician_skills_touch before update on technician_skills for each row execute function set_updated_at();
create trigger bay_hours_touch before update on bay_hours for each row execute function set_updated_at();
create trigger shifts_touch before update on shifts for each row execute function set_updated_at();
create trigger technician_shift_assignments_touch before update on technician_shift_assignments for each row execute function set_updated_at();
create trigger calendar_events_touch before update on calendar_events for each row execute function set_updated_at();
create trigger units_touch before update on units for each row execute function set_updated_at();
create trigger work_orders_touch before update on work_orders for each row execute function set_updated_at();
create trigger tasks_touch before update on tasks for each row execute function set_updated_at();
create trigger parts_touch before update on parts for each row execute function set_updated_at();
create trigger schedule_runs_touch before update on schedule_runs for each row execute function set_updated_at();
create trigger schedule_items_touch before update on schedule_items for each row execute function set_updated_at();
create trigger schedule_overrides_touch before update on schedule_overrides for each row execute function set_updated_at();
create trigger ai_jobs_touch before update on ai_jobs for each row execute function set_updated_at();
create trigger ai_results_touch before update on ai_results for each row execute function set_updated_at();
create trigger job_queue_touch before update on job_queue for each row execute function set_updated_at();

-- bays has a function of its own, attachments was forgotten.
create function public.touch_bay() returns trigger language plpgsql as $$ begin new.updated_at := clock_timestamp(); return new; end $$;
create trigger zz_bays before update on bays for each row execute function touch_bay();

create index job_queue_status_run_after_idx on job_queue (status, run_after);
create index job_queue_org_status_idx on job_queue (org_id, status);
create index my_work_orders on work_orders (org_id, status, priority desc);
alter table job_queue enable row level security;

insert into organizations (id, name, timezone) values
  ('a0000000-0000-0000-0000-000000000001', 'North Yard', 'Pacific/Honolulu'),
  ('a0000000-0000-0000-0000-000000000002', 'South Yard', 'Europe/Berlin');
insert into profiles (id, org_id, email, role) values ('b0000000-0000-0000-0000-000000000001', 'a0000000-0000-0000-0000-000000000001', 'kim@example.test', 'tech');
insert into technicians (id, org_id, profile_id, name, efficiency_multiplier) values
  ('c0000000-0000-0000-0000-000000000001', 'a0000000-0000-0000-0000-000000000001', 'b0000000-0000-0000-0000-000000000001', 'Kim', 1.1);
insert into technician_skills (org_id, technician_id, skill, level) values
  ('a0000000-0000-0000-0000-000000000001', 'c0000000-0000-0000-0000-000000000001', 'brakes', 4);
insert into bays (id, org_id, name, bay_type) values ('d0000000-0000-0000-0000-000000000001', 'a0000000-0000-0000-0000-000000000001', 'Bay 1', 'heavy');
insert into bay_hours (org_id, bay_id, day_of_week, start_time, end_time) values
  ('a0000000-0000-0000-0000-000000000001', 'd0000000-0000-0000-0000-000000000001', 1, '08:00', '24:00');
insert into shifts (id, org_id, name, start_time, end_time) values ('d1000000-0000-0000-0000-000000000001', 'a0000000-0000-0000-0000-000000000001', 'Night', '22:00', '06:00');
insert into units (id, org_id, unit_number, asset_type) values ('e0000000-0000-0000-0000-000000000001', 'a0000000-0000-0000-0000-000000000001', '17', 'tractor');
insert into work_orders (id, org_id, unit_id, asset_type, priority, location, status) values
  ('e1000000-0000-0000-0000-000000000001', 'a0000000-0000-0000-0000-000000000001', 'e0000000-0000-0000-0000-000000000001', 'tractor', 5, 'shop', 'new');
insert into tasks (id, org_id, work_order_id, type, status, duration_minutes_low, duration_minutes_high) values
  ('e2000000-0000-0000-0000-000000000001', 'a0000000-0000-0000-0000-000000000001', 'e1000000-0000-0000-0000-000000000001', 'repair', 'todo', 60, 90);
insert into schedule_runs (id, org_id, horizon_start, horizon_end, status, trigger) values
  ('e3000000-0000-0000-0000-000000000001', 'a0000000-0000-0000-0000-000000000001', '2026-03-02', '2026-03-09', 'succeeded', 'manual');
insert into schedule_items (org_id, schedule_run_id, task_id, technician_id, bay_id, start_at, end_at) values
  ('a0000000-0000-0000-0000-000000000001', 'e3000000-0000-0000-0000-000000000001', 'e2000000-0000-0000-0000-000000000001',
   'c0000000-0000-0000-0000-000000000001', 'd0000000-0000-0000-0000-000000000001', '2026-03-02 18:00+00', '2026-03-02 19:00+00');
insert into audit_log (org_id, actor_id, entity_type, entity_id, action) values
  ('a0000000-0000-0000-0000-000000000001', 'b0000000-0000-0000-0000-000000000001', 'task', 'e2000000-0000-0000-0000-000000000001', 'create');
insert into job_queue (org_id, type, payload, status, attempts, locked_at, locked_by, error)
select 'a0000000-0000-0000-0000-000000000001', 'ai_enrich', '{"work_order_id": "e1000000-0000-0000-0000-000000000001"}',
       (array['queued', 'running', 'succeeded', 'failed'])[1 + n % 4], n % 3,
       case when n % 4 = 1 then now() - interval '1 hour' end, case when n % 4 = 1 then 'worker-1' end,
       case when n % 4 = 3 then 'ValueError: no such work order' end
from generate_series(1, 500) as n;
