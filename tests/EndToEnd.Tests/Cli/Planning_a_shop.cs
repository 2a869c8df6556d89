using System.Text.Json;
using static Woflo.EndToEnd.Tests.AShop;

namespace Woflo.EndToEnd.Tests.Cli;

/// <summary>The built program and a real worker, as dispatchers use them.</summary>
public sealed class Planning_a_shop
{
    [Fact(Timeout = 120_000)]
    public async Task a_plan_is_asked_for_followed_shown_and_drawn()
    {
        await using var shop = await AShop.Open();
        await shop.Crowd(8);
        await shop.Execute("update units set unit_number = E'C-1 <script>\\u001b[2J'");
        shop.Worker();

        var said = await Says(0, shop, "schedule", "run", "--org", "shop", "--days", "7", "--seconds", "1");
        Assert.Contains("8 tasks placed", said, StringComparison.Ordinal);
        var run = await shop.One<Guid>(
            """
            select r.id from schedule_runs r join job_queue j on j.payload ->> 'schedule_run_id' = r.id::text
             where r.status = 'succeeded' and r.trigger = 'manual' and j.max_attempts = 1 and (j.payload ->> 'time_limit_seconds')::int = 1
               and r.horizon_end - r.horizon_start between interval '6 days 22 hours' and interval '7 days 2 hours'
            """);

        var shown = await Says(0, shop, "schedule", "show", $"{run}");
        Assert.Contains("Technician ", shown, StringComparison.Ordinal);
        Assert.Contains(@"C-1 <script>\u001b[2J", shown, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown);
        var json = JsonDocument.Parse(await Says(0, shop, "schedule", "show", "latest", "--org", $"{shop.Org}", "--json")).RootElement;
        Assert.Equal(run, json.GetProperty("run_id").GetGuid());
        Assert.Equal(8, json.GetProperty("items").GetArrayLength());
        // Times are the shop's, with their offset.
        Assert.Matches(@"T\d\d:\d\d:\d\d-0[56]:00$", json.GetProperty("items")[0].GetProperty("start_at").GetString());

        using var file = new AFile("");
        await Says(0, shop, "schedule", "show", $"{run}", "--html", file.Path);
        var page = await File.ReadAllTextAsync(file.Path, Cancellation);
        Assert.Equal(16, System.Text.RegularExpressions.Regex.Count(page, "<button type=\"button\" class=\"item"));
        Assert.Equal(page.TrimEnd(), (await Says(0, shop, "schedule", "show", $"{run}", "--html", "-")).TrimEnd());

        var before = await Everything(shop);
        var task = json.GetProperty("items")[0].GetProperty("task_id").GetString()!;
        var other = json.GetProperty("items")[0].GetProperty("technician").GetString() == "Technician 2" ? "Technician 3" : "Technician 2";
        var tried = JsonDocument.Parse(await Says(
            0, shop, "schedule", "try", "--org", "Shop", "--move", task[..13], "--technician", other.ToUpperInvariant(), "--priority", $"{await OrderOf(shop, task)}=5", "--seconds", "2", "--json")).RootElement;
        Assert.Contains(
            tried.GetProperty("difference").GetProperty("moved").EnumerateArray().Concat(tried.GetProperty("drift").GetProperty("moved").EnumerateArray()),
            moved => moved.GetProperty("task_id").GetString() == task && moved.GetProperty("to").GetProperty("technician").GetString() == other);
        Assert.Contains("Nothing was written.", await Says(
            0, shop, "schedule", "try", "--org", "Shop", "--out", "Technician 1", "--from", "2000-01-01", "--until", "2100-01-01T00:00Z", "--seconds", "2"), StringComparison.Ordinal);
        Assert.Equal(before, await Everything(shop));
    }

    [Fact(Timeout = 60_000)]
    public async Task a_run_that_nobody_takes_says_what_to_do()
    {
        await using var shop = await AShop.Open();
        var following = shop.Cli("schedule", "run", "--org", $"{shop.Org}");
        while (!following.Errors.Contains("./build/worker", StringComparison.Ordinal))
            await Task.Delay(50, Cancellation);
        following.Signal(2);
        Assert.Equal(130, await following.Exit(Cancellation));
        Assert.Contains("the run goes on", following.Errors, StringComparison.Ordinal);

        var started = JsonDocument.Parse(await Says(0, shop, "schedule", "run", "--org", $"{shop.Org}", "--no-wait", "--json", "--trigger", "auto_parts", "--from", "2026-06-01")).RootElement;
        // Midnight in Chicago.
        Assert.Equal(new DateTimeOffset(2026, 6, 1, 5, 0, 0, TimeSpan.Zero), started.GetProperty("horizon_start").GetDateTimeOffset());
        await Complains(1, $"see: woflo job {started.GetProperty("job_id").GetGuid()}", shop, "schedule", "show", $"{started.GetProperty("run_id").GetGuid()}");
    }

