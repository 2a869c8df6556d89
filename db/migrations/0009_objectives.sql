-- Shops differ in what they mind. An organisation's own weights lie over those of the configuration, a run's over both.

create table if not exists woflo.objectives (
  org_id uuid primary key references public.organizations on delete cascade,
  weights jsonb not null check (jsonb_typeof(weights) = 'object'),
  updated_at timestamptz not null default now()
);
alter table woflo.objectives enable row level security;
revoke all on woflo.objectives from public;
