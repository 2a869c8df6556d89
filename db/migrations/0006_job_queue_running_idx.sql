-- concurrently: public.job_queue_running_idx
-- What runs, per type and organisation: for caps, and for rescue, which reads all of it. Running rows are as few as
-- the workers have places, so the lease needs no index of its own, and renewing one (locked_at, lease_expires_at)
-- touches no index at all.
create index concurrently if not exists job_queue_running_idx on public.job_queue (type, org_id) where status = 'running';
