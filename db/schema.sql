-- What db/migrations build from an empty database. Written by build/schema; a test holds it to them.

CREATE SCHEMA woflo;

CREATE FUNCTION public.set_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
    begin
      new.updated_at = now();
      return new;
    end
    $$;

CREATE FUNCTION woflo.clear_fence() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  new.fence = null;
  new.lease_expires_at = null;
  new.claimed_at = null;
  new.progress = null;
  return new;
end
$$;

CREATE FUNCTION woflo.wake_workers() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  news text;
begin
  if exists (select from woflo.workers where waits_for <> '{}' and live_until > clock_timestamp()) then
    -- Which types, and in how many milliseconds the first falls due: the API writes run_after by its own clock.
    select string_agg(distinct type, ',') || ' ' || greatest(0, ceil(extract(epoch from min(greatest(run_after, now())) - now()) * 1000)) into news
      from inserted
     where status = 'queued' and run_after <= now() + interval '1 minute'
       and type = any (array(select unnest(waits_for) from woflo.workers where live_until > clock_timestamp()));
    if news is not null then
      perform pg_notify('woflo_job_queue', news);
    end if;
  end if;
  return null;
end
$$;

CREATE TABLE public.ai_jobs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    work_order_id uuid NOT NULL,
    status text NOT NULL,
    pipeline text NOT NULL,
    step text NOT NULL,
    provider text,
    model text,
    prompt_version text,
    input_redacted text,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone,
    CONSTRAINT ai_jobs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'needs_review'::text]))),
    CONSTRAINT ai_jobs_step_check CHECK ((step = ANY (ARRAY['extract'::text, 'classify'::text, 'estimate'::text, 'risk'::text])))
);

CREATE TABLE public.ai_results (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    ai_job_id uuid NOT NULL,
    work_order_id uuid NOT NULL,
    result jsonb NOT NULL,
    raw_response jsonb,
    confidence numeric,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone
);

CREATE TABLE public.attachments (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    work_order_id uuid,
    task_id uuid,
    bucket text NOT NULL,
    path text NOT NULL,
    content_type text,
    uploaded_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone
);

CREATE TABLE public.audit_log (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    actor_id uuid NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    action text NOT NULL,
    diff jsonb,
    reason text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT audit_log_action_check CHECK ((action = ANY (ARRAY['create'::text, 'update'::text, 'delete'::text, 'lock'::text, 'unlock'::text, 'schedule_run'::text, 'override'::text]))),
    CONSTRAINT audit_log_entity_type_check CHECK ((entity_type = ANY (ARRAY['work_order'::text, 'task'::text, 'schedule'::text, 'parts'::text, 'ai_job'::text, 'unit'::text, 'technician'::text, 'bay'::text, 'calendar_event'::text, 'shift'::text])))
);

CREATE TABLE public.bay_hours (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    bay_id uuid NOT NULL,
    day_of_week integer NOT NULL,
    start_time time without time zone NOT NULL,
    end_time time without time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone,
    CONSTRAINT bay_hours_day_of_week_check CHECK (((day_of_week >= 0) AND (day_of_week <= 6)))
);

CREATE TABLE public.bays (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    name text NOT NULL,
    bay_type text NOT NULL,
    capacity integer DEFAULT 1 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone
);

CREATE TABLE public.calendar_events (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    technician_id uuid,
    type text NOT NULL,
    start_at timestamp with time zone NOT NULL,
    end_at timestamp with time zone NOT NULL,
    notes text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone,
    CONSTRAINT calendar_events_type_check CHECK ((type = ANY (ARRAY['pto'::text, 'training'::text, 'holiday'::text, 'sick'::text])))
);

