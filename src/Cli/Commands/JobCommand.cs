using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Woflo.Application.Jobs;

namespace Woflo.Cli.Commands;

internal static class JobCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var id = new Argument<Guid?>("ID") { Description = "The job's id", CustomParser = result => Arguments.Uuid(result, "ID") };
        var json = Help.Json();
        var command = new Command("job", "Shows one job whole, with its error and its failed attempts") { id, json };
        Help.Show(command, """
            woflo job 0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11
            woflo job 0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11 --json | jq -r .status
            """, "there is no such job");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var wanted = parsed.GetRequiredValue(id)!.Value;
            var job = await host.Get<IQueueReader>().Find(wanted, cancellation);
            if (job is null)
            {
                Output.Problem($"there is no job {wanted}; 'woflo jobs' lists them.");
                return ExitCode.Failed;
            }
            if (parsed.GetValue(json))
                Output.Json(Machine(job));
            else
                Show(job);
            return ExitCode.Ok;
        });
        return command;
    }

    private static object Machine(JobDetails job) => new
    {
        job.Id,
        job.OrgId,
        job.Type,
        job.Status,
        job.Attempts,
        job.MaxAttempts,
        job.RunAfter,
        job.CreatedAt,
        job.UpdatedAt,
        job.ClaimedAt,
        RunningSeconds = job.RunningFor?.TotalSeconds,
        job.LockedAt,
        job.LockedBy,
        job.LeaseExpiresAt,
        job.Fence,
        job.LastFence,
        job.Deferrals,
        job.DeferredSince,
        job.Rescues,
        job.FailureClass,
        job.Error,
        Progress = Output.Embedded(job.Progress),
        Payload = Output.Embedded(job.Payload),
        Failures = Output.Embedded(job.Failures),
    };

    private static void Show(JobDetails job)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        grid.AddRow(new Text("job"), Output.Cell(job.Id.ToString()));
        grid.AddRow(new Text("status"), Output.Status(job.Status));
        Row("type", job.Type);
        Row("organisation", job.OrgId.ToString());
        Row("attempts", $"{job.Attempts} of {job.MaxAttempts}");
        Row("due", Output.Instant(job.RunAfter));
        Row("running for", Output.Duration(job.RunningFor));
        Row("progress", JobProgress.Line(job.Progress));
        Row("claimed", Output.Instant(job.ClaimedAt));
        Row("locked by", job.LockedBy);
        Row("locked", Output.Instant(job.LockedAt));
        Row("lease expires", Output.Instant(job.LeaseExpiresAt));
        Row("fence", job.Fence?.ToString());
        Row("last fence", job.LastFence?.ToString());
        Row("deferrals", job.Deferrals == 0 ? null : $"{job.Deferrals}, since {Output.Instant(job.DeferredSince)}");
        Row("rescues", job.Rescues == 0 ? null : job.Rescues.ToString(CultureInfo.InvariantCulture));
        Row("created", Output.Instant(job.CreatedAt));
        Row("updated", Output.Instant(job.UpdatedAt));
        Row("failure class", job.FailureClass);
        Row("error", job.Error);
        Row("payload", Pretty(job.Payload));
        Output.Person.Write(grid);
        ShowFailures(job.Failures);
        if (job.Status == "failed")
            Output.Say($"Replay it with: woflo retry {job.Id}");

        void Row(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                grid.AddRow(new Text(name), new Text(Printable.Text(value, maxLines: 60)));
        }
    }

    private static void ShowFailures(string json)
    {
        using var failures = JsonDocument.Parse(json);
        if (failures.RootElement.ValueKind != JsonValueKind.Array || failures.RootElement.GetArrayLength() == 0)
            return;
        var table = Output.Table("attempt", "at", "worker", "class", "error");
        foreach (var failure in failures.RootElement.EnumerateArray())
        {
            table.AddRow(
                Output.Cell(Field(failure, "attempt")), Output.Cell(Instant(Field(failure, "at")), 40), Output.Cell(Field(failure, "worker"), 40),
                Output.Cell(Field(failure, "class")), new Text(Printable.Text(Field(failure, "error"), maxLines: 10)));
        }
        Output.Say("Failed attempts:");
        Output.Person.Write(table);
    }

    private static string Instant(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var at) ? Output.Instant(at.UtcDateTime) : text;

    private static string Field(JsonElement failure, string name) =>
        failure.ValueKind == JsonValueKind.Object && failure.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static string Pretty(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, Indented);
    }
}
