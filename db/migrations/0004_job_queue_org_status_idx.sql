-- concurrently: public.job_queue_org_status_idx
-- The API's list of one organisation's jobs.
create index concurrently if not exists job_queue_org_status_idx on public.job_queue (org_id, status);
