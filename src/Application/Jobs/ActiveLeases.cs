using System.Collections.Concurrent;

namespace Woflo.Application.Jobs;

/// <summary>The leases this process holds, each with its own limit in monotonic time: past it the attempt is cancelled here,
/// before anyone may rescue it.</summary>
public sealed class ActiveLeases(TimeProvider time, QueueOptions options)
{
    private readonly ConcurrentDictionary<Guid, ActiveLease> _held = new();

    public IReadOnlyCollection<LeasedJob> Held => [.. _held.Values.Select(lease => lease.Leased)];

    /// <param name="sentAt">The moment before the claim was sent, as a timestamp of the time provider.</param>
    internal void Hold(LeasedJob leased, long sentAt)
    {
        var lease = new ActiveLease(leased, time);
        _held[leased.Fence] = lease;
        Extend(leased.Fence, sentAt);
    }

    internal void Extend(Guid fence, long sentAt)
    {
        if (_held.TryGetValue(fence, out var lease))
            lease.LimitIn((options.Lease * QueueOptions.OwnLimit) - time.GetElapsedTime(sentAt));
    }

    internal bool Lose(Guid fence)
    {
        if (!_held.TryGetValue(fence, out var lease) || lease.Lost.IsCancellationRequested)
            return false;
        lease.LimitIn(TimeSpan.Zero);
        return true;
    }

    /// <summary>Cancelled when the lease is lost or past its limit; already so for a lease that is not held.</summary>
    internal CancellationToken LostToken(Guid fence) => _held.TryGetValue(fence, out var lease) ? lease.Lost : new CancellationToken(true);

    /// <summary>Stops renewing a lease: its attempt has ended, or cannot be ended and is left to rescue.</summary>
    public void Forget(Guid fence)
    {
        if (_held.TryRemove(fence, out var lease))
            lease.Dispose();
    }

    private sealed class ActiveLease(LeasedJob leased, TimeProvider time) : IDisposable
    {
        private readonly CancellationTokenSource _lost = new(Timeout.InfiniteTimeSpan, time);

        public LeasedJob Leased => leased;

        public CancellationToken Lost => _lost.Token;

        public void LimitIn(TimeSpan delay)
        {
            try
            {
                _lost.CancelAfter(delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
            }
            catch (ObjectDisposedException)
            {
                // The attempt ended while its renewal was under way.
            }
        }

        public void Dispose() => _lost.Dispose();
    }
}
