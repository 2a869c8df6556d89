using System.Diagnostics;
using System.Globalization;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Woflo.Application.Jobs;
using Woflo.Infrastructure.Postgres;

namespace Woflo.Bench;

/// <summary>What enqueuing costs those who enqueue.</summary>
internal static class InsertRows
{
    private static readonly string Insert =
        $"insert into public.job_queue (org_id, type, payload, status) values ({Database.Org("1")}, 'ai_enrich', '{{}}', 'queued');";

    // A worker that is awake; then one that sleeps, with somebody listening, as long as the bench wants it to.
    private static readonly (string Name, string SetUp, bool Listens)[] Variants =
    [
        ("no trigger", "alter table public.job_queue disable trigger woflo_wake_workers", false),
        ("trigger, no worker asleep", AWorker(asleep: false), false),
        ("trigger, a worker asleep", AWorker(asleep: true), true),
    ];

    public static async Task Measure(BenchRun bench)
    {
        for (var round = 1; round <= BenchRun.Rounds; round++)
        {
            foreach (var clients in new[] { 8, 32 })
            {
                // Each goes first in turn: what was just written weighs on whoever comes next.
                foreach (var (name, setUp, listens) in (round % 2 == 1 ? Variants : Variants.Reverse()).Where(variant => !variant.Listens || round == 1))
                {
                    await using var database = await bench.Server.Copy(await bench.Server.Adopted());
                    await database.Execute($"{setUp}; checkpoint");
                    await using var listener = listens ? await database.Open() : null;
                    if (listener is not null)
                        await using (var listen = new Npgsql.NpgsqlCommand("listen woflo_job_queue", listener))
                            await listen.ExecuteNonQueryAsync();
                    await bench.Pgbench.Run(database, Insert, clients, "-T 1");
                    var outcome = await bench.Pgbench.Run(database, Insert, clients, "-T 4");
                    bench.Report.Add("inserts", $"{clients} clients, {name}", "inserts/s", outcome.PerSecond);
                    bench.Say($"  {clients} clients, {name}: {outcome.PerSecond:0} inserts/s");
                }
            }
        }
        foreach (var clients in new[] { 8, 32 })
        {
            bench.Report.Compare("inserts", $"{clients} clients, {Variants[1].Name}", $"{clients} clients, {Variants[0].Name}", 0.9);
            bench.Report.Compare("inserts", $"{clients} clients, {Variants[2].Name}", $"{clients} clients, {Variants[0].Name}");
        }
    }

    /// <summary>The command for one job, sent one after another on one connection, beside the command line's bulk enqueue, its start included.</summary>
    public static async Task MeasureBulk(BenchRun bench)
    {
        var jobs = bench.Jobs(100_000);
        await using var database = await bench.Server.Copy(await bench.Server.Adopted());
        var file = Path.Combine(bench.Place.Scratch, "jobs.ndjson");
        var org = await database.Scalar<Guid>($"select {Database.Org("1")}");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, jobs).Select(i => string.Create(CultureInfo.InvariantCulture,
            $$$"""{"org_id":"{{{org}}}","type":"ai_enrich","payload":{"work_order_id":"0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11","i":{{{i}}}}}""")));

        for (var round = 1; round <= BenchRun.Rounds; round++)
        {
            await database.Execute("truncate public.job_queue");
            bench.Report.Add("bulk", "single", "jobs/s", await Singles(database, org));
        }
        if (!(await Woflo(database, "--help")).Contains("--file", StringComparison.Ordinal))
        {
            bench.Report.Note("bulk: `woflo enqueue` has no --file yet, so single inserts are all there is.");
            return;
        }
        for (var round = 1; round <= BenchRun.Rounds; round++)
        {
            await database.Execute("truncate public.job_queue");
            var clock = Stopwatch.StartNew();
            await Woflo(database, "--file", file);
            bench.Report.Add("bulk", "woflo enqueue --file", "jobs/s", jobs / clock.Elapsed.TotalSeconds, $"{jobs:#,0} jobs in one go");
            var there = await database.Scalar<long>("select count(*) from public.job_queue");
            if (there != jobs)
                throw new BenchException($"woflo enqueue --file left {there} jobs of {jobs}.");
        }
        bench.Report.Compare("bulk", "woflo enqueue --file", "single", 10);
    }

    private static async Task<double> Singles(Database database, Guid org)
    {
        await using var services = BenchRun.Services(database);
        var mediator = services.GetRequiredService<IMediator>();
        var sent = -100;
        var clock = new Stopwatch();
        for (; clock.Elapsed < TimeSpan.FromSeconds(2); sent++)
        {
            if (sent == 0)
                clock.Start();
            await mediator.Send(new EnqueueJob(org, "ai_enrich", """{"work_order_id":"0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11"}"""));
        }
        return sent / clock.Elapsed.TotalSeconds;
    }

    private static Task<string> Woflo(Database database, params IEnumerable<string> arguments) => Child.Output(
        "woflo enqueue",
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "woflo.dll"), "enqueue", .. arguments],
        [new(DatabaseUrl.Variable, database.Url)]);

    private static string AWorker(bool asleep) =>
        $"insert into woflo.workers (instance, worker_id, types, live_until, waits_for) values (gen_random_uuid(), 'bench', '{{ai_enrich}}', now() + interval '1 hour', '{{{(asleep ? "ai_enrich" : "")}}}')";
}
