namespace Woflo.Infrastructure.Postgres.Jobs;

/// <summary>Schedules that enqueue by the clock.</summary>
internal static class CronSql
{
    /// <summary>Whether any is due, for a statement that asks for other things besides; one entry of crons_next_idx.</summary>
    public const string AnyDue = "exists (select from woflo.crons where next_at <= now())";

    /// <summary>Until the next one falls due; null where none does within a day. One entry of crons_next_idx.</summary>
    public const string NextDue =
        "(select min(next_at) - now() from woflo.crons where next_at > now() and next_at < now() + interval '1 day')";

    public const string Clock = "select timezone, now() from public.organizations where id = @org_id";

    public const string Add = """
        insert into woflo.crons (org_id, name, expression, time_zone, type, payload, max_attempts, next_at)
        values (@org_id, @name, @expression, @time_zone, @type, @payload, @max_attempts, @next_at)
        on conflict (org_id, name) do nothing
        """;

    public const string Remove = "delete from woflo.crons where org_id = @org_id and name = @name";

    // Dapper hands the columns to the record's constructor by name and in its order.
    public const string List = """
        select c.id, c.org_id as OrgId, c.name, c.expression, coalesce(c.time_zone, o.timezone) as TimeZone, c.type, c.max_attempts as MaxAttempts,
               c.next_at as NextAt, c.last_at as LastAt, c.last_job_id as LastJobId, c.payload::text as Payload
          from woflo.crons c join public.organizations o on o.id = c.org_id
         where @org::uuid is null or c.org_id = @org
         order by c.org_id, c.name
        """;

    /// <summary>Locks one schedule that is due, by crons_next_idx, passing over those that another worker fires. An instant that nobody can
    /// have meant, such as -infinity, must not be unreadable.</summary>
    public const string LockDue = """
        select c.id, c.org_id, c.name, c.expression, coalesce(c.time_zone, o.timezone), c.type, c.payload::text, c.max_attempts,
               greatest(c.next_at, now() - interval '10 years'), now()
          from woflo.crons c join public.organizations o on o.id = c.org_id
         where c.next_at <= now() and c.id <> all(@skip)
         order by c.next_at
         limit 1
         for update of c skip locked
        """;

    public const string MoveOn = """
        update woflo.crons
           set next_at = @next_at, last_at = coalesce(@due_at, last_at), last_job_id = coalesce(@job_id, last_job_id)
         where id = @id
        """;

    public const string PutOff = "update woflo.crons set next_at = now() + interval '1 hour' where id = @id";
}
