using FluentValidation;
using MediatR;

namespace Woflo.Application.Jobs;

/// <summary>Asks what there is to do, in one round trip.</summary>
/// <param name="Announce">Also say that this worker sleeps, so that an insert wakes it.</param>
public sealed record LookForWork(bool Announce) : IRequest<QueueOutlook>;

internal sealed class LookForWorkValidator : AbstractValidator<LookForWork>;

internal sealed class LookForWorkHandler(IJobStore jobs, QueueOptions options) : IRequestHandler<LookForWork, QueueOutlook>
{
    public Task<QueueOutlook> Handle(LookForWork request, CancellationToken cancellationToken) =>
        jobs.Look([.. options.Lanes.Keys], request.Announce, cancellationToken);
}
