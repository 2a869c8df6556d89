-- concurrently: public.job_queue_status_run_after_idx
-- The old worker's claim, and the count by status that dashboards ask for.
create index concurrently if not exists job_queue_status_run_after_idx on public.job_queue (status, run_after);
