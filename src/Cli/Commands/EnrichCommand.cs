using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Woflo.Application.Enrichment;
using Woflo.Domain.Enrichment;

namespace Woflo.Cli.Commands;

internal static class EnrichCommand
{
    public static Command Create()
    {
        var text = new Option<string?>("--text") { Description = "Notes to read; - reads them from stdin", HelpName = "TEXT" };
        var workOrder = new Option<Guid?>("--work-order")
        {
            Description = "The work order whose notes and parts are read",
            HelpName = "UUID",
            CustomParser = result => Arguments.Uuid(result, "--work-order"),
        };
        var json = Help.Json();
        var command = new Command("enrich", "Shows what is read from notes and what is found, by the local rules alone: nothing is sent or written")
        {
            text, workOrder, json, Apply(),
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(text) is null == result.GetResult(workOrder) is null)
                result.AddError("say either --text or --work-order.");
        });
        Help.Show(command, """
            woflo enrich --text 'Brakes squeal when cold, SPN 4364 FMI 18. Call 512 555 0142'
            woflo enrich --work-order 0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11
            woflo enrich apply 0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11
            """);
        command.SetAction(async (parsed, cancellation) =>
        {
            var notes = parsed.GetValue(text);
            // A text needs no database.
            await using var host = CliHost.Build(name => Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value
                : notes is not null && name == "DATABASE_URL" ? "postgresql://nobody@localhost/none"
                : null);
            if (notes == "-")
                notes = await Console.In.ReadToEndAsync(cancellation);
            var preview = await host.Mediator.Send(new PreviewEnrichment(notes, parsed.GetValue(workOrder)), cancellation);
            if (parsed.GetValue(json))
            {
                Output.Json(new
                {
                    preview.Input,
                    Steps = preview.Answers.Select(answer => new { Step = Spelling.Of(answer.Result.Step), Result = Output.Embedded(ResultJson.Write(answer.Result)) }),
                });
            }
            else
            {
                Show(preview);
            }
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Apply()
    {
        var workOrder = new Argument<Guid?>("WORK_ORDER")
        {
            Description = "The work order's id",
            CustomParser = result => Arguments.Uuid(result, "WORK_ORDER"),
        };
        var command = new Command("apply", "Makes tasks of the plan that is stored for a work order, if it has no tasks yet") { workOrder };
        Help.Show(command, "woflo enrich apply 0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11", "there is no plan, no such work order, or it has tasks already");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var id = parsed.GetValue(workOrder)!.Value;
            var applied = await host.Mediator.Send(new ApplyPlan(id), cancellation);
            switch (applied.Outcome)
            {
                case PlanOutcome.Applied:
                    Output.Say($"{applied.Tasks} tasks added{(applied.IsDraft ? ", from a draft that was waiting for review" : "")}.");
                    return ExitCode.Ok;
                case PlanOutcome.NoWorkOrder:
                    Output.Problem($"there is no work order {id}.");
                    break;
                case PlanOutcome.NoPlan:
                    Output.Problem($"no plan is stored for work order {id}; 'woflo enqueue ai_enrich' makes one.");
                    break;
                case PlanOutcome.HasTasks:
                    Output.Problem($"work order {id} has {applied.Tasks} tasks already; nothing was added.");
                    break;
            }
            return ExitCode.Failed;
        });
        return command;
    }

    private static void Show(EnrichmentPreview preview)
    {
        Output.Say("Read, after redaction:");
        Output.Say(Printable.Text(preview.Input));
        foreach (var answer in preview.Answers)
        {
            Output.Say("");
            Output.Say(string.Create(
                CultureInfo.InvariantCulture, $"{Spelling.Of(answer.Result.Step)} (confidence {answer.Result.Confidence:0.00}, {answer.Provider} {answer.PromptVersion})"));
            using var result = JsonDocument.Parse(ResultJson.Write(answer.Result));
            foreach (var field in result.RootElement.EnumerateObject().Where(field => field.Name is not ("step" or "confidence")))
                Show(field);
        }
    }

    private static void Show(JsonProperty field)
    {
        if (field.Value.ValueKind == JsonValueKind.Array && field.Value.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Object))
        {
            Output.Say($"  {field.Name}:");
            foreach (var item in field.Value.EnumerateArray())
            {
                Output.Say("    - " + string.Join(", ", item.EnumerateObject()
                    .Where(part => part.Value.ValueKind != JsonValueKind.Null).Select(part => $"{part.Name} {Value(part.Value)}")));
            }
        }
        else
        {
            Output.Say($"  {field.Name}: {Value(field.Value)}");
        }
    }

    private static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "-",
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "-" : string.Join("; ", value.EnumerateArray().Select(Value)),
        _ => Printable.Line(value.ToString(), 400),
    };
}