CREATE TABLE public.job_queue (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    type text NOT NULL,
    payload jsonb NOT NULL,
    status text NOT NULL,
    run_after timestamp with time zone DEFAULT now() NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 3 NOT NULL,
    locked_at timestamp with time zone,
    locked_by text,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone,
    fence uuid,
    last_fence uuid,
    lease_expires_at timestamp with time zone,
    claimed_at timestamp with time zone,
    failure_class text,
    deferrals integer DEFAULT 0 NOT NULL,
    deferred_since timestamp with time zone,
    rescues integer DEFAULT 0 NOT NULL,
    failures jsonb DEFAULT '[]'::jsonb NOT NULL,
    progress jsonb,
    CONSTRAINT job_queue_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text]))),
    CONSTRAINT job_queue_type_check CHECK ((type = ANY (ARRAY['ai_enrich'::text, 'schedule_run'::text])))
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='5000', autovacuum_analyze_scale_factor='0.05', autovacuum_analyze_threshold='5000');

CREATE TABLE public.organizations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    timezone text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone
);

CREATE TABLE public.parts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    work_order_id uuid NOT NULL,
    name text NOT NULL,
    qty integer NOT NULL,
    eta_at timestamp with time zone,
    status text NOT NULL,
    reserved boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone,
    CONSTRAINT parts_status_check CHECK ((status = ANY (ARRAY['needed'::text, 'ordered'::text, 'received'::text, 'canceled'::text])))
);

CREATE TABLE public.profiles (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    email text NOT NULL,
    display_name text,
    role text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone,
    CONSTRAINT profiles_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'dispatcher'::text, 'tech'::text])))
);

CREATE TABLE public.schedule_items (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    schedule_run_id uuid NOT NULL,
    task_id uuid NOT NULL,
    technician_id uuid NOT NULL,
    bay_id uuid NOT NULL,
    start_at timestamp with time zone NOT NULL,
    end_at timestamp with time zone NOT NULL,
    is_locked boolean DEFAULT false NOT NULL,
    why jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone
);

CREATE TABLE public.schedule_overrides (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    task_id uuid NOT NULL,
    action text NOT NULL,
    from_value jsonb,
    to_value jsonb,
    reason text,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone,
    CONSTRAINT schedule_overrides_action_check CHECK ((action = ANY (ARRAY['move'::text, 'assign'::text, 'unassign'::text, 'lock'::text, 'unlock'::text])))
);

CREATE TABLE public.schedule_runs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    horizon_start timestamp with time zone NOT NULL,
    horizon_end timestamp with time zone NOT NULL,
    status text NOT NULL,
    trigger text NOT NULL,
    locked_task_count integer DEFAULT 0 NOT NULL,
    task_count integer DEFAULT 0 NOT NULL,
    solver_wall_time_ms integer,
    objective_value numeric,
    objective_breakdown jsonb,
    solver_status text,
    infeasible_reason text,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone,
    details jsonb,
    CONSTRAINT schedule_runs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'canceled'::text]))),
    CONSTRAINT schedule_runs_trigger_check CHECK ((trigger = ANY (ARRAY['manual'::text, 'auto_parts'::text, 'auto_callout'::text, 'auto_hot_job'::text, 'override'::text])))
);

CREATE TABLE public.shifts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    name text NOT NULL,
    start_time time without time zone NOT NULL,
    end_time time without time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone,
    days_of_week smallint[],
    CONSTRAINT shifts_days_of_week_check CHECK ((days_of_week <@ '{0,1,2,3,4,5,6}'::smallint[]))
);

CREATE TABLE public.tasks (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    work_order_id uuid NOT NULL,
    type text NOT NULL,
    status text NOT NULL,
    required_skill text,
    required_skill_is_hard boolean DEFAULT false NOT NULL,
    required_bay_type text,
    required_tools jsonb,
    earliest_start timestamp with time zone,
    latest_finish timestamp with time zone,
    duration_minutes_low integer NOT NULL,
    duration_minutes_high integer NOT NULL,
    lock_flag boolean DEFAULT false NOT NULL,
    locked_tech_id uuid,
    locked_bay_id uuid,
    locked_start_at timestamp with time zone,
    locked_end_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone,
    CONSTRAINT tasks_status_check CHECK ((status = ANY (ARRAY['todo'::text, 'scheduled'::text, 'in_progress'::text, 'done'::text, 'blocked'::text]))),
    CONSTRAINT tasks_type_check CHECK ((type = ANY (ARRAY['diagnose'::text, 'repair'::text, 'qa_test'::text, 'road_test'::text, 'cleanup'::text, 'paperwork'::text])))
);

