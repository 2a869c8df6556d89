using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Woflo.Application.Jobs;

/// <summary>The leases this process holds.</summary>
public sealed class ActiveLeases(TimeProvider time, QueueOptions options)
{
    private readonly ConcurrentDictionary<Guid, ActiveLease> _held = new();

    public IReadOnlyCollection<LeasedJob> Held => [.. _held.Values.Select(lease => lease.Leased)];

    /// <param name="sentAt">The moment before the claim was sent, as a timestamp of the time provider.</param>
    internal void Hold(LeasedJob leased, long sentAt)
    {
        var lease = new ActiveLease(leased, time);
        _held[leased.Fence] = lease;
        lease.Extend(sentAt, options.Lease * QueueOptions.OwnLimit);
    }

    /// <summary>What attempts have said of how far they are and nobody has stored yet, by fence.</summary>
    internal IReadOnlyDictionary<Guid, string> NewProgress => _held
        .Select(held => (held.Key, held.Value.NewProgress))
        .Where(held => held.NewProgress is not null)
        .ToDictionary(held => held.Key, held => held.NewProgress!);

    /// <param name="progress">What was stored with the renewal; null: nothing.</param>
    internal void Extend(Guid fence, long sentAt, string? progress = null)
    {
        if (Find(fence) is not { } lease)
            return;
        lease.Extend(sentAt, options.Lease * QueueOptions.OwnLimit);
        if (progress is not null)
            lease.Stored(progress);
    }

    /// <returns>Null for one that is not held.</returns>
    internal ActiveLease? Find(Guid fence) => _held.GetValueOrDefault(fence);

    /// <summary>Stops renewing a lease: its attempt has ended, or cannot be ended and is left to rescue.</summary>
    public void Forget(Guid fence)
    {
        if (_held.TryRemove(fence, out var lease))
            lease.Dispose();
    }
}

/// <summary>Why an attempt was told to stop.</summary>
internal enum StopReason
{
    None,

    /// <summary>Its lease is gone, or past the limit that this process keeps, before anyone may rescue it.</summary>
    LeaseLost,
    DeadlinePast,
    GraceOver,
}

/// <summary>A lease with its two ends in monotonic time: the limit up to which renewals hold it, and the deadline of its attempt.</summary>
internal sealed class ActiveLease(LeasedJob leased, TimeProvider time) : IProgress<JsonObject>, IDisposable
{
    private const int LongestProgress = 4_000;

    private readonly CancellationTokenSource _stop = new(Timeout.InfiniteTimeSpan, time);
    private readonly Lock _gate = new();
    // 0: not yet given.
    private long _limit;
    private long _deadline = long.MaxValue;
    private StopReason _told;
    private string? _progress;
    private string? _stored;

    public LeasedJob Leased => leased;

    /// <summary>Cancelled when the attempt has to stop; <see cref="Reason"/> says why.</summary>
    public CancellationToken Stopped => _stop.Token;

    public bool IsLost => _told == StopReason.LeaseLost || time.GetTimestamp() >= Volatile.Read(ref _limit);

    public StopReason Reason => IsLost ? StopReason.LeaseLost
        : _told != StopReason.None ? _told
        : time.GetTimestamp() >= Volatile.Read(ref _deadline) ? StopReason.DeadlinePast : StopReason.None;

    /// <summary>The last report, until it is stored.</summary>
    public string? NewProgress => Volatile.Read(ref _progress) is { } progress && !ReferenceEquals(progress, Volatile.Read(ref _stored)) ? progress : null;

    /// <summary>From any thread. All leases are renewed by one statement: what it could not store (jsonb knows no NUL) is passed over.</summary>
    public void Report(JsonObject value)
    {
        var progress = value.ToJsonString();
        if (progress.Length <= LongestProgress && !progress.Contains(@"\u0000", StringComparison.Ordinal))
            Volatile.Write(ref _progress, progress);
    }

    public void Stored(string progress) => Volatile.Write(ref _stored, progress);

    /// <summary>A lease that was past its limit stays lost: its attempt has been told so.</summary>
    public void Extend(long sentAt, TimeSpan limit)
    {
        lock (_gate)
        {
            if (_limit != 0 && time.GetTimestamp() >= _limit)
                _told = StopReason.LeaseLost;
            else
                SetEnd(ref _limit, sentAt + Ticks(limit));
        }
    }

    public void DueIn(TimeSpan deadline) => SetEnd(ref _deadline, time.GetTimestamp() + Ticks(deadline));

    /// <returns>False where it was told so before.</returns>
    public bool Stop(StopReason reason)
    {
        lock (_gate)
        {
            if (_told == reason || _told == StopReason.LeaseLost)
                return false;
            _told = reason;
        }
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt has ended meanwhile.
        }
        return true;
    }

    public void Dispose() => _stop.Dispose();

    private void SetEnd(ref long end, long at)
    {
        lock (_gate)
        {
            var before = Math.Min(_limit, _deadline);
            end = at;
            var next = Math.Min(_limit, _deadline);
            if (next == before)
                return;
            var left = TimeSpan.FromSeconds((next - time.GetTimestamp()) / (double)time.TimestampFrequency);
            try
            {
                _stop.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            }
            catch (ObjectDisposedException)
            {
                // The attempt ended while its renewal was under way.
            }
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
