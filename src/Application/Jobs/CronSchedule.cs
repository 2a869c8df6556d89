using System.Security;
using Cronos;

namespace Woflo.Application.Jobs;

/// <summary>A cron expression in a time zone: when it fires. Where the clock jumps ahead, an instant that is jumped over fires at the jump;
/// in a doubled hour what is said in intervals fires in both, a time of day once.</summary>
public sealed class CronSchedule
{
    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);

    private readonly CronExpression _expression;
    private readonly TimeZoneInfo _zone;

    private CronSchedule(CronExpression expression, TimeZoneInfo zone) => (_expression, _zone) = (expression, zone);

    /// <param name="expression">Minute, hour, day of the month, month, day of the week.</param>
    /// <param name="timeZone">An IANA name.</param>
    /// <exception cref="FormatException">The expression is none, or this machine knows no such time zone.</exception>
    public static CronSchedule Parse(string expression, string timeZone)
    {
        // Cronos would also read names, one of which fires once a second. The queue is polled: seconds would promise too much.
        if (expression.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Length != 5)
            throw new FormatException($"expression: '{expression}' has not five fields: minute, hour, day of the month, month, day of the week.");
        CronExpression parsed;
        try
        {
            parsed = CronExpression.Parse(expression);
        }
        catch (Exception exception) when (exception is CronFormatException or MissingSeedException)
        {
            throw new FormatException($"expression: '{expression}' is no cron expression: {exception.Message}", exception);
        }
        try
        {
            return new CronSchedule(parsed, TimeZoneInfo.FindSystemTimeZoneById(timeZone.Trim()));
        }
        catch (Exception exception) when (exception is TimeZoneNotFoundException or InvalidTimeZoneException or SecurityException or IOException)
        {
            throw new FormatException($"time zone: this machine knows none called '{timeZone}'; expected a name such as America/Chicago.", exception);
        }
    }

    /// <summary>The first instant after <paramref name="after"/>, with the zone's offset.</summary>
    /// <exception cref="FormatException">There is none, as on 30 February.</exception>
    public DateTimeOffset Next(DateTimeOffset after)
    {
        // Cronos (0.13) may answer with an instant that is past where a zone has left out a whole day, as Samoa did.
        for (var from = after; ; from += OneHour)
        {
            var next = _expression.GetNextOccurrence(from, _zone) ?? throw new FormatException($"expression: '{_expression}' never comes.");
            if (next > after)
                return next;
        }
    }

    /// <summary>What a worker that looks at <paramref name="now"/> has to do about a schedule that was to fire at <paramref name="nextAt"/>:
    /// fire for the latest instant since, once, however many were missed. Null where the schedule, or the shop's zone, has changed since and
    /// nothing was missed.</summary>
    public (DateTimeOffset? Missed, DateTimeOffset Next) Due(DateTimeOffset nextAt, DateTimeOffset now) => (Latest(nextAt, now), Next(now));

    // Looked for in ever longer stretches before now. Cronos (0.13) has a way back, but one that disagrees with its way ahead where the clock jumps.
    private DateTimeOffset? Latest(DateTimeOffset since, DateTimeOffset now)
    {
        for (var stretch = OneHour; ; stretch *= 4)
        {
            var from = now - since > stretch ? now - stretch : since;
            DateTimeOffset? latest = null;
            for (var next = Next(from.AddTicks(-1)); next <= now; next = Next(next))
                latest = next;
            if (latest is not null || from == since)
                return latest;
        }
    }
}
