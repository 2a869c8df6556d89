using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;
using Woflo.Application.Jobs;

namespace Woflo.Cli.Commands;

/// <summary>Jobs as lines of JSON (NDJSON): one object a line, each an <see cref="EnqueueJob"/>.</summary>
internal static class JobLines
{
    private const int BufferBytes = 81_920;
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <param name="path">A file; - for stdin.</param>
    /// <exception cref="ValidationException">Some line is no job; the message names it.</exception>
    public static async Task<List<EnqueueJob>> Read(string path, CancellationToken cancellation)
    {
        var text = await Bytes(path, cancellation);
        var rest = text.AsMemory(text is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0);
        List<EnqueueJob> jobs = [];
        while (rest.Length > 0)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            jobs.Add(Job(end < 0 ? rest : rest[..end], jobs.Count + 1));
            if (jobs.Count > EnqueueJobs.MaxJobs)
                throw Refusal($"more than {EnqueueJobs.MaxJobs} lines: split the file.");
            rest = end < 0 ? default : rest[(end + 1)..];
        }
        return jobs;
    }

    private static EnqueueJob Job(ReadOnlyMemory<byte> line, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new FormatException("not a JSON object.");
            var job = new EnqueueJob(Guid.Empty, "", "");
            foreach (var field in document.RootElement.EnumerateObject())
                job = With(job, field.Name, field.Value);
            foreach (var (name, isMissing) in new[] { ("org_id", job.OrgId == Guid.Empty), ("type", job.Type == ""), ("payload", job.Payload == "") })
            {
                if (isMissing)
                    throw new FormatException($"{name} is missing.");
            }
            return job;
        }
        catch (JsonException exception)
        {
            // The rest of its message is about a line of its own.
            throw Refusal($"line {number}: not a JSON object: {exception.Message.Split(" LineNumber:")[0]}");
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException)
        {
            throw Refusal($"line {number}: {exception.Message}");
        }
    }

    private static EnqueueJob With(EnqueueJob job, string name, JsonElement value) => name switch
    {
        "org_id" => job with { OrgId = value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var id) ? id : throw Wrong(name, "a UUID") },
        "type" => job with { Type = Text(value) ?? throw Wrong(name, "a text") },
        "payload" => job with { Payload = value.GetRawText() },
        "max_attempts" => job with
        {
            MaxAttempts = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw Wrong(name, "a whole number"),
        },
        "delay_seconds" => job with { Delay = Seconds(value) ?? throw Wrong(name, "a number of seconds") },
        "unique_key" => job with { UniqueKey = Text(value) ?? throw Wrong(name, "a text") },
        "unique_seconds" => job with { UniqueFor = Seconds(value) ?? throw Wrong(name, "a number of seconds") },
        _ => throw new FormatException($"'{name}' is none of org_id, type, payload, max_attempts, delay_seconds, unique_key, unique_seconds."),
    };

    private static FormatException Wrong(string name, string expected) => new($"{name} is not {expected}.");

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // A century is beyond every bound, and within what a TimeSpan holds.
    private static TimeSpan? Seconds(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and <= 3_155_760_000 ? TimeSpan.FromSeconds(seconds) : null;

    private static async Task<byte[]> Bytes(string path, CancellationToken cancellation)
    {
        try
        {
            await using var file = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            using var text = new MemoryStream();
            var buffer = new byte[BufferBytes];
            while (await file.ReadAsync(buffer, cancellation) is > 0 and var read)
            {
                if (text.Length + read > EnqueueJobs.MaxBytes)
                    throw Refusal($"more than {EnqueueJobs.MaxBytes} bytes: split the file.");
                text.Write(buffer, 0, read);
            }
            return text.ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--file: {exception.Message}");
        }
    }

    private static ValidationException Refusal(string message) => new([new ValidationFailure("", message)]);
}
