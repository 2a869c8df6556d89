using NodaTime;
using Woflo.Domain.Scheduling;
using Woflo.Infrastructure.Postgres.Scheduling;

namespace Woflo.Infrastructure.Tests.Scheduling;

public sealed class Reading_a_shops_hours
{
    private static readonly Guid Bay = Guid.NewGuid();
    private static readonly Guid Tech = Guid.NewGuid();
    private static readonly Guid DayShift = Guid.NewGuid();

    [Theory]
    // The day the clock jumps ahead has 23 hours, the day it falls back 25; Honolulu knows neither.
    [InlineData("America/New_York", "2026-03-07T05:00Z", 480 - 60 + 1440)]
    [InlineData("America/New_York", "2026-10-31T04:00Z", 480 + 60 + 1440)]
    [InlineData("Europe/Berlin", "2026-03-27T23:00Z", 480 - 60 + 1440)]
    [InlineData("Europe/Berlin", "2026-10-23T22:00Z", 480 + 60 + 1440)]
    [InlineData("Pacific/Honolulu", "2026-03-07T10:00Z", 480 + 1440)]
    public void Opens_at_eight_by_the_shops_clock_across_its_changes(string zone, string midnight, int secondOpening)
    {
        var calendar = Calendar(zone, midnight, 3, [.. Daily(480, 1020)]);
        var windows = calendar.BayWindows(Bay, "Bay").Clip(0, 3 * 1440).Ranges;
        Assert.Equal(new MinuteRange(480, 1020), windows[0]);
        Assert.Equal(new MinuteRange(secondOpening, secondOpening + 540), windows[1]);
    }

    [Fact]
    public void Lets_a_night_shift_last_as_long_as_it_really_does()
    {
        var calendar = Calendar("America/New_York", "2026-03-07T05:00Z", 2, [], [new Shift(DayShift, 22 * 60, 6 * 60, null)]);
        // The one that began yesterday evening; then the one in which an hour is skipped.
        Assert.Equal(
            [new MinuteRange(0, 360), new MinuteRange(1320, 1320 + 420), new MinuteRange(2880 - 120 - 60, 2880)],
            calendar.TechnicianWindows(Tech, "Ana", isActive: true).Clip(0, 2880).Ranges);
    }

    [Fact]
    public void Reads_24_00_as_the_end_of_the_day()
    {
        var calendar = Calendar("Europe/Berlin", "2026-06-01T22:00Z", 2, [new BayHours(Bay, 2, 960, 1440), new BayHours(Bay, 3, 0, 60)]);
        Assert.Equal([new MinuteRange(960, 1500)], calendar.BayWindows(Bay, "Bay").Clip(0, 2880).Ranges);
        Assert.Equal(1440, calendar.DueMinute(new LocalDate(2026, 6, 2)));
    }

    [Fact]
    public void Ends_a_due_day_with_its_opening_or_with_the_one_before_a_closed_day()
    {
        // Monday to Friday; Thursday 4 June is a holiday.
        var calendar = Calendar("Europe/Berlin", "2026-05-31T22:00Z", 7, [.. Daily(480, 1020).Where(h => h.DayOfWeek is > 0 and < 6)],
            events: [new CalendarEvent(null, At("2026-06-03T22:00Z"), At("2026-06-04T22:00Z"))]);
        Assert.Equal(1020, calendar.DueMinute(new LocalDate(2026, 6, 1)));
        Assert.Equal((2 * 1440) + 1020, calendar.DueMinute(new LocalDate(2026, 6, 4)));
        Assert.Equal((4 * 1440) + 1020, calendar.DueMinute(new LocalDate(2026, 6, 7)));
        Assert.Equal((-3 * 1440) + 1020, calendar.DueMinute(new LocalDate(2026, 5, 30)));
    }

    [Fact]
    public void Takes_leave_and_closures_off_a_technicians_shift()
    {
        var calendar = Calendar("Pacific/Honolulu", "2026-06-01T10:00Z", 2, [.. Daily(480, 1020)], [new Shift(DayShift, 480, 960, null)],
            [new CalendarEvent(Tech, At("2026-06-01T20:00Z"), At("2026-06-01T21:00Z")), new CalendarEvent(null, At("2026-06-02T10:00Z"), At("2026-06-03T10:00Z"))]);
        Assert.Equal(
            [new MinuteRange(480, 600), new MinuteRange(660, 960)],
            calendar.TechnicianWindows(Tech, "Ana", isActive: true).Clip(0, 2880).Ranges);
    }

    [Fact]
    public void Holds_a_shift_on_its_own_days_or_on_those_the_shop_is_open()
    {
        // 1 June 2026 is a Monday.
        BayHours[] mondays = [new(Bay, 1, 480, 1020)];
        Assert.Equal([new MinuteRange(480, 960)],
            Calendar("Pacific/Honolulu", "2026-06-01T10:00Z", 3, mondays, [new Shift(DayShift, 480, 960, null)]).TechnicianWindows(Tech, "Ana", true).Clip(0, 4320).Ranges);
        Assert.Equal([new MinuteRange(1440 + 480, 1440 + 960)],
            Calendar("Pacific/Honolulu", "2026-06-01T10:00Z", 3, mondays, [new Shift(DayShift, 480, 960, new HashSet<int> { 2 })]).TechnicianWindows(Tech, "Ana", true).Clip(0, 4320).Ranges);
    }

