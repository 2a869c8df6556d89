using System.Collections.Concurrent;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Tests.Jobs;

public sealed class Claiming
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task takes_the_oldest_due_job_and_writes_the_lease()
    {
        await using var queue = await AQueue.Create();
        var later = await queue.Enqueue(dueInSeconds: -5);
        var first = await queue.Enqueue(dueInSeconds: -60, payload: """{"a": 1}""");
        await queue.Enqueue(dueInSeconds: 60);
        var store = queue.Store("worker-7");

        var leased = await store.Claim(JobTypes.AiEnrich, Cancellation);

        Assert.Equal((first, queue.Org, JobState.Running, 1), (leased!.Job.Id, leased.Job.OrgId, leased.Job.State, leased.Job.Attempts));
        Assert.Equal("""{"a": 1}""", leased.Job.Payload);
        var row = await queue.Row(first);
        Assert.Equal(("running", 1, "worker-7", leased.Fence), (row["status"], row["attempts"], row["locked_by"], row["fence"]));
        Assert.NotNull(row["locked_at"]);
        Assert.NotNull(row["lease_expires_at"]);
        Assert.Equal(later, (await store.Claim(JobTypes.AiEnrich, Cancellation))!.Job.Id);
        Assert.Null(await store.Claim(JobTypes.AiEnrich, Cancellation));
    }

    [Fact]
    public async Task takes_rows_whose_dates_this_program_cannot_hold()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute("insert into job_queue (org_id, type, payload, status, run_after, created_at) values (@Org, 'ai_enrich', '{}', 'queued', '0044-03-15 BC', '12000-01-01')", new { queue.Org });
        Assert.NotNull(await queue.Store().Claim(JobTypes.AiEnrich, Cancellation));
    }

    [Fact]
    public async Task takes_only_the_type_asked_for()
    {
        await using var queue = await AQueue.Create();
        await queue.Enqueue(JobTypes.ScheduleRun);
        Assert.Null(await queue.Store().Claim(JobTypes.AiEnrich, Cancellation));
    }

    [Fact]
    public async Task serves_organisations_in_turn()
    {
        await using var queue = await AQueue.Create();
        for (var i = 0; i < 20; i++)
            await queue.Enqueue(dueInSeconds: -1_000);
        var other = await queue.NewOrganisation();
        await queue.Enqueue(org: other);
        var store = queue.Store();
        var first = await store.Claim(JobTypes.AiEnrich, Cancellation);
        var second = await store.Claim(JobTypes.AiEnrich, Cancellation);
        Assert.Equal(new HashSet<Guid> { queue.Org, other }, [first!.Job.OrgId, second!.Job.OrgId]);
    }

    [Fact]
    public async Task passes_over_a_row_that_another_transaction_holds()
    {
        await using var queue = await AQueue.Create();
        var held = await queue.Enqueue(dueInSeconds: -60);
        var free = await queue.Enqueue();
        await using var connection = await queue.Open();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using (var hold = new Npgsql.NpgsqlCommand($"select 1 from job_queue where id = '{held}' for update", connection, transaction))
            await hold.ExecuteNonQueryAsync(Cancellation);
        Assert.Equal(free, (await queue.Store().Claim(JobTypes.AiEnrich, Cancellation))!.Job.Id);
    }

    [Fact]
    public async Task by_twenty_workers_does_each_of_two_thousand_jobs_exactly_once()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute(RecordingEffects.Table);
        await queue.Execute(
            "insert into job_queue (org_id, type, payload, status) select @Org, 'ai_enrich', '{}', 'queued' from generate_series(1, 2000)", new { queue.Org });
        var claimed = new ConcurrentBag<Guid>();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(async () =>
        {
            var store = queue.Store($"worker-{n}", effects: new RecordingEffects(JobTypes.AiEnrich));
            while (await store.Claim(JobTypes.AiEnrich, Cancellation) is { } leased)
            {
                claimed.Add(leased.Job.Id);
                Assert.True(await store.End(leased, leased.Job.Complete(), null, null));
            }
        }, Cancellation)));
        Assert.Equal((2_000, 2_000), (claimed.Count, claimed.Distinct().Count()));
        Assert.Equal(2_000, await queue.One<int>("select count(*) from job_queue where status = 'succeeded' and attempts = 1"));
        Assert.Equal(2_000, await queue.One<int>("select count(distinct job_id) from effects where what = 'Succeeded'"));
        Assert.Equal(2_000, await queue.One<int>("select count(*) from effects"));
    }

    [Fact]
    public async Task runs_one_schedule_run_an_organisation_whoever_claims()
    {
        await using var queue = await AQueue.Create();
        var orgs = new List<Guid> { queue.Org, await queue.NewOrganisation(), await queue.NewOrganisation() };
        foreach (var org in orgs)
        {
            for (var i = 0; i < 10; i++)
                await queue.Enqueue(JobTypes.ScheduleRun, org: org);
        }
        var running = new ConcurrentDictionary<Guid, int>();
        var most = new ConcurrentBag<int>();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(async () =>
        {
            var store = queue.Store($"worker-{n}");
            while (await queue.One<bool>("select exists (select from job_queue where status = 'queued')"))
            {
                if (await store.Claim(JobTypes.ScheduleRun, Cancellation) is not { } leased)
                    continue;
                most.Add(running.AddOrUpdate(leased.Job.OrgId, 1, (_, count) => count + 1));
                await Task.Yield();
                running.AddOrUpdate(leased.Job.OrgId, 0, (_, count) => count - 1);
                Assert.True(await store.End(leased, leased.Job.Complete(), null, null));
            }
        }, Cancellation)));
        Assert.Equal((30, 1), (most.Count, most.Max()));
    }

    [Fact]
    public async Task of_a_schedule_run_waits_for_the_old_workers_too()
    {
        await using var queue = await AQueue.Create();
        await queue.Enqueue(JobTypes.ScheduleRun);
        await queue.Enqueue(JobTypes.ScheduleRun);
        await queue.Execute("""
            update job_queue set status = 'running', locked_at = now(), locked_by = 'python', attempts = attempts + 1
             where id = (select id from job_queue order by created_at limit 1)
            """);
        var store = queue.Store();
        Assert.Null(await store.Claim(JobTypes.ScheduleRun, Cancellation));
        Assert.Empty((await store.Look([JobTypes.ScheduleRun], [], false, Cancellation)).DueTypes);
    }

    [Fact]
    public async Task looks_ahead_to_what_is_due_and_what_falls_due_next()
    {
        await using var queue = await AQueue.Create();
        var store = queue.Store();
        var empty = await store.Look(JobTypes.All, JobTypes.All, false, Cancellation);
        Assert.Equal((0, null, false), (empty.DueTypes.Count, empty.NextDue, empty.AnyLost));
        await queue.Enqueue(JobTypes.ScheduleRun);
        await queue.Enqueue(dueInSeconds: 30);
        var outlook = await store.Look(JobTypes.All, JobTypes.All, false, Cancellation);
        Assert.Equal([JobTypes.ScheduleRun], outlook.DueTypes);
        Assert.InRange(outlook.NextDue!.Value.TotalSeconds, 1, 30);
        Assert.Equal(1, await queue.One<int>("select count(*) from woflo.workers where waits_for <> '{}'"));
        await store.Look(JobTypes.All, [], false, Cancellation);
        Assert.Equal(0, await queue.One<int>("select count(*) from woflo.workers where waits_for <> '{}'"));
    }

    [Theory, InlineData("infinity"), InlineData("90000-01-01")]
    public async Task looks_ahead_past_jobs_that_are_parked_for_ever(string runAfter)
    {
        await using var queue = await AQueue.Create();
        await queue.Execute($"insert into job_queue (org_id, type, payload, status, run_after) values ('{queue.Org}', 'ai_enrich', '{{}}', 'queued', '{runAfter}')");
        var outlook = await queue.Store().Look(JobTypes.All, [], false, Cancellation);
        Assert.Equal((0, null), (outlook.DueTypes.Count, outlook.NextDue));
    }

    [Fact]
    public async Task carries_a_payload_of_a_megabyte()
    {
        await using var queue = await AQueue.Create();
        var payload = $$"""{"notes": "{{new string('x', 1_000_000)}}"}""";
        var enqueued = await queue.Intake().Enqueue([new EnqueueJob(queue.Org, JobTypes.AiEnrich, payload)], Cancellation);
        var leased = await queue.Store().Claim(JobTypes.AiEnrich, Cancellation);
        Assert.Equal((enqueued[0].Id, payload), (leased!.Job.Id, leased.Job.Payload));
    }
}
