using System.Text.Json;
using System.Text.RegularExpressions;
using Woflo.Domain.Enrichment;

namespace Woflo.Application.Enrichment;

/// <summary>A rule that an answer breaks.</summary>
/// <param name="Name">Ours alone: stored and logged.</param>
/// <param name="Detail">What the model is told; may hold words of its own answer, and goes nowhere else.</param>
internal sealed record BrokenRule(string Name, string Detail);

/// <summary>Judges a model's answer against the notes and against what the local rules found, and makes a result of it.
/// What the local rules know of safety is a floor: no answer goes below it.</summary>
internal static partial class AnswerRules
{
    private const int MaxAnswerLength = 65_536;
    private const int MaxClaims = 24;
    private const int MaxEvidenceLength = 240;
    private const int MaxTags = 12;
    private const decimal MaxHours = 120m;

    /// <param name="draft">The local enricher's result of the same step and text.</param>
    /// <returns>The result where no rule is broken.</returns>
    public static (StepResult? Result, IReadOnlyList<BrokenRule> Broken) Judge(EnrichmentStep step, RedactedText text, StepResult draft, string answer)
    {
        if (answer.Length > MaxAnswerLength)
            return (null, [new BrokenRule("json", $"The answer is longer than {MaxAnswerLength} characters.")]);
        object read;
        try
        {
            read = AnswerJson.Read(step, answer);
        }
        catch (JsonException exception)
        {
            var detail = $"The answer must be one JSON document of the schema and nothing else. At {exception.Path ?? "$"}: {exception.Message}";
            return (null, [new BrokenRule("json", detail[..Math.Min(400, detail.Length)])]);
        }
        var notes = new Notes(text.Value);
        var broken = (read, draft) switch
        {
            (ExtractAnswer given, Extraction local) => Broken(given, notes, local),
            (ClassifyAnswer given, Classification) => Broken(given, notes),
            (EstimateAnswer given, Estimate local) => Broken(given, notes, local),
            (RiskAnswer given, RiskAssessment) => Broken(given, notes),
            _ => throw new ArgumentException("The draft is another step's.", nameof(draft)),
        };
        var rules = broken.ToArray();
        return rules.Length > 0 ? (null, rules) : (Merge(read, draft), []);
    }

    private static IEnumerable<BrokenRule> Broken(ExtractAnswer answer, Notes notes, Extraction local)
    {
        if (answer.Complaint is { } complaint && !notes.Say(complaint))
            yield return NotSaid("complaint");
        foreach (var rule in Quotes("symptoms", answer.Symptoms, notes).Concat(Quotes("conditions", answer.Conditions, notes)))
            yield return rule;
        if (answer.FaultCodes.Except(local.FaultCodes.Select(code => code.Code), StringComparer.Ordinal).Any())
            yield return new BrokenRule("fault_codes", "fault_codes: only codes of the list given, spelled as there. There may be none.");
        foreach (var rule in Confidence(answer.Confidence))
            yield return rule;
    }

    private static IEnumerable<BrokenRule> Broken(ClassifyAnswer answer, Notes notes)
    {
        if (answer.SecondaryCategory == answer.Category)
            yield return new BrokenRule("secondary_category", "secondary_category: another one than category, or null.");
        if (answer.SecondaryCategory == JobCategory.Unknown)
            yield return new BrokenRule("secondary_category", "secondary_category: null where there is none.");
        if (answer.SuggestedPriority is < 1 or > 5)
            yield return new BrokenRule("suggested_priority", "suggested_priority: 1 to 5.");
        if (answer is { SuggestedPriority: 5, SafetyCritical: false })
            yield return new BrokenRule("suggested_priority", "suggested_priority: 5 only where safety_critical is true.");
        if ((answer.SafetyCritical || answer.Category != JobCategory.Unknown) && answer.Evidence.Count == 0)
            yield return new BrokenRule("evidence", "evidence: at least one quotation for a category or a safety matter.");
        foreach (var rule in Evidence(answer.Evidence, notes).Concat(Confidence(answer.Confidence)))
            yield return rule;
    }

