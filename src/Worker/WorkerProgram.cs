using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Woflo.Application;
using Woflo.Application.Database;
using Woflo.Application.Settings;
using Woflo.Infrastructure;

namespace Woflo.Worker;

/// <summary>The worker as a program.</summary>
internal static class WorkerProgram
{
    private const string Help = """
        Woflo.Worker: takes jobs from public.job_queue and does them, until it is told to stop.

        Usage: worker [--drain] [--migrate]
          --drain     stop once nothing is due
          --migrate   bring the database up to date first (as WOFLO_MIGRATE=yes does)
          --version   print the version
          --help      print this

        Settings are environment variables; DATABASE_URL is the one that is needed. `woflo config` prints them all.
        Exit codes: 0 drained or shut down, 2 configuration, 1 anything else; 128 + the signal's number after a second signal.

        Examples:
          DATABASE_URL=postgresql://user:password@host:5432/woflo worker
          WOFLO_JOB_TYPES=ai_enrich WORKER_ID=enricher-1 worker --drain
        """;

    /// <param name="configure">What another program that starts this one adds or replaces.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(string[] args, Action<IServiceCollection>? configure = null)
    {
        var version = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        if (args.Contains("--help") || args.Contains("-h"))
        {
            Console.WriteLine(Help);
            return 0;
        }
        if (args.Contains("--version"))
        {
            Console.WriteLine(version);
            return 0;
        }

        var level = new LoggingLevelSwitch();
        Log.Logger = new LoggerConfiguration()
            .MinimumLevel.ControlledBy(level)
            .MinimumLevel.Override("Npgsql", Serilog.Events.LogEventLevel.Fatal)
            .Enrich.FromLogContext()
            .WriteTo.Console(new ContractJsonFormatter(Environment.GetEnvironmentVariable("WORKER_ID")?.Trim() is { Length: > 0 } id ? id : "worker-1"))
            .CreateLogger();
        using var logs = LoggerFactory.Create(builder => builder.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddSerilog(Log.Logger));
        var log = logs.CreateLogger("Woflo.Worker");

        // A crash on a thread of nobody's is a line of JSON, too.
        AppDomain.CurrentDomain.UnhandledException += (_, crash) => log.WorkerFatalError(crash.ExceptionObject as Exception, "unhandled exception");

        using var stop = new CancellationTokenSource();
        var signals = 0;
        using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Signalled(context, 15));
        using var onInt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Signalled(context, 2));

        var exitCode = 1;
        try
        {
            if (args.FirstOrDefault(arg => arg is not ("--drain" or "--migrate")) is { } unknown)
                throw new SettingException(unknown, "is no option of the worker; --help lists them.");
            var settings = new SettingsReader(Environment.GetEnvironmentVariable);
            var options = WorkerOptions.Read(settings);
            level.MinimumLevel = options.LogLevel;
            var described = new ServiceCollection()
                .AddSingleton(logs)
                .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
                .AddApplication()
                .AddInfrastructure(settings, "woflo-worker")
                .AddSingleton(new Random(RandomNumberGenerator.GetInt32(int.MaxValue)))
                .AddSingleton<DatabaseGate>()
                .AddSingleton<Startup>()
                .AddSingleton<WorkerLoop>();
            configure?.Invoke(described);
            await using var services = described.BuildServiceProvider();
            await services.GetRequiredService<Startup>().Run(options.Migrate || args.Contains("--migrate"), version, stop.Token);
            await services.GetRequiredService<WorkerLoop>().Run(args.Contains("--drain"), stop.Token);
            exitCode = 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            exitCode = 0;
        }
        catch (Exception exception) when (exception is SettingException or DatabaseMisconfiguredException or MigrationException or SchemaMismatchException)
        {
            log.WorkerFatalError(null, exception.Message);
            exitCode = 2;
        }
        catch (Exception exception)
        {
            log.WorkerFatalError(exception, exception.Message);
        }
        log.WorkerStopped(exitCode);
        await Log.CloseAndFlushAsync();
        return exitCode;

        void Signalled(PosixSignalContext context, int number)
        {
            context.Cancel = true;
            log.ShutdownSignalReceived(number);
            // The second one leaves at once; what runs is left to rescue.
            if (Interlocked.Increment(ref signals) > 1)
                Environment.Exit(128 + number);
            stop.Cancel();
        }
    }
}
