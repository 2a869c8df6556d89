using System.CommandLine;
using Woflo.Application.Scheduling;
using Woflo.Cli.Schedule;

namespace Woflo.Cli.Commands;

internal static class ScheduleShowCommand
{
    public static Command Create()
    {
        var run = ScheduleCommand.Run();
        var org = ScheduleCommand.Org(required: false);
        var html = new Option<string?>("--html")
        {
            Description = "Draw it into this file, one page that needs no network; - for stdout",
            HelpName = "FILE",
        };
        var json = Help.Json();
        var command = new Command("show", "Shows a plan per technician and day, in the shop's time") { run, org, html, json };
        command.Validators.Add(result =>
        {
            if (result.GetResult(html) is not null && result.GetResult(json) is not null)
                result.AddError("--html and --json: one or the other.");
        });
        Help.Show(command, """
            woflo schedule show latest --org 'Main Street Diesel'
            woflo schedule show 0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11 --html plan.html
            woflo schedule show latest --org 'Main Street Diesel' --json | jq '.left_out'
            """, "there is no such run, or it has no plan: it is queued or running, has failed or was called off, or its plan was deleted");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var view = await ScheduleCommand.View(host, parsed.GetRequiredValue(run), parsed.GetValue(org), cancellation);
            if (parsed.GetValue(json))
            {
                Output.Json(Machine(view));
                return view.Plan.HasPlan ? ExitCode.Ok : ExitCode.Failed;
            }
            if (!view.Plan.HasPlan)
            {
                var job = view.Plan.Status is "queued" or "running" ? await host.Get<IPlanReader>().OpenJob(view.Plan.RunId, cancellation) : null;
                Output.Problem(Printable.Line(PlanPrinter.WhyNoPlan(view.Plan, job), 1_000));
                return ExitCode.Failed;
            }
            if (parsed.GetValue(html) is { } path)
                await Draw(view, path, cancellation);
            else
                PlanPrinter.Print(view);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task Draw(PlanView view, string path, CancellationToken cancellation)
    {
        var page = new PlanPage(view).ToString();
        if (path == "-")
        {
            await Console.Out.WriteAsync(page.AsMemory(), cancellation);
            return;
        }
        try
        {
            await File.WriteAllTextAsync(path, page, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"--html: '{path}' cannot be written: {exception.Message}");
        }
        Output.Say($"Drew {PlanPrinter.Count(view.Entries.Count, "task")} into {Printable.Line(Path.GetFullPath(path), 500)}");
    }

    private static object Machine(PlanView view) => new
    {
        view.Plan.RunId,
        OrgId = view.Plan.Organisation.Id,
        Organisation = view.Plan.Organisation.Name,
        TimeZone = view.Plan.Organisation.TimeZone,
        view.Plan.Status,
        view.Plan.Trigger,
        HorizonStart = view.Clock.Local(view.Plan.HorizonStart),
        HorizonEnd = view.Clock.Local(view.Plan.HorizonEnd),
        view.Plan.SolverStatus,
        view.Plan.InfeasibleReason,
        view.Plan.SolverWallTimeMs,
        ObjectiveBreakdown = Output.Embedded(view.Plan.Breakdown),
        Details = Output.Embedded(view.Plan.Details),
        Items = view.Entries.Select(entry => new
        {
            entry.Item.TaskId,
            entry.Item.TaskType,
            entry.Item.WorkOrderId,
            entry.Item.Unit,
            entry.Item.TechnicianId,
            entry.Item.Technician,
            entry.Item.BayId,
            entry.Item.Bay,
            StartAt = view.Clock.Local(entry.Item.StartAt),
            EndAt = view.Clock.Local(entry.Item.EndAt),
            entry.Item.IsLocked,
            DueAt = entry.DueAt is { } due ? view.Clock.Local(due) : (DateTimeOffset?)null,
            LateMinutes = (int)Math.Ceiling(entry.LateBy.TotalMinutes),
            Marks = entry.Marks,
            Why = Output.Embedded(entry.Item.Why),
        }),
        view.Details.LeftOut,
    };
}
