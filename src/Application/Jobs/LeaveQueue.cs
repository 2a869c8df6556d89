using FluentValidation;
using MediatR;

namespace Woflo.Application.Jobs;

/// <summary>This worker ends: no insert needs to wake it any more, and <c>woflo status</c> counts it no longer.</summary>
public sealed record LeaveQueue : IRequest;

internal sealed class LeaveQueueValidator : AbstractValidator<LeaveQueue>;

internal sealed class LeaveQueueHandler(IJobStore jobs) : IRequestHandler<LeaveQueue>
{
    public async Task<Unit> Handle(LeaveQueue request, CancellationToken cancellationToken)
    {
        await jobs.Leave(cancellationToken);
        return Unit.Value;
    }
}
