using System.Text.Json;
using Dapper;
using Npgsql;
using Woflo.Application.Enrichment;
using Woflo.Domain.Enrichment;

namespace Woflo.Infrastructure.Postgres.Enrichment;

internal sealed class PlanStore(NpgsqlDataSource source) : IPlanStore
{
    public Task<AppliedPlan> Apply(Guid workOrderId, CancellationToken cancellation) => DatabaseErrors.Guard(async () =>
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await connection.ExecuteScalarAsync<Guid?>(Command(EnrichmentSql.LockForPlan, new { work_order_id = workOrderId })) is not { } org)
            return new AppliedPlan(PlanOutcome.NoWorkOrder);
        if (await connection.ExecuteScalarAsync<int>(Command(EnrichmentSql.CountTasks, new { work_order_id = workOrderId })) is > 0 and var tasks)
            return new AppliedPlan(PlanOutcome.HasTasks, tasks);
        var stored = await connection.QuerySingleOrDefaultAsync<(string Status, string Result)>(
            Command(EnrichmentSql.LatestEstimate, new { work_order_id = workOrderId }));
        if (stored.Result is null || ResultJson.Read(EnrichmentStep.Estimate, stored.Result) is not Estimate { TaskPlan: { Count: > 0 } plan } estimate)
            return new AppliedPlan(PlanOutcome.NoPlan);
        await connection.ExecuteAsync(Command(EnrichmentSql.AddTasks, new
        {
            org_id = org,
            work_order_id = workOrderId,
            bay_type = estimate.RequiredBayType,
            tools = estimate.Tools.Count > 0 ? JsonSerializer.Serialize(estimate.Tools) : null,
            types = plan.Select(task => Spelling.Of(task.Type)).ToArray(),
            skills = plan.Select(task => task.Skill).ToArray(),
            lows = plan.Select(task => task.MinutesLow).ToArray(),
            highs = plan.Select(task => task.MinutesHigh).ToArray(),
        }));
        await transaction.CommitAsync(cancellation);
        return new AppliedPlan(PlanOutcome.Applied, plan.Count, stored.Status == "needs_review");

        CommandDefinition Command(string sql, object values) => new(sql, values, transaction, cancellationToken: cancellation);
    });
}
