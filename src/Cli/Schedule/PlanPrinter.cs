using System.Globalization;
using Spectre.Console;
using Woflo.Application.Scheduling;

namespace Woflo.Cli.Schedule;

/// <summary>A plan for a person at a terminal.</summary>
internal static class PlanPrinter
{
    private static readonly string[] LevelNames = ["work left out", "lateness", "skills and parts", "changes, overtime and waiting"];

    public static void Print(PlanView view)
    {
        Output.Person.Write(new Text($"{Title(view)}\n", new Style(decoration: Decoration.Bold)));
        Summary(view);
        foreach (var technician in view.ByTechnician)
            Technician(view, technician.Key.Name, technician);
        LeftOut(view);
        List("Changes since the plan before:", view.Changes());
        List("Notes:", Notes(view));
    }

    public static IEnumerable<string> Notes(PlanView view) =>
        view.Details.RefusedOverrides.Select(o => $"An override ({o.Action}) was refused: {o.Reason}").Concat(view.Details.Notes);

    public static string Title(PlanView view) => Printable.Line(
        $"{view.Plan.Organisation.Name}: plan of {view.Clock.Say(view.Plan.HorizonStart)} to {view.Clock.Say(view.Plan.HorizonEnd)} ({view.Clock.Name})", 300);

    public static void Summary(PlanView view)
    {
        foreach (var line in SummaryLines(view))
            Output.Say(Printable.Line(line, 1_000));
    }

    public static IEnumerable<string> SummaryLines(PlanView view)
    {
        var (plan, details) = (view.Plan, view.Details);
        var locked = view.Entries.Count(e => e.Item.IsLocked);
        yield return $"{Count(view.Entries.Count, "task")} placed{(locked > 0 ? $" ({locked} locked)" : "")}, {details.LeftOut.Count} left out; "
            + (view.LateOrders.Count == 0
                ? details.Levels.ElementAtOrDefault(1) > 0 ? "nothing that is placed is late, but work left out is." : "nothing is late."
                : $"{Count(view.LateOrders.Count, "work order")} late, {view.LateOrders.MaxBy(e => e.LateBy)!.Item.Unit} the most, by {PlanEntry.Span(view.LateOrders.Max(e => e.LateBy))}.");
        var proven = plan.SolverStatus == "OPTIMAL" ? ", proven the best for work left out and lateness" : "";
        var took = plan.SolverWallTimeMs is { } ms ? string.Create(CultureInfo.InvariantCulture, $", searched for {ms / 1000.0:0.0} s") : "";
        var planned = details.PlannedAt is { } at ? $", planned {view.Clock.Say(at)}" : "";
        yield return $"Run {plan.RunId} ({plan.Trigger}){planned}{took}{proven}.";
        if (details.Levels.Count > 0)
            yield return $"Cost by level: {Levels(details.Levels)}.";
    }

    public static string Levels(IReadOnlyList<long> levels) => string.Join("; ", levels.Select((level, n) =>
        string.Create(CultureInfo.InvariantCulture, $"{(n < LevelNames.Length ? LevelNames[n] : $"level {n + 1}")} {level:N0}")));

    /// <summary>What a change costs, by the first level it shows in.</summary>
    public static string LevelDifference(IReadOnlyList<long> difference)
    {
        var level = difference.Select((cost, n) => (cost, n)).FirstOrDefault(l => l.cost != 0, (cost: 0L, n: -1));
        return level.n < 0
            ? "the plan would be as good"
            : string.Create(CultureInfo.InvariantCulture,
                $"the plan would cost {Math.Abs(level.cost):N0} {(level.cost > 0 ? "more" : "less")} in {(level.n < LevelNames.Length ? LevelNames[level.n] : $"level {level.n + 1}")}");
    }

    /// <summary>Why there is no plan to show, and what to do about it.</summary>
    public static string WhyNoPlan(StoredPlan plan, Guid? job = null) => plan switch
    {
        { Status: "queued" } => $"run {plan.RunId} is queued: {(job is null ? "no job makes its plan; ask for another with: woflo schedule run" : $"no worker has taken its job yet; see: woflo job {job}")}",
        { Status: "running" } => $"run {plan.RunId} is being planned{(job is null ? "" : $"; see: woflo job {job}")}",
        { Status: "failed" } => $"run {plan.RunId} failed{(plan.InfeasibleReason is { } reason ? $": {reason.TrimEnd('.')}" : "")}.",
        { Status: "canceled" } when PlanDetails.Of(plan).SupersededBy is { } newer =>
            $"run {plan.RunId} was called off for a newer one that covers it; see: woflo schedule show {newer}",
        { Status: "canceled" } => $"run {plan.RunId} was called off.",
        _ => $"the items of run {plan.RunId} are gone: its plan was deleted or replaced. "
            + $"The newest plan: woflo schedule show latest --org {plan.Organisation.Id}",
    };

    private static void Technician(PlanView view, string name, IEnumerable<PlanEntry> entries)
    {
        var table = Output.Table("day", "from", "to", "unit", "task", "bay", "id", "").Title(new TableTitle(Markup.Escape(Printable.Line(name, 60))));
        foreach (var day in entries.GroupBy(e => view.Day(e.Item.StartAt)))
        {
            if (table.Rows.Count > 0)
                table.AddEmptyRow();
            var label = day.Key;
            foreach (var entry in day)
            {
                table.AddRow(
                    Output.Cell(label), Output.Cell(view.Time(entry.Item.StartAt, entry.Item.StartAt)), Output.Cell(view.Time(entry.Item.EndAt, entry.Item.StartAt)),
                    Output.Cell(entry.Item.Unit, 30), Output.Cell(entry.Item.TaskType, 30), Output.Cell(entry.Item.Bay ?? "–", 30),
                    Output.Cell(entry.ShortId), Output.Cell(string.Join(", ", entry.Marks)));
                label = "";
            }
        }
        Output.Person.Write(table);
    }

    private static void LeftOut(PlanView view)
    {
        if (view.Details.LeftOut.Count == 0)
            return;
        var table = Output.Table("id", "task", "why").Title(new TableTitle($"Left out: {view.Details.LeftOut.Count}"));
        foreach (var task in view.Details.LeftOut)
            table.AddRow(Output.Cell(task.TaskId.ToString()[..8]), Output.Cell(task.Task, 60), Output.Cell(task.Reason, 400));
        Output.Person.Write(table);
    }

    private static void List(string heading, IEnumerable<string> lines)
    {
        var isFirst = true;
        foreach (var line in lines)
        {
            if (isFirst)
                Output.Say(heading);
            isFirst = false;
            Output.Say($"- {Printable.Line(line, 500)}");
        }
    }

    public static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";
}
