using System.CommandLine;
using Spectre.Console;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Cli.Commands;

internal static class StatusCommand
{
    public static Command Create()
    {
        var check = new Option<bool>("--check") { Description = "End with 1 where there is a warning" };
        var json = Help.Json();
        var command = new Command("status", "Shows how the queue does, who works, and what hurts it") { check, json };
        Help.Show(command, """
            woflo status
            woflo status --check --json | jq -r '.warnings[].text'
            """, "the queue could not be read; with --check, there is a warning");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var status = await host.Get<IQueueReader>().Status(cancellation);
            var warnings = QueueHealth.Warnings(status);
            if (parsed.GetValue(json))
                Output.Json(Machine(status, warnings));
            else
                Show(status, warnings);
            return parsed.GetValue(check) && warnings.Count > 0 ? ExitCode.Failed : ExitCode.Ok;
        });
        return command;
    }

    private static object Machine(QueueStatus status, IReadOnlyList<QueueWarning> warnings) => new
    {
        Warnings = warnings,
        Counts = status.Counts.Select(count => new { Type = TypeOf(count), count.Status, count.Jobs }),
        Due = status.Due.Select(due => new { due.Type, WaitingSeconds = due.Waiting.TotalSeconds }),
        status.Workers,
        Pauses = status.Pauses.Select(PauseCommand.Machine),
        status.Caps,
        Snapshots = status.Snapshots.Select(
            held => new { held.Kind, held.Name, held.Application, HeldSeconds = held.HeldFor?.TotalSeconds, held.Transactions }),
        status.ExpiredLeases,
        status.LiveRows,
        status.DeadRows,
        status.LastVacuum,
        status.InvalidIndexes,
    };

    private static void Show(QueueStatus status, IReadOnlyList<QueueWarning> warnings)
    {
        foreach (var warning in warnings)
            Output.Person.Write(new Text($"! {Printable.Line(warning.Text, 1_000)}\n", new Style(Color.Yellow)));
        if (warnings.Count == 0)
            Output.Say("Nothing is wrong.");

        if (status.Counts.Count == 0)
            Output.Say("No jobs.");
        else
            Output.Person.Write(Jobs(status));
        if (status.Workers.Count > 0)
            Output.Person.Write(Workers(status.Workers));
        CapCommand.Show(status.Caps);
        Output.Say($"job_queue: about {status.LiveRows} rows, {status.DeadRows} dead ones; last vacuumed: "
            + (status.LastVacuum is { } at ? Output.Instant(at) : "never"));
    }

    private static Table Jobs(QueueStatus status)
    {
        var table = Output.Table(["type", .. JobStates.Names, "due for"]);
        foreach (var type in status.Counts.GroupBy(count => count.Type))
        {
            table.AddRow([Output.Cell(TypeOf(type.First()) ?? "all types", 40),
                .. JobStates.Names.Select(name => Output.Cell(type.FirstOrDefault(count => count.Status == name)?.Jobs.ToString())),
                Output.Cell(Output.Duration(status.Due.FirstOrDefault(due => due.Type == type.Key)?.Waiting))]);
        }
        return table;
    }

    private static Table Workers(IReadOnlyList<LiveWorker> workers)
    {
        var table = Output.Table("worker", "takes", "since", "has room for");
        foreach (var worker in workers)
        {
            table.AddRow(
                Output.Cell(worker.WorkerId, 60), Output.Cell(string.Join(", ", worker.Types)), Output.Cell(Output.Instant(worker.StartedAt)),
                Output.Cell(worker.WaitsFor.Count == 0 ? "" : string.Join(", ", worker.WaitsFor)));
        }
        return table;
    }

    /// <summary>Null for the jobs that ended, which are counted over all types.</summary>
    private static string? TypeOf(QueueCount count) => count.Type.Length > 0 ? count.Type : null;
}