    [Fact]
    public void Keeps_an_assignment_to_its_dates()
    {
        var calendar = Calendar("Pacific/Honolulu", "2026-06-01T10:00Z", 3, [], [new Shift(DayShift, 480, 960, null)], [],
            [new ShiftAssignment(Tech, DayShift, new LocalDate(2026, 6, 2), new LocalDate(2026, 6, 2))]);
        Assert.Equal([new MinuteRange(1440 + 480, 1440 + 960)], calendar.TechnicianWindows(Tech, "Ana", true).Clip(0, 4320).Ranges);
    }

    [Fact]
    public void Takes_what_is_not_said_as_open_and_notes_it()
    {
        var calendar = Calendar("Pacific/Honolulu", "2026-06-01T10:00Z", 1, []);
        Assert.Equal([new MinuteRange(0, 1440)], calendar.BayWindows(Bay, "Bay").Clip(0, 1440).Ranges);
        Assert.Equal([new MinuteRange(0, 1440)], calendar.TechnicianWindows(Tech, "Ana", true).Clip(0, 1440).Ranges);
        Assert.Equal(1440, calendar.DueMinute(new LocalDate(2026, 6, 1)));
        Assert.Equal(2, calendar.Notes.Count);
        Assert.True(calendar.TechnicianWindows(Tech, "Ben", isActive: false).IsEmpty);
    }

    [Fact]
    public void Reads_hours_of_the_weeks_around_the_plan_too()
    {
        var windows = Calendar("Europe/Berlin", "2026-03-27T23:00Z", 3, [.. Daily(480, 1020)]).BayWindows(Bay, "Bay");
        Assert.True(windows.Covers(480 - (30 * 1440), 1020 - (30 * 1440)));
        Assert.True(windows.Covers(480 - 60 + (12 * 1440), 1020 - 60 + (12 * 1440)));
    }

    [Theory]
    // The last shift of a day ends at six in the evening by the shop's clock, also on the days it changes.
    [InlineData("America/New_York", "2026-03-07T05:00Z", 1080, 1080 + 1440 - 60)]
    [InlineData("Europe/Berlin", "2026-10-23T22:00Z", 1080, 1080 + 1440 + 60)]
    [InlineData("Pacific/Honolulu", "2026-03-07T10:00Z", 1080, 1080 + 1440)]
    public void Adds_overtime_after_the_last_shift_of_each_day(string zone, string midnight, int firstEnd, int secondEnd)
    {
        Shift[] shifts = [new(DayShift, 480, 720, null), new(Guid.NewGuid(), 780, 1080, null)];
        Assert.Equal(
            [new MinuteRange(firstEnd, firstEnd + 120), new MinuteRange(secondEnd, secondEnd + 120)],
            Overtime(Calendar(zone, midnight, 3, [], shifts), 120).Clip(0, 3000).Ranges);
    }

    [Fact]
    public void Ends_overtime_at_the_next_shift_and_at_leave_and_gives_none_to_who_is_away()
    {
        Shift[] shifts = [new(DayShift, 480, 960, null)];
        CalendarEvent[] events =
        [
            new(Tech, At("2026-06-02T03:00Z"), At("2026-06-02T09:00Z")),
            new(Tech, At("2026-06-03T01:00Z"), At("2026-06-03T02:00Z")),
        ];
        // Midnight in Honolulu is 10:00 UTC; four in the afternoon is minute 960. On the first day leave begins at 17:00, on the
        // second it lasts from 15:00 to the shift's end.
        Assert.Equal(
            [new MinuteRange(960, 1020), new MinuteRange(2880 + 960, 2880 + 1080)],
            Overtime(Calendar("Pacific/Honolulu", "2026-06-01T10:00Z", 3, [], shifts, events), 120).Clip(0, 4320).Ranges);
        // The night shift follows at once, the day shift an hour later.
        Assert.Equal(
            [new MinuteRange(360, 420)],
            Overtime(Calendar("Pacific/Honolulu", "2026-06-01T10:00Z", 3, [], [new(DayShift, 420, 1320, null), new(Guid.NewGuid(), 1320, 360, null)]), 120).Clip(0, 1440).Ranges);
        Assert.True(Overtime(Calendar("Pacific/Honolulu", "2026-06-01T10:00Z", 3, [.. Daily(480, 1020)]), 120).IsEmpty);
    }

    private static MinuteSet Overtime(ShopCalendar calendar, int minutes) =>
        calendar.TechnicianOvertime(Tech, calendar.TechnicianWindows(Tech, "Ana", isActive: true), minutes);

    private static IEnumerable<BayHours> Daily(int start, int end) => Enumerable.Range(0, 7).Select(d => new BayHours(Bay, d, start, end));

    private static ShopCalendar Calendar(
        string zone, string start, int days, BayHours[] hours, Shift[]? shifts = null, CalendarEvent[]? events = null,
        ShiftAssignment[]? assignments = null)
    {
        var from = At(start);
        return new ShopCalendar(
            DateTimeZoneProviders.Tzdb[zone], new Horizon(from, from.AddDays(days), from), hours, shifts ?? [], assignments ?? [], events ?? []);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
