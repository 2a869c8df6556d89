using System.Globalization;
using Spectre.Console;
using Woflo.Application.Demo;
using Woflo.Application.Jobs;
using Woflo.Cli.Commands;

namespace Woflo.Cli.Demo;

/// <summary>What came out of the demo, for a person.</summary>
internal static class DemoPrinter
{
    public static void Print(DemoReport report, IReadOnlyList<JobLine> failed, long unfinished, string logPath)
    {
        Enrichments(report.Enrichments);
        Plan(report);
        LeftOut(report.LeftOut);
        Jobs(report.JobCounts, failed, unfinished);
        Heading("Where to look next");
        Output.Say("  ./build/woflo jobs                 the queue, by status and type");
        Output.Say("  ./build/woflo job ID               one job whole, with its failed attempts");
        if (failed.Count > 0)
            Output.Say("  ./build/woflo retry --failed       replays the failed jobs");
        Output.Say("  ./build/woflo --help               all commands");
        Output.Say($"  jq . {Printable.Line(logPath)}");
        Output.Say("                                     what the worker did, event by event");
    }

    private static void Enrichments(IReadOnlyList<DemoEnrichment> enrichments)
    {
        Heading($"Enrichment of {enrichments.Count} open work orders");
        if (enrichments.Count == 0)
            return;
        var table = Output.Table("unit", "what was reported", "category", "hours", "bay", "risk", "codes", "found");
        foreach (var work in enrichments)
        {
            table.AddRow(
                Output.Cell(work.Unit, 30), Output.Cell(work.Notes, 70), Output.Cell(work.Category ?? work.FoundCategory, 30),
                Output.Cell(Hours(work.HoursLow, work.HoursHigh)), Output.Cell(work.BayType, 20),
                Output.Cell(work is { OosRisk: not (null or "none"), Evidence.Length: > 0 } ? $"{work.OosRisk}: {work.Evidence}" : work.OosRisk, 60),
                Output.Cell(work.FaultCodes, 40), Output.Cell(Found(work), 60));
        }
        Output.Person.Write(table);
    }

    private static void Plan(DemoReport report)
    {
        if (report.Run is not { } run)
        {
            Heading("No plan was asked for");
            return;
        }
        var solver = run.SolverStatus is null ? "" : $", solver: {run.SolverStatus}";
        var took = run.SolverWallTimeMs is { } ms ? string.Create(CultureInfo.InvariantCulture, $", {ms / 1000.0:0.0} s") : "";
        Heading($"Plan: {run.Status}, {report.Plan.Count} tasks placed{solver}{took}");
        if (run.InfeasibleReason is not null)
            Output.Say(Printable.Line(run.InfeasibleReason, 1_000));
        foreach (var technician in report.Plan.GroupBy(row => row.Technician))
        {
            var table = Output.Table("day", "from", "to", "unit", "task", "bay", "").Title(new TableTitle(Markup.Escape(Printable.Line(technician.Key, 60))));
            foreach (var day in technician.OrderBy(row => row.StartLocal).GroupBy(row => row.Day))
            {
                if (table.Rows.Count > 0)
                    table.AddEmptyRow();
                var label = day.Key.ToString("ddd yyyy-MM-dd", CultureInfo.InvariantCulture);
                foreach (var row in day)
                {
                    table.AddRow(
                        Output.Cell(label), Output.Cell(Clock(row.StartLocal, day.Key)), Output.Cell(Clock(row.EndLocal, day.Key)),
                        Output.Cell(row.Unit, 30), Output.Cell(row.TaskType, 30), Output.Cell(row.Bay, 30), Output.Cell(row.IsLocked ? "locked" : ""));
                    label = "";
                }
            }
            Output.Person.Write(table);
        }
    }

    private static void LeftOut(IReadOnlyList<DemoLeftOut> leftOut)
    {
        if (leftOut.Count == 0)
            return;
        Heading($"Left out of the plan: {leftOut.Count} tasks");
        var table = Output.Table("unit", "task", "why");
        foreach (var task in leftOut)
            table.AddRow(Output.Cell(task.Unit, 30), Output.Cell(task.TaskType ?? task.TaskId.ToString(), 40), Output.Cell(task.Reason, 300));
        Output.Person.Write(table);
    }

    private static void Jobs(IReadOnlyList<DemoJobCount> counts, IReadOnlyList<JobLine> failed, long unfinished)
    {
        Heading("Jobs");
        Output.Person.Write(JobsCommand.Counts([.. counts.Select(count => new QueueCount(count.Status, count.Type, count.Count))]));
        if (failed.Count > 0)
        {
            Heading($"Failed now: {failed.Count}");
            var table = Output.Table("job", "type", "class", "error");
            foreach (var job in failed)
                table.AddRow(Output.Cell(job.Id.ToString()), Output.Cell(job.Type, 40), Output.Cell(job.FailureClass, 40), Output.Cell(job.Error, 500));
            Output.Person.Write(table);
        }
        if (unfinished > 0)
            Output.Say($"{unfinished} jobs are not done: they wait for another try. Run this again later.");
    }

    private static void Heading(string text)
    {
        Output.Say("");
        Output.Person.Write(new Text(Printable.Line(text), new Style(decoration: Decoration.Bold)));
        Output.Say("");
    }

    private static string Found(DemoEnrichment work) => work switch
    {
        { FoundCategory: { } category, Confidence: { } confidence } => string.Create(CultureInfo.InvariantCulture, $"{category} ({confidence:P0})"),
        { FoundCategory: { } category } => category,
        { Error: { } error } => error,
        _ => "nothing yet",
    };

    private static string Hours(decimal? low, decimal? high) => low is null || high is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{low:0.#}–{high:0.#}");

    // Work over midnight says on which day it ends.
    private static string Clock(DateTime local, DateOnly day) =>
        DateOnly.FromDateTime(local) == day
            ? local.ToString("HH:mm", CultureInfo.InvariantCulture)
            : local.ToString("ddd HH:mm", CultureInfo.InvariantCulture);
}
