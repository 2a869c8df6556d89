-- What the running attempt last said of how far it is: people watch a search that takes minutes. Nullable and without a
-- default, so that no row is rewritten.

alter table public.job_queue add column if not exists progress jsonb;

-- Written with the lease's renewal and gone with the attempt: each end of ours clears it, and where somebody else changes
-- the status (a reset by hand, the old worker) the trigger does, as it does with fence and lease.
create or replace function woflo.clear_fence() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $body$
begin
  new.fence = null;
  new.lease_expires_at = null;
  new.claimed_at = null;
  new.progress = null;
  return new;
end
$body$;
