using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Woflo.Application;
using Woflo.Application.Settings;
using Woflo.Infrastructure;
using Woflo.Infrastructure.Postgres;

namespace Woflo.Bench;

/// <summary>One run of the bench: what its rows share.</summary>
/// <param name="MostJobs">For trying it out.</param>
internal sealed record BenchRun(Place Place, Server Server, Pgbench Pgbench, Report Report, bool Full, int MostJobs, Action<string> Say)
{
    public const int Rounds = 3;

    /// <summary>What is not the worker's default.</summary>
    public static readonly IReadOnlyDictionary<string, string> WorkerSettings = new Dictionary<string, string>
    {
        ["WOFLO_AI_ENRICH_LANE"] = "2000",
        ["WOFLO_LOG_LEVEL"] = "warning",
    };

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Something could not be measured; what else was is still worth printing.</summary>
    public void Fail(string what, Exception exception)
    {
        Say($"{what} failed: {exception.Message}");
        Report.Note($"{what} failed: {exception.Message.Split('\n')[0]}");
        Report.IsWhole = false;
    }

    public int Jobs(int wanted) => Math.Min(wanted, MostJobs);

    /// <summary>The worker, a process of its own with the settings of the worker's own runtime.</summary>
    public Child Worker(Database database, int warm = 0, int jobs = 0, params IEnumerable<KeyValuePair<string, string>> settings)
    {
        var here = AppContext.BaseDirectory;
        return Child.Start(
            "the worker",
            ["dotnet", "exec", "--runtimeconfig", Path.Combine(here, "Woflo.Worker.runtimeconfig.json"), Path.Combine(here, "Woflo.Bench.dll"), "host"],
            [.. WorkerSettings, new("DATABASE_URL", database.Url), .. Expected(warm, jobs), .. settings],
            Path.Combine(Place.Scratch, "worker.log"));
    }

    public Child Peer(string name, Database database, string mode, int warm = 0, int jobs = 0) => Child.Start(
        name, Command(name, mode), [new("DATABASE_URL", database.Url), new("BENCH_DSN", database.Dsn + ";Maximum Pool Size=60;Pooling=true"), .. Expected(warm, jobs)]);

    /// <summary>A database with that peer's schema and so many of its jobs.</summary>
    public Task<Database> Filled(string peer, int jobs) => Server.Template($"{peer}_{jobs}", async database =>
    {
        await using var filling = Peer(peer, database, "fill", jobs: jobs);
        await filling.Ends();
    });

    /// <summary>An adopted database with so many jobs of so many organisations.</summary>
    public async Task<Database> Filled(int jobs, int orgs, string name = "", string change = "") => await Server.Template(
        string.Create(CultureInfo.InvariantCulture, $"woflo_{name}{jobs}_{orgs}"),
        async database =>
        {
            if (change.Length > 0)
                await database.Execute(change);
            await database.Fill(Database.Jobs(jobs, orgs));
        },
        await Server.Adopted());

    /// <summary>Inserts jobs that carry the time, at that rate, in turn of 100 organisations.</summary>
    /// <returns>How many.</returns>
    public static async Task<int> Arrive(Database database, int perSecond, int batch, TimeSpan during)
    {
        await using var connection = await database.Open();
        await using var insert = new Npgsql.NpgsqlCommand(
            $$"""
            insert into public.job_queue (org_id, type, payload, status)
            select {{Database.Org("1 + ($1 + i) % 100")}}, 'ai_enrich', jsonb_build_object('at', extract(epoch from clock_timestamp())), 'queued'
              from generate_series(1, {{batch}}) i
            """,
            connection);
        var number = new Npgsql.NpgsqlParameter<int>();
        insert.Parameters.Add(number);
        await insert.PrepareAsync();
        var sent = 0;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < during;)
        {
            if (sent >= clock.Elapsed.TotalSeconds * perSecond)
            {
                await Task.Delay(1);
                continue;
            }
            number.TypedValue = sent;
            await insert.ExecuteNonQueryAsync();
            sent += batch;
        }
        return sent;
    }

    /// <summary>Until the worker has said that it sleeps, and a while longer for its runtime to settle.</summary>
    public static async Task Asleep(Database database)
    {
        await database.Until("exists (select from woflo.workers where waits_for <> '{}' and live_until > now())", StartTimeout);
        await Task.Delay(TimeSpan.FromSeconds(2));
    }

    /// <summary>The commands and ports, in this process.</summary>
    public static ServiceProvider Services(Database database) => new ServiceCollection()
        .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
        .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
        .AddApplication()
        .AddInfrastructure(new SettingsReader(name => name == DatabaseUrl.Variable ? database.Url : null), "woflo-bench")
        .BuildServiceProvider();

    private IEnumerable<string> Command(string peer, string mode) => peer switch
    {
        "graphile-worker" => [Place.Node, Path.Combine(Place.Folder, "graphile.cjs"), mode],
        "pg-boss" => [Place.Node, Path.Combine(Place.Folder, "pgboss.mjs"), mode],
        _ => ["dotnet", Path.Combine(Place.Folder, "hangfire/Hangfire.Bench.dll"), mode],
    };

    private static IEnumerable<KeyValuePair<string, string>> Expected(int warm, int jobs) =>
    [
        new("BENCH_WARM", warm.ToString(CultureInfo.InvariantCulture)),
        new("BENCH_JOBS", jobs.ToString(CultureInfo.InvariantCulture)),
    ];
}
