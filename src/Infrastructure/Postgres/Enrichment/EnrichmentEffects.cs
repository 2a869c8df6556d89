using System.Data.Common;
using System.Text.Json;
using Dapper;
using Woflo.Application.Enrichment;
using Woflo.Application.Jobs;
using Woflo.Domain.Enrichment;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Postgres.Enrichment;

/// <summary>Writes what an <c>ai_enrich</c> job's end means: <c>ai_jobs</c>, <c>ai_results</c> and the work order's empty fields.
/// Its start writes nothing: most take milliseconds, and a row that says running would only have to be undone.</summary>
internal sealed class EnrichmentEffects : IJobEffects
{
    public string JobType => JobTypes.AiEnrich;

    public bool Writes(JobEffect effect) => effect is not (JobEffect.Started or JobEffect.Succeeded { Results: null });

    public Task Apply(JobEffect effect, Job job, DbTransaction transaction, CancellationToken cancellation) => effect switch
    {
        JobEffect.Succeeded { Results: EnrichmentResults results } => Save(results, job, transaction, cancellation),
        JobEffect.Requeued => Mark(EnrichmentSql.Requeue, null, job, transaction, cancellation),
        JobEffect.DeadLettered dead => Mark(EnrichmentSql.Fail, dead.Failure.Error, job, transaction, cancellation),
        JobEffect.Cancelled => Mark(EnrichmentSql.Cancel, "Cancelled: a person called the job off.", job, transaction, cancellation),
        _ => Task.CompletedTask,
    };

    private static async Task Save(EnrichmentResults results, Job job, DbTransaction transaction, CancellationToken cancellation)
    {
        // Deleted meanwhile: its results would have gone with it.
        if (!await Lock(results.WorkOrderId, job.OrgId, transaction, cancellation))
            return;
        foreach (var answer in results.Answers)
            await Save(answer, results, job, transaction, cancellation);
        // A draft is for a person: the work order gets nothing of it.
        var fields = WorkOrderFields.From(results.Answers.Where(answer => answer.Review is null).Select(answer => answer.Result));
        await Run<int>(EnrichmentSql.FillWorkOrder, new
        {
            org_id = job.OrgId,
            work_order_id = results.WorkOrderId,
            category = fields.Category is { } category ? Spelling.Of(category) : null,
            hours_low = fields.HoursLow,
            hours_high = fields.HoursHigh,
            bay_type = fields.RequiredBayType,
            tools = fields.RequiredTools is { } tools ? JsonSerializer.Serialize(tools) : null,
        }, transaction, cancellation);
        if (results.Answers.Any(AskedAModel))
            await Settle(job, transaction, cancellation);
    }

    private static bool AskedAModel(StepAnswer answer) => answer.Provider != LocalEnricher.Provider || answer.Review is not null;

    private static Task<int> Settle(Job job, DbTransaction transaction, CancellationToken cancellation) =>
        Run<int>(EnrichmentSql.Settle, new { job_id = job.Id, org_id = job.OrgId }, transaction, cancellation);

    private static async Task Save(StepAnswer answer, EnrichmentResults results, Job job, DbTransaction transaction, CancellationToken cancellation)
    {
        var row = new
        {
            org_id = job.OrgId,
            work_order_id = results.WorkOrderId,
            step = Spelling.Of(answer.Result.Step),
            pipeline = results.Pipeline,
            provider = answer.Provider,
            model = answer.Model,
            prompt_version = answer.PromptVersion,
            input = results.Input.Value,
            result = ResultJson.Write(answer.Result),
            confidence = answer.Result.Confidence,
            status = answer.Review is null ? "succeeded" : "needs_review",
            error = answer.Review,
            // As a JSON string: it may be anything. PostgreSQL's text cannot hold NUL.
            raw = answer.Raw is { } raw ? JsonSerializer.Serialize(raw.Replace("\0", "", StringComparison.Ordinal)) : null,
        };
        if (await Run<bool>(EnrichmentSql.HasAnswer, row, transaction, cancellation))
            return;
        var aiJobId = await Run<Guid>(EnrichmentSql.SaveAnswer, row, transaction, cancellation);
        if (AskedAModel(answer))
            await Run<int>(EnrichmentSql.LinkCalls, new { ai_job_id = aiJobId, job_id = job.Id, row.step }, transaction, cancellation);
    }

    /// <summary>For the ends without results, where all that is known is the payload; it may be anything.</summary>
    private static async Task Mark(string sql, string? error, Job job, DbTransaction transaction, CancellationToken cancellation)
    {
        // A job that goes on later finds what it has bought.
        if (error is not null)
            await Settle(job, transaction, cancellation);
        var payload = EnrichPayload.Read(job.Payload);
        if (payload.WorkOrderId is not { } workOrderId || !await Lock(workOrderId, job.OrgId, transaction, cancellation))
            return;
        var steps = payload.Steps.Select(Spelling.Of).ToArray();
        await Run<int>(sql, new
        {
            org_id = job.OrgId,
            work_order_id = workOrderId,
            steps,
            // No step has a result, so it failed at the first.
            step = steps[0],
            pipeline = payload.PipelineName,
            error,
        }, transaction, cancellation);
    }

    private static async Task<bool> Lock(Guid workOrderId, Guid orgId, DbTransaction transaction, CancellationToken cancellation) =>
        await Run<bool>(EnrichmentSql.LockWorkOrder, new { org_id = orgId, work_order_id = workOrderId }, transaction, cancellation);

    private static Task<T?> Run<T>(string sql, object parameters, DbTransaction transaction, CancellationToken cancellation) =>
        transaction.Connection!.ExecuteScalarAsync<T>(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellation));
}
