using System.CommandLine;
using Spectre.Console;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Cli.Commands;

internal static class JobsCommand
{
    public static Command Create()
    {
        var status = Arguments.OneOf("--status", JobStates.Names, "Only jobs of this status");
        var type = Arguments.OneOf("--type", JobTypes.All, "Only jobs of this type");
        var org = Arguments.Org();
        var limit = Arguments.Whole("--limit", 20, 0, 10_000, "How many jobs to list, the newest first");
        var json = Help.Json();
        var command = new Command("jobs", "Counts the jobs and lists the newest") { status, type, org, limit, json };
        Help.Show(command, """
            woflo jobs
            woflo jobs --status failed --type ai_enrich --limit 100
            woflo jobs --status running --json | jq '.jobs[].running_seconds'
            """, "the queue could not be read");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var filter = new QueueFilter(parsed.GetValue(status), parsed.GetValue(type), parsed.GetValue(org));
            var queue = host.Get<IQueueReader>();
            var counts = await queue.Counts(filter, cancellation);
            var pauses = await queue.Pauses(cancellation);
            var list = parsed.GetValue(limit) > 0 ? await queue.List(filter, parsed.GetValue(limit), cancellation) : [];
            if (parsed.GetValue(json))
                Output.Json(new { Pauses = pauses.Select(PauseCommand.Machine), Counts = counts, Jobs = list.Select(Machine) });
            else
                Show(pauses, counts, list);
            return ExitCode.Ok;
        });
        return command;
    }

    private static object Machine(JobLine job) => new
    {
        job.Id,
        job.OrgId,
        job.Type,
        job.Status,
        job.Attempts,
        job.MaxAttempts,
        job.RunAfter,
        job.CreatedAt,
        RunningSeconds = job.RunningFor?.TotalSeconds,
        job.LockedBy,
        job.FailureClass,
        job.Error,
        Progress = Output.Embedded(job.Progress),
    };

    private static void Show(IReadOnlyList<QueuePause> pauses, IReadOnlyList<QueueCount> counts, IReadOnlyList<JobLine> list)
    {
        PauseCommand.Show(pauses);
        if (counts.Count == 0)
        {
            Output.Say("No jobs.");
            return;
        }
        Output.Person.Write(Counts(counts));
        if (list.Count == 0)
            return;
        // What a narrow terminal has no room for is in 'woflo job ID'.
        var width = Output.Person.Profile.Width;
        var (withError, withCreated, withOrg) = (width >= 110, width >= 150, width >= 190);
        var table = Output.Table(
            ["job", "type", "status", "tries", "due / runs for", .. Only(withCreated, "created"), .. Only(withOrg, "organisation"), .. Only(withError, "error / progress")]);
        foreach (var job in list)
        {
            table.AddRow([
                Output.Cell(job.Id.ToString()), Output.Cell(job.Type, 40), Output.Status(job.Status), Output.Cell($"{job.Attempts}/{job.MaxAttempts}"),
                Output.Cell(job.Status switch
                {
                    "queued" => Output.Instant(job.RunAfter),
                    "running" => Output.Duration(job.RunningFor),
                    _ => "",
                }),
                .. Only(withCreated, Output.Cell(Output.Instant(job.CreatedAt))), .. Only(withOrg, Output.Cell(job.OrgId.ToString())),
                .. Only(withError, Output.Cell(JobProgress.Line(job.Progress) ?? job.Error, 60)),
            ]);
        }
        Output.Person.Write(table);
        if (counts.Sum(count => count.Jobs) is var all && all > list.Count)
            Output.Say($"The newest {list.Count} of {all}; --limit lists more, and 'woflo job ID' shows one whole.");
    }

    private static IEnumerable<T> Only<T>(bool wanted, T column) => wanted ? [column] : [];

    /// <summary>A row a type, a column a status.</summary>
    public static Table Counts(IReadOnlyList<QueueCount> counts)
    {
        var statuses = JobStates.Names.Where(status => counts.Any(count => count.Status == status)).ToList();
        var table = Output.Table(["type", .. statuses]);
        foreach (var type in counts.GroupBy(count => count.Type))
        {
            table.AddRow([Output.Cell(type.Key),
                .. statuses.Select(status => Output.Cell($"{type.Where(count => count.Status == status).Sum(count => count.Jobs)}"))]);
        }
        return table;
    }
}
