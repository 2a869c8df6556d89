using System.CommandLine;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Cli.Commands;

internal static class PauseCommand
{
    public static Command Create()
    {
        var type = Arguments.OneOf("--type", JobTypes.All, "Jobs of this type");
        var org = Arguments.Org();
        var lasting = Arguments.Duration("--for", "How long");
        var until = Arguments.Instant("--until", "Until when");
        var reason = Arguments.Reason("Shown wherever the pause is");
        var json = Help.Json();
        var command = new Command("pause", "Keeps jobs from starting, on all workers; without options, lists the pauses")
        {
            type, org, lasting, until, reason, json,
        };
        command.Validators.Add(result =>
        {
            var named = result.GetResult(type) is not null || result.GetResult(org) is not null;
            if (!named && new Option[] { lasting, until, reason }.Any(option => result.GetResult(option) is not null))
                result.AddError("say what to pause: --type, --org or both.");
            else if (result.GetResult(lasting) is not null && result.GetResult(until) is not null)
                result.AddError("--for or --until, not both.");
        });
        Help.Show(command, """
            woflo pause --type ai_enrich --for 30m --reason 'the provider is down'
            woflo pause --org 6f9619ff-8b86-4d01-b42d-00cf4fc964ff --until 2026-03-01T08:00:00Z
            woflo pause
            """, "there is no such organisation, or the instant is past");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var (ofType, ofOrg) = (parsed.GetValue(type), parsed.GetValue(org));
            IReadOnlyList<QueuePause> pauses = ofType is null && ofOrg is null
                ? await host.Get<IQueueReader>().Pauses(cancellation)
                : [await host.Mediator.Send(
                    new PauseJobs(ofType, ofOrg, parsed.GetValue(reason), parsed.GetValue(lasting), parsed.GetValue(until)), cancellation)];
            if (parsed.GetValue(json))
            {
                Output.Json(new { Pauses = pauses.Select(Machine) });
                return ExitCode.Ok;
            }
            Show(pauses);
            if (pauses.Count == 0)
                Output.Say("Nothing is paused.");
            return ExitCode.Ok;
        });
        return command;
    }

    public static object Machine(QueuePause pause) => new { pause.Type, pause.OrgId, pause.Until, pause.Reason, pause.Since };

    public static void Show(IReadOnlyList<QueuePause> pauses)
    {
        foreach (var pause in pauses)
            Output.Say($"Paused: {pause.What}, {pause.UntilWhen} ({Printable.Line(pause.Reason, 200)}). 'woflo resume {pause.Options}' lifts it.");
    }
}
