namespace Woflo.Domain.Jobs;

/// <summary>The kinds of work the queue's contract knows.</summary>
public static class JobTypes
{
    public const string AiEnrich = "ai_enrich";
    public const string ScheduleRun = "schedule_run";

    public static readonly IReadOnlyList<string> All = [AiEnrich, ScheduleRun];
}