    [Fact(Timeout = 60_000)]
    public async Task a_run_without_a_plan_says_why()
    {
        await using var shop = await AShop.Open();
        var run = await shop.Run();
        await Complains(1, "no job makes its plan", shop, "schedule", "show", $"{run}");
        await shop.Execute("update schedule_runs set status = 'failed', infeasible_reason = 'Infeasible: two locks', solver_status = 'INFEASIBLE'");
        await Complains(1, "two locks", shop, "schedule", "show", $"{run}");
        Assert.Contains("INFEASIBLE", await Says(1, shop, "schedule", "show", $"{run}", "--json"), StringComparison.Ordinal);
        await shop.Execute("update schedule_runs set status = 'canceled'");
        await Complains(1, "called off", shop, "schedule", "show", $"{run}");
        var newer = Guid.NewGuid();
        await shop.Execute($$"""update schedule_runs set details = '{"superseded_by": "{{newer}}"}'""");
        await Complains(1, $"woflo schedule show {newer}", shop, "schedule", "show", $"{run}");
        await shop.Execute("update schedule_runs set status = 'succeeded', task_count = 3");
        await Complains(1, "deleted or replaced", shop, "schedule", "show", $"{run}");
        await shop.Execute("update schedule_runs set task_count = 0");
        Assert.Contains("0 tasks placed", await Says(0, shop, "schedule", "show", $"{run}"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task a_job_that_fails_ends_with_1_and_its_reason()
    {
        await using var shop = await AShop.Open();
        await shop.Crowd(2);
        await shop.Execute(
            """
            update tasks set lock_flag = true, locked_start_at = now() + interval '1 day', locked_end_at = now() + interval '26 hours',
              locked_tech_id = (select id from technicians where name = 'Technician 1')
            """);
        shop.Worker();
        await Complains(1, "locked to two tasks at once", shop, "schedule", "run", "--org", "Shop", "--seconds", "1");
    }

    [Fact(Timeout = 60_000)]
    public async Task what_is_named_wrong_is_said()
    {
        await using var shop = await AShop.Open();
        var run = await shop.Run();
        var other = await shop.One<Guid>("insert into organizations (name, timezone) values ('Other', 'Mars/Olympus') returning id");
        await Complains(1, "no organisation 'Shoop'", shop, "schedule", "run", "--org", "Shoop");
        await Complains(1, "has no plan yet", shop, "schedule", "show", "latest", "--org", "shop");
        await Complains(1, "no plan to change yet", shop, "schedule", "try", "--org", "shop", "--priority", "T-1=5");
        await Complains(1, "no run", shop, "schedule", "show", $"{Guid.NewGuid()}");
        await Complains(1, $"no run {run} in Other", shop, "schedule", "show", $"{run}", "--org", "Other");
        await Complains(1, "Mars/Olympus", shop, "schedule", "run", "--org", $"{other}");
        await shop.Execute("update organizations set name = ' shop' where name = 'Other'");
        await Complains(1, "2 organisations are called", shop, "schedule", "run", "--org", "Shop");
        await Task.WhenAll(
            Complains(2, "neither a UUID nor latest", shop, "schedule", "show", "yesterday"),
            Complains(2, "needs --org", shop, "schedule", "show", "latest"),
            Complains(2, "--days", shop, "schedule", "run", "--org", "Shop", "--days", "0"),
            Complains(2, "--from", shop, "schedule", "run", "--org", "Shop", "--from", "tomorrow"),
            Complains(2, "--trigger", shop, "schedule", "run", "--org", "Shop", "--trigger", "whim"),
            Complains(2, "name a change", shop, "schedule", "try", "--org", "Shop"),
            Complains(2, "--day goes with --out", shop, "schedule", "try", "--org", "Shop", "--priority", "T-1=5", "--day", "2026-06-01"),
            Complains(2, "--out needs", shop, "schedule", "try", "--org", "Shop", "--out", "Ana"),
            Complains(2, "--priority", shop, "schedule", "try", "--org", "Shop", "--priority", "T-1"));
        Assert.Equal(0, await shop.One<long>("select count(*) from job_queue"));
        Assert.Contains("Examples:", await Says(0, shop, "schedule", "run", "--help"), StringComparison.Ordinal);
    }

    private static Task<Guid> OrderOf(AShop shop, string task) => shop.One<Guid>($"select work_order_id from tasks where id = '{task}'");

    /// <summary>All rows that a plan is made of or from.</summary>
    private static Task<string> Everything(AShop shop) => shop.One<string>(
        """
        select md5(string_agg(row::text, '' order by row::text)) from (
          select to_jsonb(t) as row from tasks t union all select to_jsonb(i) from schedule_items i union all select to_jsonb(r) from schedule_runs r
          union all select to_jsonb(w) from work_orders w union all select to_jsonb(n) from technicians n union all select to_jsonb(b) from bays b
          union all select to_jsonb(j) from job_queue j) all_rows
        """);

    private static async Task<string> Says(int exitCode, AShop shop, params string[] arguments)
    {
        var program = shop.Cli(arguments);
        var code = await program.Exit(Cancellation);
        Assert.True(code == exitCode, $"woflo {string.Join(' ', arguments)} ended with {code}: {program.Errors}\n{string.Join('\n', program.Output)}");
        return string.Join('\n', program.Output);
    }

    private static async Task Complains(int exitCode, string named, AShop shop, params string[] arguments)
    {
        var program = shop.Cli(arguments);
        var code = await program.Exit(Cancellation);
        Assert.True(code == exitCode, $"woflo {string.Join(' ', arguments)} ended with {code}: {program.Errors}\n{string.Join('\n', program.Output)}");
        Assert.Contains(named, program.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", program.Errors, StringComparison.Ordinal);
    }
}
