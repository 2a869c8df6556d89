using System.CommandLine;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Cli.Commands;

internal static class CancelCommand
{
    public static Command Create()
    {
        var ids = new Argument<Guid[]>("ID")
        {
            Description = "Jobs to call off, queued or running",
            Arity = ArgumentArity.ZeroOrMore,
            CustomParser = result => Arguments.Uuids(result, "ID"),
        };
        var queued = new Option<bool>("--queued") { Description = "Call off queued jobs of a type or an organisation, at most 100,000 a call" };
        var type = Arguments.OneOf("--type", JobTypes.All, "With --queued: only this type");
        var org = Arguments.Org();
        var reason = Arguments.Reason("Kept as the jobs' error");
        var json = Help.Json();
        var command = new Command("cancel", "Calls jobs off; a worker that runs one stops it and writes nothing") { ids, queued, type, org, reason, json };
        command.Validators.Add(result =>
        {
            var named = result.GetResult(ids)?.Tokens.Count > 0;
            var filtered = result.GetResult(type) is not null || result.GetResult(org) is not null;
            if (named == result.GetValue(queued))
                result.AddError("name the jobs to call off, or say --queued for those that wait.");
            else if (named && filtered)
                result.AddError("--type and --org go with --queued.");
            else if (!named && !filtered)
                result.AddError("--queued needs --type, --org or both.");
        });
        Help.Show(command, """
            woflo cancel 0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11 --reason 'planned by hand'
            woflo cancel --queued --type ai_enrich --org 6f9619ff-8b86-4d01-b42d-00cf4fc964ff
            """, "nothing was called off, or a job that was named had ended or does not exist");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var report = await host.Mediator.Send(
                new CancelJobs(parsed.GetValue(ids) ?? [], parsed.GetValue(reason), parsed.GetValue(type), parsed.GetValue(org)), cancellation);
            if (parsed.GetValue(json))
            {
                Output.Json(new
                {
                    Cancelled = report.Cancelled.Select(cancelled => new { Id = cancelled.Key, Was = cancelled.Value.Name() }),
                    Refused = report.Refused.Select(refused => new { Id = refused.Key, Status = refused.Value?.Name() }),
                });
            }
            else
            {
                Show(report);
            }
            return report.Cancelled.Count > 0 && report.Refused.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }

    private static void Show(CancelReport report)
    {
        foreach (var (id, state) in report.Refused)
        {
            Output.Problem(state switch
            {
                null => $"there is no job {id}; 'woflo jobs' lists them.",
                JobState.Running => $"job {id} has started meanwhile; 'woflo cancel {id}' calls it off, too.",
                _ => $"job {id} is {state.Value.Name()}; only queued and running jobs can be called off.",
            });
        }
        if (report.Cancelled.Count > 20)
            Output.Say($"{report.Cancelled.Count} jobs called off.");
        else
        {
            foreach (var (id, was) in report.Cancelled)
                Output.Say($"Called off: {id} (was {was.Name()})");
        }
        if (report.Cancelled.Count == 0)
            Output.Say("No job was called off.");
        if (report.Cancelled.Count == CancelJobs.AtMost)
            Output.Say("There may be more: run it again.");
    }
}
