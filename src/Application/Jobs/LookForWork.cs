using FluentValidation;
using MediatR;

namespace Woflo.Application.Jobs;

/// <summary>Asks what there is to do, in one round trip.</summary>
/// <param name="WaitsFor">Also say that an insert of these types is to wake this worker.</param>
/// <param name="Thoroughly">Whatever it takes: nothing that is due may be missed.</param>
public sealed record LookForWork(IReadOnlyCollection<string> WaitsFor, bool Thoroughly) : IRequest<QueueOutlook>;

internal sealed class LookForWorkValidator : AbstractValidator<LookForWork>;

internal sealed class LookForWorkHandler(IJobStore jobs, QueueOptions options) : IRequestHandler<LookForWork, QueueOutlook>
{
    public Task<QueueOutlook> Handle(LookForWork request, CancellationToken cancellationToken) =>
        jobs.Look([.. options.Lanes.Keys], request.WaitsFor, request.Thoroughly, cancellationToken);
}
