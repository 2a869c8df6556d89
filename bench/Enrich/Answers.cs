using Woflo.Domain.Enrichment;

namespace Woflo.Bench.Enrich;

/// <summary>The four answers of the local enricher, and what makes them valid.</summary>
internal sealed record Answers(RedactedText Text, Extraction Extraction, Classification Classification, Estimate Estimate, RiskAssessment Risk)
{
    private static readonly HashSet<JobCategory> RoadTested = [JobCategory.Brakes, JobCategory.Steering, JobCategory.Drivetrain];

    public static Answers To(string notes)
    {
        var text = Redaction.Redact(notes);
        return new Answers(
            text,
            (Extraction)LocalEnricher.Answer(EnrichmentStep.Extract, text),
            (Classification)LocalEnricher.Answer(EnrichmentStep.Classify, text),
            (Estimate)LocalEnricher.Answer(EnrichmentStep.Estimate, text),
            (RiskAssessment)LocalEnricher.Answer(EnrichmentStep.Risk, text));
    }

    /// <summary>Rules that an answer breaks; none when it is valid.</summary>
    public IEnumerable<string> Broken()
    {
        var evidence = Extraction.Symptoms.Concat(Extraction.Conditions).Concat(Risk.Findings).Select(claim => claim.Evidence)
            .Concat(Extraction.FaultCodes.Select(code => code.Evidence)).Concat(Classification.Evidence).Concat(Estimate.Evidence)
            .Concat(Extraction.Complaint is { } complaint ? [complaint] : []);
        if (evidence.Any(span => span.Length == 0 || !Text.Value.Contains(span, StringComparison.Ordinal)))
            yield return "evidence that is not in the text";
        if (new StepResult[] { Extraction, Classification, Estimate, Risk }.Any(result => result.Confidence is < 0 or > 1))
            yield return "confidence out of range";
        if (Classification.SuggestedPriority is < 1 or > 5)
            yield return "priority out of range";
        if (Estimate.HoursLow <= 0 || Estimate.HoursLow > Estimate.HoursHigh || Estimate.HoursHigh > 200)
            yield return "hours out of order";
        if (Math.Abs(Estimate.TaskPlan.Sum(step => step.MinutesLow) - (Estimate.HoursLow * 60)) >= 1 || Math.Abs(Estimate.TaskPlan.Sum(step => step.MinutesHigh) - (Estimate.HoursHigh * 60)) >= 1
            || Estimate.TaskPlan.Any(step => step.MinutesLow < 1 || step.MinutesLow > step.MinutesHigh))
            yield return "a plan that does not add up";
        foreach (var needed in new[] { PlannedTask.Diagnose, PlannedTask.QaTest, PlannedTask.Paperwork })
        {
            if (Estimate.TaskPlan.All(step => step.Type != needed))
                yield return $"a plan without {needed}";
        }
        if (RoadTested.Contains(Classification.Category) && Estimate.TaskPlan.All(step => step.Type != PlannedTask.RoadTest))
            yield return "a plan without a road test";
        if (Risk.OosRisk != OutOfServiceRisk.None && Risk.Findings.Count == 0)
            yield return "a risk without evidence";
    }
}
