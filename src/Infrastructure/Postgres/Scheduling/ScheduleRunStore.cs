using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Woflo.Application.Jobs;
using Woflo.Application.Scheduling;
using Woflo.Domain.Jobs;
using Woflo.Infrastructure.Postgres.Jobs;

namespace Woflo.Infrastructure.Postgres.Scheduling;

internal sealed class ScheduleRunStore(NpgsqlDataSource dataSource) : IScheduleRunStore
{
    // Days are the shop's: over a clock change the plan ends at the hour it began. The key-share lock on the organisation is the foreign key's.
    private const string InsertRun = """
        insert into public.schedule_runs (org_id, horizon_start, horizon_end, status, trigger)
        select o.id, h.start, (h.start at time zone o.timezone + make_interval(days => @days)) at time zone o.timezone, 'queued', @trigger
          from public.organizations o
         cross join (select coalesce(@start, date_trunc('minute', now())) as start) h
         where o.id = @orgId
        returning id, horizon_start, horizon_end
        """;

    public Task<StartedRun?> Start(StartScheduleRun run, CancellationToken cancellation) => DatabaseErrors.Guard(async () =>
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        RunRow? row;
        try
        {
            row = await connection.QuerySingleOrDefaultAsync<RunRow>(new CommandDefinition(
                InsertRun, new { run.OrgId, run.Days, run.Trigger, start = run.From?.UtcDateTime }, transaction, cancellationToken: cancellation));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidParameterValue)
        {
            throw new UnknownTimeZoneException(exception.MessageText, exception);
        }
        if (row is null)
            return null;
        var payload = new JsonObject
        {
            ["schedule_run_id"] = row.Id.ToString(),
            ["org_id"] = run.OrgId.ToString(),
            ["time_limit_seconds"] = run.TimeLimitSeconds,
        };
        var jobs = await EnqueueStore.Enqueue(
            connection, [new EnqueueJob(run.OrgId, JobTypes.ScheduleRun, payload.ToJsonString(), MaxAttempts: 1)], cancellation);
        await transaction.CommitAsync(cancellation);
        return new StartedRun(row.Id, jobs[0].Id, new DateTimeOffset(row.HorizonStart), new DateTimeOffset(row.HorizonEnd));
    });

    private sealed record RunRow(Guid Id, DateTime HorizonStart, DateTime HorizonEnd);
}
