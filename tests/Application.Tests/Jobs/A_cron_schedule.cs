using Woflo.Application.Jobs;

namespace Woflo.Application.Tests.Jobs;

public sealed class A_cron_schedule
{
    private const string NewYork = "America/New_York";
    private const string Berlin = "Europe/Berlin";

    // In local time with its offset, from the midnight before the change.
    public static TheoryData<string, string, string, string[]> ClockChanges => new()
    {
        // Jumped over: at the jump, and the next day as usual.
        { NewYork, "30 2 * * *", "2026-03-08T00:00-05:00", ["2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00"] },
        { Berlin, "30 2 * * *", "2026-03-29T00:00+01:00", ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"] },
        // A doubled hour: a time of day once, at its first coming.
        { NewYork, "30 1 * * *", "2026-11-01T00:00-04:00", ["2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"] },
        { Berlin, "30 2 * * *", "2026-10-25T00:00+02:00", ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"] },
        // Intervals go on in real time, whatever the clock on the wall says.
        { NewYork, "*/30 * * * *", "2026-03-08T01:00-05:00", ["2026-03-08T01:30-05:00", "2026-03-08T03:00-04:00", "2026-03-08T03:30-04:00"] },
        { Berlin, "*/30 * * * *", "2026-03-29T01:00+01:00", ["2026-03-29T01:30+01:00", "2026-03-29T03:00+02:00", "2026-03-29T03:30+02:00"] },
        {
            NewYork, "*/30 * * * *", "2026-11-01T01:00-04:00",
            ["2026-11-01T01:30-04:00", "2026-11-01T01:00-05:00", "2026-11-01T01:30-05:00", "2026-11-01T02:00-05:00"]
        },
        {
            Berlin, "*/30 * * * *", "2026-10-25T02:00+02:00",
            ["2026-10-25T02:30+02:00", "2026-10-25T02:00+01:00", "2026-10-25T02:30+01:00", "2026-10-25T03:00+01:00"]
        },
        { NewYork, "0 6 * * 1-5", "2026-03-06T12:00-05:00", ["2026-03-09T06:00-04:00", "2026-03-10T06:00-04:00"] },
        // Samoa left out the 30th of December 2011 as a whole.
        { "Pacific/Apia", "30 2 * * *", "2011-12-29T00:00-10:00", ["2011-12-29T02:30-10:00", "2011-12-31T02:30+14:00"] },
    };

    [Theory, MemberData(nameof(ClockChanges))]
    public void fires_in_local_time_where_the_clock_changes(string zone, string expression, string from, string[] expected)
    {
        var schedule = CronSchedule.Parse(expression, zone);
        List<DateTimeOffset> fired = [];
        while (fired.Count < expected.Length)
            fired.Add(schedule.Next(fired.Count > 0 ? fired[^1] : At(from)));
        Assert.Equal(expected.Select(At), fired);
        Assert.Equal(expected.Select(at => At(at).Offset), fired.Select(at => at.Offset));
    }

    [Theory]
    [InlineData("2026-06-01T06:00Z", "2026-06-01T06:00Z", "2026-06-01T06:00Z", "2026-06-02T06:00Z")]
    [InlineData("2026-06-01T06:00Z", "2026-06-02T05:59Z", "2026-06-01T06:00Z", "2026-06-02T06:00Z")]
    [InlineData("2026-06-01T06:00Z", "2026-06-20T07:00Z", "2026-06-20T06:00Z", "2026-06-21T06:00Z")]
    [InlineData("2019-06-01T06:00Z", "2026-06-20T07:00Z", "2026-06-20T06:00Z", "2026-06-21T06:00Z")]
    // The shop has moved: this instant is none of the schedule's any more.
    [InlineData("2026-06-01T05:00Z", "2026-06-01T05:00Z", null, "2026-06-01T06:00Z")]
    public void fires_once_after_a_downtime_for_the_latest_instant_that_was_missed(string nextAt, string now, string? missed, string next) =>
        Assert.Equal(
            (missed is null ? null : At(missed), At(next)), CronSchedule.Parse("0 6 * * *", "UTC").Due(At(nextAt), At(now)));

    // Whenever a worker looks, what it finds missed is one of the instants that come one after the other, and the latest of them.
    [Theory]
    [InlineData(NewYork, "30 2 * * *"), InlineData(NewYork, "30 1 * * *"), InlineData(NewYork, "*/30 * * * *"), InlineData(Berlin, "30 2 * * *")]
    [InlineData(Berlin, "*/30 1-3 * * *"), InlineData(Berlin, "5-10/2 2 * * 7"), InlineData("Australia/Lord_Howe", "15,45 1,2 * * *")]
    [InlineData("Pacific/Apia", "30 2 * * *"), InlineData("America/Sao_Paulo", "0 0 * * *"), InlineData(NewYork, "0 12 1,15 * *")]
    public void agrees_with_itself_wherever_one_looks_from(string zone, string expression)
    {
        var schedule = CronSchedule.Parse(expression, zone);
        foreach (var start in new[] { "2011-12-20T00:00Z", "2018-02-10T00:00Z", "2018-10-20T00:00Z", "2026-03-01T00:00Z", "2026-10-20T00:00Z" }.Select(At))
        {
            var first = schedule.Next(start);
            var (latest, coming) = (first, schedule.Next(first));
            for (var now = first; now < start.AddDays(30); now += TimeSpan.FromMinutes(7) + TimeSpan.FromTicks(1))
            {
                while (coming <= now)
                    (latest, coming) = (coming, schedule.Next(coming));
                Assert.Equal((latest, coming), schedule.Due(first, now));
            }
        }
    }

    [Theory]
    [InlineData("0 6 * *", "UTC", "five fields"), InlineData("0 0 6 * * *", "UTC", "five fields"), InlineData("@every_second", "UTC", "five fields")]
    [InlineData("61 * * * *", "UTC", "no cron expression"), InlineData("H 6 * * *", "UTC", "no cron expression")]
    [InlineData("0 6 * * *", "Nowhere/Else", "America/Chicago"), InlineData("0 6 * * *", "", "America/Chicago")]
    [InlineData("0 6 * * *", "../../etc/passwd", "America/Chicago"), InlineData("0 6 * * *", "a\0b", "America/Chicago")]
    [InlineData("0 0 30 2 *", "UTC", "never comes")]
    public void refuses_what_it_cannot_follow(string expression, string zone, string named)
    {
        var refusal = Assert.Throws<FormatException>(() => CronSchedule.Parse(expression, zone).Next(At("2026-06-01T00:00Z")));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
