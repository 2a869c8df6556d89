-- Additive: a table that nobody else looks at.

-- What an organisation's pseudonyms are made with. Whoever has a key can test whether a text speaks of a person that he knows,
-- so it lies where only the worker looks, and goes with the organisation.
create table if not exists woflo.redaction_keys (
  org_id uuid primary key references public.organizations on delete cascade,
  key bytea not null check (length(key) = 32),
  created_at timestamptz not null default now()
);
alter table woflo.redaction_keys enable row level security;
revoke all on woflo.redaction_keys from public;
