using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Ends the attempt that holds the lease, as succeeded, and writes its results with it.</summary>
public sealed record CompleteJob(LeasedJob Leased, object? Results) : IRequest<EndResult>;

internal sealed class CompleteJobValidator : AbstractValidator<CompleteJob>
{
    public CompleteJobValidator() => RuleFor(complete => complete.Leased.Job.State).Equal(JobState.Running);
}

internal sealed class CompleteJobHandler(AttemptEnding ending, IMediator mediator, FailureAlarm alarm, ILogger<CompleteJobHandler> log)
    : IRequestHandler<CompleteJob, EndResult>
{
    public async Task<EndResult> Handle(CompleteJob request, CancellationToken cancellationToken)
    {
        var job = request.Leased.Job;
        EndResult result;
        try
        {
            result = await ending.Write(request.Leased, job.Complete(), results: request.Results);
        }
        catch (Exception exception)
        {
            // The results could not be written, so nothing was: the attempt failed after all.
            var failure = FailureClassifier.Classify(exception);
            log.JobHandlerThrew(exception, job.Id, job.Type, failure.Class.Name);
            return await mediator.Send(new FailJob(request.Leased, failure), cancellationToken);
        }
        if (result == EndResult.Ended)
        {
            log.JobProcessingSucceeded(job.Id, job.Type, job.OrgId, job.Attempts);
            alarm.Succeeded(job.Type);
        }
        return result;
    }
}
