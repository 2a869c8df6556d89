namespace Woflo.Domain.Enrichment;

/// <summary>What one step found. Every evidence occurs verbatim in the redacted text.</summary>
/// <param name="Confidence">0 to 1.</param>
public abstract record StepResult(decimal Confidence)
{
    public abstract EnrichmentStep Step { get; }
}

/// <summary>Something said in the text, and where it says so.</summary>
public sealed record Claim(string Name, string Evidence);

/// <param name="Complaint">The text's first sentence, verbatim; null for an empty text.</param>
/// <param name="Truncated">The text was longer than is read.</param>
public sealed record Extraction(
    string? Complaint,
    IReadOnlyList<Claim> Symptoms,
    IReadOnlyList<Claim> Conditions,
    IReadOnlyList<FaultCode> FaultCodes,
    bool Truncated,
    decimal Confidence) : StepResult(Confidence)
{
    public override EnrichmentStep Step => EnrichmentStep.Extract;
}

/// <param name="SecondaryCategory">The next best category, where another one is spoken of.</param>
/// <param name="System">The part of the category, as the local enricher's lexicon names it: <c>air_supply</c> of the brakes; null where it is not told.</param>
/// <param name="SafetyCritical">A system is named whose failure endangers people. Rounds up.</param>
/// <param name="SuggestedPriority">1 to 5, 5 most urgent. A suggestion: it is never written to the work order.</param>
public sealed record Classification(
    JobCategory Category,
    JobCategory? SecondaryCategory,
    bool SafetyCritical,
    int SuggestedPriority,
    IReadOnlyList<string> Evidence,
    decimal Confidence,
    string? System = null) : StepResult(Confidence)
{
    public override EnrichmentStep Step => EnrichmentStep.Classify;
}

/// <summary>Labour for a complaint as it stands at intake: a hypothesis, to be corrected by the diagnosis.</summary>
/// <param name="HoursLow">At least; at most <paramref name="HoursHigh"/>. The plan's minutes add up to the two.</param>
/// <param name="RequiredBayType">Null when any bay does.</param>
/// <param name="Basis">What the hours rest on: a known job or the category alone.</param>
public sealed record Estimate(
    decimal HoursLow,
    decimal HoursHigh,
    string? RequiredBayType,
    IReadOnlyList<string> Skills,
    IReadOnlyList<string> Tools,
    IReadOnlyList<PlanStep> TaskPlan,
    string Basis,
    IReadOnlyList<string> Evidence,
    decimal Confidence) : StepResult(Confidence)
{
    public override EnrichmentStep Step => EnrichmentStep.Estimate;
}

public sealed record PlanStep(PlannedTask Type, int MinutesLow, int MinutesHigh, string? Skill);

/// <param name="OosCategory">The system the suspicion is about; null when there is none.</param>
/// <param name="MissingInformation">What a person should ask for, as short keys.</param>
public sealed record RiskAssessment(
    OutOfServiceRisk OosRisk,
    JobCategory? OosCategory,
    Drivable Drivable,
    IReadOnlyList<Claim> Findings,
    IReadOnlyList<string> MissingInformation,
    decimal Confidence) : StepResult(Confidence)
{
    public override EnrichmentStep Step => EnrichmentStep.Risk;
}
