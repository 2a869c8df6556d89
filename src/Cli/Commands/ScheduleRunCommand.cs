using System.CommandLine;
using Woflo.Application.Jobs;
using Woflo.Application.Scheduling;
using Woflo.Cli.Schedule;

namespace Woflo.Cli.Commands;

internal static class ScheduleRunCommand
{
    public static Command Create()
    {
        var org = ScheduleCommand.Org(required: true);
        var days = Arguments.Whole("--days", 7, 1, 92, "How many days to plan");
        var from = Arguments.LocalTime("--from", "Plan from then on; without it from now");
        var trigger = Arguments.OneOf("--trigger", StartScheduleRun.Triggers, "Why a plan is asked for: manual plans afresh, the others repair the last plan");
        trigger.DefaultValueFactory = _ => "manual";
        var seconds = Arguments.Whole("--seconds", 30, 1, 300, "How long the search may take");
        var noWait = new Option<bool>("--no-wait") { Description = "Do not follow it to its end" };
        var json = Help.Json();
        var command = new Command("run", "Asks for a plan, as the API does, and follows it to its end") { org, days, from, trigger, seconds, noWait, json };
        Help.Show(command, """
            woflo schedule run --org 6f9619ff-8b86-4d01-b42d-00cf4fc964ff
            woflo schedule run --org 'Main Street Diesel' --days 14 --from 2026-06-01 --seconds 60
            woflo schedule run --org 'Main Street Diesel' --trigger auto_callout --no-wait --json | jq -r .run_id
            """, "there is no such organisation, or no plan came of it: the run failed or was called off");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var plans = host.Get<IPlanReader>();
            var organisation = await ScheduleCommand.FindOrganisation(plans, parsed.GetRequiredValue(org)!, cancellation);
            var clock = ScheduleCommand.ClockOf(organisation);
            var started = await host.Mediator.Send(
                new StartScheduleRun(
                    organisation.Id, parsed.GetValue(from)?.At(clock), parsed.GetValue(days), parsed.GetValue(trigger)!, parsed.GetValue(seconds)),
                cancellation);
            var machine = parsed.GetValue(json);
            if (!machine)
            {
                Output.Say($"Run {started.RunId}: {Printable.Line(organisation.Name, 100)}, "
                    + $"{clock.Say(started.HorizonStart)} to {clock.Say(started.HorizonEnd)} ({clock.Name}).");
            }
            if (parsed.GetValue(noWait))
            {
                if (machine)
                    Output.Json(started);
                else
                    Output.Say($"Follow it with: woflo schedule show {started.RunId}");
                return ExitCode.Ok;
            }
            var follower = new RunFollower(host.Get<IQueueReader>(), host.Get<TimeProvider>(), machine, Output.OnTerminal && !machine);
            var job = await follower.Follow(started, organisation.Id, cancellation);
            var plan = await PlanView.Of(
                await plans.Read(started.RunId, cancellation) ?? throw new NotFoundException($"run {started.RunId} was deleted while its plan was made."),
                host.Get<IShopReader>(), cancellation);
            if (machine)
                Output.Json(Machine(started, plan, job));
            else
                Show(plan, job);
            return plan.Plan.Status == "succeeded" ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }

    private static object Machine(StartedRun started, PlanView plan, JobDetails? job) => new
    {
        started.RunId,
        started.JobId,
        started.HorizonStart,
        started.HorizonEnd,
        plan.Plan.Status,
        plan.Plan.SolverStatus,
        plan.Plan.InfeasibleReason,
        JobStatus = job?.Status,
        job?.Error,
        TaskCount = plan.Entries.Count,
        LeftOut = plan.Details.LeftOut.Count,
        plan.Details.Levels,
    };

    private static void Show(PlanView plan, JobDetails? job)
    {
        if (plan.Plan.Status == "succeeded")
        {
            PlanPrinter.Summary(plan);
            Output.Say($"Look at it with: woflo schedule show {plan.Plan.RunId}");
            return;
        }
        Output.Problem($"{PlanPrinter.WhyNoPlan(plan.Plan)}{(job is null ? "" : $" The whole job: woflo job {job.Id}")}");
    }
}
