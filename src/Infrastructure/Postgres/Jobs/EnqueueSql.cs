namespace Woflo.Infrastructure.Postgres.Jobs;

/// <summary>Enqueueing: these statements in this order, in one transaction; without keys the insert alone.</summary>
internal static class EnqueueSql
{
    // The keys one by one, in the order that every caller locks them in.
    private const string Keys = "unnest(@key_org_ids, @key_types, @key_names, @key_ids, @key_windows) with ordinality k(org_id, type, key, id, held_for, n)";

    // Subqueries that give one value are looked up by primary key, a row at a time: as joins they may be planned as scans of the whole table.
    private const string Holder = "(select u.job_id from woflo.unique_jobs u where u.org_id = k.org_id and u.type = k.type and u.key = k.key)";
    private const string IsOver = """
        coalesce((select j.status from public.job_queue j where j.id = u.job_id), 'failed') not in ('queued', 'running')
        """;

    /// <summary>Locks each key's row, a new one or the one that is there (by an update that changes nothing), and so waits for whoever
    /// enqueues the same key at this moment. In the order given, so that two lists with keys in common do not deadlock.</summary>
    public const string LockKeys = $"""
        insert into woflo.unique_jobs as u (org_id, type, key, job_id, until)
        select k.org_id, k.type, k.key, k.id, now() + k.held_for from {Keys} order by k.n
        on conflict (org_id, type, key) do update set job_id = u.job_id
        """;

    /// <summary>A statement of its own after <see cref="LockKeys"/>: it has to see what was committed while that one waited.</summary>
    public const string TakeOverKeys = $"""
        update woflo.unique_jobs u set job_id = k.id, until = now() + k.held_for
          from {Keys}
         where u.org_id = k.org_id and u.type = k.type and u.key = k.key and u.job_id <> k.id and u.until <= now() and {IsOver}
        """;

    public const string ReadKeys = $"select {Holder} from {Keys} order by k.n";

    /// <summary>The jobs without a key, and those that hold theirs; a microsecond apart, so that they are claimed in their order. The foreign key
    /// refuses an unknown organisation.</summary>
    public const string Insert = """
        insert into public.job_queue (id, org_id, type, payload, status, run_after, max_attempts, created_at)
        select k.id, k.org_id, k.type, k.payload, 'queued', now() + k.delay, k.max_attempts, now() + (k.n - 1) * interval '1 microsecond'
          from unnest(@ids, @org_ids, @types, @payloads, @delays, @max_attempts, @keys)
            with ordinality k(id, org_id, type, payload, delay, max_attempts, key, n)
        """;

    public const string InsertHolders = $"{Insert} where k.key is null or k.id = {Holder}";

    public const string MissingOrganisations =
        "select distinct k.id from unnest(@org_ids) k(id) where not exists (select from public.organizations o where o.id = k.id)";

    /// <summary>Locks what it deletes, passing over keys that somebody is enqueueing under; reads the table from its start. The day between:
    /// a key that is taken over while this looks would be seen with its new end, but its new job not yet.</summary>
    public const string DeleteExpiredKeys = $"""
        delete from woflo.unique_jobs
         where ctid = any (array(
           select u.ctid from woflo.unique_jobs u
            where u.until < now() - interval '1 day' and {IsOver}
            limit 100000
            for update skip locked))
        """;
}
