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
        // One that cannot be written must not keep the others waiting.
        List<Guid> failed = [];
        while (count + failed.Count < request.Limit)
        {
            EndedJob? ended;
            try
            {
                ended = await jobs.RescueNext(retry, failed, cancellationToken);
            }
            catch (RescueFailedException exception)
            {
                failed.Add(exception.JobId);
                log.JobRescueFailed(exception, exception.JobId);
                continue;
            }
            if (ended is null)
                break;
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
