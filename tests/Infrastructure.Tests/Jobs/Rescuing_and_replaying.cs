using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;
using Woflo.Infrastructure.Postgres;

namespace Woflo.Infrastructure.Tests.Jobs;

public sealed class Rescuing_and_replaying
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task never_touches_a_live_lease()
    {
        await using var queue = await AQueue.Create();
        await queue.Enqueue();
        var store = queue.Store();
        Assert.NotNull(await store.Claim(JobTypes.AiEnrich, Cancellation));
        Assert.Null(await store.RescueNext(RetryPolicy.Default, [], Cancellation));
        Assert.False((await store.Look(JobTypes.All, [], false, Cancellation)).AnyLost);
    }

    [Fact]
    public async Task gives_the_attempt_back_three_times_then_makes_a_dead_letter_of_class_lost()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute(RecordingEffects.Table);
        var id = await queue.Enqueue(maxAttempts: 1);
        var store = queue.Store(effects: new RecordingEffects(JobTypes.AiEnrich));
        for (var i = 1; i <= 4; i++)
        {
            Assert.NotNull(await store.Claim(JobTypes.AiEnrich, Cancellation));
            await queue.Execute("update job_queue set lease_expires_at = now() - interval '1 second', progress = '{}' where id = @id", new { id });
            Assert.True((await store.Look(JobTypes.All, [], false, Cancellation)).AnyLost);
            var ended = (await store.RescueNext(RetryPolicy.Default, [], Cancellation))!;
            Assert.Equal(i <= 3, ended.End is JobEnd.Rescued);
        }
        var row = await queue.Row(id);
        Assert.Equal(("failed", "lost", 3), (row["status"], row["failure_class"], row["rescues"]));
        Assert.Null(row["progress"]);
        Assert.Equal("Requeued,Requeued,Requeued,DeadLettered", await queue.One<string>("select string_agg(what, ',' order by n) from effects"));
    }

    [Fact]
    public async Task takes_the_old_workers_rows_after_ten_minutes()
    {
        await using var queue = await AQueue.Create();
        var id = await queue.Enqueue();
        var store = queue.Store();
        const string oldClaim = "update job_queue set status = 'running', attempts = attempts + 1, locked_by = 'python', locked_at = now() - @age where id = @id";
        await queue.Execute(oldClaim, new { id, age = TimeSpan.FromMinutes(9) });
        Assert.Null(await store.RescueNext(RetryPolicy.Default, [], Cancellation));
        await queue.Execute("update job_queue set status = 'queued' where id = @id", new { id });
        await queue.Execute(oldClaim, new { id, age = TimeSpan.FromMinutes(11) });
        Assert.Equal("python", (await store.RescueNext(RetryPolicy.Default, [], Cancellation))!.Worker);
        Assert.Equal("queued", (await queue.Row(id))["status"]);
    }

    [Fact]
    public async Task passes_over_a_job_whose_effect_cannot_be_written_and_rescues_the_others()
    {
        await using var queue = await AQueue.Create();
        var poison = await queue.Enqueue(dueInSeconds: -60);
        var sound = await queue.Enqueue();
        var store = queue.Store(effects: new RecordingEffects(JobTypes.AiEnrich));
        Assert.NotNull(await store.Claim(JobTypes.AiEnrich, Cancellation));
        Assert.NotNull(await store.Claim(JobTypes.AiEnrich, Cancellation));
        await queue.Execute(RecordingEffects.Table);
        await queue.Execute($"alter table effects add check (job_id <> '{poison}')");
        await queue.Execute("update job_queue set lease_expires_at = now() - interval '1 minute' - case id when @poison then interval '1 minute' else '0' end", new { poison });

        var failed = await Assert.ThrowsAsync<RescueFailedException>(() => store.RescueNext(RetryPolicy.Default, [], Cancellation));
        Assert.Equal(poison, failed.JobId);
        Assert.Equal(sound, (await store.RescueNext(RetryPolicy.Default, [poison], Cancellation))!.Job.Id);
        Assert.Null(await store.RescueNext(RetryPolicy.Default, [poison], Cancellation));
        Assert.Equal("running", (await queue.Row(poison))["status"]);
    }

    [Fact]
    public async Task by_twenty_at_once_rescues_each_job_once()
    {
        await using var queue = await AQueue.Create();
        for (var i = 0; i < 10; i++)
            await queue.Enqueue();
        var dead = queue.Store("dead");
        while (await dead.Claim(JobTypes.AiEnrich, Cancellation) is not null)
        {
        }
        await queue.Execute("update job_queue set lease_expires_at = now() - interval '1 second'");
        var counts = await Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
        {
            var store = queue.Store($"w{n}");
            var count = 0;
            while (await store.RescueNext(RetryPolicy.Default, [], Cancellation) is not null)
                count++;
            return count;
        }));
        Assert.Equal(10, counts.Sum());
        Assert.Equal(10, await queue.One<int>("select count(*) from job_queue where status = 'queued' and rescues = 1 and attempts = 0"));
    }

    [Fact]
    public async Task renewal_moves_lease_and_locked_at_and_passes_over_a_locked_row()
    {
        await using var queue = await AQueue.Create();
        await queue.Enqueue();
        await queue.Enqueue();
        var store = queue.Store();
        var (one, two) = ((await store.Claim(JobTypes.AiEnrich, Cancellation))!, (await store.Claim(JobTypes.AiEnrich, Cancellation))!);
        await queue.Execute("update job_queue set locked_at = now() - interval '9 minutes', lease_expires_at = now() + interval '1 second'");
        await using var connection = await queue.Open();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using (var hold = new Npgsql.NpgsqlCommand($"select 1 from job_queue where id = '{two.Job.Id}' for update", connection, transaction))
            await hold.ExecuteNonQueryAsync(Cancellation);
        var renewal = await store.Renew([one, two], AQueue.NoProgress, Cancellation);
        Assert.Equal([one.Fence], renewal.Renewed);
        Assert.Empty(renewal.Lost);
        Assert.True(await queue.One<bool>(
            "select locked_at > now() - interval '5 seconds' and lease_expires_at > now() + interval '25 seconds' from job_queue where id = @Id", new { one.Job.Id }));
    }

    [Fact]
    public async Task renewal_lands_while_every_other_connection_is_taken()
    {
        await using var queue = await AQueue.Create();
        var watch = new PoolerWatch(false);
        await using var pooled = DataSources.Pooled(queue.Url, "test", watch);
        using var renewals = DataSources.Renewals(queue.Url, "test");
        var store = AQueue.StoreOn(pooled, renewals: renewals, watch: watch);
        await queue.Enqueue();
        var leased = (await store.Claim(JobTypes.AiEnrich, Cancellation))!;
        await queue.Execute("update job_queue set lease_expires_at = now() + interval '1 second'");
        List<Npgsql.NpgsqlConnection> taken = [];
        while (taken.Count < DataSources.MaxConnections - 1)
            taken.Add(await pooled.OpenConnectionAsync(Cancellation));
        var end = store.End(leased, leased.Job.Complete(), null, null);

        Assert.Equal([leased.Fence], (await store.Renew([leased], AQueue.NoProgress, Cancellation)).Renewed);

        Assert.False(end.IsCompleted);
        await taken[0].DisposeAsync();
        Assert.True(await end);
        taken.ForEach(connection => connection.Dispose());
    }

    [Fact]
    public async Task replay_starts_a_dead_letter_anew_and_leaves_others_alone()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute(RecordingEffects.Table);
        var id = await queue.Enqueue();
        var waiting = await queue.Enqueue();
        await queue.Execute("""
            update job_queue set status = 'failed', attempts = 3, deferrals = 5, deferred_since = now(), rescues = 2, failure_class = 'transient' where id = @id
            """, new { id });
        var store = queue.Store(effects: new RecordingEffects(JobTypes.AiEnrich));
        Assert.Equal([id], await store.DeadLetters(JobTypes.AiEnrich, "transient", 10, Cancellation));
        Assert.Equal(JobState.Failed, (await store.Retry(id, Cancellation))!.State);
        var row = await queue.Row(id);
        Assert.Equal(("queued", 0, 0, 0), (row["status"], row["attempts"], row["deferrals"], row["rescues"]));
        Assert.Null(row["deferred_since"]);
        Assert.Equal(JobState.Queued, (await store.Retry(waiting, Cancellation))!.State);
        Assert.Null(await store.Retry(Guid.NewGuid(), Cancellation));
        Assert.Equal("Requeued", await queue.One<string>("select string_agg(what, ',') from effects"));
    }

    [Fact]
    public async Task replay_of_all_leaves_cancelled_ones_out()
    {
        await using var queue = await AQueue.Create();
        var id = await queue.Enqueue();
        await queue.Execute("update job_queue set status = 'failed', failure_class = 'cancelled' where id = @id", new { id });
        Assert.Empty(await queue.Store().DeadLetters(null, null, 10, Cancellation));
    }
}
