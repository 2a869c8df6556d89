-- concurrently: public.job_queue_claim_idx
-- The claim: per type and organisation the oldest due row first, without a sort, however many share a run_after.
create index concurrently if not exists job_queue_claim_idx on public.job_queue (type, org_id, run_after, created_at) where status = 'queued';
