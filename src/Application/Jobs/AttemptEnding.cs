using Microsoft.Extensions.Logging;
using Woflo.Application.Database;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

public enum EndResult
{
    /// <summary>Written: the attempt ended as the command said.</summary>
    Ended,

    /// <summary>Another attempt owns the job; nothing was written.</summary>
    LeaseLost,
}

/// <summary>Writes an attempt's end, whatever it is, and settles what a lost connection leaves in doubt.</summary>
internal sealed class AttemptEnding(IJobStore jobs, ActiveLeases leases, TimeProvider time, ILogger<AttemptEnding> log)
{
    // Some errors never pass, such as a time limit of the role's that every try meets: then rescue decides.
    private const int MaxTries = 60;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Sends the same fenced write until it is answered, or until the lease is past its limit.</summary>
    public async Task<EndResult> Write(LeasedJob leased, JobEnd end, JobFailure? failure = null, object? results = null)
    {
        var lease = leases.Find(leased.Fence);
        var pause = FirstPause;
        for (var tries = 0; tries < MaxTries && lease is { IsLost: false }; tries++)
        {
            try
            {
                if (!await jobs.End(leased, end, failure, results))
                    break;
                leases.Forget(leased.Fence);
                return EndResult.Ended;
            }
            catch (DatabaseUnavailableException exception)
            {
                // Committed or not, nobody knows: the fence makes the second write harmless.
                if (tries == 0)
                    log.JobEndInDoubt(exception, leased.Job.Id, leased.Job.Type);
                await Task.Delay(pause, time, CancellationToken.None);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        leases.Forget(leased.Fence);
        log.LeaseLost(leased.Job.Id, leased.Job.Type, leased.Job.OrgId);
        return EndResult.LeaseLost;
    }
}
