namespace Woflo.Domain.Jobs;

/// <summary>The bounds of trying again.</summary>
/// <param name="Ceiling">The longest back-off.</param>
/// <param name="DeferralLimit">How long a job may go on being deferred before it is a dead letter.</param>
/// <param name="DeferralDelay">The wait of a deferral whose cause names none.</param>
/// <param name="RescueLimit">How often a job may lose its worker and get the attempt back.</param>
public sealed record RetryPolicy(TimeSpan Ceiling, TimeSpan DeferralLimit, TimeSpan DeferralDelay, int RescueLimit)
{
    public static readonly RetryPolicy Default =
        new(TimeSpan.FromHours(24), TimeSpan.FromDays(7), TimeSpan.FromMinutes(1), 3);

    /// <summary>2^attempts minutes, as the queue's contract states it, up to <see cref="Ceiling"/>.</summary>
    /// <param name="attempts">Attempts so far, the failed one included; at least 1.</param>
    public TimeSpan Backoff(int attempts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        return attempts >= 30 ? Ceiling : TimeSpan.FromMinutes(Math.Min(1L << attempts, Ceiling.TotalMinutes));
    }

    /// <summary>The wait of a deferral: what its cause asked for, from a second up to <see cref="DeferralLimit"/>.</summary>
    public TimeSpan Deferral(TimeSpan? asked)
    {
        var delay = asked ?? DeferralDelay;
        return delay < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : delay > DeferralLimit ? DeferralLimit : delay;
    }
}