CREATE TABLE public.technician_shift_assignments (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    technician_id uuid NOT NULL,
    shift_id uuid NOT NULL,
    effective_from date NOT NULL,
    effective_to date,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone
);

CREATE TABLE public.technician_skills (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    technician_id uuid NOT NULL,
    skill text NOT NULL,
    level integer NOT NULL,
    is_safety_critical boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone,
    CONSTRAINT technician_skills_level_check CHECK (((level >= 1) AND (level <= 5)))
);

CREATE TABLE public.technicians (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    profile_id uuid,
    name text NOT NULL,
    efficiency_multiplier numeric DEFAULT 1.0 NOT NULL,
    overtime_allowed boolean DEFAULT true NOT NULL,
    wip_limit integer DEFAULT 3 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone
);

CREATE TABLE public.units (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    unit_number text NOT NULL,
    asset_type text NOT NULL,
    customer_name_redacted text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone
);

CREATE TABLE public.work_orders (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    asset_type text NOT NULL,
    job_category text,
    priority integer NOT NULL,
    due_date date,
    customer_commitment_at timestamp with time zone,
    location text NOT NULL,
    notes text,
    status text NOT NULL,
    parts_required boolean DEFAULT false NOT NULL,
    parts_status text DEFAULT 'unknown'::text NOT NULL,
    parts_ready boolean DEFAULT false NOT NULL,
    parts_ready_at timestamp with time zone,
    estimated_hours_low numeric,
    estimated_hours_high numeric,
    required_bay_type text,
    required_tools jsonb,
    dependencies jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone,
    CONSTRAINT work_orders_location_check CHECK ((location = ANY (ARRAY['shop'::text, 'field'::text]))),
    CONSTRAINT work_orders_parts_status_check CHECK ((parts_status = ANY (ARRAY['unknown'::text, 'not_ordered'::text, 'ordered'::text, 'partial'::text, 'ready'::text]))),
    CONSTRAINT work_orders_priority_check CHECK (((priority >= 1) AND (priority <= 5))),
    CONSTRAINT work_orders_status_check CHECK ((status = ANY (ARRAY['new'::text, 'triage'::text, 'scheduled'::text, 'in_progress'::text, 'blocked_parts'::text, 'done'::text, 'canceled'::text])))
);

CREATE TABLE woflo.ai_answers (
    org_id uuid NOT NULL,
    request_hash bytea NOT NULL,
    call_id uuid NOT NULL,
    job_id uuid NOT NULL,
    outcome text NOT NULL,
    answer bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE woflo.ai_calls (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    day date NOT NULL,
    job_id uuid NOT NULL,
    work_order_id uuid NOT NULL,
    ai_job_id uuid,
    step text NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    prompt_version text NOT NULL,
    purpose text NOT NULL,
    request_hash bytea NOT NULL,
    reserved_tokens bigint NOT NULL,
    reserved_micros bigint NOT NULL,
    outcome text,
    input_tokens bigint,
    cached_tokens bigint,
    output_tokens bigint,
    cost_micros bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    answered_at timestamp with time zone
);

CREATE TABLE woflo.ai_days (
    org_id uuid NOT NULL,
    day date NOT NULL,
    tokens bigint NOT NULL,
    cost_micros bigint NOT NULL
);

CREATE TABLE woflo.ai_pauses (
    route text NOT NULL,
    until timestamp with time zone NOT NULL,
    reason text NOT NULL
);

CREATE TABLE woflo.ai_written (
    work_order_id uuid NOT NULL,
    org_id uuid NOT NULL,
    job_category text,
    estimated_hours_low numeric,
    estimated_hours_high numeric,
    required_bay_type text,
    required_tools jsonb
);

CREATE TABLE woflo.caps (
    type text NOT NULL,
    in_flight integer,
    in_flight_per_org integer,
    CONSTRAINT caps_check CHECK (((type <> 'schedule_run'::text) OR (in_flight_per_org = 1))),
    CONSTRAINT caps_in_flight_check CHECK ((in_flight >= 1)),
    CONSTRAINT caps_in_flight_per_org_check CHECK ((in_flight_per_org >= 1))
);

CREATE TABLE woflo.crons (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    name text NOT NULL,
    expression text NOT NULL,
    time_zone text,
    type text NOT NULL,
    payload jsonb NOT NULL,
    max_attempts integer DEFAULT 3 NOT NULL,
    next_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone,
    last_job_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT crons_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
);

CREATE TABLE woflo.migrations (
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    additive boolean DEFAULT true NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    applied_by text DEFAULT CURRENT_USER NOT NULL,
    took_ms integer NOT NULL
);

CREATE TABLE woflo.objectives (
    org_id uuid NOT NULL,
    weights jsonb NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT objectives_weights_check CHECK ((jsonb_typeof(weights) = 'object'::text))
);

CREATE TABLE woflo.pauses (
    type text,
    org_id uuid,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    reason text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT pauses_check CHECK (((type IS NOT NULL) OR (org_id IS NOT NULL)))
);

CREATE TABLE woflo.redaction_keys (
    org_id uuid NOT NULL,
    key bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT redaction_keys_key_check CHECK ((length(key) = 32))
);

CREATE UNLOGGED TABLE woflo.sleeping_workers (
    worker uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE woflo.unique_jobs (
    org_id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    job_id uuid NOT NULL,
    until timestamp with time zone NOT NULL,
    CONSTRAINT unique_jobs_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200)))
);

