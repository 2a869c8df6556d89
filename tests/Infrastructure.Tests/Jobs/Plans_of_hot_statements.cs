using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Tests.Jobs;

/// <summary>The shape of what PostgreSQL does for the statements that every job or every poll costs, as auto_explain sees the store send them:
/// a plan that has gone wrong shows here without a stopwatch.</summary>
public sealed class Plans_of_hot_statements
{
    private const int Queued = 200_000;
    private const int Organisations = 20;
    private const int Asked = 100;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, "force_custom_plan"), InlineData(true, "force_generic_plan")]
    [InlineData(false, "force_custom_plan"), InlineData(false, "force_generic_plan")]
    public async Task read_no_more_than_they_need(bool freshStatistics, string planCacheMode)
    {
        await using var queue = await AQueue.Create();
        await queue.Execute("alter table job_queue set (autovacuum_enabled = false)");
        if (!freshStatistics)
            await queue.Execute("analyze job_queue");
        await Fill(queue);
        if (freshStatistics)
            await queue.Execute("vacuum analyze job_queue");
        using var plans = new Plans();
        await using var source = Explained(queue, plans, planCacheMode);
        var store = AQueue.StoreOn(source);

        List<LeasedJob> leased = [];
        for (var round = 0; round < 4; round++)
            leased.AddRange((await Task.WhenAll(Enumerable.Range(0, Asked).Select(_ => store.Claim(JobTypes.AiEnrich, Cancellation)))).OfType<LeasedJob>());
        Assert.Equal(4 * Asked, leased.Count);
        // Of the first rounds some were claimed alone, or few together; the last plan is that of a full statement.
        Held(plans.Last("set status = 'running'"), rows: 3 * Asked, buffers: 60 * Asked);

        await store.Renew(leased, AQueue.NoProgress, Cancellation);
        Held(plans.Last("with free as"), rows: 3 * leased.Count, buffers: 20 * leased.Count);

        var failed = leased[0];
        await Task.WhenAll(leased.Skip(1).Select(job => store.End(job, job.Job.Complete(), null, null)));
        Held(plans.Last("set status = 'succeeded'"), rows: leased.Count, buffers: 60 * leased.Count);
        var failure = new JobFailure(FailureClass.Transient, "Test", "again");
        await store.End(failed, failed.Job.Fail(failure, RetryPolicy.Default), failure, null);
        Held(plans.Last("set status = $"), rows: 2, buffers: 200);

        await store.Look(JobTypes.All, [], false, Cancellation);
        Held(plans.Last("bool_or"), rows: 4 * Organisations, buffers: 50 * Organisations);
        Held(plans.Last("insert into woflo.workers"), rows: 2 * leased.Count, buffers: 10 * leased.Count);
        await store.RescueNext(RetryPolicy.Default, [], Cancellation);
        Held(plans.Last("order by coalesce(j.lease_expires_at, j.locked_at)"), rows: Asked, buffers: 20 * Asked, maySort: true);
    }

    [Fact]
    public async Task of_a_claim_stay_small_while_an_old_snapshot_is_held_open()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute("alter table job_queue set (autovacuum_enabled = false)");
        await Fill(queue, jobs: 30_000, organisations: 1);
        // 100 a second, oldest first.
        await queue.Execute("update job_queue j set run_after = now() - n * interval '10 ms' from (select id, row_number() over () n from job_queue) r where r.id = j.id");
        await queue.Execute("vacuum analyze job_queue");
        await using var holder = await queue.Open();
        await using var snapshot = await holder.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, Cancellation);
        await using (var see = new NpgsqlCommand("select count(*) from job_queue", holder, snapshot))
            await see.ExecuteScalarAsync(Cancellation);
        using var plans = new Plans();
        await using var source = Explained(queue, plans, "auto");
        var store = AQueue.StoreOn(source);

        // 20,000 rows are taken, and their entries in the index stay where the snapshot can see them.
        for (var taken = 0; taken < 20_000; taken += 500)
            await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => store.Claim(JobTypes.AiEnrich, Cancellation)));
        Assert.NotNull(await store.Claim(JobTypes.AiEnrich, Cancellation));

        Held(plans.Last("set status = 'running'"), rows: 300, buffers: 500);
    }

    /// <summary>What an operator may put in the place of (status, run_after): docs/adr/0009-status-index.md.</summary>
    [Fact]
    public async Task of_the_old_worker_and_of_the_count_by_status_are_as_good_without_the_contracts_index()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute(
            "drop index job_queue_status_run_after_idx; create index on job_queue (run_after, created_at) where status = 'queued';");
        await Fill(queue);
        await queue.Execute("vacuum analyze job_queue");

        Held(await Explain("""
            select id from job_queue where status = 'queued' and run_after <= now()
             order by run_after, created_at limit 1 for update skip locked
            """), rows: 3, buffers: 20);
        var count = await Explain("select status, count(*) from job_queue group by status");
        Assert.Equal(["job_queue"], Nodes(count.GetProperty("Plan")).Where(node => Text(node, "Node Type") == "Index Only Scan").Select(node => Text(node, "Relation Name")));

        async Task<JsonElement> Explain(string sql) =>
            JsonDocument.Parse(await queue.One<string>($"explain (analyze, buffers, format json) {sql}")).RootElement[0];
    }

    private static void Held(JsonElement plan, int rows, int buffers, bool maySort = false)
    {
        var nodes = Nodes(plan.GetProperty("Plan")).ToList();
        var text = plan.GetRawText();
        var ours = nodes.Where(node => Text(node, "Relation Name") == "job_queue" && Text(node, "Node Type") != "ModifyTable").ToList();
        Assert.NotEmpty(ours);
        Assert.True(!ours.Exists(node => Text(node, "Node Type") == "Seq Scan"), $"A sequential scan over job_queue: {text}");
        if (!maySort)
        {
            Assert.True(
                !nodes.Exists(node => Text(node, "Node Type").EndsWith("Sort", StringComparison.Ordinal) && Nodes(node).Any(ours.Contains)),
                $"A sort over job_queue: {text}");
        }
        var read = ours.Sum(node => (Number(node, "Actual Rows") + Number(node, "Rows Removed by Filter")) * Number(node, "Actual Loops"));
        Assert.True(read <= rows, $"{read} rows read, at most {rows} expected: {text}");
        var touched = Number(plan.GetProperty("Plan"), "Shared Hit Blocks") + Number(plan.GetProperty("Plan"), "Shared Read Blocks");
        Assert.True(touched <= buffers, $"{touched} buffers, at most {buffers} expected: {text}");
    }

    private static IEnumerable<JsonElement> Nodes(JsonElement node) =>
        node.TryGetProperty("Plans", out var children) ? children.EnumerateArray().SelectMany(Nodes).Prepend(node) : [node];

    private static string Text(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static double Number(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetDouble() : 0;

    // All due at the same moment, as a bulk insert leaves them, beside as many that are done.
    private static Task<int> Fill(AQueue queue, int jobs = Queued, int organisations = Organisations) => queue.Execute(
        """
        insert into organizations (name, timezone) select 'Shop', 'UTC' from generate_series(2, @organisations);
        insert into job_queue (org_id, type, payload, status)
        select o.id, 'ai_enrich', '{}', s.status from generate_series(1, @each) n, organizations o, (values ('queued'), ('succeeded')) s(status);
        """, new { organisations, each = jobs / organisations });

    private static NpgsqlDataSource Explained(AQueue queue, Plans plans, string planCacheMode)
    {
        var builder = new NpgsqlDataSourceBuilder(queue.ConnectionString);
        // As the worker's connections are; and the settings below last.
        builder.ConnectionStringBuilder.NoResetOnClose = true;
        builder.UseLoggerFactory(plans.Factory);
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(Setup(planCacheMode), connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(Setup(planCacheMode), connection);
                await command.ExecuteNonQueryAsync();
            });
        return builder.Build();
    }

    private static string Setup(string planCacheMode) =>
        $"""
        load 'auto_explain';
        set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on; set auto_explain.log_buffers = on; set auto_explain.log_timing = off;
        set auto_explain.log_format = json; set auto_explain.log_nested_statements = on; set auto_explain.log_level = notice;
        set plan_cache_mode = {planCacheMode};
        """;

    /// <summary>What the server tells of its plans, read from the driver's log of notices.</summary>
    private sealed class Plans : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<JsonElement> _plans = new();

        public Plans() => Factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(this));

        public ILoggerFactory Factory { get; }

        public JsonElement Last(string statement) => _plans.Last(plan => plan.GetProperty("Query Text").GetString()!.Contains(statement, StringComparison.Ordinal));

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = formatter(state, exception);
            if (text.IndexOf("plan:", StringComparison.Ordinal) is >= 0 and var at && text.IndexOf('{', at) is >= 0 and var begin)
                _plans.Enqueue(JsonDocument.Parse(text[begin..(text.LastIndexOf('}') + 1)]).RootElement);
        }

        public void Dispose() => Factory.Dispose();
    }
}
