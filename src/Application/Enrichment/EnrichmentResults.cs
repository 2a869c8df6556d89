using System.Text.Json;
using System.Text.Json.Serialization;
using Woflo.Domain.Enrichment;

namespace Woflo.Application.Enrichment;

/// <summary>What an <c>ai_enrich</c> job found; written with its completion.</summary>
/// <param name="Pipeline">As stored: the step asked for, or <see cref="EnrichPayload.FullPipeline"/>.</param>
public sealed record EnrichmentResults(Guid WorkOrderId, string Pipeline, RedactedText Input, IReadOnlyList<StepAnswer> Answers);

/// <summary>Results as the API reads them: snake_case, enums by name.</summary>
public static class ResultJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    public static string Write(StepResult result) => JsonSerializer.Serialize(result, result.GetType(), Options);

    /// <summary>Null for what an earlier version wrote and this one cannot read.</summary>
    public static StepResult? Read(EnrichmentStep step, string json)
    {
        try
        {
            return (StepResult?)JsonSerializer.Deserialize(json, step switch
            {
                EnrichmentStep.Extract => typeof(Extraction),
                EnrichmentStep.Classify => typeof(Classification),
                EnrichmentStep.Estimate => typeof(Estimate),
                _ => typeof(RiskAssessment),
            }, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