    private static IEnumerable<BrokenRule> Broken(EstimateAnswer answer, Notes notes, Estimate local)
    {
        if (answer.HoursLow is < 0.1m or > MaxHours || answer.HoursHigh is < 0.1m or > MaxHours)
            yield return new BrokenRule("hours", $"hours_low and hours_high: 0.1 to {MaxHours}.");
        else if (answer.HoursLow > answer.HoursHigh)
            yield return new BrokenRule("hours", "hours_low must not be above hours_high.");
        if (answer.RequiredBayType is { } bay && !Tag().IsMatch(bay))
            yield return NoTag("required_bay_type");
        foreach (var rule in Tags("skills", answer.Skills).Concat(Tags("tools", answer.Tools)))
            yield return rule;
        foreach (var rule in Plan(answer, local).Concat(Evidence(answer.Evidence, notes)).Concat(Confidence(answer.Confidence)))
            yield return rule;
    }

    private static IEnumerable<BrokenRule> Plan(EstimateAnswer answer, Estimate local)
    {
        var plan = answer.TaskPlan;
        if (plan.Count is 0 or > MaxTags)
            yield return new BrokenRule("task_plan", $"task_plan: 1 to {MaxTags} tasks.");
        if (plan.Any(task => task.MinutesLow < 1 || task.MinutesHigh < task.MinutesLow || task.MinutesHigh > MaxHours * 60))
            yield return new BrokenRule("task_plan.minutes", "task_plan: minutes_low at least 1, minutes_high at least minutes_low.");
        if (plan.Any(task => task.Skill is { } skill && !Tag().IsMatch(skill)))
            yield return NoTag("task_plan.skill");
        // What the local rules put into the plan for this kind of work is the least.
        PlannedTask[] needed = [PlannedTask.Diagnose, PlannedTask.QaTest, PlannedTask.Paperwork,
            .. local.TaskPlan.Select(task => task.Type).Where(type => type == PlannedTask.RoadTest).Take(1)];
        if (needed.Except(plan.Select(task => task.Type)).ToArray() is { Length: > 0 } missing)
            yield return new BrokenRule("task_plan.types", $"task_plan: lacks {string.Join(", ", missing.Select(Spelling.Of))}.");
        if (!Agrees(plan.Sum(task => (long)task.MinutesLow), answer.HoursLow) || !Agrees(plan.Sum(task => (long)task.MinutesHigh), answer.HoursHigh))
            yield return new BrokenRule("task_plan.total", "task_plan: the minutes must add up to hours_low and hours_high (within a tenth, or a quarter of an hour).");

        static bool Agrees(long minutes, decimal hours) => Math.Abs(minutes - (hours * 60)) <= Math.Max(15, hours * 6);
    }

    private static IEnumerable<BrokenRule> Broken(RiskAnswer answer, Notes notes)
    {
        if (answer.OosRisk == OutOfServiceRisk.None != answer.OosCategory is null or JobCategory.Unknown)
            yield return new BrokenRule("oos_category", "oos_category: null where oos_risk is none, else the system it is about.");
        if (answer.OosRisk != OutOfServiceRisk.None && answer.Findings.Count == 0)
            yield return new BrokenRule("findings", "findings: at least one for an oos_risk other than none.");
        if (answer.Findings.Any(finding => finding.Name != "drivable" && Spelling.Parse<JobCategory>(finding.Name) is null))
            yield return new BrokenRule("findings.name", "findings: each name is a category or drivable.");
        foreach (var rule in Quotes("findings", answer.Findings, notes).Concat(Tags("missing_information", answer.MissingInformation)).Concat(Confidence(answer.Confidence)))
            yield return rule;
    }