CREATE UNLOGGED TABLE woflo.workers (
    instance uuid NOT NULL,
    worker_id text NOT NULL,
    types text[] NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    live_until timestamp with time zone NOT NULL,
    waits_for text[] NOT NULL
);

ALTER TABLE ONLY public.ai_jobs
    ADD CONSTRAINT ai_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ai_results
    ADD CONSTRAINT ai_results_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bay_hours
    ADD CONSTRAINT bay_hours_bay_id_day_of_week_start_time_end_time_key UNIQUE (bay_id, day_of_week, start_time, end_time);

ALTER TABLE ONLY public.bay_hours
    ADD CONSTRAINT bay_hours_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bays
    ADD CONSTRAINT bays_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.calendar_events
    ADD CONSTRAINT calendar_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.job_queue
    ADD CONSTRAINT job_queue_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.organizations
    ADD CONSTRAINT organizations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parts
    ADD CONSTRAINT parts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schedule_items
    ADD CONSTRAINT schedule_items_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schedule_overrides
    ADD CONSTRAINT schedule_overrides_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schedule_runs
    ADD CONSTRAINT schedule_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.shifts
    ADD CONSTRAINT shifts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.technician_shift_assignments
    ADD CONSTRAINT technician_shift_assignments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.technician_skills
    ADD CONSTRAINT technician_skills_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.technicians
    ADD CONSTRAINT technicians_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.technicians
    ADD CONSTRAINT technicians_profile_id_key UNIQUE (profile_id);

ALTER TABLE ONLY public.units
    ADD CONSTRAINT units_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.work_orders
    ADD CONSTRAINT work_orders_pkey PRIMARY KEY (id);

ALTER TABLE ONLY woflo.ai_answers
    ADD CONSTRAINT ai_answers_pkey PRIMARY KEY (org_id, request_hash);

ALTER TABLE ONLY woflo.ai_calls
    ADD CONSTRAINT ai_calls_pkey PRIMARY KEY (id);

ALTER TABLE ONLY woflo.ai_days
    ADD CONSTRAINT ai_days_pkey PRIMARY KEY (org_id, day);

ALTER TABLE ONLY woflo.ai_pauses
    ADD CONSTRAINT ai_pauses_pkey PRIMARY KEY (route);

ALTER TABLE ONLY woflo.ai_written
    ADD CONSTRAINT ai_written_pkey PRIMARY KEY (work_order_id);

ALTER TABLE ONLY woflo.caps
    ADD CONSTRAINT caps_pkey PRIMARY KEY (type);

