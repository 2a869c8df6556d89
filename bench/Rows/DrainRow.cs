using System.Diagnostics;

namespace Woflo.Bench;

/// <summary>Each contender in turn works off a queue that is filled beforehand; the clock runs from the end of the warm-up to the moment when its
/// table says that all is done, whatever the programs say.</summary>
internal static class DrainRow
{
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private const string Row = "drain";
    private const string Floor1 = "floor, 1 organisation";
    private const string Floor100 = "floor, 100 organisations";
    private const string Woflo1 = "woflo, 1 organisation";
    private const string Woflo100 = "woflo, 100 organisations";
    private const string WofloIndexed = "woflo, (status, run_after) replaced";
    private const string WofloStripped = "woflo, table stripped";
    private const string WofloLogged = "woflo, a line a job logged";
    private const string WofloCapped = "woflo, 100 organisations, with caps";
    private const string Graphile = "graphile-worker";
    private const string PgBoss = "pg-boss";
    private const string Hangfire = "Hangfire";

    // Serves the old worker's claim and the count by status as fast.
    private const string ReplaceIndex = """
        drop index public.job_queue_status_run_after_idx;
        create index job_queue_queued_run_after_idx on public.job_queue (run_after, created_at) where status = 'queued';
        """;

    private const string Strip = """
        do $strip$
        declare what record;
        begin
          for what in select conname from pg_constraint where conrelid = 'public.job_queue'::regclass and contype in ('f', 'c') loop
            execute format('alter table public.job_queue drop constraint %I', what.conname);
          end loop;
          for what in select indexrelid::regclass as name from pg_index where indrelid = 'public.job_queue'::regclass
             and indexrelid::regclass::text not in ('job_queue_pkey', 'job_queue_claim_idx', 'job_queue_running_idx') loop
            execute format('drop index %s', what.name);
          end loop;
          for what in select tgname from pg_trigger where tgrelid = 'public.job_queue'::regclass and not tgisinternal and tgname <> 'woflo_clear_fence' loop
            execute format('drop trigger %I on public.job_queue', what.tgname);
          end loop;
        end
        $strip$
        """;

    // Never reached, so that what is seen is their cost.
    private const string SetCaps = "insert into woflo.caps (type, in_flight, in_flight_per_org) values ('ai_enrich', 100000, 100000)";

    private static readonly IReadOnlyList<Contender> Contenders =
    [
        new(Woflo1, 160_000, (bench, jobs) => bench.Filled(jobs, 1), Woflo()),
        new(Floor1, 160_000, (bench, jobs) => bench.Filled(jobs, 1), Floor),
        new(Graphile, 160_000, (bench, jobs) => bench.Filled(Graphile, jobs), Peer(Graphile, "not exists (select from graphile_worker._private_jobs)")),
        new(Woflo100, 160_000, (bench, jobs) => bench.Filled(jobs, 100), Woflo()),
        new(Floor100, 160_000, (bench, jobs) => bench.Filled(jobs, 100), Floor),
        new(WofloStripped, 160_000, (bench, jobs) => bench.Filled(jobs, 1, "stripped_", Strip), Woflo()),
        new(WofloIndexed, 160_000, (bench, jobs) => bench.Filled(jobs, 1, "indexed_", ReplaceIndex), Woflo()),
        new(WofloLogged, 160_000, (bench, jobs) => bench.Filled(jobs, 1), Woflo(("WOFLO_LOG_LEVEL", "info"))),
        new(WofloCapped, 160_000, (bench, jobs) => bench.Filled(jobs, 100, "capped_", SetCaps), Woflo()),
        new(PgBoss, 50_000, (bench, jobs) => bench.Filled(PgBoss, jobs),
            Peer(PgBoss, "not exists (select from pgboss.job where name = 'noop' and state in ('created', 'retry', 'active'))")),
        new(Hangfire, 2_000, (bench, jobs) => bench.Filled(Hangfire, jobs),
            Peer(Hangfire, "not exists (select from hangfire.job where statename is distinct from 'Succeeded')"), Rounds: 1),
    ];

