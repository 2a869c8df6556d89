using System.Text.Json;
using FluentValidation;
using Woflo.Domain.Enrichment;

namespace Woflo.Application.Enrichment;

/// <summary>The payload of an <c>ai_enrich</c> job, as far as it can be read; what it holds besides is not looked at.</summary>
/// <param name="WorkOrderId">Null when it is missing or no UUID.</param>
/// <param name="Pipeline">The one step asked for; null when there is none, which means all four.</param>
public sealed record EnrichPayload(Guid? WorkOrderId, string? Pipeline)
{
    /// <summary>Stored as <c>ai_jobs.pipeline</c> where the payload names none.</summary>
    public const string FullPipeline = "full";

    /// <summary>Never throws: a payload that is no object reads as one without fields.</summary>
    public static EnrichPayload Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return new EnrichPayload(null, null);
            return new EnrichPayload(
                Guid.TryParseExact(Text(document.RootElement, "work_order_id"), "D", out var id) ? id : null,
                Text(document.RootElement, "pipeline"));
        }
        catch (JsonException)
        {
            return new EnrichPayload(null, null);
        }
    }

    /// <summary>The steps to run, in order. A pipeline that nobody knows counts as all of them; the validator refuses it before.</summary>
    public IReadOnlyList<EnrichmentStep> Steps =>
        Spelling.Parse<EnrichmentStep>(Pipeline) is { } step ? [step] : Enum.GetValues<EnrichmentStep>();

    public string PipelineName => Spelling.Parse<EnrichmentStep>(Pipeline) is { } step ? Spelling.Of(step) : FullPipeline;

    // A value of another type reads as the empty text, which no rule accepts; null reads as absent.
    private static string? Text(JsonElement payload, string name)
    {
        if (!payload.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : "";
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, escaped: valid JSON, but no text.
            return "";
        }
    }
}

internal sealed class EnrichPayloadValidator : AbstractValidator<EnrichPayload>
{
    // The messages name the field and not its content: everyone may read a job's error.
    public EnrichPayloadValidator()
    {
        RuleFor(payload => payload.WorkOrderId).NotNull().WithMessage("work_order_id must be a UUID.");
        RuleFor(payload => payload.Pipeline)
            .Must(pipeline => pipeline is null || Spelling.Parse<EnrichmentStep>(pipeline) is not null)
            .WithMessage("pipeline must be extract, classify, estimate or risk, or be left out for all four.");
    }
}
