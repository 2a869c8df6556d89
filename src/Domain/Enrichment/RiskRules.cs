namespace Woflo.Domain.Enrichment;

/// <summary>What could keep the vehicle off the road, and what is not known yet. In doubt it rounds up.</summary>
internal static class RiskRules
{
    private const int MaxFindings = 24;

    /// <summary>What to ask for, and when.</summary>
    private static readonly IReadOnlyList<(string Key, Func<Reading, Classification, bool> IsMissing)> Questions =
    [
        ("complaint", (reading, _) => reading.IsEmpty),
        ("system", (reading, classified) => !reading.IsEmpty && classified.Category == JobCategory.Unknown),
        ("mileage", (reading, _) => !reading.Of(TermKind.Mileage).Any()),
        ("drivable", (reading, _) => !reading.Of(TermKind.Immobile).Any() && !reading.Of(TermKind.Driven).Any()),
        ("fault_codes", (reading, _) => reading.FaultCodes.Count == 0
            && (reading.Says(TermKind.Symptom, "warning_light") || reading.Says(TermKind.Symptom, "loss_of_power"))),
        ("when_it_happens", (reading, _) => reading.Of(TermKind.Symptom).Any() && !reading.Of(TermKind.Condition).Any()),
        ("position", (reading, classified) => !reading.Of(TermKind.Position).Any()
            && classified.Category is JobCategory.Brakes or JobCategory.TiresWheels or JobCategory.Suspension),
    ];

    public static RiskAssessment Assess(Reading reading, Classification classified)
    {
        var dangers = reading.Dangers;
        // At a service or an inspection parts are named to be looked at; it takes a symptom to make them a suspicion.
        var isRoutine = classified.Category is JobCategory.PmService or JobCategory.DotInspection && !reading.Of(TermKind.Symptom).Any();
        var parts = isRoutine ? [] : reading.SafetyParts;
        var (risk, findings) = (dangers.Count, parts.Count) switch
        {
            ( > 0, _) => (OutOfServiceRisk.Likely, dangers),
            (_, > 0) => (OutOfServiceRisk.Possible, parts),
            _ => (OutOfServiceRisk.None, (IReadOnlyList<Hit>)[]),
        };
        return new RiskAssessment(
            risk,
            findings.Count == 0 ? null : findings[0].Term.Category,
            // Words that it was towed outweigh words that it drove.
            reading.Of(TermKind.Immobile).Any() ? Drivable.No : reading.Of(TermKind.Driven).Any() ? Drivable.Yes : Drivable.Unknown,
            findings.Select(hit => new Claim(Spelling.Of(hit.Term.Category!.Value), hit.Span)).Distinct().Take(MaxFindings)
                .Concat(reading.Of(TermKind.Immobile).Concat(reading.Of(TermKind.Driven)).Take(1).Select(hit => new Claim("drivable", hit.Span)))
                .ToArray(),
            Questions.Where(question => question.IsMissing(reading, classified)).Select(question => question.Key).ToArray(),
            risk switch
            {
                OutOfServiceRisk.Likely => 0.85m,
                OutOfServiceRisk.Possible => 0.5m,
                _ when reading.IsEmpty => 0m,
                _ => Math.Max(0.3m, classified.Confidence),
            });
    }
}
