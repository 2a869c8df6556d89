using System.Text.Json;
using Npgsql;
using Woflo.Domain.Jobs;
using Woflo.Infrastructure.Postgres.Jobs;

namespace Woflo.Infrastructure.Tests.Jobs;

public sealed class Pruning
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(14);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData(JobState.Succeeded), InlineData(JobState.Failed)]
    public async Task deletes_what_ended_longer_ago_and_nothing_else(JobState state)
    {
        await using var queue = await AQueue.Create();
        List<Guid> old = [await queue.Ended(state.Name(), Age + Minute), await queue.Ended(state.Name(), Age * 100)];
        var neverChanged = await queue.Ended(state.Name(), Age + Minute);
        await queue.Execute("update job_queue set error = null where id = @id", new { id = await queue.Ended(state.Name(), Age * 2) });
        foreach (var name in JobStates.Names)
            await queue.Ended(name, name == state.Name() ? Age - Minute : Age * 100);
        await queue.Execute("alter table job_queue disable trigger set_updated_at");
        await queue.Execute("update job_queue set updated_at = null where id = @neverChanged", new { neverChanged });

        var batch = await queue.Keeper().PruneJobs(state, Age, null, 1_000, Cancellation);

        Assert.Equal(3, batch!.Jobs);
        Assert.Equal(0, await queue.One<int>("select count(*) from job_queue where id = any(@ids)", new { ids = old.Append(neverChanged).ToArray() }));
        Assert.Equal(5, await queue.One<int>("select count(*) from job_queue"));
    }

    [Fact]
    public async Task goes_on_where_the_batch_before_ended()
    {
        await using var queue = await AQueue.Create();
        for (var i = 1; i <= 5; i++)
            await queue.Ended("succeeded", Age + (i * Minute));
        await queue.Execute("alter table job_queue disable trigger set_updated_at");
        await queue.Execute("update job_queue set run_after = '-infinity' where run_after = (select min(run_after) from job_queue)");
        var keeper = queue.Keeper();
        DateTime? from = null;
        List<int> batches = [];
        do
        {
            var batch = (await keeper.PruneJobs(JobState.Succeeded, Age, from, 1 + batches.Count, Cancellation))!;
            batches.Add(batch.Jobs);
            from = batch.UpTo;
        }
        while (batches[^1] > 0);
        Assert.Equal([1, 2, 2, 0], batches);
    }

    [Fact]
    public async Task leaves_it_to_whoever_is_at_it()
    {
        await using var queue = await AQueue.Create();
        await queue.Ended("succeeded", Age * 2);
        await using var connection = await queue.Open();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using (var hold = new NpgsqlCommand("select pg_advisory_xact_lock(hashtext('woflo.prune'), 0)", connection, transaction))
            await hold.ExecuteNonQueryAsync(Cancellation);
        Assert.Null(await queue.Keeper().PruneJobs(JobState.Succeeded, Age, null, 1_000, Cancellation));
        Assert.False(await queue.Keeper().PruneExpired(Cancellation));
        await transaction.RollbackAsync(Cancellation);
        Assert.Equal(1, (await queue.Keeper().PruneJobs(JobState.Succeeded, Age, null, 1_000, Cancellation))!.Jobs);
    }

    [Fact]
    public async Task by_ten_at_once_counts_each_row_once()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute(
            """
            insert into job_queue (org_id, type, payload, status, run_after, created_at)
            select @Org, 'ai_enrich', '{}', 'succeeded', now() - interval '1 year', now() - interval '1 year' from generate_series(1, 1000)
            """, new { queue.Org });
        var counts = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            var keeper = queue.Keeper();
            var count = 0;
            while (await queue.One<bool>("select exists (select from job_queue)"))
                count += (await keeper.PruneJobs(JobState.Succeeded, Age, null, 50, Cancellation))?.Jobs ?? 0;
            return count;
        }));
        Assert.Equal(1_000, counts.Sum());
    }

    [Fact]
    public async Task passes_over_a_row_that_another_transaction_holds()
    {
        await using var queue = await AQueue.Create();
        var held = await queue.Ended("failed", Age * 2);
        await queue.Ended("failed", Age * 2);
        await using var connection = await queue.Open();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using (var hold = new NpgsqlCommand($"select 1 from job_queue where id = '{held}' for update", connection, transaction))
            await hold.ExecuteNonQueryAsync(Cancellation);
        Assert.Equal(1, (await queue.Keeper().PruneJobs(JobState.Failed, Age, null, 1_000, Cancellation))!.Jobs);
        Assert.Equal(held, await queue.One<Guid>("select id from job_queue"));
    }

    [Fact]
    public async Task deletes_dead_workers_and_expired_pauses()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute(
            """
            insert into woflo.workers (instance, worker_id, types, live_until, waits_for)
            select gen_random_uuid(), name, '{ai_enrich}', now() - gone, '{}'
              from (values ('long gone', interval '61 minutes'), ('gone', interval '59 minutes'), ('alive', interval '-1 second')) w (name, gone);
            insert into woflo.pauses (type, until, reason) values ('ai_enrich', now(), ''), ('schedule_run', now() + interval '1 minute', '')
            """);
        Assert.True(await queue.Keeper().PruneExpired(Cancellation));
        Assert.Equal("alive,gone", await queue.One<string>("select string_agg(worker_id, ',' order by worker_id) from woflo.workers"));
        Assert.Equal("schedule_run", await queue.One<string>("select string_agg(type, ',') from woflo.pauses"));
    }

    [Theory, InlineData("force_custom_plan"), InlineData("force_generic_plan")]
    public async Task reads_in_the_order_of_an_index_even_with_the_statistics_of_an_empty_queue(string mode)
    {
        await using var queue = await AQueue.Create();
        await queue.Execute("analyze job_queue");
        await queue.Execute(
            """
            insert into job_queue (org_id, type, payload, status, run_after, created_at)
            select @Org, 'ai_enrich', '{}', 'succeeded', now() - interval '1 year' + n * interval '1 second', now() - interval '1 year'
              from generate_series(1, 20000) n
            """, new { queue.Org });
        await using var connection = await queue.Open();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        var sql = QueueKeeper.PruneJobsSql.Replace("@status", "$1", StringComparison.Ordinal).Replace("@age", "$2", StringComparison.Ordinal)
            .Replace("@from", "$3", StringComparison.Ordinal).Replace("@limit", "$4", StringComparison.Ordinal);
        await using var prepare = new NpgsqlCommand(
            $"{QueueKeeper.TakeTurn}; set local plan_cache_mode = {mode}; prepare prune (text, interval, timestamptz, int) as {sql}", connection, transaction);
        await prepare.ExecuteNonQueryAsync(Cancellation);
        await using var explain = new NpgsqlCommand(
            "explain (analyze, buffers, format json) execute prune('succeeded', '14 days', null, 100)", connection, transaction);
        var plan = (string)(await explain.ExecuteScalarAsync(Cancellation))!;
        Assert.DoesNotContain("\"Sort\"", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        var top = JsonDocument.Parse(plan).RootElement[0].GetProperty("Plan");
        Assert.InRange(top.GetProperty("Shared Hit Blocks").GetInt64() + top.GetProperty("Shared Read Blocks").GetInt64(), 1, 2_000);
    }
}