ALTER TABLE ONLY woflo.crons
    ADD CONSTRAINT crons_org_id_name_key UNIQUE (org_id, name);

ALTER TABLE ONLY woflo.crons
    ADD CONSTRAINT crons_pkey PRIMARY KEY (id);

ALTER TABLE ONLY woflo.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (number);

ALTER TABLE ONLY woflo.objectives
    ADD CONSTRAINT objectives_pkey PRIMARY KEY (org_id);

ALTER TABLE ONLY woflo.redaction_keys
    ADD CONSTRAINT redaction_keys_pkey PRIMARY KEY (org_id);

ALTER TABLE ONLY woflo.sleeping_workers
    ADD CONSTRAINT sleeping_workers_pkey PRIMARY KEY (worker);

ALTER TABLE ONLY woflo.unique_jobs
    ADD CONSTRAINT unique_jobs_pkey PRIMARY KEY (org_id, type, key);

ALTER TABLE ONLY woflo.workers
    ADD CONSTRAINT workers_pkey PRIMARY KEY (instance);

CREATE INDEX ai_jobs_org_status_idx ON public.ai_jobs USING btree (org_id, status);

CREATE INDEX ai_jobs_org_work_order_idx ON public.ai_jobs USING btree (org_id, work_order_id);

CREATE INDEX ai_jobs_work_order_idx ON public.ai_jobs USING btree (work_order_id);

CREATE INDEX ai_results_job_idx ON public.ai_results USING btree (ai_job_id);

CREATE INDEX ai_results_org_work_order_idx ON public.ai_results USING btree (org_id, work_order_id);

CREATE INDEX ai_results_work_order_idx ON public.ai_results USING btree (work_order_id);

CREATE INDEX attachments_org_idx ON public.attachments USING btree (org_id);

CREATE INDEX attachments_task_idx ON public.attachments USING btree (task_id);

CREATE INDEX attachments_work_order_idx ON public.attachments USING btree (work_order_id);

CREATE INDEX audit_log_org_created_idx ON public.audit_log USING btree (org_id, created_at DESC);

CREATE INDEX audit_log_org_entity_idx ON public.audit_log USING btree (org_id, entity_type, entity_id);

CREATE INDEX bay_hours_org_bay_idx ON public.bay_hours USING btree (org_id, bay_id);

CREATE INDEX bays_org_idx ON public.bays USING btree (org_id);

CREATE INDEX calendar_events_org_start_idx ON public.calendar_events USING btree (org_id, start_at);

CREATE INDEX calendar_events_technician_idx ON public.calendar_events USING btree (technician_id);

CREATE INDEX job_queue_claim_idx ON public.job_queue USING btree (type, org_id, run_after, created_at) WHERE (status = 'queued'::text);

CREATE INDEX job_queue_org_status_idx ON public.job_queue USING btree (org_id, status);

CREATE INDEX job_queue_running_idx ON public.job_queue USING btree (type, org_id) WHERE (status = 'running'::text);

CREATE INDEX job_queue_status_run_after_idx ON public.job_queue USING btree (status, run_after);

CREATE INDEX parts_org_work_order_idx ON public.parts USING btree (org_id, work_order_id);

CREATE INDEX parts_work_order_idx ON public.parts USING btree (work_order_id);

CREATE INDEX profiles_org_idx ON public.profiles USING btree (org_id);

CREATE INDEX schedule_items_bay_idx ON public.schedule_items USING btree (bay_id);

CREATE INDEX schedule_items_org_technician_start_idx ON public.schedule_items USING btree (org_id, technician_id, start_at);

CREATE INDEX schedule_items_run_idx ON public.schedule_items USING btree (schedule_run_id);

CREATE INDEX schedule_items_task_idx ON public.schedule_items USING btree (task_id);

CREATE INDEX schedule_items_technician_idx ON public.schedule_items USING btree (technician_id);

CREATE INDEX schedule_overrides_org_created_idx ON public.schedule_overrides USING btree (org_id, created_at DESC);

