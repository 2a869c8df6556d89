using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Does a leased job's work and returns the command that ends the attempt; null: the lease is lost, nothing is to be written.
/// Its cancellation means that shutdown's grace is over.</summary>
/// <param name="WindDown">The worker was told to stop.</param>
public sealed record RunJob(LeasedJob Leased, CancellationToken WindDown) : IRequest<IRequest<EndResult>?>;

/// <summary>A handler went on after its cancellation: the process cannot be trusted any more and must end, its leases left to rescue.</summary>
public sealed class HandlerStuckException(LeasedJob leased)
    : Exception($"The handler of job {leased.Job.Id} ignored its cancellation for {QueueOptions.StuckAfter.TotalSeconds} s.");

internal sealed class RunJobValidator : AbstractValidator<RunJob>
{
    public RunJobValidator() => RuleFor(run => run.Leased.Job.State).Equal(JobState.Running);
}

internal sealed class RunJobHandler(
    IEnumerable<IJobHandler> handlers, IJobStore jobs, ActiveLeases leases, TimeProvider time, ILogger<RunJobHandler> log)
    : IRequestHandler<RunJob, IRequest<EndResult>?>
{
    public async Task<IRequest<EndResult>?> Handle(RunJob request, CancellationToken cancellationToken)
    {
        var leased = request.Leased;
        if (handlers.FirstOrDefault(h => h.JobType == leased.Job.Type) is not { } handler)
            return new FailJob(leased, new JobFailure(FailureClass.Bug, "NoHandler", $"there is none for jobs of type {leased.Job.Type}."));
        var end = leases.Find(leased.Fence) is { } lease ? await Run(handler, request, lease, cancellationToken) : null;
        if (end is null)
        {
            leases.Forget(leased.Fence);
            log.LeaseLost(leased.Job.Id, leased.Job.Type, leased.Job.OrgId);
        }
        return end;
    }

    /// <returns>Null: the lease is lost.</returns>
    private async Task<IRequest<EndResult>?> Run(IJobHandler handler, RunJob request, ActiveLease lease, CancellationToken graceOver)
    {
        var leased = request.Leased;
        var deadline = handler.Deadline(leased.Job);
        lease.DueIn(deadline);
        await using var registration = graceOver.UnsafeRegister(static lease => ((ActiveLease)lease!).Stop(StopReason.GraceOver), lease);
        log.JobProcessingStarted(leased.Job.Id, leased.Job.Type, leased.Job.OrgId, leased.Job.Attempts, leased.Job.MaxAttempts);
        try
        {
            return await jobs.Start(leased, lease.Stopped) ? await Work(handler, request, lease) : null;
        }
        catch (HandlerStuckException)
        {
            throw;
        }
        catch (Exception exception)
        {
            switch (lease.Reason)
            {
                case StopReason.LeaseLost:
                    return null;
                case StopReason.GraceOver:
                    return new ReleaseJob(leased);
                case StopReason.DeadlinePast:
                    return new FailJob(leased, new JobFailure(FailureClass.Timeout, "DeadlineExceeded", $"not done after {deadline.TotalSeconds:0} seconds."));
            }
            var failure = FailureClassifier.Classify(exception);
            log.JobHandlerThrew(exception, leased.Job.Id, leased.Job.Type, failure.Class.Name);
            return new FailJob(leased, failure);
        }
    }

    private async Task<IRequest<EndResult>> Work(IJobHandler handler, RunJob request, ActiveLease lease)
    {
        var stopped = lease.Stopped;
        // On a thread of its own: a handler that blocks before its first await must not hold up the loops.
        var work = Task.Run(() => handler.Handle(new JobRun(request.Leased, request.WindDown, lease), stopped), CancellationToken.None);
        try
        {
            await work.WaitAsync(stopped);
        }
        catch (OperationCanceledException) when (!work.IsCompleted)
        {
            if (await Task.WhenAny(work, Task.Delay(QueueOptions.StuckAfter, time, CancellationToken.None)) != work)
                throw new HandlerStuckException(request.Leased);
        }
        return await work switch
        {
            JobOutcome.Succeeded succeeded => new CompleteJob(request.Leased, succeeded.Results),
            JobOutcome.Failed failed => new FailJob(request.Leased, failed.Failure),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }
}
