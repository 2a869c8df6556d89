using System.Text.Json;
using Woflo.TestKit;
using static Woflo.EndToEnd.Tests.AShop;

namespace Woflo.EndToEnd.Tests.Cli;

/// <summary>The built program, as scripts and people call it.</summary>
public sealed class Looking_after_the_queue
{
    private const string Payload = """{"work_order_id": "0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11"}""";
    private static readonly string NoSuchId = Guid.Empty.ToString();

    [Fact(Timeout = 60_000)]
    public async Task migrate_builds_an_empty_database_and_finds_nothing_to_do_the_second_time()
    {
        await using var empty = await TestDatabase.Create(migrated: false);
        var first = JsonDocument.Parse(await Says(0, empty.Url, "migrate", "--json")).RootElement;
        Assert.NotEqual(0, first.GetProperty("applied").GetArrayLength());
        Assert.Equal(0, await empty.Scalar<long>("select count(*) from job_queue", Cancellation));
        var second = JsonDocument.Parse(await Says(0, empty.Url, "migrate", "--json")).RootElement;
        Assert.Equal(0, second.GetProperty("applied").GetArrayLength());
    }

    [Fact(Timeout = 60_000)]
    public async Task enqueue_puts_a_job_where_job_and_jobs_find_it()
    {
        await using var shop = await AShop.Open();
        var said = await Says(
            0, shop.Url, "enqueue", "ai_enrich", "--org", shop.Org.ToString(), "--payload", Payload, "--max-attempts", "5", "--delay", "3600", "--json");
        var id = JsonDocument.Parse(said).RootElement.GetProperty("id").GetGuid();
        Assert.True(await shop.One<bool>(
            $"""
            select type = 'ai_enrich' and org_id = '{shop.Org}' and payload = '{Payload}' and status = 'queued' and max_attempts = 5
                   and run_after > now() + interval '30 minutes'
              from job_queue where id = '{id}'
            """));

        var job = JsonDocument.Parse(await Says(0, shop.Url, "job", id.ToString(), "--json")).RootElement;
        Assert.Equal((id, "queued", 5), (job.GetProperty("id").GetGuid(), job.GetProperty("status").GetString(), job.GetProperty("max_attempts").GetInt32()));
        Assert.Equal("0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11", job.GetProperty("payload").GetProperty("work_order_id").GetString());

        var jobs = JsonDocument.Parse(await Says(0, shop.Url, "jobs", "--json")).RootElement;
        Assert.Equal(id, Assert.Single(jobs.GetProperty("jobs").EnumerateArray()).GetProperty("id").GetGuid());
        Assert.Equal(1, Assert.Single(jobs.GetProperty("counts").EnumerateArray()).GetProperty("jobs").GetInt64());
        var failed = JsonDocument.Parse(await Says(0, shop.Url, "jobs", "--status", "failed", "--json")).RootElement;
        Assert.Equal(0, failed.GetProperty("jobs").GetArrayLength());
        Assert.Contains(id.ToString(), await Says(0, shop.Url, "jobs"), StringComparison.Ordinal);
        Assert.Contains("queued", await Says(0, shop.Url, "job", id.ToString()), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task enqueue_refuses_what_no_worker_could_do()
    {
        await using var shop = await AShop.Open();
        var org = shop.Org.ToString();
        await Complains(1, "make_coffee", shop.Url, "enqueue", "make_coffee", "--org", org, "--payload", Payload);
        await Complains(1, "JSON object", shop.Url, "enqueue", "ai_enrich", "--org", org, "--payload", "{not json");
        await Complains(1, "JSON object", shop.Url, "enqueue", "ai_enrich", "--org", org, "--payload", "[1]");
        await Complains(1, "no organisation", shop.Url, "enqueue", "ai_enrich", "--org", Guid.NewGuid().ToString(), "--payload", Payload);
        await Complains(2, "--org", shop.Url, "enqueue", "ai_enrich", "--payload", Payload);
        await Complains(2, "--max-attempts", shop.Url, "enqueue", "ai_enrich", "--org", org, "--payload", Payload, "--max-attempts", "11");
        Assert.Equal(0, await shop.One<long>("select count(*) from job_queue"));
    }

    [Fact(Timeout = 60_000)]
    public async Task retry_replays_dead_letters_and_nothing_else()
    {
        await using var shop = await AShop.Open();
        var queued = await shop.Enqueue("ai_enrich", new { });
        var (first, second, cancelled, plan) = (await DeadLetter(shop, "transient"), await DeadLetter(shop, "bug"), await DeadLetter(shop, "cancelled"),
            await shop.EnqueuePlan());
        await shop.Execute(
            $"""
            update job_queue set status = 'failed', attempts = 1, failure_class = 'timeout' where id = '{plan}';
            update schedule_runs set status = 'failed', infeasible_reason = 'Timeout'
            """);

        await Says(0, shop.Url, "retry", first.ToString());
        Assert.Equal("queued attempts=0 rescues=0 deferrals=0 unlocked", await shop.Summary(first));
        Assert.Equal("failed", await shop.Status(second));
        await Complains(1, "queued", shop.Url, "retry", queued.ToString());
        await Complains(1, "no job", shop.Url, "retry", NoSuchId);
        await Complains(2, "--failed", shop.Url, "retry");

        await Says(0, shop.Url, "retry", "--failed", "--type", "schedule_run");
        Assert.Equal(("queued", "failed"), (await shop.Status(plan), await shop.Status(second)));
        Assert.Equal("queued", await shop.One<string>("select status from schedule_runs"));

        var report = JsonDocument.Parse(await Says(0, shop.Url, "retry", "--failed", "--json")).RootElement;
        Assert.Equal(second, Assert.Single(report.GetProperty("retried").EnumerateArray()).GetGuid());
        Assert.Equal(("queued", "failed"), (await shop.Status(second), await shop.Status(cancelled)));
        await Says(1, shop.Url, "retry", "--failed");
    }

    [Fact(Timeout = 60_000)]
    public async Task config_shows_what_is_in_force_and_never_the_password()
    {
        const string Url = "postgresql://woflo:s3cret-pa55@localhost:5432/woflo";
        var table = await Says(0, Url, "config");
        var json = await Says(0, Url, "config", "--json");
        Assert.DoesNotContain("s3cret-pa55", table + json, StringComparison.Ordinal);
        var names = JsonDocument.Parse(json).RootElement.GetProperty("settings").EnumerateArray().Select(s => s.GetProperty("name").GetString()).ToList();
        Assert.Empty(new[] { "DATABASE_URL", "WORKER_ID", "POLL_INTERVAL_SECONDS", "WOFLO_LEASE_SECONDS", "WOFLO_JOB_TYPES" }.Except(names));
        Assert.Contains("(not set)", await Says(0, null, "config"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task wrong_usage_and_settings_end_with_2_and_what_cannot_be_done_with_1()
    {
        await using var shop = await AShop.Open();
        await Complains(2, "DATABASE_URL", null, "jobs");
        await Complains(2, "DATABASE_URL", "mysql://woflo:s3cret-pa55@localhost/woflo", "jobs");
        await Complains(2, "password", shop.Database.UrlFor("woflo_nobody", "s3cret-pa55"), "jobs");
        await Complains(2, "--help", shop.Url, "brew");
        await Complains(2, "ID", shop.Url, "job", "not-an-id");
        await Complains(1, "no job", shop.Url, "job", NoSuchId);
        await Complains(1, "again", $"postgresql://woflo:s3cret-pa55@127.0.0.1:{TcpProxy.FreePort()}/woflo", "jobs");
        await using var empty = await TestDatabase.Create(migrated: false);
        await Complains(1, "woflo migrate", empty.Url, "jobs");
        Assert.Contains("Examples:", await Says(0, null, "--help"), StringComparison.Ordinal);
        Assert.Contains("Examples:", await Says(0, null, "enqueue", "--help"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task text_from_the_database_never_steers_the_terminal_nor_is_read_as_markup()
    {
        await using var shop = await AShop.Open();
        var job = await DeadLetter(shop, "bug");
        await shop.Execute(
            """
            update job_queue set error = E'Boom: \u001b[31m[red]x[/] \u0007 [/oops] \u202e after', locked_by = E'\u001b]0;title\u0007',
              failures = jsonb_build_array(jsonb_build_object('attempt', 1, 'error', E'old \u001b[2J error', 'worker', E'w\u009b1'))
            """);
        foreach (var arguments in new string[][] { ["jobs"], ["jobs", "--json"], ["job", $"{job}"], ["job", $"{job}", "--json"] })
        {
            var said = await Says(0, shop.Url, arguments);
            Assert.Contains("Boom", said, StringComparison.Ordinal);
            Assert.Contains("[red]x[/]", said, StringComparison.Ordinal);
            Assert.DoesNotContain(said, character => (char.IsControl(character) && character != '\n') || character == '\u202e');
        }
    }

    private static Task<Guid> DeadLetter(AShop shop, string failureClass) => shop.One<Guid>(
        $$"""
        insert into job_queue (org_id, type, payload, status, attempts, deferrals, rescues, failure_class, error)
        values ('{{shop.Org}}', 'ai_enrich', '{}', 'failed', 3, 2, 1, '{{failureClass}}', 'Test: broke') returning id
        """);

    private static async Task<string> Says(int exitCode, string? url, params string[] arguments)
    {
        await using var program = WofloProcess.Cli(url, arguments);
        var code = await program.Exit(Cancellation);
        Assert.True(code == exitCode, $"woflo {string.Join(' ', arguments)} ended with {code}: {program.Errors}");
        return string.Join('\n', program.Output);
    }

    /// <summary>One line on the error stream that names what is wrong.</summary>
    private static async Task Complains(int exitCode, string named, string? url, params string[] arguments)
    {
        await using var program = WofloProcess.Cli(url, arguments);
        var code = await program.Exit(Cancellation);
        Assert.True(code == exitCode, $"woflo {string.Join(' ', arguments)} ended with {code}: {program.Errors}");
        Assert.Contains(named, program.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-pa55", program.Errors + string.Join('\n', program.Output), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", program.Errors, StringComparison.Ordinal);
    }
}
