using System.CommandLine;
using Woflo.Application.Database;
using Woflo.Application.Demo;
using Woflo.Application.Jobs;
using Woflo.Cli.Commands;

namespace Woflo.Cli.Demo;

/// <summary>The main job on a made-up shop, from an empty database to a plan that a person can read.</summary>
internal static class DemoCommand
{
    // The shop makes a few dozen jobs; this only bounds the query.
    private const int MostFailures = 1_000;

    public static Command Create()
    {
        var log = new Option<string?>("--log") { Description = "Where the worker's log goes (default: .woflo/worker.log, or a temporary folder)", HelpName = "FILE" };
        var json = Help.Json();
        var command = new Command("demo", "Loads a made-up shop, runs the worker until the queue is drained, and shows what came out") { log, json };
        Help.Show(command, """
            DATABASE_URL=postgresql://user:password@host:5432/empty woflo demo
            woflo demo --json | jq .job_counts
            """, "a job failed or waits for another try, the worker did not end well, or the database holds more than the demo (then nothing is touched)");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            return await Run(host, LogPath(parsed.GetValue(log)), parsed.GetValue(json), cancellation);
        });
        return command;
    }

    private static async Task<int> Run(CliHost host, string logPath, bool machine, CancellationToken cancellation)
    {
        var (shop, queue, time) = (host.Get<IDemoShop>(), host.Get<IQueueReader>(), host.Get<TimeProvider>());
        var program = WorkerProcess.Find(Environment.GetEnvironmentVariable("WOFLO_WORKER_PATH"), AppContext.BaseDirectory);
        if (!await shop.DatabaseIsOursOrEmpty(cancellation))
        {
            Output.Problem("this database holds more than the demo, so nothing was touched. To work on its queue, run ./build/worker.");
            return ExitCode.Failed;
        }
        Tell("Migrating the database.");
        await host.Get<IDatabaseMigrator>().Migrate(machine ? null : new MigrateCommand.Steps(), cancellation);
        var now = time.GetUtcNow();
        await shop.Load(now, cancellation);
        var (before, failedBefore) = (await queue.Counts(new QueueFilter(), cancellation), await Failed(queue, cancellation));
        var jobs = await shop.EnqueueWork(now, cancellation);
        foreach (var job in jobs)
            await host.Mediator.Send(new EnqueueJob(job.OrgId, job.Type, job.Payload, job.MaxAttempts), cancellation);
        Tell($"Queued {jobs.Count} jobs; the worker's log is {logPath}");

        var (exitCode, fatal) = await Work(program, logPath, new Progress(queue, before, time, Output.OnTerminal && !machine), machine, cancellation);

        var report = await shop.Read(cancellation);
        // Dead letters of earlier runs are not this run's.
        var known = failedBefore.Select(job => job.Id).ToHashSet();
        var failed = (await Failed(queue, cancellation)).Where(job => !known.Contains(job.Id)).ToList();
        var unfinished = report.JobCounts.Where(count => count.Status is "queued" or "running").Sum(count => count.Count);
        if (machine)
            Output.Json(new { report.Enrichments, report.Run, report.Plan, report.LeftOut, report.JobCounts, FailedJobs = failed, WorkerExitCode = exitCode });
        else
            DemoPrinter.Print(report, failed, unfinished, logPath);
        if (exitCode != 0)
            Output.Problem($"the worker ended with exit code {exitCode}{(fatal is null ? "" : $": {Printable.Line(fatal, 500)}")}; its log: {logPath}");
        return exitCode == 0 && failed.Count == 0 && unfinished == 0 ? ExitCode.Ok : ExitCode.Failed;

        void Tell(string line)
        {
            if (!machine)
                Output.Say(line);
        }
    }

    private static async Task<(int ExitCode, string? Fatal)> Work(
        string program, string logPath, Progress progress, bool machine, CancellationToken cancellation)
    {
        using var worker = WorkerProcess.Start(program, logPath, "--drain");
        try
        {
            var ended = worker.Wait();
            if (machine)
                await ended.WaitAsync(cancellation);
            else
                await progress.ShowUntil(ended, cancellation);
            return (await ended, worker.Fatal);
        }
        finally
        {
            if (!worker.HasExited)
            {
                Output.Problem("stopping; the worker gives back what it has not finished.");
                await worker.Stop();
            }
        }
    }

    private static Task<IReadOnlyList<JobLine>> Failed(IQueueReader queue, CancellationToken cancellation) =>
        queue.List(new QueueFilter(Status: "failed"), MostFailures, cancellation);

    private static string LogPath(string? said)
    {
        if (said is not null)
            return Path.GetFullPath(said);
        var folder = Path.Combine(Directory.GetCurrentDirectory(), ".woflo");
        return Path.Combine(Directory.Exists(folder) ? folder : Directory.CreateTempSubdirectory("woflo-").FullName, "worker.log");
    }
}
