using System.Diagnostics;
using System.Text.Json;

namespace Woflo.Bench;

/// <summary>The worker while jobs arrive.</summary>
internal static class SteadyRows
{
    /// <summary>Nothing that ends while the snapshot is held can be vacuumed away, so a claim that reads over it takes longer and longer.</summary>
    public static async Task MeasureSnapshot(BenchRun bench)
    {
        const string Row = "snapshot";
        const int PerSecond = 2_000;
        var held = TimeSpan.FromSeconds(bench.Full ? 180 : 60);
        if (bench.MostJobs < int.MaxValue)
            held = TimeSpan.FromSeconds(10);
        var note = $"held for {held.TotalSeconds:0} s";
        await using var database = await bench.Server.Copy(await bench.Server.Adopted());
        var statistics = await HasStatistics(database);
        await using var worker = bench.Worker(database);
        await BenchRun.Asleep(database);
        await BenchRun.Arrive(database, PerSecond, 20, TimeSpan.FromSeconds(3));

        await using var holder = await database.Open();
        await using var snapshot = await holder.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using (var look = new Npgsql.NpgsqlCommand("select count(*) from public.job_queue", holder))
            await look.ExecuteNonQueryAsync();
        var before = await Finished(database);
        var clock = Stopwatch.StartNew();
        var last = TimeSpan.FromSeconds(5);
        var sent = await BenchRun.Arrive(database, PerSecond, 20, held - last);
        if (statistics)
            await database.Execute("select pg_stat_statements_reset()");
        sent += await BenchRun.Arrive(database, PerSecond, 20, last);
        var done = await Finished(database) - before;
        var took = clock.Elapsed;
        bench.Report.Add(Row, "arrived", "jobs/s", sent / took.TotalSeconds, note);
        bench.Report.Add(Row, "done", "jobs/s", done / took.TotalSeconds, note);
        bench.Report.Add(Row, "buffers a claim reads at the end, as one client sends it", "buffers", await Buffers(database), "it begins anew");
        if (statistics)
        {
            bench.Report.Add(Row, "buffers the worker's claims read at the end, a statement", "buffers", await database.Scalar<double>($"""
                select coalesce(sum(shared_blks_hit + shared_blks_read) / nullif(sum(calls), 0), 0)::float8 from pg_stat_statements
                 where dbid = (select oid from pg_database where datname = current_database()) and {IsClaim}
                """));
            bench.Report.Add(Row, "buffers the worker's claims read at the end, a job", "buffers", await database.Scalar<double>($"""
                select coalesce(sum(shared_blks_hit + shared_blks_read) / nullif(sum(rows), 0), 0)::float8 from pg_stat_statements
                 where dbid = (select oid from pg_database where datname = current_database()) and {IsClaim}
                """));
        }
        else
        {
            bench.Report.Note("snapshot: pg_stat_statements is not installed, so what the worker's own claims read is not known.");
        }
        await snapshot.RollbackAsync();
        await worker.Stop();
        var latency = await worker.Says("latency", TimeSpan.FromSeconds(1));
        bench.Report.Add(Row, "lag from insert to start, p50", "ms", latency.GetProperty("p50").GetDouble());
        bench.Report.Add(Row, "lag from insert to start, worst", "ms", latency.GetProperty("max").GetDouble());
        bench.Report.Compare(Row, "done", "arrived", 0.99);
    }

    /// <summary>How many jobs are claimed before another organisation's, which is inserted while the first one's are worked off.</summary>
    public static async Task MeasureFairness(BenchRun bench)
    {
        const string Row = "fairness";
        const int Singles = 10;
        var jobs = bench.Jobs(100_000);
        await using var database = await bench.Server.Copy(await bench.Filled(jobs, 1));
        await using var worker = bench.Worker(database, warm: jobs / 20);
        await worker.Says("warm", TimeSpan.FromMinutes(2));
        for (var i = 0; i < Singles; i++)
        {
            var id = await database.Scalar<Guid>($$"""
                insert into public.job_queue (org_id, type, payload, status) values ({{Database.Org("2")}}, 'ai_enrich', '{}', 'queued') returning id
                """);
            await database.Until($"(select status = 'succeeded' from public.job_queue where id = '{id}')", TimeSpan.FromMinutes(2));
            var between = await database.Scalar<long>($"""
                select count(j.id) from public.job_queue s left join public.job_queue j on j.claimed_at > s.created_at and j.claimed_at < s.claimed_at
                 where s.id = '{id}'
                """);
            var waited = await database.Scalar<double>($"select extract(epoch from claimed_at - created_at)::float8 * 1000 from public.job_queue where id = '{id}'");
            bench.Report.Add(Row, "jobs claimed before another organisation's only one", "jobs", between, $"{Singles} times, {jobs:#,0} queued");
            bench.Report.Add(Row, "its wait from insert to claim", "ms", waited);
        }
        if (await database.Scalar<bool>("select not exists (select from public.job_queue where status = 'queued')"))
            bench.Report.Note("fairness: the queue was empty before the last single one came.");
        await worker.Stop();
    }

    public static async Task MeasureFootprint(BenchRun bench)
    {
        var time = TimeSpan.FromSeconds(10);
        await using var database = await bench.Server.Copy(await bench.Server.Adopted());
        await using var worker = bench.Worker(database);
        await BenchRun.Asleep(database);
        await Measure("idle", async () =>
        {
            await Task.Delay(time);
            return 0;
        });
        await BenchRun.Arrive(database, 1_000, 10, TimeSpan.FromSeconds(3));
        var before = await Finished(database);
        await Measure("1,000 jobs/s arriving", () => BenchRun.Arrive(database, 1_000, 10, time));
        bench.Report.Add("footprint", "1,000 jobs/s arriving: done", "jobs/s", (await Finished(database) - before) / time.TotalSeconds);

        async Task Measure(string name, Func<Task<int>> work)
        {
            var (clock, used) = (Stopwatch.StartNew(), worker.ProcessorTime);
            await work();
            bench.Report.Add("footprint", $"{name}: processor", "% of one", 100 * (worker.ProcessorTime - used) / clock.Elapsed);
            bench.Report.Add("footprint", $"{name}: resident memory", "MB", worker.ResidentMegabytes);
        }
    }

    private const string IsClaim = "query like '%skip locked%' and query like '%claimed_at%'";

    private static async Task<bool> HasStatistics(Database database)
    {
        if (!await database.Scalar<bool>("select current_setting('shared_preload_libraries') like '%pg_stat_statements%'"))
            return false;
        var name = await database.Scalar<string>("select current_database()::text");
        await database.Execute($"create extension pg_stat_statements; alter database {name} set pg_stat_statements.track = 'top'");
        return true;
    }

    private static Task<long> Finished(Database database) => database.Scalar<long>("select count(*) from public.job_queue where status = 'succeeded'");

    private static async Task<double> Buffers(Database database)
    {
        await using var connection = await database.Open();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var explain = new Npgsql.NpgsqlCommand($"explain (analyze, buffers, format json) {Statements.ClaimOnce}", connection);
        using var plan = JsonDocument.Parse((string)(await explain.ExecuteScalarAsync())!);
        var top = plan.RootElement[0].GetProperty("Plan");
        await transaction.RollbackAsync();
        return top.GetProperty("Shared Hit Blocks").GetInt64() + top.GetProperty("Shared Read Blocks").GetInt64();
    }
}
