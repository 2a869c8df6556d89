-- What language models cost, what was bought and is not settled yet, who asked to wait, and what enrichment wrote last.

-- One row an organisation and day of its own: what is spent and what is set aside, in one sum. A call is let through by the one
-- statement that raises it, so workers need no other lock to keep a budget.
create table if not exists woflo.ai_days (
  org_id uuid not null references public.organizations on delete cascade,
  day date not null,
  tokens bigint not null,
  -- Millionths of the currency that prices are given in.
  cost_micros bigint not null,
  primary key (org_id, day)
);

-- One row a call, written before it is made. A row that is never answered keeps its reservation: it counts as spent.
create table if not exists woflo.ai_calls (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  day date not null,
  job_id uuid not null,
  work_order_id uuid not null,
  -- The ai_jobs row that its answer became; no reference, so that the account outlives what it was spent on.
  ai_job_id uuid,
  step text not null,
  provider text not null,
  model text not null,
  prompt_version text not null,
  purpose text not null,
  request_hash bytea not null,
  reserved_tokens bigint not null,
  reserved_micros bigint not null,
  -- Null: nothing came back yet. lost: its worker vanished, and the job has gone on without it.
  outcome text,
  -- Null where the provider did not say: then the reservation stands.
  input_tokens bigint,
  cached_tokens bigint,
  output_tokens bigint,
  cost_micros bigint,
  created_at timestamptz not null default now(),
  answered_at timestamptz
);
create index if not exists ai_calls_org_day_idx on woflo.ai_calls (org_id, day);
create index if not exists ai_calls_job_idx on woflo.ai_calls (job_id);

-- Answers that were paid for, from before anybody looked into them until the job that asked has ended.
create table if not exists woflo.ai_answers (
  org_id uuid not null references public.organizations on delete cascade,
  request_hash bytea not null,
  call_id uuid not null,
  job_id uuid not null,
  outcome text not null,
  -- UTF-8; bytes, since a text may hold what PostgreSQL's cannot.
  answer bytea not null,
  created_at timestamptz not null default now(),
  primary key (org_id, request_hash)
);
create index if not exists ai_answers_job_idx on woflo.ai_answers (job_id);

-- Provider, credential (a fingerprint of it) and model that no worker calls for a while.
create table if not exists woflo.ai_pauses (
  route text primary key,
  until timestamptz not null,
  reason text not null
);

-- What enrichment wrote into a work order last. A field that still holds it may be written again; any other is a person's.
create table if not exists woflo.ai_written (
  work_order_id uuid primary key references public.work_orders on delete cascade,
  org_id uuid not null references public.organizations on delete cascade,
  job_category text,
  estimated_hours_low numeric,
  estimated_hours_high numeric,
  required_bay_type text,
  required_tools jsonb
);

alter table woflo.ai_days enable row level security;
alter table woflo.ai_calls enable row level security;
alter table woflo.ai_answers enable row level security;
alter table woflo.ai_pauses enable row level security;
alter table woflo.ai_written enable row level security;
revoke all on woflo.ai_days, woflo.ai_calls, woflo.ai_answers, woflo.ai_pauses, woflo.ai_written from public;
