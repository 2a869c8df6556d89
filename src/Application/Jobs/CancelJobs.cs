using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Calls jobs off: those named, queued or running, or, where none is named, the queued ones of a type, an organisation, or both,
/// at most <see cref="AtMost"/> of them.</summary>
public sealed record CancelJobs(IReadOnlyList<Guid> Ids, string? Reason = null, string? Type = null, Guid? OrgId = null) : IRequest<CancelReport>
{
    public const int AtMost = 100_000;
}

/// <param name="Cancelled">With what they were.</param>
/// <param name="Refused">Jobs that had ended, or had started where only queued ones were meant, with what they were; null: no such job.</param>
public sealed record CancelReport(IReadOnlyDictionary<Guid, JobState> Cancelled, IReadOnlyDictionary<Guid, JobState?> Refused);

internal sealed class CancelJobsValidator : AbstractValidator<CancelJobs>
{
    public CancelJobsValidator()
    {
        RuleFor(cancel => cancel).Must(cancel => cancel.Ids.Count > 0 || cancel.Type is not null || cancel.OrgId is not null)
            .WithMessage("name jobs, a type or an organisation.");
        RuleFor(cancel => cancel.Type).KnownType();
        RuleFor(cancel => cancel.Reason).Reason();
    }
}

internal sealed class CancelJobsHandler(IJobStore jobs, ILogger<CancelJobsHandler> log) : IRequestHandler<CancelJobs, CancelReport>
{
    private const int Batch = 1_000;

    public async Task<CancelReport> Handle(CancelJobs request, CancellationToken cancellationToken)
    {
        var failure = JobFailure.Cancelled(string.IsNullOrWhiteSpace(request.Reason) ? "called off" : request.Reason);
        Dictionary<Guid, JobState> cancelled = [];
        Dictionary<Guid, JobState?> refused = [];
        if (request.Ids.Count > 0)
        {
            await Cancel(request.Ids, onlyQueued: false);
            return new CancelReport(cancelled, refused);
        }
        // A cancelled job is not queued any more, so each batch is new; one that is refused was taken by a worker meanwhile.
        while (cancelled.Count < CancelJobs.AtMost
            && await jobs.Queued(request.Type, request.OrgId, Math.Min(Batch, CancelJobs.AtMost - cancelled.Count), cancellationToken) is { Count: > 0 } batch)
        {
            await Cancel(batch, onlyQueued: true);
            if (refused.Count >= CancelJobs.AtMost)
                break;
        }
        return new CancelReport(cancelled, refused);

        async Task Cancel(IReadOnlyList<Guid> ids, bool onlyQueued)
        {
            foreach (var id in ids)
            {
                var found = await jobs.Cancel(id, failure, onlyQueued, cancellationToken);
                if (found?.State == JobState.Queued || (found?.State == JobState.Running && !onlyQueued))
                {
                    cancelled[id] = found.State;
                    log.JobCancelled(id, found.Type, found.OrgId, found.State.Name(), failure.Error);
                }
                else
                {
                    refused[id] = found?.State;
                }
            }
        }
    }
}
