using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Gives an unfinished job back at shutdown, with its attempt; another worker may take it at once.</summary>
public sealed record ReleaseJob(LeasedJob Leased) : IRequest<EndResult>;

internal sealed class ReleaseJobValidator : AbstractValidator<ReleaseJob>
{
    public ReleaseJobValidator() => RuleFor(release => release.Leased.Job.State).Equal(JobState.Running);
}

internal sealed class ReleaseJobHandler(AttemptEnding ending, ILogger<ReleaseJobHandler> log) : IRequestHandler<ReleaseJob, EndResult>
{
    public async Task<EndResult> Handle(ReleaseJob request, CancellationToken cancellationToken)
    {
        var job = request.Leased.Job;
        var result = await ending.Write(request.Leased, job.Release());
        if (result == EndResult.Ended)
            log.JobReleased(job.Id, job.Type, job.OrgId);
        return result;
    }
}
