using System.Text.Json;
using Woflo.Domain.Enrichment;

namespace Woflo.Domain.Tests.Enrichment;

/// <summary>Runs the local enricher on notes as people write them.</summary>
internal static class Notes
{
    public static RedactedText Redacted(string? notes, params string[] parts) => Redaction.Redact(new WorkOrderText(notes, parts).Compose());

    public static Extraction Extracted(string notes) => (Extraction)LocalEnricher.Answer(EnrichmentStep.Extract, Redacted(notes));

    public static Classification Classified(string notes) => (Classification)LocalEnricher.Answer(EnrichmentStep.Classify, Redacted(notes));

    public static Estimate Estimated(string notes) => (Estimate)LocalEnricher.Answer(EnrichmentStep.Estimate, Redacted(notes));

    public static RiskAssessment Assessed(string notes) => (RiskAssessment)LocalEnricher.Answer(EnrichmentStep.Risk, Redacted(notes));

    public static IReadOnlyList<StepResult> All(RedactedText text) =>
        Enum.GetValues<EnrichmentStep>().Select(step => LocalEnricher.Answer(step, text)).ToArray();

    public static string Json(StepResult result) => JsonSerializer.Serialize(result, result.GetType());

    /// <summary>Every span that a result rests on.</summary>
    public static IEnumerable<string> Evidence(StepResult result) => result switch
    {
        Extraction e => e.Symptoms.Concat(e.Conditions).Select(c => c.Evidence).Concat(e.FaultCodes.Select(c => c.Evidence))
            .Concat(e.Complaint is null ? [] : [e.Complaint]),
        Classification c => c.Evidence,
        Estimate e => e.Evidence,
        RiskAssessment r => r.Findings.Select(f => f.Evidence),
        _ => [],
    };
}
