namespace Woflo.Domain.Enrichment;

/// <summary>Hours, bay, skills, tools and a plan of tasks, from the known jobs or else from the category.</summary>
internal static class Estimator
{
    private const decimal MaxHours = 120m;
    private const int MinutesStep = 5;
    private const int MaxJobs = 3;

    /// <summary>Shares of the whole in percent; the repair takes what is left.</summary>
    private static readonly IReadOnlyList<(PlannedTask Type, int Percent)> Shares =
        [(PlannedTask.Diagnose, 20), (PlannedTask.Repair, 0), (PlannedTask.QaTest, 10), (PlannedTask.RoadTest, 10), (PlannedTask.Paperwork, 5)];

    public static Estimate Estimate(Reading reading, Classification classified)
    {
        var profile = KnownJobs.Profiles[classified.Category];
        var hits = Jobs(reading, classified.Category);
        var jobs = hits.Select(hit => KnownJobs.Named(classified.Category, hit.Term.Name)).ToArray();
        // Several jobs named: at least the longest of them; they share the way in, so at most half of each of the others is added.
        var low = jobs.Length == 0 ? profile.HoursLow : jobs.Max(job => job.HoursLow);
        var high = Math.Min(MaxHours, jobs.Length == 0 ? profile.HoursHigh : (jobs.Max(job => job.HoursHigh) + jobs.Sum(job => job.HoursHigh)) / 2);
        return new Estimate(
            low, high, profile.BayType, [profile.Skill], profile.Tools,
            Plan((int)(low * 60), (int)(high * 60), classified.Category, profile),
            (jobs.Length, classified.Category) switch
            {
                ( > 0, _) => string.Join('+', jobs.Select(job => job.Name)),
                (_, JobCategory.Unknown) => "diagnosis_only",
                _ => "category",
            },
            hits.Length > 0 ? hits.Select(hit => hit.Span).ToArray() : classified.Evidence,
            Math.Round(classified.Confidence * (jobs.Length > 0 ? 0.9m : 0.75m), 2));
    }

    /// <summary>The jobs that the text names, the plainest first: of phrases at one place the longest holds.</summary>
    private static Hit[] Jobs(Reading reading, JobCategory category)
    {
        var hits = reading.Of(TermKind.Job).Where(hit => hit.Term.Category == category).ToArray();
        return hits
            .Where(hit => !Array.Exists(hits, other => other.FirstWord <= hit.FirstWord && other.LastWord >= hit.LastWord && other.Term.Words.Count > hit.Term.Words.Count))
            .OrderByDescending(hit => hit.Term.Words.Count).ThenBy(hit => hit.FirstWord).ThenBy(hit => hit.Term.Name, StringComparer.Ordinal)
            .DistinctBy(hit => hit.Term.Name)
            .Take(MaxJobs)
            .ToArray();
    }

    private static List<PlanStep> Plan(int low, int high, JobCategory category, CategoryProfile profile)
    {
        // Nobody knows yet what to repair: the plan is to find out.
        var remainder = category == JobCategory.Unknown ? PlannedTask.Diagnose : PlannedTask.Repair;
        var steps = Shares
            .Where(share => share.Type != PlannedTask.RoadTest || profile.RoadTest)
            .Where(share => share.Type != PlannedTask.Repair || category != JobCategory.Unknown)
            .Select(share => share.Type == remainder
                ? new PlanStep(share.Type, 0, 0, profile.Skill)
                : new PlanStep(share.Type, Part(low, share.Percent), Part(high, share.Percent), share.Type == PlannedTask.Diagnose ? profile.Skill : null))
            .ToList();
        var index = steps.FindIndex(step => step.Type == remainder);
        steps[index] = steps[index] with
        {
            MinutesLow = low - steps.Sum(step => step.MinutesLow),
            MinutesHigh = high - steps.Sum(step => step.MinutesHigh),
        };
        return steps;
    }

    private static int Part(int minutes, int percent) => Math.Max(MinutesStep, minutes * percent / 100 / MinutesStep * MinutesStep);
}
