using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Woflo.Application.Scheduling;
using Woflo.Cli.Schedule;
using Woflo.Domain.Scheduling;

namespace Woflo.Cli.Commands;

internal static class ScheduleTryCommand
{
    public static Command Create()
    {
        var org = ScheduleCommand.Org(required: true);
        var outOf = new Option<string?>("--out") { Description = "This technician is away, on --day or from --from until --until", HelpName = "TECHNICIAN" };
        var day = Arguments.LocalTime("--day", "With --out: the whole of that day");
        var from = Arguments.LocalTime("--from", "With --out: away from then on");
        var until = Arguments.LocalTime("--until", "With --out: back again");
        var parts = new Option<string?>("--parts") { Description = "The parts of this work order (its unit or id) arrive, at --at", HelpName = "WORK_ORDER" };
        var at = Arguments.LocalTime("--at", "With --parts: when");
        var priority = new Option<string?>("--priority") { Description = "A work order (its unit or id) becomes as urgent as this, 1 to 5; 5 is the most urgent", HelpName = "WORK_ORDER=N" };
        var move = new Option<string?>("--move") { Description = "This task (its id or the beginning of it) is held by --technician, at --start, or both", HelpName = "TASK" };
        var technician = new Option<string?>("--technician") { Description = "With --move: who does it", HelpName = "TECHNICIAN" };
        var start = Arguments.LocalTime("--start", "With --move: when it starts");
        var seconds = Arguments.Whole("--seconds", 10, 1, 300, "How long the search may take");
        var json = Help.Json();
        var command = new Command("try", "Shows what a change would do to the newest plan, and writes nothing")
        {
            org, outOf, day, from, until, parts, at, priority, move, technician, start, seconds, json,
        };
        command.Validators.Add(result =>
        {
            bool Has(Option option) => result.GetResult(option) is { Implicit: false };
            if (!Has(outOf) && !Has(parts) && !Has(priority) && !Has(move))
                result.AddError("name a change: --out, --parts, --priority or --move.");
            foreach (var (with, of) in new (Option, Option)[] { (day, outOf), (from, outOf), (until, outOf), (at, parts), (technician, move), (start, move) })
            {
                if (Has(with) && !Has(of))
                    result.AddError($"{with.Name} goes with {of.Name}.");
            }
            if (Has(outOf) && Has(day) == (Has(from) || Has(until)))
                result.AddError("--out needs --day, or --from and --until.");
            else if (Has(outOf) && Has(from) != Has(until))
                result.AddError("--from and --until go together.");
            if (Has(parts) && !Has(at))
                result.AddError("--parts needs --at.");
            if (Has(move) && !Has(technician) && !Has(start))
                result.AddError("--move needs --technician, --start, or both.");
            if (Has(priority) && Prioritised(result.GetValue(priority)!) is null)
                result.AddError($"--priority: '{result.GetValue(priority)}' is not a work order and its priority, such as T-101=5.");
        });
        Help.Show(command, """
            woflo schedule try --org 'Main Street Diesel' --out 'Ana Ruiz' --day 2026-06-02
            woflo schedule try --org 'Main Street Diesel' --parts T-114 --at 2026-06-03T09:00 --priority T-114=5
            woflo schedule try --org 'Main Street Diesel' --move 9f61b2c4 --technician 'Ben Osei' --start 2026-06-02T13:00
            """, "there is no plan yet, or the change names what is not there or cannot be");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var organisation = await ScheduleCommand.FindOrganisation(host.Get<IPlanReader>(), parsed.GetRequiredValue(org)!, cancellation);
            var clock = ScheduleCommand.ClockOf(organisation);
            var changes = new List<WhatIf>();
            if (parsed.GetValue(outOf) is { } who)
            {
                var away = parsed.GetValue(day) is { } whole ? DateOnly.FromDateTime(whole.Shown) : (DateOnly?)null;
                changes.Add(new WhatIf.TechnicianOut(
                    who, away is { } first ? clock.StartOf(first) : parsed.GetValue(from)!.At(clock),
                    away is { } last ? clock.StartOf(last.AddDays(1)) : parsed.GetValue(until)!.At(clock)));
            }
            if (parsed.GetValue(parts) is { } waiting)
                changes.Add(new WhatIf.PartsArrive(waiting, parsed.GetValue(at)!.At(clock)));
            if (parsed.GetValue(priority) is { } urgent)
                changes.Add(Prioritised(urgent)!);
            if (parsed.GetValue(move) is { } task)
                changes.Add(new WhatIf.Moved(task, parsed.GetValue(technician), parsed.GetValue(start)?.At(clock)));
            var tried = await host.Mediator.Send(
                new TryChanges(organisation.Id, changes, TimeSpan.FromSeconds(parsed.GetValue(seconds))), cancellation);
            if (parsed.GetValue(json))
                Output.Json(Machine(tried, clock));
            else
                Show(tried, clock);
            return ExitCode.Ok;
        });
        return command;
    }

    private static WhatIf.Prioritised? Prioritised(string text) =>
        text.LastIndexOf('=') is var at and > 0 && int.TryParse(text[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var priority)
            ? new WhatIf.Prioritised(text[..at], priority)
            : null;

    private static object Machine(TriedChanges tried, ShopTime clock) => new
    {
        tried.RunId,
        Drift = Machine(tried.Drift, tried.Published, tried.Before, tried, clock),
        Difference = Machine(tried.Difference, tried.Before, tried.After, tried, clock),
        LeftOut = tried.LeftOut.Select(l => new { l.TaskId, Task = l.Name, l.Reason.Code, Reason = l.Reason.Text }),
        Lateness = tried.Lateness.Select(l => new { l.WorkOrder, MinutesBefore = l.Before, MinutesAfter = l.After }),
        tried.LevelsBefore,
        tried.LevelsAfter,
        tried.Notes,
    };

    private static object Machine(
        PlanDifference difference, IReadOnlyDictionary<Guid, PlannedItem> before, IReadOnlyDictionary<Guid, PlannedItem> after, TriedChanges tried, ShopTime clock)
    {
        return new
        {
            Placed = difference.Placed.Select(t => new { TaskId = t, Task = after[t].Name, To = Place(after[t]) }),
            Moved = difference.Moved.Select(t => new { TaskId = t, Task = after[t].Name, From = Place(before[t]), To = Place(after[t]) }),
            Removed = difference.Removed.Select(t => new { TaskId = t, Task = before[t].Name, From = Place(before[t]) }),
        };

        object Place(PlannedItem item) => new
        {
            item.TechnicianId,
            Technician = tried.Names.GetValueOrDefault(item.TechnicianId),
            item.BayId,
            Bay = item.BayId is { } bay ? tried.Names.GetValueOrDefault(bay) : null,
            StartAt = clock.Local(item.StartAt),
            EndAt = clock.Local(item.EndAt),
        };
    }

    private static void Show(TriedChanges tried, ShopTime clock)
    {
        var (drift, difference) = (tried.Drift, tried.Difference);
        if (Count(drift) is { Length: > 0 } drifted)
        {
            Output.Say($"The shop is no longer as it was when run {tried.RunId} was planned: without the change, {drifted} already. "
                + "Below is what the change does besides.");
        }
        Output.Say(Count(difference) is { Length: > 0 } moved ? $"The change: {moved}." : "The change moves nothing.");
        if (difference.Moved.Count > 0)
        {
            var table = Output.Table("id", "task", "from", "to");
            foreach (var to in difference.Moved.Select(t => tried.After[t]).OrderBy(i => i.StartAt).ThenBy(i => i.TaskId))
                table.AddRow(Output.Cell(to.TaskId.ToString()[..8]), Output.Cell(to.Name, 60), Output.Cell(Place(tried.Before[to.TaskId]), 80), Output.Cell(Place(to), 80));
            Output.Person.Write(table);
        }
        foreach (var task in difference.Placed)
            Say($"{tried.After[task].Name} comes into the plan: {Place(tried.After[task])}.");
        foreach (var task in difference.Removed)
            Say($"{tried.Before[task].Name} falls out of the plan. {tried.LeftOut.FirstOrDefault(l => l.TaskId == task)?.Reason.Text}");
        foreach (var order in tried.Lateness)
            Say($"{order.WorkOrder}: {Late(order.Before)} before, {Late(order.After)} after.");
        if (tried.Lateness.Count == 0)
            Output.Say("No work order ends later or sooner past what was asked for.");
        foreach (var note in tried.Notes)
            Say($"Note: {note}");
        Output.Say($"Cost by level: {PlanPrinter.Levels(tried.LevelsBefore)}; with the change {PlanPrinter.Levels(tried.LevelsAfter)}. Nothing was written.");

        string Place(PlannedItem item) =>
            $"{clock.Say(item.StartAt)} {tried.Names.GetValueOrDefault(item.TechnicianId)}{(item.BayId is { } bay ? $", {tried.Names.GetValueOrDefault(bay)}" : "")}";

        static void Say(string line) => Output.Say(Printable.Line(line, 1_000));
    }

    private static string Late(int minutes) => minutes == 0 ? "on time" : $"{PlanEntry.Span(TimeSpan.FromMinutes(minutes))} late";

    private static string Count(PlanDifference difference) => string.Join(", ", new[]
    {
        (difference.Moved.Count, "moved"), (difference.Placed.Count, "placed"), (difference.Removed.Count, "removed"),
    }.Where(part => part.Item1 > 0).Select(part => $"{PlanPrinter.Count(part.Item1, "task")} {part.Item2}"));
}
