using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;

namespace Woflo.Application.Jobs;

/// <summary>Enqueues the jobs of the schedules that are due, each in a transaction of its own.</summary>
/// <returns>How many schedules fired.</returns>
public sealed record FireCrons(int Limit = 1_000) : IRequest<int>;

internal sealed class FireCronsValidator : AbstractValidator<FireCrons>
{
    public FireCronsValidator() => RuleFor(fire => fire.Limit).InclusiveBetween(1, 10_000);
}

internal sealed class FireCronsHandler(ICronStore crons, ILogger<FireCronsHandler> log) : IRequestHandler<FireCrons, int>
{
    public async Task<int> Handle(FireCrons request, CancellationToken cancellationToken)
    {
        var count = 0;
        List<Guid> failed = [];
        while (count + failed.Count < request.Limit && await crons.FireNext(failed, cancellationToken) is { } fired)
        {
            if (fired.Error is { } error)
            {
                failed.Add(fired.Id);
                log.CronFailed(error, fired.Id, fired.Name, fired.OrgId, fired.JobType);
                continue;
            }
            count++;
            if (fired.Job is { WasThere: false } job)
                log.CronFired(fired.Id, fired.Name, job.Id, fired.OrgId, fired.JobType, fired.DueAt);
        }
        return count;
    }
}