    public static async Task Measure(BenchRun bench)
    {
        // Grown for a contender that is done too soon; one that fails is out, and the others go on.
        var jobs = Contenders.ToDictionary(contender => contender.Name, contender => bench.Jobs(contender.Jobs));
        for (var round = 1; round <= BenchRun.Rounds; round++)
        {
            foreach (var contender in Contenders.Where(contender => round <= contender.Rounds && jobs.ContainsKey(contender.Name)))
            {
                try
                {
                    var (done, took) = await Once(bench, contender, jobs[contender.Name]);
                    if (took < Busy && jobs[contender.Name] < bench.MostJobs && contender.Rounds > 1)
                    {
                        jobs[contender.Name] = (int)(jobs[contender.Name] * 1.2 * (Busy / took));
                        (done, took) = await Once(bench, contender, jobs[contender.Name]);
                    }
                    bench.Report.Add(Row, contender.Name, "jobs/s", done / took.TotalSeconds, $"{done:#,0} jobs, {took.TotalSeconds:0.0} s");
                    bench.Say($"  round {round}: {contender.Name}: {done / took.TotalSeconds:0} jobs/s ({took.TotalSeconds:0.0} s)");
                }
                catch (BenchException exception)
                {
                    bench.Fail(contender.Name, exception);
                    jobs.Remove(contender.Name);
                }
            }
        }
        bench.Report.Compare(Row, Woflo1, Floor1, 0.8);
        bench.Report.Compare(Row, Woflo100, Floor100, 0.8);
        bench.Report.Compare(Row, Woflo1, Graphile, 0.65);
        bench.Report.Compare(Row, Woflo100, Graphile, 0.65);
        bench.Report.Compare(Row, WofloIndexed, Graphile, 0.8);
        bench.Report.Compare(Row, WofloStripped, Graphile, 1);
        bench.Report.Compare(Row, WofloLogged, Woflo1);
        bench.Report.Compare(Row, WofloCapped, Woflo100);
        bench.Report.Compare(Row, Woflo1, PgBoss);
        bench.Report.Compare(Row, Woflo1, Hangfire);
    }

    private static async Task<(int Done, TimeSpan Took)> Once(BenchRun bench, Contender contender, int jobs)
    {
        var warm = Math.Max(jobs / 20, 500);
        await using var database = await bench.Server.Copy(await contender.Template(bench, jobs + warm));
        await database.Execute("checkpoint");
        return (jobs, await contender.Work(bench, database, warm, jobs));
    }

    private static Work Woflo(params (string Name, string Value)[] settings) => async (bench, database, warm, jobs) =>
    {
        await using var worker = bench.Worker(database, warm, warm + jobs, settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        // What runs ends last; and the worker has said by then that nothing is queued.
        return await Time(worker, database, "not exists (select from public.job_queue where status = 'running')");
    };

    private static Work Peer(string name, string done) => async (bench, database, warm, jobs) =>
    {
        await using var peer = bench.Peer(name, database, "work", warm, warm + jobs);
        return await Time(peer, database, done);
    };

    private static async Task<TimeSpan> Time(Child child, Database database, string done)
    {
        await child.Says("warm", Patience);
        var clock = Stopwatch.StartNew();
        var handled = child.Says("handled", Patience);
        // Now and then meanwhile, so that the last look has no table of dead rows to read through.
        while (await Task.WhenAny(handled, Task.Delay(100)) != handled)
            _ = await database.Scalar<bool>($"select {done}");
        await handled;
        await database.Until(done, Patience);
        var took = clock.Elapsed;
        await child.Stop();
        return took;
    }

    private static async Task<TimeSpan> Floor(BenchRun bench, Database database, int warm, int jobs)
    {
        const int Clients = 2;
        await Batches(warm);
        var outcome = await Batches(jobs);
        var left = await database.Scalar<long>("select count(*) from public.job_queue where status <> 'succeeded'");
        if (left > Clients * Statements.Batch * 2)
            throw new BenchException($"The floor's statements left {left} jobs.");
        return TimeSpan.FromSeconds(outcome.Seconds);

        Task<Pgbench.Outcome> Batches(int count) =>
            bench.Pgbench.Run(database, Statements.Script, Clients, $"-t {count / Clients / Statements.Batch}", Statements.Variables);
    }

    private delegate Task<TimeSpan> Work(BenchRun bench, Database database, int warm, int jobs);

    private sealed record Contender(string Name, int Jobs, Func<BenchRun, int, Task<Database>> Template, Work Work, int Rounds = BenchRun.Rounds);
}
