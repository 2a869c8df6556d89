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
    public async Task enqueue_under_a_unique_key_says_that_the_job_was_there()
    {
        await using var shop = await AShop.Open();
        string[] arguments = ["enqueue", "ai_enrich", "--org", shop.Org.ToString(), "--payload", Payload, "--unique", "order 7", "--unique-for", "60"];
        var first = JsonDocument.Parse(await Says(0, shop.Url, [.. arguments, "--json"])).RootElement;
        Assert.False(first.GetProperty("was_there").GetBoolean());
        Assert.Contains(first.GetProperty("id").GetString()!, await Says(0, shop.Url, arguments), StringComparison.Ordinal);
        var third = JsonDocument.Parse(await Says(0, shop.Url, [.. arguments, "--json"])).RootElement;
        Assert.Equal((first.GetProperty("id").GetGuid(), true), (third.GetProperty("id").GetGuid(), third.GetProperty("was_there").GetBoolean()));
        Assert.Equal(1, await shop.One<long>("select count(*) from job_queue"));
        await Complains(2, "--unique", shop.Url, "enqueue", "ai_enrich", "--org", shop.Org.ToString(), "--payload", Payload, "--unique-for", "60");
    }

    [Fact(Timeout = 60_000)]
    public async Task enqueue_of_a_file_queues_all_of_its_jobs()
    {
        await using var shop = await AShop.Open();
        using var file = new AFile(
            $$"""
            {"org_id": "{{shop.Org}}", "type": "ai_enrich", "payload": {{Payload}} }
            {"org_id": "{{shop.Org}}", "type": "schedule_run", "payload": {"é": "\u00e9"}, "max_attempts": 1, "delay_seconds": 90.5, "unique_key": "k", "unique_seconds": 60}
            {"org_id": "{{shop.Org}}", "type": "schedule_run", "payload": {}, "unique_key": "k"}
            """);
        var said = JsonDocument.Parse(await Says(0, shop.Url, "enqueue", "--file", file.Path, "--json")).RootElement;
        Assert.Equal((2, 1), (said.GetProperty("queued").GetInt32(), said.GetProperty("were_there").GetInt32()));
        var jobs = said.GetProperty("jobs").EnumerateArray().Select(job => (Id: job.GetProperty("id").GetGuid(), WasThere: job.GetProperty("was_there").GetBoolean())).ToList();
        Assert.Equal((false, false, true, jobs[1].Id), (jobs[0].WasThere, jobs[1].WasThere, jobs[2].WasThere, jobs[2].Id));
        Assert.True(await shop.One<bool>(
            $$"""
            select type = 'schedule_run' and payload = '{"é": "é"}' and max_attempts = 1 and run_after between created_at + interval '90.4 seconds' and created_at + interval '90.5 seconds'
              from job_queue where id = '{{jobs[1].Id}}'
            """));
        Assert.Contains("1 jobs queued, 2 were there", await Says(0, shop.Url, "enqueue", "--file", file.Path), StringComparison.Ordinal);
        Assert.Contains("0 jobs queued", await Says(0, shop.Url, "enqueue", "--file", "-"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task enqueue_of_a_file_with_a_wrong_line_names_it_and_queues_nothing()
    {
        await using var shop = await AShop.Open();
        var sound = $$"""{"org_id": "{{shop.Org}}", "type": "ai_enrich", "payload": {}, "unique_key": "k"}""";
        foreach (var (named, wrong) in new[]
        {
            ("line 3: 'max_attempt' is none of", sound.Replace("unique_key", "max_attempt", StringComparison.Ordinal)),
            ("line 3: type: 'make_coffee' is none of", sound.Replace("ai_enrich", "make_coffee", StringComparison.Ordinal)),
            ("line 3: org: there is no organisation", sound.Replace(shop.Org.ToString(), "0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11", StringComparison.Ordinal)),
        })
        {
            using var file = new AFile($"{sound}\n{sound}\r\n{wrong}\n{sound}\n");
            await Complains(1, named, shop.Url, "enqueue", "--file", file.Path);
        }
        Assert.Equal(0, await shop.One<long>("select (select count(*) from job_queue) + (select count(*) from woflo.unique_jobs)"));
    }

    [Fact(Timeout = 60_000)]
    public async Task enqueue_takes_one_job_or_a_file()
    {
        await using var shop = await AShop.Open();
        await Complains(2, "--file", shop.Url, "enqueue");
        await Complains(2, "--payload", shop.Url, "enqueue", "--file", "-", "--payload", Payload);
        await Complains(2, "TYPE", shop.Url, "enqueue", "ai_enrich", "--file", "-");
        await Complains(2, "nowhere", shop.Url, "enqueue", "--file", "/nowhere/jobs.ndjson");
    }

    [Fact(Timeout = 60_000)]
    public async Task cron_adds_lists_and_removes_schedules()
    {
        await using var shop = await AShop.Open();
        var org = shop.Org.ToString();
        string[] add = ["cron", "add", "ai_enrich", "--org", org, "--payload", Payload, "--name"];
        var added = JsonDocument.Parse(await Says(0, shop.Url, [.. add, "mornings", "--expression", "0 6 * * 1-5", "--max-attempts", "2", "--json"])).RootElement;
        Assert.Equal(("America/Chicago", 3), (added.GetProperty("time_zone").GetString(), added.GetProperty("next").GetArrayLength()));
        Assert.All(added.GetProperty("next").EnumerateArray(), at => Assert.Matches("T06:00:00-0[56]:00$", at.GetString()));
        Assert.Matches("Asia/Tokyo: [A-Z][a-z]{2} [0-9-]{10} 23:30 \\+09:00, ", await Says(
            0, shop.Url, [.. add, "nights", "--expression", "30 23 * * *", "--time-zone", "Asia/Tokyo"]));

        await Complains(1, "already", shop.Url, [.. add, "mornings", "--expression", "0 7 * * *"]);
        await Complains(1, "five fields", shop.Url, [.. add, "x", "--expression", "0 0 6 * * *"]);
        await Complains(1, "never comes", shop.Url, [.. add, "x", "--expression", "0 0 30 2 *"]);
        await Complains(1, "Nowhere/Else", shop.Url, [.. add, "x", "--expression", "0 6 * * *", "--time-zone", "Nowhere/Else"]);
        await Complains(1, "name", shop.Url, [.. add, " x", "--expression", "0 6 * * *"]);
        await Complains(1, "make_coffee", shop.Url, "cron", "add", "make_coffee", "--org", org, "--payload", "{}", "--name", "x", "--expression", "0 6 * * *");
        await Complains(1, "no organisation", shop.Url, "cron", "add", "ai_enrich", "--org", Guid.NewGuid().ToString(), "--payload", "{}", "--name", "x", "--expression", "0 6 * * *");
        await Complains(2, "woflo cron add --help", shop.Url, "cron", "add", "ai_enrich", "--org", org, "--payload", "{}", "--name", "x");
        await Complains(2, "woflo cron --help", shop.Url, "cron");

        var crons = JsonDocument.Parse(await Says(0, shop.Url, "cron", "list", "--json")).RootElement.GetProperty("crons").EnumerateArray().ToList();
        Assert.Equal(["mornings America/Chicago 2", "nights Asia/Tokyo 3"], crons.Select(cron =>
            $"{cron.GetProperty("name").GetString()} {cron.GetProperty("time_zone").GetString()} {cron.GetProperty("max_attempts").GetInt32()}"));
        Assert.Contains("0 6 * * 1-5", await Says(0, shop.Url, "cron", "list", "--org", org), StringComparison.Ordinal);
        await Says(0, shop.Url, "cron", "remove", "--org", org, "--name", "mornings");
        await Complains(1, "no schedule", shop.Url, "cron", "remove", "--org", org, "--name", "mornings");
        Assert.Equal(1, await shop.One<long>("select count(*) from woflo.crons"));
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
    public async Task cancel_calls_off_what_waits_and_stops_what_runs()
    {
        await using var shop = await AShop.Open();
        var (waiting, done, plan) = (await shop.Enqueue("ai_enrich", new { }), await DeadLetter(shop, "bug"), await shop.EnqueuePlan());
        await shop.Execute($"update job_queue set run_after = 'infinity' where id = '{waiting}'");
        await using (var hold = await shop.HoldUp("technicians"))
        {
            var worker = shop.Worker(settings: ("WOFLO_LEASE_SECONDS", "6"));
            await hold.UntilSomebodyWaits();
            var report = JsonDocument.Parse(await Says(
                1, shop.Url, "cancel", waiting.ToString(), plan.ToString(), done.ToString(), NoSuchId, "--reason", "planned by hand", "--json")).RootElement;
            Assert.Equal(
                [(waiting, "queued"), (plan, "running")],
                report.GetProperty("cancelled").EnumerateArray().Select(job => (job.GetProperty("id").GetGuid(), job.GetProperty("was").GetString())));
            Assert.Equal([(done, "failed"), (Guid.Empty, null)], report.GetProperty("refused").EnumerateArray()
                .Select(job => (job.GetProperty("id").GetGuid(), job.GetProperty("status").GetString())));
            await worker.Event("job_lease_lost", Cancellation);
        }
        Assert.Equal("failed attempts=1 rescues=0 deferrals=0 unlocked", await shop.Summary(plan));
        Assert.Equal("canceled", await shop.One<string>("select status from schedule_runs"));
        Assert.Equal(2, await shop.One<long>("select count(*) from job_queue where failure_class = 'cancelled' and error = 'Cancelled: planned by hand'"));

        await Complains(1, "is failed", shop.Url, "cancel", waiting.ToString());
        await Complains(2, "--queued", shop.Url, "cancel");
        await Complains(2, "--type", shop.Url, "cancel", "--queued");
        await shop.Execute($"update job_queue set status = 'queued', run_after = 'infinity' where id = '{waiting}'");
        Assert.Contains("Called off", await Says(0, shop.Url, "cancel", "--queued", "--org", shop.Org.ToString()), StringComparison.Ordinal);
        Assert.Equal("failed", await shop.Status(waiting));
    }

    [Fact(Timeout = 60_000)]
    public async Task pause_is_seen_until_resume_lifts_it()
    {
        await using var shop = await AShop.Open();
        var org = shop.Org.ToString();
        await Says(0, shop.Url, "pause", "--type", "ai_enrich", "--for", "30m");
        await Says(0, shop.Url, "pause", "--org", org, "--until", "2100-01-01T08:00:00+01:00", "--reason", "moved");
        Assert.True(await shop.One<bool>(
            "select until between now() + interval '20 minutes' and now() + interval '30 minutes' from woflo.pauses where type = 'ai_enrich' and org_id is null"));
        var pauses = JsonDocument.Parse(await Says(0, shop.Url, "pause", "--json")).RootElement.GetProperty("pauses");
        Assert.Equal(("2100-01-01T07:00:00Z", org), (pauses[1].GetProperty("until").GetString(), pauses[1].GetProperty("org_id").GetString()));
        foreach (var command in new[] { "jobs", "status" })
            Assert.Contains("moved", await Says(0, shop.Url, command), StringComparison.Ordinal);

        await Says(0, shop.Url, "resume", "--org", org);
        await Complains(1, "nothing was paused", shop.Url, "resume", "--org", org, "--type", "ai_enrich");
        await Complains(1, "no organisation", shop.Url, "pause", "--org", NoSuchId);
        await Complains(2, "--until", shop.Url, "pause", "--org", org, "--until", "tomorrow");
        await Complains(2, "--for", shop.Url, "pause", "--org", org, "--for", "30 minutes");
        await Complains(2, "what to pause", shop.Url, "pause", "--for", "30m");
        Assert.Equal(1, await shop.One<long>("select count(*) from woflo.pauses"));
    }

    [Fact(Timeout = 60_000)]
    public async Task cap_says_how_many_run_at_once()
    {
        await using var shop = await AShop.Open();
        await Says(0, shop.Url, "cap", "ai_enrich", "--total", "10", "--per-org", "2");
        var caps = JsonDocument.Parse(await Says(0, shop.Url, "cap", "--json")).RootElement.GetProperty("caps");
        Assert.Equal(
            [("ai_enrich", "10", "2"), ("schedule_run", "null", "1")],
            caps.EnumerateArray().Select(cap => (cap.GetProperty("type").GetString(), cap.GetProperty("total").GetRawText(), cap.GetProperty("per_org").GetRawText())));
        await Says(0, shop.Url, "cap", "ai_enrich", "--total", "none", "--per-org", "none");
        Assert.Equal("schedule_run", await shop.One<string>("select string_agg(type, ',') from woflo.caps"));
        await Complains(1, "fixed at 1", shop.Url, "cap", "schedule_run", "--per-org", "2");
        await Complains(1, "make_coffee", shop.Url, "cap", "make_coffee", "--total", "2");
        await Complains(2, "--total", shop.Url, "cap", "ai_enrich", "--total", "0");
        await Complains(2, "how many", shop.Url, "cap", "ai_enrich");
    }

    [Fact(Timeout = 60_000)]
    public async Task status_warns_and_ends_with_1_only_where_it_is_asked_to()
    {
        await using var shop = await AShop.Open();
        Assert.Contains("Nothing is wrong", await Says(0, shop.Url, "status", "--check"), StringComparison.Ordinal);
        await shop.Enqueue("ai_enrich", new { });
        Assert.Contains("no live worker", await Says(0, shop.Url, "status"), StringComparison.Ordinal);
        var status = JsonDocument.Parse(await Says(1, shop.Url, "status", "--check", "--json")).RootElement;
        Assert.Equal("no_worker", Assert.Single(status.GetProperty("warnings").EnumerateArray()).GetProperty("code").GetString());
        Assert.Equal(1, Assert.Single(status.GetProperty("counts").EnumerateArray()).GetProperty("jobs").GetInt64());

        var worker = shop.Worker(settings: ("WORKER_ID", "worker-7"));
        await worker.Event("worker_started", Cancellation);
        await shop.Until("exists (select from woflo.workers)");
        status = JsonDocument.Parse(await Says(0, shop.Url, "status", "--json")).RootElement;
        Assert.Equal("worker-7", Assert.Single(status.GetProperty("workers").EnumerateArray()).GetProperty("worker_id").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task a_worker_deletes_what_was_kept_long_enough()
    {
        await using var shop = await AShop.Open();
        await shop.Execute(
            $$"""
            insert into job_queue (org_id, type, payload, status, run_after, created_at, updated_at)
            select '{{shop.Org}}', 'ai_enrich', '{}', status, now() - age, now() - age, now() - age
              from unnest(array['succeeded', 'failed']) status, unnest(array['13 days', '15 days', '91 days']::interval[]) age
            """);
        var pruned = await shop.Worker().Event("jobs_pruned", Cancellation);
        Assert.Equal((2, 1), (pruned.GetProperty("succeeded").GetInt32(), pruned.GetProperty("failed").GetInt32()));
        Assert.Equal(
            "failed 13 days, failed 15 days, succeeded 13 days",
            await shop.One<string>("select string_agg(format('%s %s days', status, extract(day from now() - run_after)), ', ' order by status, run_after desc) from job_queue"));
    }

    [Fact(Timeout = 60_000)]
    public async Task a_worker_that_cannot_delete_says_so_and_works_on()
    {
        await using var shop = await AShop.Open();
        await shop.Execute(
            $$"""
            create function refuse() returns trigger language plpgsql as $body$ begin raise exception 'kept for the tax office'; end $body$;
            create trigger refuse before delete on job_queue for each row execute function refuse();
            insert into job_queue (org_id, type, payload, status, run_after, created_at)
            values ('{{shop.Org}}', 'ai_enrich', '{}', 'succeeded', now() - interval '1 year', now() - interval '1 year')
            """);
        var worker = shop.Worker();
        Assert.Equal("prune", (await worker.Event("worker_loop_error", Cancellation)).GetProperty("loop").GetString());
        var job = await shop.EnqueueEnrichment();
        await shop.UntilEnded(job);
        Assert.Equal("succeeded", await shop.Status(job));
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

    internal static async Task<string> Says(int exitCode, string? url, params string[] arguments)
    {
        await using var program = WofloProcess.Cli(url, arguments);
        var code = await program.Exit(Cancellation);
        Assert.True(code == exitCode, $"woflo {string.Join(' ', arguments)} ended with {code}: {program.Errors}");
        return string.Join('\n', program.Output);
    }

    /// <summary>One line on the error stream that names what is wrong.</summary>
    internal static async Task Complains(int exitCode, string named, string? url, params string[] arguments)
    {
        await using var program = WofloProcess.Cli(url, arguments);
        var code = await program.Exit(Cancellation);
        Assert.True(code == exitCode, $"woflo {string.Join(' ', arguments)} ended with {code}: {program.Errors}");
        Assert.Contains(named, program.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-pa55", program.Errors + string.Join('\n', program.Output), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", program.Errors, StringComparison.Ordinal);
    }
}
