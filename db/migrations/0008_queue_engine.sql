-- What all workers have to agree on lives here, not in their environment: who works, caps, pauses, unique keys, schedules by the clock.

-- One row a worker process, written once a poll. Unlogged: a crash may forget it, the next poll brings it back.
create unlogged table if not exists woflo.workers (
  instance uuid primary key,
  worker_id text not null,
  types text[] not null,
  started_at timestamptz not null default now(),
  -- A worker that was killed counts as alive, and as waiting, until then.
  live_until timestamptz not null,
  -- The types it has room for: inserts of them notify.
  waits_for text[] not null
);

-- How many jobs of a type may run at once, over all workers. A type without a row has no cap, and its claims take no lock.
create table if not exists woflo.caps (
  type text primary key,
  in_flight integer check (in_flight >= 1),
  in_flight_per_org integer check (in_flight_per_org >= 1),
  -- Two plans for one shop would fight over the same technicians.
  check (type <> 'schedule_run' or in_flight_per_org = 1)
);
insert into woflo.caps (type, in_flight_per_org) values ('schedule_run', 1) on conflict do nothing;

-- What no worker may claim: a type, an organisation, or one type of an organisation.
create table if not exists woflo.pauses (
  type text,
  org_id uuid references public.organizations on delete cascade,
  until timestamptz not null default 'infinity',
  reason text not null,
  created_at timestamptz not null default now(),
  check (type is not null or org_id is not null)
);
create unique index if not exists pauses_what_idx on woflo.pauses (coalesce(type, ''), coalesce(org_id::text, ''));

-- The job that holds a key, until the moment given, and as long as it is queued or running.
create table if not exists woflo.unique_jobs (
  org_id uuid not null references public.organizations on delete cascade,
  type text not null,
  key text not null check (length(key) between 1 and 200),
  job_id uuid not null,
  until timestamptz not null,
  primary key (org_id, type, key)
);

-- Jobs that the clock enqueues.
create table if not exists woflo.crons (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations on delete cascade,
  name text not null check (length(name) between 1 and 100),
  expression text not null,
  -- IANA; null: the shop's.
  time_zone text,
  type text not null,
  payload jsonb not null,
  max_attempts integer not null default 3,
  next_at timestamptz not null,
  last_at timestamptz,
  last_job_id uuid,
  created_at timestamptz not null default now(),
  unique (org_id, name)
);
create index if not exists crons_next_idx on woflo.crons (next_at);

alter table woflo.workers enable row level security;
alter table woflo.caps enable row level security;
alter table woflo.pauses enable row level security;
alter table woflo.unique_jobs enable row level security;
alter table woflo.crons enable row level security;
revoke all on woflo.workers, woflo.caps, woflo.pauses, woflo.unique_jobs, woflo.crons from public;

create or replace function woflo.wake_workers() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $body$
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
$body$;
revoke all on function woflo.wake_workers() from public;

-- woflo.sleeping_workers is read no more. It stays for workers that still write it; a later file drops it.

-- A queue's rows change state three times in their life: vacuum comes by the row, not by the share of a table that keeps
-- what is finished. Settings that somebody has made already are left alone.
do $autovacuum$
begin
  if not exists (
    select from pg_catalog.pg_class c, unnest(c.reloptions) option
    where c.oid = 'public.job_queue'::regclass and option like 'autovacuum%')
  then
    alter table public.job_queue set (
      autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000,
      autovacuum_analyze_scale_factor = 0.05, autovacuum_analyze_threshold = 5000);
  end if;
end
$autovacuum$;
