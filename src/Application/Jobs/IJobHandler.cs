using System.Text.Json.Nodes;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Does the work of one job type. Called outside any transaction; writes nothing of its own:
/// what it found goes out as data and is written by <see cref="IJobEffects"/> with the job's completion.</summary>
public interface IJobHandler
{
    string JobType { get; }

    /// <summary>How long an attempt at <paramref name="job"/> may take; past it the attempt is cancelled, and fails with class timeout.</summary>
    TimeSpan Deadline(Job job);

    /// <summary>Any exception is a failure: <see cref="JobFailedException"/> carries its class, others are classified by type.</summary>
    /// <param name="cancellation">The attempt is over (shutdown's grace ended, lease lost, deadline past): stop, whatever is half done.</param>
    Task<JobOutcome> Handle(JobRun run, CancellationToken cancellation);
}

/// <summary>One attempt, as its handler sees it.</summary>
/// <param name="WindDown">The worker was told to stop: end early with what there is, if that is worth something.</param>
/// <param name="Progress">Takes a few words and figures of how far the attempt is, in English and from any thread; the newest is stored with the
/// job's next renewal, for people to see while it runs.</param>
public sealed record JobRun(LeasedJob Leased, CancellationToken WindDown, IProgress<JsonObject>? Progress = null)
{
    public Job Job => Leased.Job;
}

public abstract record JobOutcome
{
    /// <param name="Results">What to write with the completion, as the module's <see cref="IJobEffects"/> knows it; null for nothing.</param>
    public sealed record Succeeded(object? Results = null) : JobOutcome;

    public sealed record Failed(JobFailure Failure) : JobOutcome;
}

/// <summary>A handler's way out from deep inside, with the failure as data.</summary>
public sealed class JobFailedException : Exception
{
    public JobFailedException(JobFailure failure) : base(failure.Message) => Failure = failure;

    public JobFailure Failure { get; }
}
