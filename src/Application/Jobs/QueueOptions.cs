using Woflo.Application.Settings;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>How this worker works the queue.</summary>
/// <param name="KeepSucceeded">How long succeeded jobs are kept after they ended; zero: for ever. Likewise <paramref name="KeepFailed"/>.</param>
public sealed record QueueOptions(
    string WorkerId, TimeSpan PollInterval, IReadOnlyDictionary<string, int> Lanes, TimeSpan Lease, TimeSpan ShutdownGrace,
    TimeSpan LegacyLease, RetryPolicy Retry, TimeSpan KeepSucceeded, TimeSpan KeepFailed)
{
    /// <summary>The share of a lease after which a worker that cannot renew it stops the job itself, before anyone may rescue it.</summary>
    public const double OwnLimit = 0.8;

    /// <summary>How long a handler may ignore its cancellation before the process ends itself.</summary>
    public static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(30);

    public static QueueOptions Read(SettingsReader settings)
    {
        var workerId = settings.Text("WORKER_ID", "worker-1", "names the worker in logs and in locked_by");
        var poll = settings.Seconds("POLL_INTERVAL_SECONDS", 2, 0.05, 3600, "seconds between polls when idle; fractions allowed");
        var types = settings.Choices("WOFLO_JOB_TYPES", JobTypes.All, JobTypes.All, "the job types this worker takes, separated by commas");
        var widths = new Dictionary<string, int>
        {
            [JobTypes.AiEnrich] = settings.Whole("WOFLO_AI_ENRICH_LANE", 8, 1, 2_000, "ai_enrich jobs that run at once"),
            [JobTypes.ScheduleRun] = settings.Whole("WOFLO_SCHEDULE_RUN_LANE", 1, 1, 64, "schedule_run jobs that run at once; one solve uses the cores"),
        };
        return new QueueOptions(
            workerId, poll, types.ToDictionary(type => type, type => widths[type]),
            settings.Seconds("WOFLO_LEASE_SECONDS", 30, 3, 3600, "a job's lease; renewed every third of it"),
            settings.Seconds("WOFLO_SHUTDOWN_GRACE_SECONDS", 8, 0, 3600, "how long running jobs may go on after SIGTERM or SIGINT"),
            TimeSpan.FromMinutes(settings.Number("WOFLO_LEGACY_LEASE_MINUTES", 10, 1, 10_080,
                "after how many minutes a running job of the old worker, which has no lease, counts as lost")),
            RetryPolicy.Default with
            {
                Ceiling = TimeSpan.FromHours(settings.Number("WOFLO_RETRY_CEILING_HOURS", 24, 0.05, 720, "the longest back-off of a retry, in hours")),
            },
            TimeSpan.FromDays(settings.Whole("WOFLO_KEEP_SUCCEEDED_DAYS", 14, 0, 36_500, "after how many days succeeded jobs are deleted; 0: never")),
            TimeSpan.FromDays(settings.Whole("WOFLO_KEEP_FAILED_DAYS", 90, 0, 36_500, "after how many days failed jobs are deleted; 0: never")));
    }
}
