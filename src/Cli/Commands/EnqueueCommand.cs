using System.CommandLine;
using Woflo.Application.Jobs;

namespace Woflo.Cli.Commands;

internal static class EnqueueCommand
{
    public static Command Create()
    {
        var type = new Argument<string>("TYPE") { Description = "ai_enrich or schedule_run" };
        var org = Arguments.Org(required: true);
        var payload = new Option<string>("--payload")
        {
            Description = "The job's payload, a JSON object; - reads it from stdin",
            HelpName = "JSON",
            Required = true,
        };
        var maxAttempts = Arguments.Whole("--max-attempts", 3, 1, 10, "How often it may be tried");
        var delay = Arguments.Whole("--delay", 0, 0, 316_224_000, "Seconds until it falls due");
        var json = Help.Json();
        var command = new Command("enqueue", "Puts a job into the queue, as the API does") { type, org, payload, maxAttempts, delay, json };
        Help.Show(command, """
            woflo enqueue ai_enrich --org 6f9619ff-8b86-4d01-b42d-00cf4fc964ff \
              --payload '{"work_order_id": "0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11"}'
            woflo enqueue schedule_run --org 6f9619ff-8b86-4d01-b42d-00cf4fc964ff --max-attempts 1 --payload - < payload.json
            """, "the job was refused: unknown type or organisation, or no JSON object");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var text = parsed.GetRequiredValue(payload);
            if (text == "-")
                text = await Console.In.ReadToEndAsync(cancellation);
            var id = await host.Mediator.Send(
                new EnqueueJob(
                    parsed.GetRequiredValue(org)!.Value, parsed.GetRequiredValue(type), text, parsed.GetValue(maxAttempts),
                    TimeSpan.FromSeconds(parsed.GetValue(delay))),
                cancellation);
            if (parsed.GetValue(json))
                Output.Json(new { Id = id });
            else
                Output.Say($"Queued job {id}. Look at it with: woflo job {id}");
            return ExitCode.Ok;
        });
        return command;
    }
}
