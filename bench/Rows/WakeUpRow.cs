namespace Woflo.Bench;

/// <summary>The same client inserts the same way for both; each insert carries the database's clock, and the handler subtracts it.</summary>
internal static class WakeUpRow
{
    // Both runtimes compile what they run; these are not counted.
    private const int WarmUp = 100;
    private const int Inserts = 500;
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(20);

    public static async Task Measure(BenchRun bench)
    {
        for (var round = 1; round <= BenchRun.Rounds; round++)
        {
            await using (var database = await bench.Server.Copy(await bench.Server.Adopted()))
            {
                await using var worker = bench.Worker(database);
                await BenchRun.Asleep(database);
                await Measure(bench, worker, "woflo", database, $$"""
                    insert into public.job_queue (org_id, type, payload, status)
                    values ({{Database.Org("1")}}, 'ai_enrich', jsonb_build_object('at', extract(epoch from clock_timestamp())), 'queued')
                    """);
            }
            await using (var database = await bench.Server.Copy(await bench.Filled("graphile-worker", 0)))
            {
                await using var peer = bench.Peer("graphile-worker", database, "work");
                await peer.Says("ready", TimeSpan.FromSeconds(30));
                await Task.Delay(TimeSpan.FromSeconds(2));
                await Measure(bench, peer, "graphile-worker", database,
                    "select graphile_worker.add_job('noop', json_build_object('at', extract(epoch from clock_timestamp())))");
            }
        }
        bench.Report.Compare("wakeup", "woflo, p50", "graphile-worker, p50", 0.5, atMost: true);
        bench.Report.Compare("wakeup", "woflo, p99", "graphile-worker, p99", 0.7, atMost: true);
    }

    private static async Task Measure(BenchRun bench, Child child, string name, Database database, string sql)
    {
        await using (var connection = await database.Open())
        {
            await using var warmUp = new Npgsql.NpgsqlCommand(sql.Replace("'at'", "'warm'", StringComparison.Ordinal), connection);
            await using var insert = new Npgsql.NpgsqlCommand(sql, connection);
            await warmUp.PrepareAsync();
            await insert.PrepareAsync();
            for (var i = -WarmUp; i < Inserts; i++)
            {
                await (i < 0 ? warmUp : insert).ExecuteNonQueryAsync();
                await Task.Delay(Apart);
            }
        }
        await Task.Delay(TimeSpan.FromSeconds(1));
        await child.Stop();
        var latency = await child.Says("latency", TimeSpan.FromSeconds(1));
        foreach (var quantile in new[] { "p50", "p99" })
            bench.Report.Add("wakeup", $"{name}, {quantile}", "ms", latency.GetProperty(quantile).GetDouble(), $"{latency.GetProperty("n")} of {Inserts}");
        bench.Say($"  {name}: p50 {latency.GetProperty("p50").GetDouble():0.00} ms, p99 {latency.GetProperty("p99").GetDouble():0.00} ms");
    }
}
