using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Replays dead letters: those named, or, where none is, all of a type and class.</summary>
public sealed record RetryJobs(IReadOnlyList<Guid> Ids, string? Type = null, string? FailureClass = null) : IRequest<RetryReport>;

/// <param name="Refused">Jobs that were not dead letters, with what they were; null: no such job.</param>
public sealed record RetryReport(IReadOnlyList<Guid> Retried, IReadOnlyDictionary<Guid, JobState?> Refused);

internal sealed class RetryJobsValidator : AbstractValidator<RetryJobs>
{
    public RetryJobsValidator()
    {
        RuleFor(retry => retry.Type).KnownType();
        RuleFor(retry => retry.FailureClass).Must(name => name is null || FailureClass.All.Any(c => c.Name == name))
            .WithMessage(retry => $"class: '{retry.FailureClass}' is none of {string.Join(", ", FailureClass.All.Select(c => c.Name))}.");
    }
}

internal sealed class RetryJobsHandler(IJobStore jobs, ILogger<RetryJobsHandler> log) : IRequestHandler<RetryJobs, RetryReport>
{
    private const int Batch = 1_000;

    public async Task<RetryReport> Handle(RetryJobs request, CancellationToken cancellationToken)
    {
        List<Guid> retried = [];
        Dictionary<Guid, JobState?> refused = [];
        if (request.Ids.Count > 0)
        {
            await Replay(request.Ids);
            return new RetryReport(retried, refused);
        }
        // A replayed job is no dead letter any more, so each batch is new; one that is refused was taken by somebody else meanwhile.
        while (await jobs.DeadLetters(request.Type, request.FailureClass, Batch, cancellationToken) is { Count: > 0 } batch)
        {
            var before = retried.Count;
            await Replay(batch);
            if (retried.Count == before)
                break;
        }
        return new RetryReport(retried, refused);

        async Task Replay(IReadOnlyList<Guid> ids)
        {
            foreach (var id in ids)
            {
                var found = await jobs.Retry(id, cancellationToken);
                if (found is { State: JobState.Failed })
                {
                    retried.Add(id);
                    log.JobReplayed(id, found.Type, found.OrgId);
                }
                else
                {
                    refused[id] = found?.State;
                }
            }
        }
    }
}
