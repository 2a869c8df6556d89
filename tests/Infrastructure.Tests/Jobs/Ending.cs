using Woflo.Application.Database;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Jobs;

public sealed class Ending
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task with_success_keeps_an_earlier_error_and_the_fence_as_the_last_one()
    {
        await using var queue = await AQueue.Create();
        var id = await queue.Enqueue();
        await queue.Execute("update job_queue set error = 'earlier' where id = @id", new { id });
        var store = queue.Store();
        var leased = (await store.Claim(JobTypes.AiEnrich, Cancellation))!;
        Assert.True(await store.End(leased, leased.Job.Complete(), null, null));
        var row = await queue.Row(id);
        Assert.Equal(("succeeded", "earlier", leased.Fence), (row["status"], row["error"], row["last_fence"]));
        Assert.All(["fence", "lease_expires_at", "locked_at", "locked_by"], column => Assert.Null(row[column]));
    }

    public static TheoryData<string, int, int> Failures => new()
    {
        { "transient", 1, 3 }, { "transient", 3, 3 }, { "bug", 1, 3 }, { "bug", 2, 3 }, { "invalid_input", 1, 3 }, { "rate_limited", 1, 1 },
        { "auth", 1, 3 }, { "cancelled", 1, 3 },
    };

    [Theory, MemberData(nameof(Failures))]
    public async Task writes_the_row_that_the_entity_says(string name, int attempts, int maxAttempts)
    {
        await using var queue = await AQueue.Create();
        var id = await queue.Enqueue(maxAttempts: maxAttempts);
        await queue.Execute("update job_queue set attempts = @before where id = @id", new { id, before = attempts - 1 });
        var store = queue.Store();
        var leased = (await store.Claim(JobTypes.AiEnrich, Cancellation))!;
        var failure = new JobFailure(FailureClass.Named(name), "Test", "broke", TimeSpan.FromMinutes(3));
        var end = leased.Job.Fail(failure, RetryPolicy.Default);
        Assert.True(await store.End(leased, end, failure, null));

        var expected = leased.Job.After(end);
        var row = await queue.Row(id);
        Assert.Equal(
            (expected.State.ToString().ToLowerInvariant(), expected.Attempts, expected.Deferrals, expected.Rescues, "Test: broke", name),
            (row["status"], row["attempts"], row["deferrals"], row["rescues"], row["error"], row["failure_class"]));
        var delay = end switch
        {
            JobEnd.Retrying retrying => retrying.Delay,
            JobEnd.Deferred deferred => deferred.Delay,
            _ => (TimeSpan?)null,
        };
        if (delay is { } wait)
        {
            var due = await queue.One<TimeSpan>("select run_after - updated_at from job_queue where id = @id", new { id });
            Assert.InRange((due - wait).TotalSeconds, -1, 1);
        }
        var kept = await queue.One<string>("select failures->0->>'class' || ' ' || (failures->0->>'error') from job_queue where id = @id", new { id });
        Assert.Equal($"{name} Test: broke", kept);
    }

    [Fact]
    public async Task keeps_the_last_twenty_failures()
    {
        await using var queue = await AQueue.Create();
        var id = await queue.Enqueue(maxAttempts: 10);
        var store = queue.Store();
        for (var i = 1; i <= 25; i++)
        {
            await queue.Execute("update job_queue set run_after = now() where id = @id", new { id });
            var leased = (await store.Claim(JobTypes.AiEnrich, Cancellation))!;
            var failure = new JobFailure(FailureClass.RateLimited, "Test", $"number {i}");
            Assert.True(await store.End(leased, leased.Job.Fail(failure, RetryPolicy.Default), failure, null));
        }
        Assert.Equal("20 Test: number 6 Test: number 25", await queue.One<string>(
            "select jsonb_array_length(failures) || ' ' || (failures->0->>'error') || ' ' || (failures->19->>'error') from job_queue where id = @id", new { id }));
    }

    [Fact]
    public async Task after_a_rescue_changes_nothing()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute(RecordingEffects.Table);
        var id = await queue.Enqueue();
        var stale = queue.Store("stale", effects: new RecordingEffects(JobTypes.AiEnrich));
        var leased = (await stale.Claim(JobTypes.AiEnrich, Cancellation))!;
        await queue.Execute("update job_queue set lease_expires_at = now() - interval '1 second' where id = @id", new { id });
        var other = queue.Store("other");
        Assert.IsType<JobEnd.Rescued>((await other.RescueNext(RetryPolicy.Default, [], Cancellation))!.End);
        var before = await queue.Row(id);
        Assert.False(await stale.End(leased, leased.Job.Complete(), null, null));
        Assert.Equal(before, await queue.Row(id));
        var again = (await other.Claim(JobTypes.AiEnrich, Cancellation))!;
        before = await queue.Row(id);
        Assert.False(await stale.End(leased, leased.Job.Complete(), null, null));
        Assert.False(await stale.Start(leased, Cancellation));
        Assert.Equal([leased.Fence], (await stale.Renew([leased], AQueue.NoProgress, Cancellation)).Lost);
        Assert.Equal(before, await queue.Row(id));
        Assert.Equal(0, await queue.One<int>("select count(*) from effects"));
        Assert.True(await other.End(again, again.Job.Complete(), null, null));
    }

    [Fact]
    public async Task after_a_reset_by_hand_changes_nothing()
    {
        await using var queue = await AQueue.Create();
        var id = await queue.Enqueue();
        var store = queue.Store();
        var leased = (await store.Claim(JobTypes.AiEnrich, Cancellation))!;
        await queue.Execute("update job_queue set status = 'queued', locked_at = null, locked_by = null where id = @id", new { id });
        var before = await queue.Row(id);
        Assert.Null(before["fence"]);
        Assert.False(await store.End(leased, leased.Job.Complete(), null, null));
        Assert.Equal(before, await queue.Row(id));
    }

    [Fact]
    public async Task writes_results_and_completion_together_or_not_at_all()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute(RecordingEffects.Table);
        var id = await queue.Enqueue();
        var store = queue.Store(effects: new RecordingEffects(JobTypes.AiEnrich, new InvalidOperationException("results cannot be written")));
        var leased = (await store.Claim(JobTypes.AiEnrich, Cancellation))!;
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.End(leased, leased.Job.Complete(), null, new object()));
        Assert.Equal("running", (await queue.Row(id))["status"]);
        Assert.Equal(0, await queue.One<int>("select count(*) from effects"));
    }

    [Fact]
    public async Task killed_between_the_results_and_the_commit_writes_neither()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute(RecordingEffects.Table);
        // The backend is terminated by the effect itself: results written, commit never reached.
        await queue.Execute("""
            create function die() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
            create trigger die after insert on effects for each row when (new.what = 'Succeeded') execute function die();
            """);
        var id = await queue.Enqueue();
        var store = queue.Store(effects: new RecordingEffects(JobTypes.AiEnrich));
        var leased = (await store.Claim(JobTypes.AiEnrich, Cancellation))!;
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => store.End(leased, leased.Job.Complete(), null, new object()));
        Assert.Equal("running", (await queue.Row(id))["status"]);
        Assert.Equal(0, await queue.One<int>("select count(*) from effects"));
        await queue.Execute("drop trigger die on effects");
        Assert.True(await store.End(leased, leased.Job.Complete(), null, new object()));
    }

    [Fact]
    public async Task sent_again_after_a_commit_that_got_no_answer_says_that_it_had_ended()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute(RecordingEffects.Table);
        await queue.Enqueue();
        await using var proxy = TcpProxy.Start(queue.ConnectionString);
        var effects = new RecordingEffects(JobTypes.AiEnrich);
        var store = queue.Store(effects: effects, connectionString: proxy.ConnectionString);
        var leased = (await store.Claim(JobTypes.AiEnrich, Cancellation))!;
        proxy.CutBeforeAnswerTo("COMMIT");
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => store.End(leased, leased.Job.Complete(), null, null));
        Assert.True(proxy.HasCut);
        Assert.True(await store.End(leased, leased.Job.Complete(), null, null));
        Assert.Equal(1, await queue.One<int>("select count(*) from effects where what = 'Succeeded'"));
        Assert.Equal("succeeded", (await queue.Row(leased.Job.Id))["status"]);
    }

    [Fact]
    public async Task is_not_taken_for_a_lost_lease_by_a_renewal_at_the_same_moment()
    {
        await using var queue = await AQueue.Create();
        await queue.Enqueue();
        var store = queue.Store();
        var leased = (await store.Claim(JobTypes.AiEnrich, Cancellation))!;
        Assert.True(await store.End(leased, leased.Job.Complete(), null, null));
        var renewal = await store.Renew([leased], AQueue.NoProgress, Cancellation);
        Assert.Equal((0, 0), (renewal.Renewed.Count, renewal.Lost.Count));
    }

    [Fact]
    public async Task takes_what_the_attempt_said_of_its_progress_away_with_it()
    {
        await using var queue = await AQueue.Create();
        var store = queue.Store();
        var failure = new JobFailure(FailureClass.Transient, "Test", "again");
        foreach (Func<LeasedJob, JobEnd> end in (Func<LeasedJob, JobEnd>[])[l => l.Job.Complete(), l => l.Job.Fail(failure, RetryPolicy.Default)])
        {
            var id = await queue.Enqueue();
            var leased = (await store.Claim(JobTypes.AiEnrich, Cancellation))!;
            var held = (string)(await queue.Row(id))["fence"]!.ToString()!;
            // A fresh lease is renewed for the sake of what there is to say, and only of that.
            Assert.Empty((await store.Renew([leased], AQueue.NoProgress, Cancellation)).Renewed);
            Assert.Equal([leased.Fence], (await store.Renew([leased], Said(leased, """{"stage": "search", "levels": [0, 7]}"""), Cancellation)).Renewed);
            await queue.Execute("update job_queue set lease_expires_at = now() + interval '1 second' where id = @id", new { id });
            Assert.Equal([leased.Fence], (await store.Renew([leased], AQueue.NoProgress, Cancellation)).Renewed);
            Assert.Equal(held, (await queue.Row(id))["fence"]!.ToString());
            Assert.Equal("""{"stage": "search", "levels": [0, 7]}""", (await queue.Reader().Find(id, Cancellation))!.Progress);
            Assert.True(await store.End(leased, end(leased), end(leased) is JobEnd.Succeeded ? null : failure, null));
            // Nor does it come back with a renewal that was under way.
            Assert.Empty((await store.Renew([leased], Said(leased, "{}"), Cancellation)).Renewed);
            Assert.Null((await queue.Row(id))["progress"]);
        }

        static Dictionary<Guid, string> Said(LeasedJob leased, string progress) => new() { [leased.Fence] = progress };
    }

    [Fact]
    public async Task stores_an_error_with_NUL_bytes()
    {
        await using var queue = await AQueue.Create();
        var id = await queue.Enqueue();
        var store = queue.Store();
        var leased = (await store.Claim(JobTypes.AiEnrich, Cancellation))!;
        var failure = JobFailure.InvalidInput("a\0b " + new string('x', 100_000));
        Assert.True(await store.End(leased, leased.Job.Fail(failure, RetryPolicy.Default), failure, null));
        Assert.StartsWith("InvalidInput: ab x", (string)(await queue.Row(id))["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task together_tells_only_those_that_their_lease_or_their_row_fails()
    {
        await using var queue = await AQueue.Create();
        for (var i = 0; i < 40; i++)
            await queue.Enqueue();
        var store = queue.Store();
        var leased = (await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => store.Claim(JobTypes.AiEnrich, Cancellation)))).OfType<LeasedJob>().ToList();
        Assert.Equal(40, leased.Count);
        var (reset, poisoned, retried) = (leased[3], leased[7], leased[11]);
        await queue.Execute("update job_queue set status = 'queued', locked_at = null, locked_by = null where id = @Id", new { reset.Job.Id });
        await queue.Execute(
            $"""
            create function refuse() returns trigger language plpgsql as $body$ begin raise exception 'poisoned'; end $body$;
            create trigger refuse before update on job_queue for each row when (old.id = '{poisoned.Job.Id}') execute function refuse();
            """);
        var failure = new JobFailure(FailureClass.Transient, "Test", "again");

        var ends = leased.ConvertAll(job => job == retried
            ? store.End(job, job.Job.Fail(failure, RetryPolicy.Default), failure, null)
            : store.End(job, job.Job.Complete(), null, null));

        foreach (var (job, end) in leased.Zip(ends))
        {
            if (job == poisoned)
                Assert.Contains("poisoned", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => end)).Message, StringComparison.Ordinal);
            else
                Assert.Equal(job != reset, await end);
        }
        Assert.Equal(37, await queue.One<int>("select count(*) from job_queue where status = 'succeeded'"));
        Assert.Equal("queued", (await queue.Row(retried.Job.Id))["status"]);
        // Sent again, as after a commit in doubt: those that have ended say so, and nothing changes.
        Assert.True(await store.End(leased[0], leased[0].Job.Complete(), null, null));
        Assert.False(await store.End(reset, reset.Job.Complete(), null, null));
    }
}
