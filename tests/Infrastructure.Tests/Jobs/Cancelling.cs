using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Tests.Jobs;

public sealed class Cancelling
{
    private static readonly JobFailure CalledOff = JobFailure.Cancelled("called off");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData("now()"), InlineData("now() + interval '1 day'"), InlineData("'infinity'")]
    public async Task a_queued_job_ends_it_with_its_effect_and_leaves_it_due_in_the_past(string runAfter)
    {
        await using var queue = await AQueue.Create();
        await queue.Execute(RecordingEffects.Table);
        var id = await queue.Enqueue();
        await queue.Execute($"update job_queue set run_after = {runAfter}");
        var found = await queue.Store(effects: new RecordingEffects(JobTypes.AiEnrich)).Cancel(id, CalledOff, onlyQueued: true, Cancellation);
        Assert.Equal(JobState.Queued, found!.State);
        var row = await queue.Row(id);
        Assert.Equal(("failed", "cancelled", "Cancelled: called off"), (row["status"], row["failure_class"], row["error"]));
        Assert.True(await queue.One<bool>("select run_after <= now() from job_queue"));
        Assert.Equal("Cancelled", await queue.One<string>("select string_agg(what, ',') from effects"));
        Assert.Null(await queue.Store().Claim(JobTypes.AiEnrich, Cancellation));
    }

    [Fact]
    public async Task a_running_job_leaves_its_attempt_nothing_to_write()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute(RecordingEffects.Table);
        var id = await queue.Enqueue();
        var store = queue.Store(effects: new RecordingEffects(JobTypes.AiEnrich));
        var leased = (await store.Claim(JobTypes.AiEnrich, Cancellation))!;
        Assert.Equal(JobState.Running, (await store.Cancel(id, CalledOff, onlyQueued: true, Cancellation))!.State);
        Assert.Equal("running", (await queue.Row(id))["status"]);
        await store.Renew([leased], new Dictionary<Guid, string> { [leased.Fence] = "{}" }, Cancellation);

        Assert.Equal(JobState.Running, (await store.Cancel(id, CalledOff, onlyQueued: false, Cancellation))!.State);
        var row = await queue.Row(id);
        Assert.Equal(("failed", 1), (row["status"], row["attempts"]));
        Assert.All(["fence", "last_fence", "lease_expires_at", "locked_at", "locked_by", "progress"], column => Assert.Null(row[column]));
        Assert.Equal([leased.Fence], (await store.Renew([leased], AQueue.NoProgress, Cancellation)).Lost);
        Assert.False(await store.Start(leased, Cancellation));
        Assert.False(await store.End(leased, leased.Job.Complete(), null, new object()));
        Assert.Equal(row, await queue.Row(id));
        Assert.Equal("Cancelled", await queue.One<string>("select string_agg(what, ',') from effects"));
    }

    [Theory, InlineData("succeeded"), InlineData("failed")]
    public async Task an_ended_job_changes_nothing(string status)
    {
        await using var queue = await AQueue.Create();
        var id = await queue.Ended(status, TimeSpan.FromDays(1));
        var before = await queue.Row(id);
        Assert.Equal(status, (await queue.Store().Cancel(id, CalledOff, onlyQueued: false, Cancellation))!.State.Name());
        Assert.Equal(before, await queue.Row(id));
        Assert.Null(await queue.Store().Cancel(Guid.NewGuid(), CalledOff, onlyQueued: false, Cancellation));
    }

    [Fact]
    public async Task against_the_completion_of_the_same_job_has_one_winner()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute(RecordingEffects.Table);
        await queue.Execute(
            "insert into job_queue (org_id, type, payload, status) select @Org, 'ai_enrich', '{}', 'queued' from generate_series(1, 100)", new { queue.Org });
        var effects = new RecordingEffects(JobTypes.AiEnrich);
        var (worker, person) = (queue.Store(effects: effects), queue.Store("person", effects: effects));
        List<LeasedJob> leased = [];
        while (await worker.Claim(JobTypes.AiEnrich, Cancellation) is { } next)
            leased.Add(next);

        var outcomes = await Task.WhenAll(leased.Select(async (job, n) =>
        {
            // Either is sent first as often as the other.
            var ends = n % 2 == 0 ? End() : null;
            var cancel = person.Cancel(job.Job.Id, CalledOff, onlyQueued: false, Cancellation);
            return (Ended: await (ends ?? End()), Cancelled: (await cancel)!.State == JobState.Running);

            Task<bool> End() => worker.End(job, job.Job.Complete(), null, null);
        }));

        Assert.Equal(100, outcomes.Length);
        Assert.All(outcomes, outcome => Assert.NotEqual(outcome.Ended, outcome.Cancelled));
        Assert.Equal(outcomes.Count(outcome => outcome.Cancelled), await queue.One<int>("select count(*) from job_queue where status = 'failed'"));
        Assert.Equal(100, await queue.One<int>(
            """
            select count(*) from job_queue j join effects e on e.job_id = j.id
             where (j.status, e.what) in (('succeeded', 'Succeeded'), ('failed', 'Cancelled'))
            """));
        Assert.Equal(100, await queue.One<int>("select count(*) from effects"));
    }

    [Fact]
    public async Task many_finds_the_queued_ones_of_a_type_and_an_organisation()
    {
        await using var queue = await AQueue.Create();
        var other = await queue.NewOrganisation();
        var (mine, plan, theirs) = (await queue.Enqueue(), await queue.Enqueue(JobTypes.ScheduleRun), await queue.Enqueue(org: other));
        await queue.Ended("failed", TimeSpan.FromDays(1));
        var store = queue.Store();
        Assert.Equal(new[] { mine, theirs }.Order(), (await store.Queued(JobTypes.AiEnrich, null, 10, Cancellation)).Order());
        Assert.Equal(new[] { mine, plan }.Order(), (await store.Queued(null, queue.Org, 10, Cancellation)).Order());
        Assert.Equal([mine], await store.Queued(JobTypes.AiEnrich, queue.Org, 10, Cancellation));
        Assert.Single(await store.Queued(null, null, 1, Cancellation));
    }
}
