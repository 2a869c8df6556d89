-- Additive: older readers and writers never name these columns.

-- What a plan's run says beyond its figures: notes, tasks left out and why, stages of the search.
alter table public.schedule_runs add column if not exists details jsonb;

-- The days a shift holds on, 0 is Sunday; null: every day on which some bay has hours.
alter table public.shifts add column if not exists days_of_week smallint[];
