-- concurrently: public.job_queue_claim_idx
-- job_queue_ready_idx begins with the same columns.
drop index concurrently if exists public.job_queue_claim_idx;
