using System.Data.Common;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>What a job's start or end means to its module's own rows. One implementation a job type, in Infrastructure.</summary>
public interface IJobEffects
{
    string JobType { get; }

    /// <summary>Whether the effect writes anything. An end that writes nothing of its module's needs no transaction of its own.</summary>
    bool Writes(JobEffect effect);

    /// <summary>Writes the effect inside <paramref name="transaction"/>, in which the job's row is already locked
    /// (<see cref="JobEffect.Started"/>) or updated (all others) under its fence: both commit, or neither.
    /// Must be idempotent up to the commit, since a commit in doubt is sent again.</summary>
    Task Apply(JobEffect effect, Job job, DbTransaction transaction, CancellationToken cancellation);
}

public abstract record JobEffect
{
    public sealed record Started : JobEffect;

    /// <param name="Results">What the handler returned.</param>
    public sealed record Succeeded(object? Results) : JobEffect;

    /// <summary>The job is queued again: retried, deferred, released, rescued or replayed.</summary>
    public sealed record Requeued : JobEffect;

    public sealed record DeadLettered(JobFailure Failure) : JobEffect;

    public sealed record Cancelled : JobEffect;
}
