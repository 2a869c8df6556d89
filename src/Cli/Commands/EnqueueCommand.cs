using System.CommandLine;
using Woflo.Application.Jobs;

namespace Woflo.Cli.Commands;

internal static class EnqueueCommand
{
    public static Command Create()
    {
        var type = new Argument<string?>("TYPE") { Description = "ai_enrich or schedule_run", Arity = ArgumentArity.ZeroOrOne };
        var org = Arguments.Org();
        var payload = Arguments.Payload();
        var maxAttempts = Arguments.MaxAttempts();
        var delay = Arguments.Whole("--delay", 0, 0, 316_224_000, "Seconds until it falls due");
        var unique = new Option<string?>("--unique")
        {
            Description = "Names the work: while a job of this organisation, type and key is queued or running, that one is the answer",
            HelpName = "KEY",
        };
        var uniqueFor = Arguments.Whole("--unique-for", 0, 0, 316_224_000, "With --unique: and in any case for so many seconds");
        var file = new Option<string?>("--file")
        {
            Description = "Many jobs, all or none: one JSON object a line {org_id, type, payload, max_attempts?, delay_seconds?, unique_key?, unique_seconds?}; "
                + "- reads stdin",
            HelpName = "PATH",
        };
        var json = Help.Json();
        var command = new Command("enqueue", "Puts a job into the queue, as the API does, or many")
        {
            type, org, payload, maxAttempts, delay, unique, uniqueFor, file, json,
        };
        command.Validators.Add(result =>
        {
            Option[] single = [org, payload, maxAttempts, delay, unique, uniqueFor];
            var named = single.Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name).ToList();
            var hasType = result.GetResult(type)?.Tokens.Count > 0;
            if (result.GetResult(file) is not null)
            {
                if (named.Count > 0 || hasType)
                    result.AddError($"--file says all of its jobs itself: leave out {(hasType ? "TYPE" : named[0])}.");
                return;
            }
            if (!hasType || !named.Contains(org.Name) || !named.Contains(payload.Name))
                result.AddError("TYPE, --org and --payload are needed; or --file.");
            if (named.Contains(uniqueFor.Name) && !named.Contains(unique.Name))
                result.AddError("--unique-for goes with --unique.");
        });
        Help.Show(command, """
            woflo enqueue ai_enrich --org 6f9619ff-8b86-4d01-b42d-00cf4fc964ff \
              --payload '{"work_order_id": "0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11"}'
            woflo enqueue schedule_run --org 6f9619ff-8b86-4d01-b42d-00cf4fc964ff --max-attempts 1 --payload - < payload.json
            woflo enqueue --file jobs.ndjson
            """, "refused, and nothing queued: unknown type or organisation, or no JSON object");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var machine = parsed.GetValue(json);
            if (parsed.GetValue(file) is { } path)
            {
                Show(await host.Mediator.Send(new EnqueueJobs(await JobLines.Read(path, cancellation), "line"), cancellation), machine);
                return ExitCode.Ok;
            }
            var key = parsed.GetValue(unique);
            var job = await host.Mediator.Send(
                new EnqueueJob(
                    parsed.GetRequiredValue(org)!.Value, parsed.GetRequiredValue(type)!, await Arguments.ReadPayload(parsed.GetRequiredValue(payload)!, cancellation),
                    parsed.GetValue(maxAttempts), TimeSpan.FromSeconds(parsed.GetValue(delay)), key,
                    key is null ? null : TimeSpan.FromSeconds(parsed.GetValue(uniqueFor))),
                cancellation);
            if (machine)
                Output.Json(job);
            else
                Output.Say($"{(job.WasThere ? "It was there already: job" : "Queued job")} {job.Id}. Look at it with: woflo job {job.Id}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(IReadOnlyList<EnqueuedJob> jobs, bool machine)
    {
        var wereThere = jobs.Count(job => job.WasThere);
        if (machine)
            Output.Json(new { Queued = jobs.Count - wereThere, WereThere = wereThere, Jobs = jobs });
        else
            Output.Say($"{jobs.Count - wereThere} jobs queued, {wereThere} were there already.");
    }
}
