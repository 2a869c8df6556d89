namespace Woflo.Domain.Enrichment;

/// <summary>Hours, bay, skills, tools and a plan of tasks, from the known jobs or else from the category.</summary>
internal static class Estimator
{
    private const decimal MaxHours = 120m;
    private const int MinutesStep = 5;

    /// <summary>Shares of the whole in percent; the repair takes what is left.</summary>
    private static readonly IReadOnlyList<(PlannedTask Type, int Percent)> Shares =
        [(PlannedTask.Diagnose, 20), (PlannedTask.Repair, 0), (PlannedTask.QaTest, 10), (PlannedTask.RoadTest, 10), (PlannedTask.Paperwork, 5)];

    public static Estimate Estimate(Reading reading, Classification classified)
    {
        var profile = KnownJobs.Profiles[classified.Category];
        var hits = reading.Of(TermKind.Job)
            .Where(hit => KnownJobs.ByName[hit.Term.Value].Category == classified.Category)
            .DistinctBy(hit => hit.Term.Value)
            .ToArray();
        var jobs = hits.Select(hit => KnownJobs.ByName[hit.Term.Value]).ToArray();
        // Several jobs named: at least the longest of them, at most all of them.
        var low = jobs.Length == 0 ? profile.HoursLow : jobs.Max(job => job.HoursLow);
        var high = Math.Min(MaxHours, jobs.Length == 0 ? profile.HoursHigh : jobs.Sum(job => job.HoursHigh));
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
