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
    public const string Version = "local-1";

    private const int MaxClaims = 24;
    private const int MaxComplaintLength = 240;
    private const int DangerWeight = 3;
    private const int KnownCodeWeight = 4;

    public static StepResult Answer(EnrichmentStep step, RedactedText text)
    {
        var reading = Reading.Of(text);
        return step switch
        {
            EnrichmentStep.Extract => Extract(reading),
            EnrichmentStep.Classify => Classify(reading),
            EnrichmentStep.Estimate => Estimator.Estimate(reading, Classify(reading)),
            EnrichmentStep.Risk => RiskRules.Assess(reading, Classify(reading)),
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
        var dangers = reading.Of(TermKind.Danger).ToArray();
        var parts = reading.Of(TermKind.SafetyPart).ToArray();
        // One weak word is not enough to name a category.
        if (best is null || best.Weight < 2)
        {
            return new Classification(
                JobCategory.Unknown, null, dangers.Length + parts.Length > 0, Priority(JobCategory.Unknown, reading),
                dangers.Concat(parts).Select(hit => hit.Span).Distinct(StringComparer.Ordinal).Take(MaxClaims).ToArray(), reading.IsEmpty ? 0m : 0.2m);
        }
        var confidence = Math.Min(0.95m, Math.Round((decimal)best.Total / (best.Total + (second?.Total ?? 0) + 2), 2));
        return new Classification(
            best.Category,
            second is { Weight: >= 2 } ? second.Category : null,
            dangers.Length + parts.Length > 0 || best.Category is JobCategory.Brakes or JobCategory.Steering,
            Priority(best.Category, reading),
            best.Evidence.Distinct(StringComparer.Ordinal).Take(MaxClaims).ToArray(),
            confidence);
    }

    private sealed record Score(JobCategory Category, int Weight, int Bonus, int First, IReadOnlyList<string> Evidence)
    {
        public int Total => Weight + Bonus;
    }

    /// <summary>Best first. A phrase counts once however often it is repeated; what the text names first is what it is about.</summary>
    private static Score[] Scores(Reading reading)
    {
        var votes = reading.Of(TermKind.Category).Concat(reading.Of(TermKind.Danger))
            .Where(hit => hit.Term.Weight > 0)
            .Select(hit => (
                Category: Enum.Parse<JobCategory>(hit.Term.Value),
                Phrase: hit.Term.Kind + string.Join(' ', hit.Term.Words),
                Weight: hit.Term.Kind == TermKind.Danger ? DangerWeight : hit.Term.Weight,
                At: hit.FirstWord,
                hit.Span))
            // Codes have no place among the words; they never decide what was named first.
            .Concat(reading.FaultCodes.Where(code => code.Category is not null).Select(code => (
                Category: code.Category!.Value, Phrase: code.Code, Weight: KnownCodeWeight, At: int.MaxValue, Span: code.Evidence)))
            .ToArray();
        if (votes.Length == 0)
            return [];
        var first = votes.Min(vote => vote.At);
        return votes.GroupBy(vote => vote.Category)
            .Select(group => new Score(
                group.Key,
                group.DistinctBy(vote => vote.Phrase).Sum(vote => vote.Weight),
                group.Min(vote => vote.At) != first ? 0 : group.Key is JobCategory.PmService or JobCategory.DotInspection ? 5 : 2,
                group.Min(vote => vote.At),
                group.Select(vote => vote.Span).ToArray()))
            .OrderByDescending(score => score.Total).ThenBy(score => score.First).ThenBy(score => score.Category)
            .ToArray();
    }

    private static int Priority(JobCategory category, Reading reading) =>
        reading.Of(TermKind.Danger).Any() ? 5
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

/// <summary>A text with all that was found in it.</summary>
internal sealed class Reading
{
    private readonly ILookup<TermKind, Hit> _hits;

    private Reading(string text, IReadOnlyList<FaultCode> faultCodes, IReadOnlyList<Hit> hits)
    {
        Text = text;
        FaultCodes = faultCodes;
        _hits = hits.ToLookup(hit => hit.Term.Kind);
    }

    public string Text { get; }

    public IReadOnlyList<FaultCode> FaultCodes { get; }

    public bool IsEmpty => string.IsNullOrWhiteSpace(Text);

    public static Reading Of(RedactedText text) => new(text.Value, Enrichment.FaultCodes.Find(text), Lexicon.Find(FoldedText.Of(text.Value)));

    public IEnumerable<Hit> Of(TermKind kind) => _hits[kind];

    public bool Says(TermKind kind, string value) => _hits[kind].Any(hit => hit.Term.Value == value);

    /// <summary>One claim a value: the first place that says it.</summary>
    public IReadOnlyList<Claim> Claims(TermKind kind, int most) =>
        Of(kind).DistinctBy(hit => hit.Term.Value).Take(most).Select(hit => new Claim(hit.Term.Value, hit.Span)).ToArray();
}
