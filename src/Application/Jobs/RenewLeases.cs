using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;

namespace Woflo.Application.Jobs;

/// <summary>Extends every lease this worker holds; attempts whose lease is gone are cancelled. What they say of their progress is stored with it.</summary>
/// <returns>How many leases are held on.</returns>
public sealed record RenewLeases : IRequest<int>;

internal sealed class RenewLeasesValidator : AbstractValidator<RenewLeases>;

internal sealed class RenewLeasesHandler(IJobStore jobs, ActiveLeases leases, TimeProvider time, ILogger<RenewLeasesHandler> log)
    : IRequestHandler<RenewLeases, int>
{
    public async Task<int> Handle(RenewLeases request, CancellationToken cancellationToken)
    {
        var held = leases.Held;
        if (held.Count == 0)
            return 0;
        var sentAt = time.GetTimestamp();
        var progress = leases.NewProgress;
        var renewal = await jobs.Renew(held, progress, cancellationToken);
        foreach (var fence in renewal.Renewed)
            leases.Extend(fence, sentAt, progress.GetValueOrDefault(fence));
        foreach (var lost in held.Where(leased => renewal.Lost.Contains(leased.Fence)))
        {
            if (leases.Find(lost.Fence)?.Stop(StopReason.LeaseLost) == true)
                log.LeaseGone(lost.Job.Id, lost.Job.Type);
        }
        return renewal.Renewed.Count;
    }
}
