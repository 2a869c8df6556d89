using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Takes jobs whose worker vanished back into the queue, each in a transaction of its own, or to the dead letters.</summary>
/// <returns>How many jobs were rescued or given up.</returns>
public sealed record RescueJobs(int Limit = 100) : IRequest<int>;

internal sealed class RescueJobsValidator : AbstractValidator<RescueJobs>
{
    public RescueJobsValidator() => RuleFor(rescue => rescue.Limit).InclusiveBetween(1, 10_000);
}

internal sealed class RescueJobsHandler(IJobStore jobs, RetryPolicy retry, ILogger<RescueJobsHandler> log) : IRequestHandler<RescueJobs, int>
{
    public async Task<int> Handle(RescueJobs request, CancellationToken cancellationToken)
    {
        var count = 0;
        while (count < request.Limit && await jobs.RescueNext(retry, cancellationToken) is { } ended)
        {
            count++;
            var job = ended.Job;
            if (ended.End is JobEnd.Rescued)
                log.JobRescued(job.Id, job.Type, job.OrgId, job.Rescues + 1, ended.Worker);
            else
                log.JobDeadLetter(job.Id, job.Type, job.OrgId, job.Attempts, job.MaxAttempts, FailureClass.Lost.Name, "WorkerLost");
        }
        return count;
    }
}