CREATE INDEX schedule_overrides_task_idx ON public.schedule_overrides USING btree (task_id);

CREATE INDEX schedule_runs_org_created_idx ON public.schedule_runs USING btree (org_id, created_at DESC);

CREATE INDEX shifts_org_idx ON public.shifts USING btree (org_id);

CREATE INDEX tasks_locked_bay_idx ON public.tasks USING btree (locked_bay_id);

CREATE INDEX tasks_locked_tech_idx ON public.tasks USING btree (locked_tech_id);

CREATE INDEX tasks_org_status_idx ON public.tasks USING btree (org_id, status);

CREATE INDEX tasks_org_work_order_idx ON public.tasks USING btree (org_id, work_order_id);

CREATE INDEX tasks_work_order_idx ON public.tasks USING btree (work_order_id);

CREATE INDEX technician_shift_assignments_org_technician_idx ON public.technician_shift_assignments USING btree (org_id, technician_id);

CREATE INDEX technician_shift_assignments_shift_idx ON public.technician_shift_assignments USING btree (shift_id);

CREATE INDEX technician_shift_assignments_technician_idx ON public.technician_shift_assignments USING btree (technician_id);

CREATE INDEX technician_skills_org_technician_idx ON public.technician_skills USING btree (org_id, technician_id);

CREATE INDEX technician_skills_technician_idx ON public.technician_skills USING btree (technician_id);

CREATE INDEX technicians_org_idx ON public.technicians USING btree (org_id);

CREATE INDEX units_org_number_idx ON public.units USING btree (org_id, unit_number);

CREATE INDEX work_orders_org_status_idx ON public.work_orders USING btree (org_id, status);

CREATE INDEX work_orders_unit_idx ON public.work_orders USING btree (unit_id);

CREATE INDEX ai_answers_job_idx ON woflo.ai_answers USING btree (job_id);

CREATE INDEX ai_calls_job_idx ON woflo.ai_calls USING btree (job_id);

CREATE INDEX ai_calls_org_day_idx ON woflo.ai_calls USING btree (org_id, day);

CREATE INDEX crons_next_idx ON woflo.crons USING btree (next_at);

CREATE UNIQUE INDEX pauses_what_idx ON woflo.pauses USING btree (COALESCE(type, ''::text), COALESCE((org_id)::text, ''::text));

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.ai_jobs FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.ai_results FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.attachments FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.bay_hours FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.bays FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.calendar_events FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.job_queue FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.organizations FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.parts FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.schedule_items FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.schedule_overrides FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.schedule_runs FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.shifts FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.tasks FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.technician_shift_assignments FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.technician_skills FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.technicians FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.units FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.work_orders FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER woflo_clear_fence BEFORE UPDATE ON public.job_queue FOR EACH ROW WHEN (((new.status IS DISTINCT FROM old.status) AND (NOT (new.fence IS DISTINCT FROM old.fence)))) EXECUTE FUNCTION woflo.clear_fence();

CREATE TRIGGER woflo_wake_workers AFTER INSERT ON public.job_queue REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION woflo.wake_workers();

