using FluentValidation;
using MediatR;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Says how many jobs of a type may run at once, over all workers.</summary>
/// <param name="Total">Null leaves it as it is, 0 takes the cap away. Likewise <paramref name="PerOrg"/>.</param>
public sealed record CapJobs(string Type, int? Total, int? PerOrg) : IRequest<QueueCap>;

internal sealed class CapJobsValidator : AbstractValidator<CapJobs>
{
    private const int Most = 1_000_000;

    public CapJobsValidator()
    {
        RuleFor(cap => cap.Type).NotNull().KnownType();
        RuleFor(cap => cap.Total).Must(IsCap).WithMessage($"total: not from 0 to {Most}.");
        RuleFor(cap => cap.PerOrg).Must(IsCap).WithMessage($"per-org: not from 0 to {Most}.");
        RuleFor(cap => cap.PerOrg).Must(perOrg => perOrg is null or 1).When(cap => cap.Type == JobTypes.ScheduleRun)
            .WithMessage("per-org: fixed at 1 for schedule_run, since two plans for one shop would fight over the same technicians.");
    }

    private static bool IsCap(int? cap) => cap is null or (>= 0 and <= Most);
}

internal sealed class CapJobsHandler(IQueueKeeper keeper) : IRequestHandler<CapJobs, QueueCap>
{
    public Task<QueueCap> Handle(CapJobs request, CancellationToken cancellationToken) => keeper.Cap(request, cancellationToken);
}
