using System.CommandLine;
using Woflo.Application.Scheduling;
using Woflo.Cli.Schedule;

namespace Woflo.Cli.Commands;

internal static class ScheduleExplainCommand
{
    public static Command Create()
    {
        var run = ScheduleCommand.Run();
        var org = ScheduleCommand.Org(required: false);
        var task = new Option<string>("--task") { Description = "The task's id, or the beginning of it as 'woflo schedule show' lists it", HelpName = "ID", Required = true };
        var json = Help.Json();
        var command = new Command("explain", "Says why a task is where it is, or nowhere, and what else could be done with it") { run, org, task, json };
        Help.Show(command, """
            woflo schedule explain latest --org 'Main Street Diesel' --task 9f61b2c4
            woflo schedule explain 0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11 --task 9f61b2c4 --json | jq -r '.technicians[].text'
            """, "there is no such run or task, or the run has no plan");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var plan = await ScheduleCommand.ReadRun(host.Get<IPlanReader>(), parsed.GetRequiredValue(run), parsed.GetValue(org), cancellation);
            if (!plan.HasPlan)
                throw new NotFoundException(PlanPrinter.WhyNoPlan(plan));
            var explanation = await host.Mediator.Send(new ExplainTask(plan, parsed.GetRequiredValue(task)), cancellation);
            var clock = ShopTime.In(plan.Organisation.TimeZone) ?? ShopTime.Utc;
            if (parsed.GetValue(json))
                Output.Json(Machine(plan, explanation, clock));
            else
                Show(explanation, clock);
            return ExitCode.Ok;
        });
        return command;
    }

    private static object Machine(StoredPlan plan, TaskExplanation explanation, ShopTime clock) => new
    {
        plan.RunId,
        explanation.TaskId,
        explanation.Task,
        explanation.Sentences,
        Alternative = Machine(explanation.Alternative, clock),
        Technicians = explanation.Technicians.Select(t => new { t.TechnicianId, t.Technician, t.Rule, t.Text, Offer = Machine(t.Offer, clock) }),
        ShopHasChanged = explanation.Changes,
    };

    private static object? Machine(PlaceOffer? offer, ShopTime clock) => offer is null ? null : new
    {
        offer.Technician,
        offer.Bay,
        StartAt = clock.Local(offer.StartAt),
        EndAt = clock.Local(offer.EndAt),
        offer.CostDifference,
    };

    private static void Show(TaskExplanation explanation, ShopTime clock)
    {
        if (explanation.Changes.Count > 0)
            Say($"The shop has changed since this plan was made ({string.Join("; ", explanation.Changes)}): what follows is for the shop as it is now.");
        Say($"{explanation.Task} ({explanation.TaskId})");
        foreach (var sentence in explanation.Sentences)
            Say(sentence);
        if (explanation.Alternative is { } other)
        {
            Say($"The next best place is with {other.Technician}{(other.Bay is null ? "" : $" in {other.Bay}")} on {clock.Say(other.StartAt)}: "
                + $"{PlanPrinter.LevelDifference(other.CostDifference)}.");
        }
        if (explanation.Technicians.Count > 0)
            Output.Say("Each technician:");
        foreach (var technician in explanation.Technicians)
            Say($"- {technician.Text}");
    }

    private static void Say(string line) => Output.Say(Printable.Line(line, 1_000));
}
