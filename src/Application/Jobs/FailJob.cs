using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Ends the attempt that holds the lease, as failed; the failure's class decides what becomes of the job.</summary>
public sealed record FailJob(LeasedJob Leased, JobFailure Failure) : IRequest<EndResult>;

internal sealed class FailJobValidator : AbstractValidator<FailJob>
{
    public FailJobValidator()
    {
        RuleFor(fail => fail.Leased.Job.State).Equal(JobState.Running);
        RuleFor(fail => fail.Failure.Type).NotEmpty();
    }
}

internal sealed class FailJobHandler(AttemptEnding ending, RetryPolicy retry, FailureAlarm alarm, ILogger<FailJobHandler> log)
    : IRequestHandler<FailJob, EndResult>
{
    public async Task<EndResult> Handle(FailJob request, CancellationToken cancellationToken)
    {
        var (job, failure) = (request.Leased.Job, request.Failure);
        var end = job.Fail(failure, retry);
        var result = await ending.Write(request.Leased, end, failure);
        if (result == EndResult.LeaseLost)
            return result;
        var name = failure.Class.Name;
        log.JobProcessingFailed(job.Id, job.Type, job.OrgId, job.Attempts, name, failure.Error);
        switch (end)
        {
            case JobEnd.Retrying retrying:
                log.JobRetryScheduled(job.Id, job.Type, job.OrgId, job.Attempts, job.MaxAttempts, retrying.Delay.TotalMinutes, name);
                break;
            case JobEnd.Deferred deferred:
                log.JobDeferred(job.Id, job.Type, job.OrgId, job.Deferrals + 1, deferred.Delay.TotalSeconds, name);
                break;
            case JobEnd.DeadLettered:
                log.JobDeadLetter(job.Id, job.Type, job.OrgId, job.Attempts, job.MaxAttempts, name, failure.Error);
                break;
        }
        alarm.Failed(job.Type, failure.Class);
        return result;
    }
}
