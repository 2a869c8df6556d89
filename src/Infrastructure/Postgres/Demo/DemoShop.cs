using System.Text.Json;
using Dapper;
using Npgsql;
using Woflo.Application.Demo;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Postgres.Demo;

internal sealed class DemoShop(NpgsqlDataSource database) : IDemoShop
{
    private const int HorizonDays = 7;

    /// <summary>The contract's tables. Another one means that somebody else lives here too.</summary>
    private static readonly HashSet<string> Tables =
    [
        "organizations", "profiles", "technicians", "technician_skills", "bays", "bay_hours", "shifts", "technician_shift_assignments",
        "calendar_events", "units", "work_orders", "tasks", "parts", "attachments", "schedule_runs", "schedule_items", "schedule_overrides",
        "ai_jobs", "ai_results", "audit_log", "job_queue",
    ];

    public async Task<bool> DatabaseIsOursOrEmpty(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var tables = (await connection.QueryAsync<string>(new CommandDefinition(DemoSql.Tables, cancellationToken: cancellation))).AsList();
        if (!tables.All(IsOurs))
            return false;
        return !tables.Contains("public.organizations")
            || !await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                DemoSql.HasOtherOrganizations, new { org_id = DemoId.Organization }, cancellationToken: cancellation));
    }

    public async Task Load(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        foreach (var table in new DemoRows(now).All())
        {
            var rows = JsonSerializer.Serialize(table.Rows);
            await connection.ExecuteAsync(new CommandDefinition(DemoSql.Insert(table), new { rows }, transaction, cancellationToken: cancellation));
        }
        await transaction.CommitAsync(cancellation);
    }

    public async Task<IReadOnlyList<DemoJob>> EnqueueWork(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var org = new { org_id = DemoId.Organization };
        var workOrders = await connection.QueryAsync<Guid>(new CommandDefinition(DemoSql.WithoutEnrichment, org, cancellationToken: cancellation));
        var jobs = workOrders
            .Select(id => new DemoJob(DemoId.Organization, JobTypes.AiEnrich, JsonSerializer.Serialize(new { work_order_id = id }), 3))
            .ToList();
        if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(DemoSql.PlanIsUnderWay, org, cancellationToken: cancellation)))
            return jobs;
        var start = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero);
        var run = await connection.ExecuteScalarAsync<Guid>(new CommandDefinition(
            DemoSql.NewRun,
            new { org_id = DemoId.Organization, horizon_start = start, horizon_end = start.AddDays(HorizonDays) },
            cancellationToken: cancellation));
        // A plan gets one attempt: it is asked for by a person who looks at what came out.
        jobs.Add(new DemoJob(DemoId.Organization, JobTypes.ScheduleRun, JsonSerializer.Serialize(new { schedule_run_id = run }), 1));
        return jobs;
    }

    public async Task<DemoReport> Read(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var org = new { org_id = DemoId.Organization };
        var enrichments = await Query<DemoEnrichment>(DemoSql.Enrichments, org);
        var counts = await Query<DemoJobCount>(DemoSql.JobCounts, org);
        if (await Query<DemoRun>(DemoSql.NewestRun, org) is not [var run, ..])
            return new DemoReport(enrichments, null, [], [], counts);
        var key = new { org_id = DemoId.Organization, run_id = run.Id };
        return new DemoReport(enrichments, run, await Query<DemoPlanRow>(DemoSql.Plan, key), await Query<DemoLeftOut>(DemoSql.LeftOut, key), counts);

        async Task<IReadOnlyList<T>> Query<T>(string sql, object parameters) =>
            (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellation))).AsList();
    }

    private static bool IsOurs(string table) =>
        table.StartsWith("woflo.", StringComparison.Ordinal)
        || (table.StartsWith("public.", StringComparison.Ordinal) && Tables.Contains(table["public.".Length..]));
}
