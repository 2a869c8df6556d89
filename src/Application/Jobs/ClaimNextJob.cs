using FluentValidation;
using MediatR;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Takes the next due job of a type, with a lease that is renewed until the attempt ends. Null: nothing can start now.</summary>
public sealed record ClaimNextJob(string Type) : IRequest<LeasedJob?>;

internal sealed class ClaimNextJobValidator : AbstractValidator<ClaimNextJob>
{
    public ClaimNextJobValidator() => RuleFor(claim => claim.Type).Must(JobTypes.All.Contains);
}

internal sealed class ClaimNextJobHandler(IJobStore jobs, ActiveLeases leases, TimeProvider time) : IRequestHandler<ClaimNextJob, LeasedJob?>
{
    public async Task<LeasedJob?> Handle(ClaimNextJob request, CancellationToken cancellationToken)
    {
        var sentAt = time.GetTimestamp();
        var leased = await jobs.Claim(request.Type, cancellationToken);
        if (leased is not null)
            leases.Hold(leased, sentAt);
        return leased;
    }
}
