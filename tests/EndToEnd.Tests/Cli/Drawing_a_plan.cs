using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Woflo.Application.Scheduling;

namespace Woflo.EndToEnd.Tests.Cli;

/// <summary>The page itself; what a browser makes of it is in <see cref="A_plan_in_a_browser"/>.</summary>
public sealed partial class Drawing_a_plan
{
    private const string Nasty = """<script>alert("1")</script> ' onfocus='x" & </style> ${} """ + "\u202e\u001b[2J";

    [Fact]
    public async Task shows_each_task_with_its_technician_and_in_its_bay()
    {
        var plan = new APlan();
        var page = await (plan with { Items = [plan.Item(8, 9.5), plan.Item(10, 11, "T-2", APlan.Ben, inBay: false, number: 2)] }).Page();

        Assert.Equal(2, Regex.Count(page, """aria-label="Unit T-1, repair, Mon 1 Jun 08:00 to 09:30, Ana, Bay 1">"""));
        Assert.Equal(1, Regex.Count(page, """aria-label="Unit T-2, repair, Mon 1 Jun 10:00 to 11:00, Ben, no bay">"""));
        Assert.Contains("""role="group" aria-label="Ana, 1 task">""", page, StringComparison.Ordinal);
        Assert.Contains("""role="group" aria-label="Bay 1, 1 task">""", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task leaves_no_way_in_for_what_people_typed()
    {
        var plan = new APlan { Shop = Nasty };
        var page = await (plan with
        {
            Items = [plan.Item(8, 9, Nasty, why: new { reason = Nasty }, technicianName: Nasty)],
            Details = System.Text.Json.JsonSerializer.Serialize(new { notes = new[] { Nasty }, left_out = new[] { new { task = Nasty, reason = Nasty } } }),
            Calendar = [new CalendarRow(APlan.Ana, Nasty, plan.Start.AddHours(9), plan.Start.AddHours(10))],
        }).Page();

        Assert.Equal(1, Regex.Count(page, "<script"));
        Assert.Equal(1, Regex.Count(page, "</style"));
        Assert.DoesNotContain("onfocus='", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain(page, c => (char.IsControl(c) && c != '\n') || c == '\u202e');
        var (style, script) = (Between(page, "<style>", "</style>"), Between(page, "<script>", "</script>"));
        Assert.DoesNotContain("alert", style + script, StringComparison.Ordinal);
        Assert.Contains($"style-src '{Hash(style)}'; script-src '{Hash(script)}'", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("""(href|src|action)="(?!#)""", page);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task is_the_same_for_the_same_plan()
    {
        var plan = new APlan();
        plan = plan with { Items = [plan.Item(8, 9), plan.Item(9, 10, "T-2", APlan.Ben, number: 2)] };
        Assert.Equal(await plan.Page(), await plan.Page());
    }

    [Fact]
    public async Task marks_what_is_locked_late_over_time_or_split()
    {
        var plan = new APlan { DueMinute = 540 };
        var page = await (plan with
        {
            Items =
            [
                plan.Item(8, 11.25, isLocked: true, why: new { reason = "locked", penalty_contributions = new { overtime = 30, due_date = 8 } }),
                plan.Item(14, 34, "T-2", APlan.Ben, number: 2, order: APlan.Bay, why: new
                {
                    reason = "optimized",
                    segments = new[] { new { start = plan.Start.AddHours(14), end = plan.Start.AddHours(16) }, new { start = plan.Start.AddHours(32), end = plan.Start.AddHours(34) } },
                    alternative = new { technician_id = APlan.Ana, bay_id = APlan.Bay, start_at = plan.Start.AddHours(33), level_differences = new[] { 0, 0, 0, 40 } },
                }),
            ],
        }).Page();

        Assert.Contains("Ana, Bay 1, locked, late 2 h 15 min, overtime\">", page, StringComparison.Ordinal);
        Assert.Contains("Tue 10:00, Ben, Bay 1, split in 2\"", page, StringComparison.Ordinal);
        Assert.Contains("A dispatcher locked it here.", page, StringComparison.Ordinal);
        Assert.Contains("30 for overtime, 8 for ending after its due date", page, StringComparison.Ordinal);
        Assert.Contains("The next best place: Ana in Bay 1 on Tue 2 Jun 09:00; the plan would cost 40 more in changes, overtime and waiting.", page, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(page, """ more" data-task="1" """));
    }

    [Theory]
    // Two in the night is skipped in March and shown twice in November.
    [InlineData(2026, 3, 8, 4, "00 01 03 04 05 06")]
    [InlineData(2026, 11, 1, 4, "00 01 01 02 03 04")]
    public async Task says_the_hours_that_the_shops_clock_shows(int year, int month, int day, int utcMidnight, string hours)
    {
        var clock = ShopTime.In("America/New_York")!;
        var start = clock.StartOf(new DateOnly(year, month, day));
        Assert.Equal(utcMidnight + (month == 3 ? 1 : 0), start.UtcDateTime.Hour);
        var plan = new APlan { Zone = "America/New_York", Start = start, Days = 1, Windows = Domain.Scheduling.MinuteSet.Of(0, 360) };
        var page = await (plan with { Items = [plan.Item(0.5, 5.5)] }).Page();

        Assert.Equal(hours, string.Join(' ', HourLabel().Matches(page).Select(m => m.Groups["hour"].Value)));
    }

    [Fact]
    public async Task leaves_out_the_hours_in_which_nobody_works()
    {
        var plan = new APlan();
        var page = await (plan with { Items = [plan.Item(8, 9)] }).Page();
        Assert.Equal("08 09 10 11 12 13 14 15 08 09 10 11 12 13 14 15", string.Join(' ', HourLabel().Matches(page).Select(m => m.Groups["hour"].Value)));
    }

    [Fact]
    public async Task puts_what_is_at_once_in_a_bay_into_lanes()
    {
        var plan = new APlan();
        var page = await (plan with { Items = [plan.Item(8, 10), plan.Item(9, 11, "T-2", APlan.Ben, number: 2), plan.Item(10, 11, "T-3", number: 3)] }).Page();
        Assert.Contains("""<div class="row h2" role="group" aria-label="Bay 1, 3 tasks">""", page, StringComparison.Ordinal);
    }

    [GeneratedRegex("""<div class="hour p\d+">(?<hour>\d\d)</div>""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex HourLabel();

    private static string Between(string text, string from, string to)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal) + from.Length;
        return text[start..text.IndexOf(to, start, StringComparison.Ordinal)];
    }

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
}