    private static StepResult Merge(object answer, StepResult draft) => (answer, draft) switch
    {
        // Codes are parsed, never asked for: the answer only had to keep to them.
        (ExtractAnswer given, Extraction local) => local with
        {
            Complaint = given.Complaint,
            Symptoms = Claims(given.Symptoms),
            Conditions = Claims(given.Conditions),
            Confidence = given.Confidence,
        },
        (ClassifyAnswer given, Classification local) => local with
        {
            Category = given.Category,
            System = given.Category == local.Category ? local.System : null,
            // A system that the local rules call dangerous is not lost over another one.
            SecondaryCategory = local is { SafetyCritical: true, Category: not JobCategory.Unknown } && local.Category != given.Category
                ? local.Category
                : given.SecondaryCategory,
            SafetyCritical = given.SafetyCritical || local.SafetyCritical || given.Category is JobCategory.Brakes or JobCategory.Steering,
            SuggestedPriority = local.SafetyCritical ? Math.Max(given.SuggestedPriority, local.SuggestedPriority) : given.SuggestedPriority,
            Evidence = given.SafetyCritical || !local.SafetyCritical ? given.Evidence : [.. given.Evidence.Union(local.Evidence).Take(MaxClaims)],
            Confidence = given.Confidence,
        },
        (EstimateAnswer given, Estimate local) => local with
        {
            HoursLow = given.HoursLow,
            HoursHigh = given.HoursHigh,
            RequiredBayType = given.RequiredBayType,
            Skills = given.Skills,
            Tools = given.Tools,
            TaskPlan = [.. given.TaskPlan.Select(task => new PlanStep(task.Type, task.MinutesLow, task.MinutesHigh, task.Skill))],
            Basis = "model",
            Evidence = given.Evidence,
            Confidence = given.Confidence,
        },
        (RiskAnswer given, RiskAssessment local) => given.OosRisk >= local.OosRisk
            ? local with
            {
                OosRisk = given.OosRisk,
                OosCategory = given.OosCategory,
                Drivable = Least(given.Drivable, local.Drivable),
                Findings = [.. Claims(given.Findings).Union(local.Findings).Take(MaxClaims)],
                MissingInformation = given.MissingInformation,
                Confidence = given.Confidence,
            }
            : local with
            {
                Drivable = Least(given.Drivable, local.Drivable),
                Findings = [.. local.Findings.Union(Claims(given.Findings)).Take(MaxClaims)],
                MissingInformation = given.MissingInformation,
            },
        _ => throw new ArgumentException("The draft is another step's.", nameof(draft)),
    };

    private static Drivable Least(Drivable given, Drivable local) => local == Drivable.No ? Drivable.No : given;

    private static Claim[] Claims(IReadOnlyList<Quote> quotes) => [.. quotes.Select(quote => new Claim(quote.Name, quote.Evidence))];

    private static IEnumerable<BrokenRule> Quotes(string field, IReadOnlyList<Quote> quotes, Notes notes)
    {
        if (quotes.Count > MaxClaims)
            yield return TooMany(field, MaxClaims);
        if (quotes.Any(quote => !Tag().IsMatch(quote.Name)))
            yield return NoTag(field + ".name");
        if (Unsaid(quotes.Select(quote => quote.Evidence), notes) is { Length: > 0 } at)
            yield return NotSaid(field + ".evidence", at);
    }

    private static IEnumerable<BrokenRule> Evidence(IReadOnlyList<string> evidence, Notes notes)
    {
        if (evidence.Count > MaxClaims)
            yield return TooMany("evidence", MaxClaims);
        if (Unsaid(evidence, notes) is { Length: > 0 } at)
            yield return NotSaid("evidence", at);
    }

    private static IEnumerable<BrokenRule> Tags(string field, IReadOnlyList<string> tags)
    {
        if (tags.Count > MaxTags)
            yield return TooMany(field, MaxTags);
        if (tags.Any(tag => !Tag().IsMatch(tag)))
            yield return NoTag(field);
    }

    private static IEnumerable<BrokenRule> Confidence(decimal confidence)
    {
        if (confidence is < 0 or > 1)
            yield return new BrokenRule("confidence", "confidence: 0 to 1.");
    }

    private static int[] Unsaid(IEnumerable<string> evidence, Notes notes) =>
        [.. evidence.Index().Where(span => !notes.Say(span.Item)).Select(span => span.Index)];

    private static BrokenRule NotSaid(string field, params int[] at) => new(field,
        $"{field}{(at.Length > 0 ? $" (items {string.Join(", ", at)}, from 0)" : "")}: copy words of the notes letter for letter, at most {MaxEvidenceLength} characters.");

    private static BrokenRule NoTag(string field) =>
        new(field, $"{field}: a short key of lower-case letters, digits and underscores, such as air_gauge.");

    private static BrokenRule TooMany(string field, int most) => new(field, $"{field}: at most {most}.");

    [GeneratedRegex("^[a-z][a-z0-9_]{1,39}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Tag();

    private readonly record struct Notes(string Text)
    {
        public bool Say(string span) =>
            span.Length is > 0 and <= MaxEvidenceLength && !string.IsNullOrWhiteSpace(span) && Text.Contains(span, StringComparison.Ordinal);
    }
}
