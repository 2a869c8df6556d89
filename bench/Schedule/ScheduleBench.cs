using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Woflo.Domain.Scheduling;

namespace Woflo.Bench.Schedule;

/// <summary>Measures the planner of shops, case by case, and says which goals it misses.</summary>
internal static class ScheduleBench
{
    private const string Help = """
        bench schedule: measures the planner of shops on generated ones, on published job-shop problems, and beside two other models.

        Usage: ./build/bench schedule [--quick] [--only CASE,...] [--seeds N] [--jobshop DIR] [--json FILE]
               ./build/bench schedule --references [--seconds N] [--only CASE,...] [--seeds N]
          --quick       few seeds and shorter proofs: at most 10 minutes; the table says what is left of it
          --only CASE,... only these cases
          --seeds N     so many shops a case (20)
          --jobshop DIR the folder with the job-shop files ft10.txt, la16.txt, …: jobs, machines, then a machine and a duration each
          --json FILE   where every figure goes (.woflo/bench/schedule.json)
          --references  plans each shop for long and keeps what is better than bench/Schedule/references.json
          --seconds N   how long (120)
          --help        print this

        Cases:
        """;

    public static async Task<int> Run(string[] args)
    {
        if (args.Contains("--help") || args.Contains("-h"))
        {
            Console.WriteLine(Help);
            foreach (var row in ScheduleRows.All)
                Console.WriteLine($"  {row.Name,-10} {row.Meaning}");
            return 0;
        }
        var (quick, only, json, jobShops, references) = (false, new List<string>(), (string?)null, (string?)null, false);
        int? seeds = null;
        var seconds = 120;
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--quick":
                    quick = true;
                    break;
                case "--references":
                    references = true;
                    break;
                case "--only" when value.Length > 0:
                    only.AddRange(args[++i].Split(','));
                    break;
                case "--json" when value.Length > 0:
                    json = args[++i];
                    break;
                case "--jobshop" when value.Length > 0:
                    jobShops = args[++i];
                    if (!Directory.Exists(jobShops))
                        return QueueBench.Usage($"there is no folder {jobShops}", "schedule");
                    break;
                case "--seeds" when Whole(value) is { } number:
                    (seeds, i) = (number, i + 1);
                    break;
                case "--seconds" when Whole(value) is { } number:
                    (seconds, i) = (number, i + 1);
                    break;
                default:
                    return QueueBench.Usage($"{args[i]} is no option here, or lacks its value", "schedule");
            }
        }
        if (only.FirstOrDefault(name => ScheduleRows.All.All(row => row.Name != name)) is { } unknown)
            return QueueBench.Usage($"there is no case '{unknown}'; there are {string.Join(", ", ScheduleRows.All.Select(row => row.Name))}", "schedule");

        CheckGenerator();
        var clock = Stopwatch.StartNew();
        var run = new ScheduleRun(PlanRun.Planner(), References.Read(), new Report(), quick, seeds, jobShops, [], Say);
        Say($"{Environment.ProcessorCount} cores, {(references ? "references" : quick ? "quick run: few seeds, shorter proofs" : "full run")}");
        var rows = ScheduleRows.All.Where(row => only.Count == 0 || only.Contains(row.Name)).ToArray();
        if (references)
            return await Improve(run, rows.OfType<GeneratedRow>(), seconds);

        // Compiled and loaded before anything counts.
        await PlanRun.Make(run.Planner, ((GeneratedRow)ScheduleRows.All[0]).Shop(100).Problem, Objective.Default, 2);
        foreach (var row in rows)
        {
            Say($"{row.Name}: {row.Meaning}");
            try
            {
                await row.Measure(run);
            }
            catch (Exception exception)
            {
                Say($"{row.Name} failed: {exception}");
                run.Report.Note($"{row.Name} failed: {exception.Message.Split('\n')[0]}");
                run.Report.IsWhole = false;
            }
        }
        if (quick || seeds is not null)
            run.Report.Note($"This was {(quick ? "a quick run" : $"a run of {seeds} seeds a case")}: the goals are for {ScheduleRun.AllSeeds} seeds a case and full times.");
        Console.WriteLine(run.Report.Table());
        json ??= Path.Combine(Directory.CreateDirectory(Path.Combine(References.Root(), ".woflo/bench")).FullName, "schedule.json");
        await File.WriteAllTextAsync(json, run.Report.Json(Setting(run, clock.Elapsed)));
        Say($"{clock.Elapsed.TotalMinutes:0.0} minutes; every figure is in {json}");
        return run.Report.IsWhole ? 0 : 1;

        void Say(string text) =>
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,5:0} s  {text}"));
    }

    /// <summary>A plan in a process of its own, whose memory the bench looks at.</summary>
    public static async Task<int> One(string[] args) =>
        args is [var name, var seed] && Whole(seed) is { } number && ScheduleRows.All.OfType<GeneratedRow>().FirstOrDefault(r => r.Name == name) is { } row
            ? await row.One(number)
            : QueueBench.Usage("schedule-one is what the bench starts itself: CASE SEED", "schedule");

    private static async Task<int> Improve(ScheduleRun run, IEnumerable<GeneratedRow> rows, double seconds)
    {
        foreach (var row in rows)
        {
            foreach (var seed in run.Seeds(ScheduleRun.AllSeeds))
            {
                var shop = row.Shop(seed);
                var known = run.References.Of(row.Name, seed, shop.Fingerprint);
                if (known is { IsProven: true })
                    continue;
                var made = Result.Of(shop, await PlanRun.Make(run.Planner, shop.Problem, Objective.Default, seconds, untilProven: true));
                var found = new Reference(shop.Fingerprint, made.LeftOut, made.Lateness, made.ProvenMs is not null);
                var isBetter = made.IsLegal && run.References.Offer(row.Name, seed, found);
                run.Say($"{row.Name}/{seed}: left out {made.LeftOut}, lateness {made.Lateness}{(found.IsProven ? ", proven" : $", bound {made.Bound}")}{(known is null ? "" : $", was {known.LeftOut}, {known.Lateness}")}{(isBetter ? ": kept" : "")}");
            }
        }
        return 0;
    }

    // The same seed must be the same shop wherever the bench runs: references are worth nothing otherwise.
    private static void CheckGenerator()
    {
        var spec = new ShopSpec(80, 5, 4, 0.8, Locks: 0.3, HasBottleneck: true, Impossible: 5, HasClockChange: true);
        const string Known = "e8e2d1430b813d11";
        var found = ShopGenerator.Generate(spec, 1).Fingerprint;
        if (found != Known)
            throw new BenchException($"the generator makes another shop than it did: {found}, not {Known}. A change of the generator makes new references necessary (--references).");
    }

    private static int? Whole(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private static object Setting(ScheduleRun run, TimeSpan took) => new
    {
        at = TimeProvider.System.GetUtcNow(),
        minutes = Math.Round(took.TotalMinutes, 1),
        run.Quick,
        machine = new
        {
            os = RuntimeInformation.OSDescription,
            cores = Environment.ProcessorCount,
            processor = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1] : null,
        },
        dotnet = RuntimeInformation.FrameworkDescription,
        plans = run.Raw,
    };
}
