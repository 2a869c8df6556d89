using static Woflo.EndToEnd.Tests.AShop;

namespace Woflo.EndToEnd.Tests.Worker;

public sealed class Stopping
{
    private const int Interrupt = 2, Kill = 9, Terminate = 15;

    [Theory(Timeout = 120_000), InlineData(Terminate), InlineData(Interrupt)]
    public async Task in_the_middle_of_a_job_gives_it_back_once_the_grace_is_over(int signal)
    {
        await using var shop = await AShop.Open();
        var job = await shop.EnqueuePlan();
        await using var hold = await shop.HoldUp("bays");
        var worker = shop.Worker(settings: [("WOFLO_SHUTDOWN_GRACE_SECONDS", "0")]);
        await hold.UntilSomebodyWaits();
        Assert.Equal("running", await shop.Status(job));

        worker.Signal(signal);
        Assert.Equal(0, await worker.Exit(Cancellation));

        Assert.Equal("queued attempts=0 rescues=0 deferrals=0 unlocked", await shop.Summary(job));
        Assert.Equal("queued", await shop.One<string>("select status from schedule_runs"));
        Assert.Equal(0, await shop.One<long>("select count(*) from woflo.workers"));
        Assert.Equal(signal, Assert.Single(worker.Events("shutdown_signal_received")).GetProperty("signal").GetInt32());
        Assert.Equal(1, Assert.Single(worker.Events("worker_shutting_down")).GetProperty("running_jobs").GetInt32());
        Assert.Equal(job, Assert.Single(worker.Events("job_released")).GetProperty("job_id").GetGuid());
        Assert.Equal("worker_stopped", worker.Log[^1].GetProperty("event").GetString());
        Assert.Equal(0, worker.Log[^1].GetProperty("exit_code").GetInt32());
    }

    [Fact(Timeout = 120_000)]
    public async Task lets_a_job_end_within_the_grace_and_claims_no_other()
    {
        await using var shop = await AShop.Open();
        await using var hold = await shop.HoldUp("bays");
        var running = await shop.EnqueuePlan();
        var worker = shop.Worker(settings: [("WOFLO_SHUTDOWN_GRACE_SECONDS", "60")]);
        await hold.UntilSomebodyWaits();
        worker.Signal(Terminate);
        await worker.Event("worker_shutting_down", Cancellation);
        var next = await shop.EnqueuePlan();
        await hold.DisposeAsync();
        Assert.Equal(0, await worker.Exit(Cancellation));
        Assert.Equal("succeeded attempts=1 rescues=0 deferrals=0 unlocked", await shop.Summary(running));
        Assert.Equal("queued attempts=0 rescues=0 deferrals=0 unlocked", await shop.Summary(next));
    }

    // Unless the search is told, it goes on for five minutes, and the grace releases the job.
    [Fact(Timeout = 180_000)]
    public async Task ends_a_search_with_the_legal_plan_it_has()
    {
        await using var shop = await AShop.Open();
        await shop.Crowd(tasks: 80);
        var job = await shop.EnqueuePlan(timeLimitSeconds: 300);
        var worker = shop.Worker(settings: [("WOFLO_SHUTDOWN_GRACE_SECONDS", "60")]);
        await worker.Event("schedule_run_job_started", Cancellation);
        worker.Signal(Terminate);
        Assert.Equal(0, await worker.Exit(Cancellation));
        Assert.Equal("succeeded attempts=1 rescues=0 deferrals=0 unlocked", await shop.Summary(job));
        Assert.Empty(worker.Events("job_released"));
        Assert.True(await shop.One<long>("select count(*) from schedule_items") > 0);
        Assert.Equal("FEASIBLE", await shop.One<string>("select solver_status from schedule_runs where status = 'succeeded'"));
    }

    [Theory(Timeout = 120_000), InlineData(Terminate, 143), InlineData(Interrupt, 130)]
    public async Task leaves_at_once_at_a_second_signal(int signal, int exitCode)
    {
        await using var shop = await AShop.Open();
        var job = await shop.EnqueuePlan();
        await using var hold = await shop.HoldUp("bays");
        var worker = shop.Worker(settings: [("WOFLO_SHUTDOWN_GRACE_SECONDS", "3600")]);
        await hold.UntilSomebodyWaits();
        worker.Signal(signal);
        await worker.Event("worker_shutting_down", Cancellation);
        worker.Signal(signal);
        Assert.Equal(exitCode, await worker.Exit(Cancellation));
        Assert.Equal("running", await shop.Status(job));
    }

    [Fact(Timeout = 120_000)]
    public async Task by_kill_leaves_its_job_to_be_rescued_and_done_by_another_worker()
    {
        await using var shop = await AShop.Open();
        var job = await shop.EnqueuePlan();
        var hold = await shop.HoldUp("bays");
        var first = shop.Worker(settings: [("WOFLO_LEASE_SECONDS", "6"), ("WORKER_ID", "first")]);
        await hold.UntilSomebodyWaits();
        first.Signal(Kill);
        Assert.Equal(128 + Kill, await first.Exit(Cancellation));
        await hold.DisposeAsync();
        Assert.Equal("running", await shop.Status(job));

        var second = shop.Worker(settings: [("WORKER_ID", "second")]);
        await shop.UntilEnded(job);
        Assert.Equal("succeeded attempts=1 rescues=1 deferrals=0 unlocked", await shop.Summary(job));
        Assert.Equal("succeeded", await shop.One<string>("select status from schedule_runs"));
        var rescued = await second.Event("job_rescued", Cancellation);
        Assert.Equal((job, "first"), (rescued.GetProperty("job_id").GetGuid(), rescued.GetProperty("lost_worker").GetString()));
    }

    [Fact(Timeout = 60_000)]
    public async Task while_the_database_is_out_of_reach_takes_a_signal_too()
    {
        var worker = Woflo.TestKit.WofloProcess.Worker("postgresql://woflo:secret@127.0.0.1:1/woflo", []);
        await using var _ = worker;
        await worker.Event("database_unavailable", Cancellation);
        worker.Signal(Terminate);
        Assert.Equal(0, await worker.Exit(Cancellation));
    }
}
