using Npgsql;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;
using Woflo.Infrastructure.Postgres.Jobs;
using Woflo.Infrastructure.Tests.Postgres;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Jobs;

public sealed class Reading_the_status
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task of_an_empty_queue_finds_nothing_wrong()
    {
        await using var queue = await AQueue.Create();
        var status = await queue.Reader().Status(Cancellation);
        Assert.Empty(status.Counts);
        Assert.Empty(status.Due);
        Assert.Empty(status.Workers);
        Assert.Equal([new QueueCap(JobTypes.ScheduleRun, null, 1)], status.Caps);
        Assert.Empty(QueueHealth.Warnings(status));
    }

    [Fact]
    public async Task counts_and_tells_the_oldest_due_job_of_each_type_that_is_not_paused()
    {
        await using var queue = await AQueue.Create();
        var paused = await queue.NewOrganisation();
        await queue.Enqueue(dueInSeconds: -60);
        await queue.Enqueue(dueInSeconds: -30);
        await queue.Enqueue(dueInSeconds: 3_600);
        await queue.Enqueue(dueInSeconds: -9_000, org: paused);
        await queue.Enqueue(JobTypes.ScheduleRun, dueInSeconds: 60);
        await queue.Ended("succeeded", TimeSpan.FromDays(1));
        await queue.Ended("failed", TimeSpan.FromDays(1), JobTypes.ScheduleRun);
        await queue.Keeper().Pause(new PauseJobs(null, paused, "moved"), Cancellation);
        var store = queue.Store("worker-7");
        await store.Look([JobTypes.AiEnrich], JobTypes.All, false, Cancellation);

        var status = await queue.Reader().Status(Cancellation);
        Assert.Equal(
            [("failed", "", 1), ("succeeded", "", 1), ("queued", "ai_enrich", 4), ("queued", "schedule_run", 1)],
            status.Counts.Select(count => (count.Status, count.Type, count.Jobs)));
        var due = Assert.Single(status.Due);
        Assert.Equal(JobTypes.AiEnrich, due.Type);
        Assert.InRange(due.Waiting.TotalSeconds, 60, 600);
        var worker = Assert.Single(status.Workers);
        Assert.Equal("worker-7", worker.WorkerId);
        Assert.Equal(JobTypes.All, worker.WaitsFor);
        Assert.Equal([JobTypes.AiEnrich], worker.Types);
        Assert.Equal("moved", Assert.Single(status.Pauses).Reason);
    }

    [Fact]
    public async Task takes_a_job_that_has_been_due_for_ever_for_very_old()
    {
        await using var queue = await AQueue.Create();
        await queue.Enqueue();
        await queue.Execute("update job_queue set run_after = '-infinity'");
        Assert.InRange(Assert.Single((await queue.Reader().Status(Cancellation)).Due).Waiting.TotalDays, 10_000, 100_000);
    }

    [Fact]
    public async Task finds_leases_that_nobody_rescues_and_an_index_that_was_not_built()
    {
        await using var queue = await AQueue.Create();
        await queue.Enqueue();
        await queue.Store().Claim(JobTypes.AiEnrich, Cancellation);
        Assert.Equal(0, (await queue.Reader().Status(Cancellation)).ExpiredLeases);
        await queue.Execute("update job_queue set lease_expires_at = now() - interval '2 minutes'");
        await queue.Execute("insert into job_queue (org_id, type, payload, status) select org_id, type, payload, 'queued' from job_queue");
        await Assert.ThrowsAsync<PostgresException>(() => queue.Execute("create unique index concurrently broken_idx on job_queue (org_id)"));
        var status = await queue.Reader().Status(Cancellation);
        Assert.Equal((1, "broken_idx"), (status.ExpiredLeases, Assert.Single(status.InvalidIndexes)));
    }

    [Fact]
    public async Task names_who_holds_a_snapshot_to_a_role_without_rights_on_statistics_too()
    {
        await using var queue = await AQueue.Create();
        await using var database = await TestDatabase.Create();
        await using var role = await Role.Create(database, Cancellation);
        await database.Execute(
            $"grant usage on schema woflo to {role.Name}; grant select on all tables in schema woflo, public to {role.Name}", Cancellation);
        await using var holder = await database.Open(Cancellation);
        await using var transaction = await holder.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, Cancellation);
        await using (var look = new NpgsqlCommand("set local application_name = 'report'; select count(*) from job_queue", holder, transaction))
            await look.ExecuteNonQueryAsync(Cancellation);

        foreach (var (url, knowsAge) in new[] { (database.Url, true), (role.Url, false) })
        {
            await using var source = NpgsqlDataSource.Create(Woflo.Infrastructure.Postgres.DatabaseUrl.Parse(url).ConnectionString());
            var held = Assert.Single((await new QueueReader(source).Status(Cancellation)).Snapshots);
            Assert.Equal(
                ("transaction", $"{holder.ProcessID}", "report", knowsAge), (held.Kind, held.Name, held.Application, held.HeldFor is not null));
        }
    }
}
