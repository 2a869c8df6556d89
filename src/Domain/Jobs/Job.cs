namespace Woflo.Domain.Jobs;

/// <summary>A job's state, as the contract's <c>status</c> names it. Failed is the dead-letter queue.</summary>
public enum JobState
{
    Queued,
    Running,
    Succeeded,
    Failed,
}

/// <summary>The states' names in the contract.</summary>
public static class JobStates
{
    public static readonly IReadOnlyList<string> Names = [.. Enum.GetValues<JobState>().Select(Name)];

    public static string Name(this JobState state) => state switch
    {
        JobState.Queued => "queued",
        JobState.Running => "running",
        JobState.Succeeded => "succeeded",
        JobState.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no state of a job"),
    };

    public static JobState Named(string name) => Enum.GetValues<JobState>().First(state => state.Name() == name);
}

/// <summary>How a running attempt ended, or what a queued job became. Delays, not instants: the database's clock adds them.</summary>
public abstract record JobEnd(JobState State, bool GivesBackAttempt = false)
{
    public sealed record Succeeded() : JobEnd(JobState.Succeeded);

    /// <summary>Queued again after a back-off; the attempt is spent.</summary>
    public sealed record Retrying(TimeSpan Delay) : JobEnd(JobState.Queued);

    /// <summary>Queued again later; the attempt is given back and the deferral counted.</summary>
    public sealed record Deferred(TimeSpan Delay) : JobEnd(JobState.Queued, GivesBackAttempt: true);

    /// <summary>Queued again at once by its own worker, which is leaving; the attempt is given back.</summary>
    public sealed record Released() : JobEnd(JobState.Queued, GivesBackAttempt: true);

    /// <summary>Queued again at once because its worker vanished; the attempt is given back and the rescue counted.</summary>
    public sealed record Rescued() : JobEnd(JobState.Queued, GivesBackAttempt: true);

    public sealed record DeadLettered() : JobEnd(JobState.Failed);

    public sealed record Cancelled() : JobEnd(JobState.Failed);
}

/// <summary>A unit of work in the queue, and the rules of its life (drawn in docs/job-states.md). Immutable: a transition
/// decides what the job becomes, and nothing has happened until the database has written it under the attempt's fence.</summary>
/// <param name="Payload">A JSON object, as text.</param>
/// <param name="DeferredFor">How long ago the first deferral was; zero when there was none.</param>
public sealed record Job(
    Guid Id, Guid OrgId, string Type, string Payload, JobState State, int Attempts, int MaxAttempts,
    int Deferrals = 0, TimeSpan DeferredFor = default, int Rescues = 0)
{
    /// <summary>A worker takes the job: an attempt begins.</summary>
    public Job Claim()
    {
        Require(JobState.Queued);
        return this with { State = JobState.Running, Attempts = Attempts + 1 };
    }

    public JobEnd Complete()
    {
        Require(JobState.Running);
        return new JobEnd.Succeeded();
    }

    /// <summary>Ends the running attempt with a failure; its class decides the course.</summary>
    /// <exception cref="InvalidOperationException">The job is not running: a caller's bug, never data.</exception>
    public JobEnd Fail(JobFailure failure, RetryPolicy retry)
    {
        Require(JobState.Running);
        return failure.Class.Course switch
        {
            Course.Retry when Attempts < MaxAttempts => new JobEnd.Retrying(retry.Backoff(Attempts)),
            Course.RetryOnce when Attempts == 1 && MaxAttempts > 1 => new JobEnd.Retrying(retry.Backoff(Attempts)),
            Course.Defer when DeferredFor < retry.DeferralLimit => new JobEnd.Deferred(retry.Deferral(failure.RetryAfter)),
            Course.Cancel => new JobEnd.Cancelled(),
            _ => new JobEnd.DeadLettered(),
        };
    }

    /// <summary>Its own worker gives the job back unfinished, at shutdown.</summary>
    public JobEnd Release()
    {
        Require(JobState.Running);
        return new JobEnd.Released();
    }

    /// <summary>Its worker vanished: the attempt is given back, a bounded number of times.</summary>
    public JobEnd Rescue(RetryPolicy retry)
    {
        Require(JobState.Running);
        return Rescues < retry.RescueLimit ? new JobEnd.Rescued() : new JobEnd.DeadLettered();
    }

    /// <summary>A person calls the job off, queued or running.</summary>
    public JobEnd Cancel()
    {
        Require(JobState.Queued, JobState.Running);
        return new JobEnd.Cancelled();
    }

    /// <summary>A person replays a dead letter: attempts, deferrals and rescues start anew.</summary>
    public Job Retry()
    {
        Require(JobState.Failed);
        return this with { State = JobState.Queued, Attempts = 0, Deferrals = 0, DeferredFor = TimeSpan.Zero, Rescues = 0 };
    }

    /// <summary>The job once <paramref name="end"/> is written.</summary>
    public Job After(JobEnd end) => this with
    {
        State = end.State,
        // Never below zero: a row reset by hand may be claimed with any count.
        Attempts = end.GivesBackAttempt ? Math.Max(0, Attempts - 1) : Attempts,
        Deferrals = end is JobEnd.Deferred ? Deferrals + 1 : Deferrals,
        Rescues = end is JobEnd.Rescued ? Rescues + 1 : Rescues,
    };

    private void Require(params ReadOnlySpan<JobState> allowed)
    {
        if (!allowed.Contains(State))
            throw new InvalidOperationException($"Job {Id} is {State}; this needs {string.Join(" or ", allowed.ToArray())}.");
    }
}
