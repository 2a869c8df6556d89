using System.Globalization;

namespace Woflo.Bench;

/// <summary>One client claims, completes and tops the queue up, batch by batch; only the claims' own time counts.</summary>
internal static class FlatRow
{
    private const string Row = "flat";
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
        var batches = bench.Jobs(bench.Full ? 100_000 : 50_000) / Statements.Batch;
        foreach (var shape in shapes)
            await Template(bench, shape);
        bench.Say("  the queues are filled");
        for (var round = 1; round <= (bench.Full ? BenchRun.Rounds : 1); round++)
        {
            foreach (var shape in shapes)
            {
                // What the others are compared to is measured before each of them: a machine that drifts does so under both.
                if (shape.Target is not null)
                    await Measure(bench, shapes[0], batches);
                await Measure(bench, shape, batches);
            }
        }
        foreach (var shape in shapes.Where(shape => shape.Target is not null))
            bench.Report.Compare(Row, shape.Name, Shallow, shape.Target);
        bench.Report.Compare(Row, "10,000 organisations", "1 organisation");
        bench.Report.Compare(Row, "100 organisations", "1 organisation");
    }

    private static async Task Measure(BenchRun bench, Shape shape, int batches)
    {
        await using var database = await bench.Server.Copy(await Template(bench, shape));
        await database.Execute("checkpoint");
        // Topped up where the batch was taken from: as many of each organisation, at the tail.
        var top = Database.Jobs(Statements.Batch, shape.Orgs, shape.RunAfter == Spread ? "now()" : shape.RunAfter, firstOrg: FirstOrg)
            .Replace("+ i %", "+ (:i * " + Statements.Batch.ToString(CultureInfo.InvariantCulture) + " + i)::int %", StringComparison.Ordinal);
        var outcome = await bench.Pgbench.Run(
            database, $"\\set i random(0, 1000000)\n{Statements.Script(top + ";")}", 1, $"-t {batches}", Statements.Variables);
        var claims = await database.Scalar<long>("select count(*) from public.job_queue where claimed_at is not null");
        var rate = claims / (outcome.Transactions * outcome.Latencies["claim"].TotalSeconds);
        var notOurs = await database.Scalar<long>($"select count(*) from public.job_queue where claimed_at is not null and org_id < {Database.Org($"{FirstOrg}")}");
        bench.Report.Add(Row, shape.Name, "claims/s", rate, $"{claims:#,0} claims{(notOurs > 0 ? $", {notOurs:#,0} OF WHAT MUST NOT BE CLAIMED" : "")}");
        bench.Say($"  {shape.Name}: {rate:0} claims/s");
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
