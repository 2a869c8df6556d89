using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Woflo.Application.Jobs;

namespace Woflo.Cli.Commands;

internal static class CronCommand
{
    public static Command Create()
    {
        var command = new Command("cron", "Jobs that the clock enqueues") { List(), Add(), Remove() };
        Help.Show(command, """
            woflo cron list
            woflo cron add --help
            """);
        return command;
    }

    private static Command List()
    {
        var org = Arguments.Org();
        var json = Help.Json();
        var command = new Command("list", "Lists the schedules, with the next and the last instant of each") { org, json };
        Help.Show(command, "woflo cron list --json | jq '.crons[].next_at'");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var crons = await host.Get<ICronStore>().List(parsed.GetValue(org), cancellation);
            if (parsed.GetValue(json))
                Output.Json(new { Crons = crons.Select(Machine) });
            else
                Show(crons);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Add()
    {
        var type = new Argument<string>("TYPE") { Description = "ai_enrich or schedule_run" };
        var org = Arguments.Org(required: true);
        var name = Name();
        var expression = new Option<string>("--expression")
        {
            Description = "Five fields: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday)",
            HelpName = "CRON",
            Required = true,
        };
        var zone = new Option<string?>("--time-zone") { Description = "Such as America/Chicago; without it the shop's, also when that changes", HelpName = "ZONE" };
        var payload = Arguments.Payload(required: true);
        var maxAttempts = Arguments.MaxAttempts();
        var json = Help.Json();
        var command = new Command("add", "Adds a schedule, and shows when it fires next") { type, org, name, expression, zone, payload, maxAttempts, json };
        Help.Show(command, """
            woflo cron add ai_enrich --org 6f9619ff-8b86-4d01-b42d-00cf4fc964ff --name mornings --expression '0 6 * * 1-5' \
              --payload '{"work_order_id": "0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11"}'
            """, "refused: the name is taken, or type, organisation, expression, time zone or payload is wrong");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var job = new EnqueueJob(
                parsed.GetRequiredValue(org)!.Value, parsed.GetRequiredValue(type), await Arguments.ReadPayload(parsed.GetRequiredValue(payload)!, cancellation),
                parsed.GetValue(maxAttempts));
            var added = await host.Mediator.Send(
                new AddCron(parsed.GetRequiredValue(name), parsed.GetRequiredValue(expression), parsed.GetValue(zone), job), cancellation);
            if (parsed.GetValue(json))
                Output.Json(added);
            else
                Output.Say($"Fires next, in {Printable.Line(added.TimeZone)}: {string.Join(", ", added.Next.Select(Local))}.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove()
    {
        var org = Arguments.Org(required: true);
        var name = Name();
        var json = Help.Json();
        var command = new Command("remove", "Removes a schedule; jobs that it has enqueued stay") { org, name, json };
        Help.Show(command, "woflo cron remove --org 6f9619ff-8b86-4d01-b42d-00cf4fc964ff --name mornings", "there is no such schedule");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var wanted = parsed.GetRequiredValue(name);
            var removed = await host.Mediator.Send(new RemoveCron(parsed.GetRequiredValue(org)!.Value, wanted), cancellation);
            if (parsed.GetValue(json))
                Output.Json(new { Removed = removed });
            else if (removed)
                Output.Say($"Removed schedule {Printable.Line(wanted)}.");
            if (removed)
                return ExitCode.Ok;
            Output.Problem($"there is no schedule '{Printable.Line(wanted)}' in this organisation; 'woflo cron list' lists them.");
            return ExitCode.Failed;
        });
        return command;
    }

    private static Option<string> Name() => new("--name") { Description = "The schedule's name, its own in the organisation", HelpName = "NAME", Required = true };

    private static object Machine(CronLine cron) => new
    {
        cron.Id,
        cron.OrgId,
        cron.Name,
        cron.Expression,
        cron.TimeZone,
        cron.Type,
        Payload = Output.Embedded(cron.Payload),
        cron.MaxAttempts,
        cron.NextAt,
        cron.LastAt,
        cron.LastJobId,
    };

    private static void Show(IReadOnlyList<CronLine> crons)
    {
        if (crons.Count == 0)
        {
            Output.Say("No schedules.");
            return;
        }
        var table = Output.Table("name", "organisation", "expression", "time zone", "type", "next", "last", "last job");
        foreach (var cron in crons)
        {
            table.AddRow(
                Output.Cell(cron.Name, 100), Output.Cell(cron.OrgId.ToString()), Output.Cell(cron.Expression, 60), Output.Cell(cron.TimeZone, 40),
                Output.Cell(cron.Type, 40), Output.Cell(Output.Instant(cron.NextAt)), Output.Cell(Output.Instant(cron.LastAt)),
                Output.Cell(cron.LastJobId?.ToString()));
        }
        Output.Person.Write(table);
    }

    private static string Local(DateTimeOffset at) => at.ToString("ddd yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);
}
