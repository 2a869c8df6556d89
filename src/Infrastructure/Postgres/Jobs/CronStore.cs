using Dapper;
using Npgsql;
using NpgsqlTypes;
using Woflo.Application.Jobs;

namespace Woflo.Infrastructure.Postgres.Jobs;

/// <summary>The schedules in PostgreSQL.</summary>
internal sealed class CronStore(NpgsqlDataSource dataSource) : ICronStore
{
    // The row's lock alone would do: the key also holds where somebody sets a schedule back, or removes one and adds it again.
    private static readonly TimeSpan KeyHeldFor = TimeSpan.FromDays(1);

    public Task<ShopClock?> Clock(Guid orgId, CancellationToken cancellation) => DatabaseErrors.Guard(async () =>
    {
        await using var command = dataSource.CreateCommand(CronSql.Clock);
        command.Parameters.AddWithValue("org_id", orgId);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new ShopClock(reader.GetString(0), Instant(reader, 1)) : null;
    });

    public Task<bool> Add(AddCron cron, DateTimeOffset nextAt, CancellationToken cancellation) => Changes(CronSql.Add, cancellation,
        new("org_id", cron.Job.OrgId), new("name", cron.Name), new("expression", cron.Expression),
        new("time_zone", NpgsqlDbType.Text) { Value = cron.TimeZone ?? (object)DBNull.Value }, new("type", cron.Job.Type),
        new("payload", NpgsqlDbType.Jsonb) { Value = cron.Job.Payload }, new("max_attempts", cron.Job.MaxAttempts), new("next_at", nextAt.UtcDateTime));

    public Task<bool> Remove(Guid orgId, string name, CancellationToken cancellation) =>
        Changes(CronSql.Remove, cancellation, new("org_id", orgId), new("name", name));

    public Task<IReadOnlyList<CronLine>> List(Guid? orgId, CancellationToken cancellation) => DatabaseErrors.Guard<IReadOnlyList<CronLine>>(async () =>
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        return [.. await connection.QueryAsync<CronLine>(new CommandDefinition(CronSql.List, new { org = orgId }, cancellationToken: cancellation))];
    });

    public Task<FiredCron?> FireNext(IReadOnlyCollection<Guid> skip, CancellationToken cancellation) => DatabaseErrors.Guard(async () =>
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await LockDue(connection, skip, cancellation) is not { } due)
            return null;
        var job = due.Job;
        var fired = new FiredCron(due.Id, job.OrgId, due.Name, job.Type, null, null, null);
        // A shop's row that somebody holds keeps its schedules waiting, and must not keep the others.
        await Execute(connection, "set local lock_timeout = '1s'", cancellation);
        await transaction.SaveAsync("due", cancellation);
        try
        {
            var (missed, next) = CronSchedule.Parse(due.Expression, due.TimeZone).Due(due.NextAt, due.Now);
            if (missed is { } at)
            {
                var key = $"cron:{due.Name}:{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";
                var enqueued = await EnqueueStore.Enqueue(connection, [job with { UniqueKey = key, UniqueFor = KeyHeldFor }], cancellation);
                fired = fired with { DueAt = at, Job = enqueued[0] };
            }
            await Execute(connection, CronSql.MoveOn, cancellation, new("id", due.Id), new("next_at", next.UtcDateTime),
                new("due_at", NpgsqlDbType.TimestampTz) { Value = missed?.UtcDateTime ?? (object)DBNull.Value },
                new("job_id", NpgsqlDbType.Uuid) { Value = fired.Job?.Id ?? (object)DBNull.Value });
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return fired with { DueAt = null, Job = null, Error = exception };
        }
        catch (Exception exception) when (exception is not OperationCanceledException && DatabaseErrors.Translate(exception) is null)
        {
            // The others must not wait for one that is broken.
            await transaction.RollbackAsync("due", cancellation);
            await Execute(connection, CronSql.PutOff, cancellation, new NpgsqlParameter("id", due.Id));
            fired = fired with { DueAt = null, Job = null, Error = exception };
        }
        await transaction.CommitAsync(cancellation);
        return fired;
    });

    private static async Task<DueCron?> LockDue(NpgsqlConnection connection, IReadOnlyCollection<Guid> skip, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(CronSql.LockDue, connection) { Parameters = { new("skip", skip.ToArray()) } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new DueCron(
                reader.GetGuid(0), reader.GetString(2), reader.GetString(3), reader.GetString(4), Instant(reader, 8), Instant(reader, 9),
                new EnqueueJob(reader.GetGuid(1), reader.GetString(5), reader.GetString(6), reader.GetInt32(7)))
            : null;
    }

    private Task<bool> Changes(string sql, CancellationToken cancellation, params NpgsqlParameter[] values) => DatabaseErrors.Guard(async () =>
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        return await Execute(connection, sql, cancellation, values) > 0;
    });

    private static async Task<int> Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation, params NpgsqlParameter[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(values);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private static DateTimeOffset Instant(NpgsqlDataReader row, int column) => new(row.GetDateTime(column), TimeSpan.Zero);

    private sealed record DueCron(
        Guid Id, string Name, string Expression, string TimeZone, DateTimeOffset NextAt, DateTimeOffset Now, EnqueueJob Job);
}
