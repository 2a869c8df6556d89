-- Additive: older readers and writers never name this column.

-- What a plan's run says beyond its figures: notes, tasks left out and why, stages of the search.
alter table public.schedule_runs add column if not exists details jsonb;
