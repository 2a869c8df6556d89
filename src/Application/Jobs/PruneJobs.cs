using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Deletes jobs that ended longer ago than they are kept, and what else has expired. Any worker may send it at any time: one does the
/// work, the others find it busy.</summary>
/// <returns>How many jobs were deleted.</returns>
public sealed record PruneJobs : IRequest<int>;

internal sealed class PruneJobsValidator : AbstractValidator<PruneJobs>;

internal sealed class PruneJobsHandler(IQueueKeeper keeper, QueueOptions options, TimeProvider time, ILogger<PruneJobsHandler> log)
    : IRequestHandler<PruneJobs, int>
{
    public const int Batch = 1_000;

    // A round's bound: with one every ten minutes more than 3,000 jobs a second, for a start that finds years of them.
    public const int MaxBatches = 2_000;

    // Leaves the disk to those who work.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public async Task<int> Handle(PruneJobs request, CancellationToken cancellationToken)
    {
        var (succeeded, failed) = (0, 0);
        try
        {
            await Prune(JobState.Succeeded, options.KeepSucceeded, jobs => succeeded += jobs, cancellationToken);
            await Prune(JobState.Failed, options.KeepFailed, jobs => failed += jobs, cancellationToken);
            await keeper.PruneExpired(cancellationToken);
        }
        finally
        {
            if (succeeded + failed > 0)
                log.JobsPruned(succeeded, failed);
        }
        return succeeded + failed;
    }

    private async Task Prune(JobState state, TimeSpan age, Action<int> deleted, CancellationToken cancellation)
    {
        if (age == TimeSpan.Zero)
            return;
        DateTime? from = null;
        for (var batches = 0; batches < MaxBatches; batches++)
        {
            var batch = await keeper.PruneJobs(state, age, from, Batch, cancellation);
            if (batch is null)
                return;
            deleted(batch.Jobs);
            if (batch.Jobs < Batch)
                return;
            from = batch.UpTo;
            await Task.Delay(Pause, time, cancellation);
        }
    }
}
