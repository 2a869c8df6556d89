namespace Woflo.Domain.Jobs;

/// <summary>A job's state, as the contract's <c>status</c> names it. Failed is the dead-letter queue.</summary>
public enum JobState
{
    Queued,
    Running,
    Succeeded,
    Failed,
}

/// <summary>How a running attempt ended, or what a queued job became. Delays, not instants: the database's clock adds them.</summary>
public abstract record JobEnd(JobState State)
{
    public sealed record Succeeded() : JobEnd(JobState.Succeeded);

    /// <summary>Queued again after a back-off; the attempt is spent.</summary>
    public sealed record Retrying(TimeSpan Delay) : JobEnd(JobState.Queued);

    /// <summary>Queued again later; the attempt is given back and the deferral counted.</summary>
    public sealed record Deferred(TimeSpan Delay) : JobEnd(JobState.Queued);

    /// <summary>Queued again at once by its own worker, which is leaving; the attempt is given back.</summary>
    public sealed record Released() : JobEnd(JobState.Queued);

    /// <summary>Queued again at once because its worker vanished; the attempt is given back and the rescue counted.</summary>
    public sealed record Rescued() : JobEnd(JobState.Queued);

    public sealed record DeadLettered() : JobEnd(JobState.Failed);

    public sealed record Cancelled() : JobEnd(JobState.Failed);
}

/// <summary>A unit of work in the queue, and the rules of its life (drawn in docs/job-states.md).</summary>
public sealed class Job
{
    /// <param name="deferredFor">How long ago the present run of deferrals began; zero when there is none.</param>
    public Job(
        Guid id, Guid orgId, string type, string payload, JobState state, int attempts, int maxAttempts,
        int deferrals = 0, TimeSpan deferredFor = default, int rescues = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(attempts);
        Id = id;
        OrgId = orgId;
        Type = type;
        Payload = payload;
        State = state;
        Attempts = attempts;
        MaxAttempts = maxAttempts;
        Deferrals = deferrals;
        DeferredFor = deferredFor;
        Rescues = rescues;
    }

    public Guid Id { get; }
    public Guid OrgId { get; }
    public string Type { get; }

    /// <summary>A JSON object, as text.</summary>
    public string Payload { get; }
    public JobState State { get; private set; }
    public int Attempts { get; private set; }
    public int MaxAttempts { get; }
    public int Deferrals { get; private set; }
    public TimeSpan DeferredFor { get; private set; }
    public int Rescues { get; private set; }

    /// <summary>A worker takes the job: an attempt begins.</summary>
    public void Claim()
    {
        Require(JobState.Queued);
        State = JobState.Running;
        Attempts++;
    }

    public JobEnd Complete()
    {
        Require(JobState.Running);
        return End(new JobEnd.Succeeded());
    }

    /// <summary>Ends the running attempt with a failure; its class decides the course.</summary>
    public JobEnd Fail(JobFailure failure, RetryPolicy retry)
    {
        Require(JobState.Running);
        return End(failure.Class.Course switch
        {
            Course.Retry when Attempts < MaxAttempts => new JobEnd.Retrying(retry.Backoff(Attempts)),
            Course.RetryOnce when Attempts == 1 && MaxAttempts > 1 => new JobEnd.Retrying(retry.Backoff(Attempts)),
            Course.Defer when DeferredFor < retry.DeferralLimit => new JobEnd.Deferred(failure.RetryAfter ?? retry.DeferralDelay),
            Course.Cancel => new JobEnd.Cancelled(),
            _ => new JobEnd.DeadLettered(),
        });
    }

    /// <summary>Its own worker gives the job back unfinished, at shutdown.</summary>
    public JobEnd Release()
    {
        Require(JobState.Running);
        return End(new JobEnd.Released());
    }

    /// <summary>Its worker vanished: the attempt is given back, a bounded number of times.</summary>
    public JobEnd Rescue(RetryPolicy retry)
    {
        Require(JobState.Running);
        return End(Rescues < retry.RescueLimit ? new JobEnd.Rescued() : new JobEnd.DeadLettered());
    }

    /// <summary>A person calls the job off, queued or running.</summary>
    public JobEnd Cancel()
    {
        Require(JobState.Queued, JobState.Running);
        return End(new JobEnd.Cancelled());
    }

    /// <summary>A person replays a dead letter: attempts, deferrals and rescues start anew.</summary>
    public void Retry()
    {
        Require(JobState.Failed);
        State = JobState.Queued;
        Attempts = Deferrals = Rescues = 0;
        DeferredFor = TimeSpan.Zero;
    }

    private JobEnd End(JobEnd end)
    {
        State = end.State;
        switch (end)
        {
            case JobEnd.Released:
                GiveBackAttempt();
                break;
            case JobEnd.Deferred:
                GiveBackAttempt();
                Deferrals++;
                break;
            case JobEnd.Rescued:
                GiveBackAttempt();
                Rescues++;
                break;
        }
        return end;
    }

    // Never below zero: a row reset by hand may be claimed with any count.
    private void GiveBackAttempt() => Attempts = Math.Max(0, Attempts - 1);

    private void Require(params ReadOnlySpan<JobState> allowed)
    {
        if (!allowed.Contains(State))
            throw new InvalidOperationException($"Job {Id} is {State}; this needs {string.Join(" or ", allowed.ToArray())}.");
    }
}
