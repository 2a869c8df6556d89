using FluentValidation;
using Microsoft.Extensions.Logging;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Enrichment;

/// <summary>Reads a work order's text and answers the steps asked for. What is found is written by the module's effects.</summary>
internal sealed partial class AiEnrichHandler(
    IWorkOrderReader workOrders, IEnricher enricher, IValidator<EnrichPayload> validator, TimeProvider time, ILogger<AiEnrichHandler> log) : IJobHandler
{
    public string JobType => JobTypes.AiEnrich;

    public TimeSpan Deadline(Job job) => enricher.LongestAttempt;

    public async Task<JobOutcome> Handle(JobRun run, CancellationToken cancellation)
    {
        var until = time.GetUtcNow() + enricher.LongestAttempt;
        var job = run.Job;
        var payload = EnrichPayload.Read(job.Payload);
        var validation = validator.Validate(payload);
        if (!validation.IsValid || payload.WorkOrderId is not { } workOrderId)
            return Invalid(string.Join(' ', validation.Errors.Select(error => error.ErrorMessage)));

        LogStarted(log, job.Id, job.OrgId, workOrderId);
        // One message for absent and foreign: whether another organisation has it is not ours to tell.
        if (await workOrders.Load(job.OrgId, workOrderId, cancellation) is not { } workOrder)
            return Invalid($"Work order {workOrderId} does not exist in this organisation.");

        var text = workOrder.Redacted();
        var answers = new List<StepAnswer>();
        foreach (var step in payload.Steps)
        {
            answers.Add(await enricher.Answer(
                new StepRequest(job.OrgId, job.Id, workOrderId, step, text, until, IsLastAttempt: job.Attempts >= job.MaxAttempts, run.WindDown), cancellation));
        }
        return new JobOutcome.Succeeded(new EnrichmentResults(workOrderId, payload.PipelineName, text, answers));
    }

    private static JobOutcome.Failed Invalid(string message) => new(JobFailure.InvalidInput(message));

    [LoggerMessage(EventName = "ai_enrich_job_started", Level = LogLevel.Information, Message = "{job_id} {org_id} {work_order_id}")]
    private static partial void LogStarted(ILogger log, Guid job_id, Guid org_id, Guid work_order_id);
}
