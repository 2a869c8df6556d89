-- concurrently: public.job_queue_ready_idx
-- The claim: per type and organisation the oldest due row first, without a sort, however many share a run_after. It ends in
-- id, so that a claim can go on behind the last row that was taken instead of reading over what others still see there.
create index concurrently if not exists job_queue_ready_idx on public.job_queue (type, org_id, run_after, created_at, id) where status = 'queued';
