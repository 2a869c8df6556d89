using System.Text.Json;
using static Woflo.EndToEnd.Tests.AShop;

namespace Woflo.EndToEnd.Tests.Worker;

public sealed class Draining
{
    [Fact(Timeout = 120_000)]
    public async Task does_both_kinds_of_job_and_stops()
    {
        await using var shop = await AShop.Open();
        await shop.Crowd(tasks: 4);
        var enrich = await shop.EnqueueEnrichment();
        var plan = await shop.EnqueuePlan();
        var later = await shop.One<Guid>(
            $"""
            insert into job_queue (org_id, type, payload, status, run_after)
            values ('{shop.Org}', 'ai_enrich', '{"{}"}', 'queued', now() + interval '1 hour') returning id
            """);

        var worker = shop.Worker(["--drain"], null, ("WORKER_ID", "drainer-1"));
        Assert.Equal(0, await worker.Exit(Cancellation));

        Assert.Equal("succeeded attempts=1 rescues=0 deferrals=0 unlocked", await shop.Summary(enrich));
        Assert.Equal("succeeded attempts=1 rescues=0 deferrals=0 unlocked", await shop.Summary(plan));
        Assert.Equal("queued", await shop.Status(later));
        Assert.Equal(4, await shop.One<long>("select count(*) from ai_results"));
        Assert.Equal(4, await shop.One<long>("select count(distinct task_id) from schedule_items"));
        Assert.Equal("succeeded", await shop.One<string>("select status from schedule_runs"));
        Assert.Equal(4, await shop.One<long>("select count(*) from tasks where status = 'scheduled'"));

        string[] expected =
        [
            "worker_started", "job_processing_started", "job_processing_succeeded", "schedule_run_job_started", "schedule_run_job_completed",
            "ai_enrich_job_started", "worker_stopped",
        ];
        Assert.Empty(expected.Except(worker.Log.Select(line => line.GetProperty("event").GetString()!)));
        Assert.Equal(
            new HashSet<Guid> { enrich, plan }, worker.Events("job_processing_succeeded").Select(line => line.GetProperty("job_id").GetGuid()).ToHashSet());
        var completed = Assert.Single(worker.Events("schedule_run_job_completed"));
        Assert.Equal(("succeeded", 4), (completed.GetProperty("status").GetString(), completed.GetProperty("task_count").GetInt32()));
        Assert.True(completed.GetProperty("wall_time_ms").GetInt32() >= 0);
        Assert.All(worker.Log, line => IsOfTheContract(line, "drainer-1"));
        Assert.Equal("", worker.Errors);
    }

    [Fact(Timeout = 120_000)]
    public async Task logs_a_dead_letter_whatever_its_error_holds_and_still_ends_with_0()
    {
        await using var shop = await AShop.Open();
        var job = await shop.Enqueue("ai_enrich", new { work_order_id = "not a uuid \u001b[31m \"quoted\"\n{" });
        var worker = shop.Worker(["--drain"]);
        Assert.Equal(0, await worker.Exit(Cancellation));
        Assert.Equal("failed", await shop.Status(job));
        Assert.Equal("invalid_input", await shop.One<string>("select failure_class from job_queue"));
        var letter = Assert.Single(worker.Events("job_dead_letter"));
        Assert.Equal((job, "ERROR"), (letter.GetProperty("job_id").GetGuid(), letter.GetProperty("levelname").GetString()));
        Assert.NotEqual("", letter.GetProperty("error").GetString());
        Assert.All(worker.Log, line => IsOfTheContract(line, "worker-1"));
    }

    [Fact(Timeout = 120_000)]
    public async Task by_two_workers_of_one_name_does_each_job_once()
    {
        await using var shop = await AShop.Open();
        var workOrder = await shop.WorkOrder();
        await shop.Execute(
            $$"""
            insert into job_queue (org_id, type, payload, status)
            select '{{shop.Org}}', 'ai_enrich', '{"work_order_id": "{{workOrder}}", "pipeline": "classify"}', 'queued' from generate_series(1, 200)
            """);
        await shop.CountEnds();
        var workers = new[] { shop.Worker(["--drain"]), shop.Worker(["--drain"]) };
        foreach (var worker in workers)
            Assert.Equal(0, await worker.Exit(Cancellation));
        Assert.Equal(200, await shop.One<long>("select count(*) from job_queue where status = 'succeeded' and attempts = 1 and rescues = 0"));
        Assert.Equal(200, await shop.One<long>("select count(*) from job_ends"));
        var done = workers.SelectMany(worker => worker.Events("job_processing_succeeded")).Select(line => line.GetProperty("job_id").GetGuid()).ToList();
        Assert.Equal((200, 200), (done.Count, done.Distinct().Count()));
    }

    private static void IsOfTheContract(JsonElement line, string workerId)
    {
        Assert.Equal(JsonValueKind.Object, line.ValueKind);
        Assert.All(["timestamp", "level", "event", "asctime", "levelname", "name", "message", "worker_id"],
            field => Assert.Equal(JsonValueKind.String, line.GetProperty(field).ValueKind));
        Assert.Equal(workerId, line.GetProperty("worker_id").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}$", line.GetProperty("asctime").GetString());
        Assert.Matches("^(DEBUG|INFO|WARNING|ERROR|CRITICAL)$", line.GetProperty("levelname").GetString());
    }
}