ALTER TABLE ONLY public.ai_jobs
    ADD CONSTRAINT ai_jobs_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.ai_jobs
    ADD CONSTRAINT ai_jobs_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES public.work_orders(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.ai_results
    ADD CONSTRAINT ai_results_ai_job_id_fkey FOREIGN KEY (ai_job_id) REFERENCES public.ai_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.ai_results
    ADD CONSTRAINT ai_results_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.ai_results
    ADD CONSTRAINT ai_results_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES public.work_orders(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.tasks(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES public.work_orders(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.bay_hours
    ADD CONSTRAINT bay_hours_bay_id_fkey FOREIGN KEY (bay_id) REFERENCES public.bays(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.bay_hours
    ADD CONSTRAINT bay_hours_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.bays
    ADD CONSTRAINT bays_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.calendar_events
    ADD CONSTRAINT calendar_events_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.calendar_events
    ADD CONSTRAINT calendar_events_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES public.technicians(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.job_queue
    ADD CONSTRAINT job_queue_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.parts
    ADD CONSTRAINT parts_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.parts
    ADD CONSTRAINT parts_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES public.work_orders(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.schedule_items
    ADD CONSTRAINT schedule_items_bay_id_fkey FOREIGN KEY (bay_id) REFERENCES public.bays(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.schedule_items
    ADD CONSTRAINT schedule_items_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.schedule_items
    ADD CONSTRAINT schedule_items_schedule_run_id_fkey FOREIGN KEY (schedule_run_id) REFERENCES public.schedule_runs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.schedule_items
    ADD CONSTRAINT schedule_items_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.tasks(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.schedule_items
    ADD CONSTRAINT schedule_items_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES public.technicians(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.schedule_overrides
    ADD CONSTRAINT schedule_overrides_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.schedule_overrides
    ADD CONSTRAINT schedule_overrides_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.tasks(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.schedule_runs
    ADD CONSTRAINT schedule_runs_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.shifts
    ADD CONSTRAINT shifts_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_locked_bay_id_fkey FOREIGN KEY (locked_bay_id) REFERENCES public.bays(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_locked_tech_id_fkey FOREIGN KEY (locked_tech_id) REFERENCES public.technicians(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES public.work_orders(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.technician_shift_assignments
    ADD CONSTRAINT technician_shift_assignments_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.technician_shift_assignments
    ADD CONSTRAINT technician_shift_assignments_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES public.shifts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.technician_shift_assignments
    ADD CONSTRAINT technician_shift_assignments_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES public.technicians(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.technician_skills
    ADD CONSTRAINT technician_skills_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.technician_skills
    ADD CONSTRAINT technician_skills_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES public.technicians(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.technicians
    ADD CONSTRAINT technicians_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.technicians
    ADD CONSTRAINT technicians_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.units
    ADD CONSTRAINT units_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.work_orders
    ADD CONSTRAINT work_orders_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.work_orders
    ADD CONSTRAINT work_orders_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id) ON DELETE RESTRICT;

ALTER TABLE ONLY woflo.ai_answers
    ADD CONSTRAINT ai_answers_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY woflo.ai_calls
    ADD CONSTRAINT ai_calls_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY woflo.ai_days
    ADD CONSTRAINT ai_days_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY woflo.ai_written
    ADD CONSTRAINT ai_written_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY woflo.ai_written
    ADD CONSTRAINT ai_written_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES public.work_orders(id) ON DELETE CASCADE;

ALTER TABLE ONLY woflo.crons
    ADD CONSTRAINT crons_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY woflo.objectives
    ADD CONSTRAINT objectives_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY woflo.pauses
    ADD CONSTRAINT pauses_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY woflo.redaction_keys
    ADD CONSTRAINT redaction_keys_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY woflo.unique_jobs
    ADD CONSTRAINT unique_jobs_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE woflo.ai_answers ENABLE ROW LEVEL SECURITY;

ALTER TABLE woflo.ai_calls ENABLE ROW LEVEL SECURITY;

ALTER TABLE woflo.ai_days ENABLE ROW LEVEL SECURITY;

ALTER TABLE woflo.ai_pauses ENABLE ROW LEVEL SECURITY;

ALTER TABLE woflo.ai_written ENABLE ROW LEVEL SECURITY;

ALTER TABLE woflo.caps ENABLE ROW LEVEL SECURITY;

ALTER TABLE woflo.crons ENABLE ROW LEVEL SECURITY;

ALTER TABLE woflo.migrations ENABLE ROW LEVEL SECURITY;

ALTER TABLE woflo.objectives ENABLE ROW LEVEL SECURITY;

ALTER TABLE woflo.pauses ENABLE ROW LEVEL SECURITY;

ALTER TABLE woflo.redaction_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE woflo.sleeping_workers ENABLE ROW LEVEL SECURITY;

ALTER TABLE woflo.unique_jobs ENABLE ROW LEVEL SECURITY;

ALTER TABLE woflo.workers ENABLE ROW LEVEL SECURITY;
