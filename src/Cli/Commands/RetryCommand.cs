using System.CommandLine;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Cli.Commands;

internal static class RetryCommand
{
    public static Command Create()
    {
        var ids = new Argument<Guid[]>("ID")
        {
            Description = "Dead letters to replay",
            Arity = ArgumentArity.ZeroOrMore,
            CustomParser = result => Arguments.Uuids(result, "ID"),
        };
        var failed = new Option<bool>("--failed") { Description = "Replay all dead letters, those that were cancelled left out" };
        var type = Arguments.OneOf("--type", JobTypes.All, "With --failed: only this type");
        var failureClass = Arguments.OneOf(
            "--class", [.. FailureClass.All.Where(c => c != FailureClass.Cancelled).Select(c => c.Name)], "With --failed: only this failure class");
        var json = Help.Json();
        var command = new Command("retry", "Replays dead letters: attempts, deferrals and rescues start anew") { ids, failed, type, failureClass, json };
        command.Validators.Add(result =>
        {
            var named = result.GetResult(ids)?.Tokens.Count > 0;
            var all = result.GetValue(failed);
            if (named == all)
                result.AddError("name the jobs to replay, or say --failed for all dead letters.");
            else if (named && (result.GetResult(type) is not null || result.GetResult(failureClass) is not null))
                result.AddError("--type and --class go with --failed.");
        });
        Help.Show(command, """
            woflo retry 0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11
            woflo retry --failed --type ai_enrich --class timeout
            """, "nothing was replayed, or a job that was named was no dead letter");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var report = await host.Mediator.Send(
                new RetryJobs(parsed.GetValue(ids) ?? [], parsed.GetValue(type), parsed.GetValue(failureClass)), cancellation);
            if (parsed.GetValue(json))
            {
                Output.Json(new
                {
                    report.Retried,
                    Refused = report.Refused.Select(refused => new { Id = refused.Key, Status = refused.Value?.Name() }),
                });
            }
            else
            {
                Show(report);
            }
            return report.Retried.Count > 0 && report.Refused.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }

    private static void Show(RetryReport report)
    {
        foreach (var (id, state) in report.Refused)
        {
            Output.Problem(state is null
                ? $"there is no job {id}; 'woflo jobs' lists them."
                : $"job {id} is {state.Value.Name()}; only failed jobs can be replayed.");
        }
        Output.Say(report.Retried.Count switch
        {
            0 => "No job was replayed.",
            1 => $"Queued again: {report.Retried[0]}",
            var many => $"{many} jobs queued again.",
        });
    }
}
