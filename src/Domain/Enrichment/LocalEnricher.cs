using System.Text.RegularExpressions;

// Every repetition is bounded or linear, and so is the text; a timeout would let the machine's load decide the answer.
#pragma warning disable MA0009

namespace Woflo.Domain.Enrichment;

/// <summary>Answers the four steps from the lexicon alone: offline, and the same text gives the same answer everywhere.</summary>
public static partial class LocalEnricher
{
    public const string Provider = "local";
    public const string Model = "lexicon";

    /// <summary>Raised with every change of the tables or rules, so that a new answer is told from an old one.</summary>
    public const string Version = "local-2";

    /// <summary>With a shop's own names an answer is another one.</summary>
    public static string VersionWith(FaultCodeTable codes) => codes.Fingerprint.Length == 0 ? Version : $"{Version}+codes-{codes.Fingerprint}";

    private const int MaxClaims = 24;
    private const int MaxComplaintLength = 240;
    private const int DangerWeight = 3;
    private const int KnownCodeWeight = 4;
    private const int TroubleWeight = 2;
    private const int MinWeight = 2;

    /// <summary>A code of these says that something is wrong with what keeps people safe.</summary>
    private static readonly HashSet<JobCategory> SafetyOfCodes =
        [JobCategory.Brakes, JobCategory.Steering, JobCategory.Suspension, JobCategory.TiresWheels, JobCategory.TrailerCoupling];

    public static StepResult Answer(EnrichmentStep step, RedactedText text) => Answer(step, text, FaultCodeTable.Standard);

    /// <param name="codes">Names of fault codes: ours, or a shop's own over them.</param>
    public static StepResult Answer(EnrichmentStep step, RedactedText text, FaultCodeTable codes)
    {
        var reading = text.Read(codes);
        return step switch
        {
            EnrichmentStep.Extract => Extract(reading),
            EnrichmentStep.Classify => reading.Classification,
            EnrichmentStep.Estimate => Estimator.Estimate(reading, reading.Classification),
            EnrichmentStep.Risk => RiskRules.Assess(reading, reading.Classification),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "No such step."),
        };
    }

    private static Extraction Extract(Reading reading)
    {
        var symptoms = reading.Claims(TermKind.Symptom, MaxClaims);
        var confidence = (reading.IsEmpty, symptoms.Count + reading.FaultCodes.Count) switch
        {
            (true, _) => 0m,
            (_, 0) => 0.4m,
            (_, 1) => 0.7m,
            _ => 0.85m,
        };
        return new Extraction(
            Complaint(reading.Text), symptoms, reading.Claims(TermKind.Condition, MaxClaims), reading.FaultCodes,
            reading.Text.Length >= RedactedText.MaxLength - 1, confidence);
    }

    internal static Classification Classify(Reading reading)
    {
        var scores = Scores(reading);
        var best = scores.FirstOrDefault();
        var second = scores.Skip(1).FirstOrDefault();
        var dangers = reading.Dangers;
        var isCritical = dangers.Count + reading.SafetyParts.Count > 0 || reading.FaultCodes.Any(code => code.Category is { } category && SafetyOfCodes.Contains(category));
        // One weak word is not enough to name a category.
        if (best is null || best.Weight < MinWeight)
        {
            return new Classification(
                JobCategory.Unknown, null, isCritical, Priority(JobCategory.Unknown, reading),
                dangers.Concat(reading.SafetyParts).Select(hit => hit.Span).Distinct(StringComparer.Ordinal).Take(MaxClaims).ToArray(),
                reading.IsEmpty ? 0m : Calibration.OfAbstention);
        }
        return new Classification(
            best.Category,
            second is { Weight: >= MinWeight } ? second.Category : null,
            isCritical || best.Category is JobCategory.Brakes or JobCategory.Steering,
            Priority(best.Category, reading),
            best.Evidence.Distinct(StringComparer.Ordinal).Take(MaxClaims).ToArray(),
            Calibration.Of(best.Total, second?.Total ?? 0),
            best.System);
    }

    private sealed record Score(JobCategory Category, string? System, int Weight, int Bonus, int First, IReadOnlyList<string> Evidence)
    {
        public int Total => Weight + Bonus;
    }

    private sealed record Vote(JobCategory Category, string System, string Phrase, int Weight, int At, string Span);

    /// <summary>Best first. A phrase counts once however often it is repeated; what the text names first is what it is about.</summary>
    private static Score[] Scores(Reading reading)
    {
        var votes = reading.Of(TermKind.Category).Where(hit => hit.Term.Weight > 0)
            // A part is what the text is about where the same clause says what ails it.
            .Select(hit => Of(hit, hit.Term.Weight + (reading.SaysTroubleNear(hit) ? TroubleWeight : 0)))
            .Concat(reading.Dangers.Select(hit => Of(hit, DangerWeight)))
            // Codes have no place among the words; they never decide what was named first.
            .Concat(reading.FaultCodes.Where(code => code.Category is not null)
                .Select(code => new Vote(code.Category!.Value, "", code.Code, KnownCodeWeight, int.MaxValue, code.Evidence)))
            .ToArray();
        if (votes.Length == 0)
            return [];
        var first = votes.Min(vote => vote.At);
        return votes.GroupBy(vote => vote.Category)
            .Select(group =>
            {
                var counted = group.GroupBy(vote => vote.Phrase, StringComparer.Ordinal).Select(same => same.MaxBy(vote => vote.Weight)!).ToArray();
                return new Score(
                    group.Key,
                    counted.Where(vote => vote.System.Length > 0).GroupBy(vote => vote.System, StringComparer.Ordinal).MaxBy(system => system.Sum(vote => vote.Weight))?.Key,
                    counted.Sum(vote => vote.Weight),
                    group.Min(vote => vote.At) != first ? 0 : group.Key is JobCategory.PmService or JobCategory.DotInspection ? 5 : 2,
                    group.Min(vote => vote.At),
                    group.Select(vote => vote.Span).ToArray());
            })
            .OrderByDescending(score => score.Total).ThenBy(score => score.First).ThenBy(score => score.Category)
            .ToArray();

        static Vote Of(Hit hit, int weight) =>
            new(hit.Term.Category!.Value, hit.Term.System, hit.Term.Kind + string.Join(' ', hit.Term.Words.Select(word => word.Text)), weight, hit.FirstWord, hit.Span);
    }

    private static int Priority(JobCategory category, Reading reading) =>
        reading.Dangers.Count > 0 ? 5
        : reading.Of(TermKind.Immobile).Any() ? 4
        : category is JobCategory.Brakes or JobCategory.Steering ? 4
        : category is JobCategory.PmService or JobCategory.BodyCab or JobCategory.Other ? 2
        : 3;

    private static string? Complaint(string text)
    {
        var match = FirstSentence().Match(text);
        if (!match.Success)
            return null;
        var sentence = match.Value.Length <= MaxComplaintLength ? match.Value : match.Value[..Cut(match.Value)];
        return sentence.TrimEnd();
    }

    private static int Cut(string text) => char.IsHighSurrogate(text[MaxComplaintLength - 1]) ? MaxComplaintLength - 1 : MaxComplaintLength;

    // Up to a full stop before white space, or the end of the line.
    [GeneratedRegex(@"\S(?:[^.!?\r\n]|[.!?](?!\s|$))*[.!?]?", RegexOptions.CultureInvariant)]
    private static partial Regex FirstSentence();
}
