namespace Woflo.Domain.Scheduling;

/// <summary>The span of a plan, and how instants become whole minutes: minute 0 is its start, rounded up.</summary>
public sealed record Horizon
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(92);

    /// <exception cref="ArgumentException">The end is not after the start: the caller checks its input first.</exception>
    public Horizon(DateTimeOffset start, DateTimeOffset end, DateTimeOffset now)
    {
        if (end <= start)
            throw new ArgumentException("A horizon ends after its start.", nameof(end));
        Origin = RoundUp(start);
        Now = now;
        EndMinute = Math.Max(0, Floor(end));
        EarliestMinute = Math.Max(0, Ceiling(now));
    }

    public DateTimeOffset Origin { get; }

    public DateTimeOffset Now { get; }

    /// <summary>Nothing new starts before this minute.</summary>
    public int EarliestMinute { get; }

    /// <summary>Nothing ends after this minute.</summary>
    public int EndMinute { get; }

    public DateTimeOffset At(int minute) => Origin.AddMinutes(minute);

    public int Floor(DateTimeOffset instant) => Clamp(Math.Floor((instant - Origin).TotalMinutes));

    public int Ceiling(DateTimeOffset instant) => Clamp(Math.Ceiling((instant - Origin).TotalMinutes));

    // A date in the year 9999 ("infinity" in many a shop) must not overflow sums of minutes: two centuries are enough.
    private static int Clamp(double minutes) => (int)Math.Clamp(minutes, -100_000_000, 100_000_000);

    private static DateTimeOffset RoundUp(DateTimeOffset instant)
    {
        var utc = instant.ToUniversalTime();
        var over = utc.Ticks % TimeSpan.TicksPerMinute;
        return over == 0 ? utc : utc.AddTicks(TimeSpan.TicksPerMinute - over);
    }
}
