using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Bench;

/// <summary>The queue's own store claims, completes and is topped up, a thousand jobs at a time; only the claims' own time counts.</summary>
internal static class FlatRow
{
    private const string Row = "flat";
    private const int AtOnce = 1_000;
    private const string Shallow = "10,000 queued";
    private const int Orgs = 100;
    private const string Spread = "now() - interval '1 hour' + i * interval '1 microsecond'";
    private const string SameMoment = "timestamptz '2020-01-01 00:00Z'";

    // What stands at the head of the queue and cannot be claimed: organisations before those whose jobs can.
    private const int AtTheHead = 100_000;

    private static IReadOnlyList<Shape> Shapes(bool full) =>
    [
        new(Shallow, 10_000),
        new("1,000,000 queued", 1_000_000, Target: 0.9),
        new("1,000,000 queued, all with one run_after", 1_000_000, RunAfter: SameMoment, Target: 0.9),
        full
            ? new("1,000,000 queued, 5,000,000 finished", 1_000_000, Before: Finished(5_000_000), Target: 0.9)
            : new("1,000,000 queued, 1,000,000 finished", 1_000_000, Before: Finished(1_000_000), Target: 0.9),
        new("100,000 deferred at the head", 10_000, Before: Database.Jobs(AtTheHead, Orgs, "now() + interval '1 hour' + i * interval '1 microsecond'"), Target: 0.9),
        new("100,000 of a paused organisation at the head", 10_000,
            Before: Database.Jobs(AtTheHead, 1, SameMoment) + $"; insert into woflo.pauses (org_id, reason) values ({Database.Org("1")}, 'bench')", Target: 0.9),
        new("100,000 of a type nobody handles at the head", 10_000,
            Before: Database.Jobs(AtTheHead, Orgs, SameMoment).Replace("'ai_enrich'", "'schedule_run'", StringComparison.Ordinal), Target: 0.9),
        new("1 organisation", 100_000, Orgs: 1),
        new("100 organisations", 100_000, Orgs: 100),
        new("10,000 organisations", 100_000, Orgs: 10_000),
    ];

    public static async Task Measure(BenchRun bench)
    {
        var shapes = Shapes(bench.Full);
        var claims = bench.Jobs(bench.Full ? 100_000 : 40_000);
        foreach (var shape in shapes)
            await Template(bench, shape);
        bench.Say("  the queues are filled");
        for (var round = 1; round <= (bench.Full ? BenchRun.Rounds : 1); round++)
        {
            foreach (var shape in shapes)
            {
                // What the others are compared to is measured before each of them: a machine that drifts does so under both.
                if (shape.Target is not null)
                    await Measure(bench, shapes[0], claims);
                await Measure(bench, shape, claims);
            }
        }
        foreach (var shape in shapes.Where(shape => shape.Target is not null))
            bench.Report.Compare(Row, shape.Name, Shallow, shape.Target);
        bench.Report.Compare(Row, "10,000 organisations", "1 organisation");
        bench.Report.Compare(Row, "100 organisations", "1 organisation");
    }

    private static async Task Measure(BenchRun bench, Shape shape, int claims)
    {
        await using var database = await bench.Server.Copy(await Template(bench, shape));
        await database.Execute("checkpoint");
        await using var services = BenchRun.Services(database);
        var store = services.GetRequiredService<IJobStore>();
        // As many of each organisation, at the tail.
        var top = Database.Jobs(AtOnce, shape.Orgs, shape.RunAfter == Spread ? "now()" : shape.RunAfter, firstOrg: FirstOrg);
        var (clock, claimed) = (new Stopwatch(), -AtOnce);
        while (claimed < claims)
        {
            // The first ones connect and prepare.
            if (claimed >= 0)
                clock.Start();
            var leased = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => store.Claim(JobTypes.AiEnrich, CancellationToken.None)));
            clock.Stop();
            List<LeasedJob> jobs = [.. leased.OfType<LeasedJob>()];
            if (jobs.Count < AtOnce)
                throw new BenchException($"{shape.Name}: {AtOnce - jobs.Count} of {AtOnce} claims found nothing.");
            await Task.WhenAll(jobs.Select(job => store.End(job, job.Job.Complete(), null, null)));
            await database.Execute(top);
            claimed += AtOnce;
        }
        var notOurs = await database.Scalar<long>($"select count(*) from public.job_queue where claimed_at is not null and org_id < {Database.Org($"{FirstOrg}")}");
        if (notOurs > 0)
            throw new BenchException($"{shape.Name}: {notOurs} jobs were claimed that must not be.");
        bench.Report.Add(Row, shape.Name, "claims/s", claimed / clock.Elapsed.TotalSeconds, $"{claimed:#,0} claims");
        bench.Say($"  {shape.Name}: {claimed / clock.Elapsed.TotalSeconds:0} claims/s");
    }

    private static async Task<Database> Template(BenchRun bench, Shape shape) => await bench.Server.Template(
        $"flat_{shape.Name}",
        async empty =>
        {
            await empty.Fill($"""
                {shape.Before};
                {Database.Jobs(bench.Jobs(shape.Queued), shape.Orgs, shape.RunAfter, firstOrg: FirstOrg)}
                """);
        },
        await bench.Server.Adopted());

    // Behind the head's.
    private const int FirstOrg = 201;

    private static string Finished(int jobs) => Database.Jobs(jobs, Orgs, Spread, "succeeded");

    /// <param name="Before">What is there besides the jobs that can be claimed.</param>
    private sealed record Shape(
        string Name, int Queued, int Orgs = Orgs, string RunAfter = Spread, string Before = "", double? Target = null);
}
