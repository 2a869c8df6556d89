using System.CommandLine;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Cli.Commands;

internal static class ResumeCommand
{
    public static Command Create()
    {
        var type = Arguments.OneOf("--type", JobTypes.All, "The type that was paused");
        var org = Arguments.Org();
        var json = Help.Json();
        var command = new Command("resume", "Lifts a pause, named as it was made") { type, org, json };
        command.Validators.Add(result =>
        {
            if (result.GetResult(type) is null && result.GetResult(org) is null)
                result.AddError("say what to resume: --type, --org or both, as 'woflo pause' lists it.");
        });
        Help.Show(command, """
            woflo resume --type ai_enrich
            woflo resume --type ai_enrich --org 6f9619ff-8b86-4d01-b42d-00cf4fc964ff
            """, "there was no such pause");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var lifted = await host.Mediator.Send(new ResumeJobs(parsed.GetValue(type), parsed.GetValue(org)), cancellation);
            if (parsed.GetValue(json))
                Output.Json(new { Resumed = lifted });
            else if (lifted)
                Output.Say("Resumed.");
            if (!lifted)
                Output.Problem("nothing was paused by exactly that type and organisation; 'woflo pause' lists what is.");
            return lifted ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }
}
