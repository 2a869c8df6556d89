using Microsoft.Extensions.Logging;

namespace Woflo.Application.Jobs;

/// <summary>The queue's log events. Dashboards match on their names: see docs/job_queue.md before changing one.</summary>
internal static partial class JobLog
{
    [LoggerMessage(EventName = "job_processing_started", Level = LogLevel.Information, Message = "{job_id} {job_type} {org_id} {attempts} {max_attempts}")]
    public static partial void JobProcessingStarted(this ILogger log, Guid job_id, string job_type, Guid org_id, int attempts, int max_attempts);

    [LoggerMessage(EventName = "job_processing_succeeded", Level = LogLevel.Information, Message = "{job_id} {job_type} {org_id} {attempts}")]
    public static partial void JobProcessingSucceeded(this ILogger log, Guid job_id, string job_type, Guid org_id, int attempts);

    [LoggerMessage(EventName = "job_processing_failed", Level = LogLevel.Warning, Message = "{job_id} {job_type} {org_id} {attempts} {failure_class} {error}")]
    public static partial void JobProcessingFailed(
        this ILogger log, Guid job_id, string job_type, Guid org_id, int attempts, string failure_class, string error);

    [LoggerMessage(EventName = "job_handler_threw", Level = LogLevel.Warning, Message = "{job_id} {job_type} {failure_class}")]
    public static partial void JobHandlerThrew(this ILogger log, Exception exception, Guid job_id, string job_type, string failure_class);

    [LoggerMessage(EventName = "job_retry_scheduled", Level = LogLevel.Warning,
        Message = "{job_id} {job_type} {org_id} {attempts} {max_attempts} {backoff_minutes} {failure_class}")]
    public static partial void JobRetryScheduled(
        this ILogger log, Guid job_id, string job_type, Guid org_id, int attempts, int max_attempts, double backoff_minutes, string failure_class);

    [LoggerMessage(EventName = "job_deferred", Level = LogLevel.Warning, Message = "{job_id} {job_type} {org_id} {deferrals} {delay_seconds} {failure_class}")]
    public static partial void JobDeferred(
        this ILogger log, Guid job_id, string job_type, Guid org_id, int deferrals, double delay_seconds, string failure_class);

    [LoggerMessage(EventName = "job_dead_letter", Level = LogLevel.Error,
        Message = "{job_id} {job_type} {org_id} {attempts} {max_attempts} {failure_class} {error}")]
    public static partial void JobDeadLetter(
        this ILogger log, Guid job_id, string job_type, Guid org_id, int attempts, int max_attempts, string failure_class, string error);

    [LoggerMessage(EventName = "job_released", Level = LogLevel.Information, Message = "{job_id} {job_type} {org_id}")]
    public static partial void JobReleased(this ILogger log, Guid job_id, string job_type, Guid org_id);

    [LoggerMessage(EventName = "job_rescued", Level = LogLevel.Warning, Message = "{job_id} {job_type} {org_id} {rescues} {lost_worker}")]
    public static partial void JobRescued(this ILogger log, Guid job_id, string job_type, Guid org_id, int rescues, string? lost_worker);

    [LoggerMessage(EventName = "job_rescue_failed", Level = LogLevel.Error, Message = "{job_id}: its effect could not be written; it stays running")]
    public static partial void JobRescueFailed(this ILogger log, Exception exception, Guid job_id);

    [LoggerMessage(EventName = "job_replayed", Level = LogLevel.Information, Message = "{job_id} {job_type} {org_id}")]
    public static partial void JobReplayed(this ILogger log, Guid job_id, string job_type, Guid org_id);

    [LoggerMessage(EventName = "job_cancelled", Level = LogLevel.Information, Message = "{job_id} {job_type} {org_id} {status} {error}")]
    public static partial void JobCancelled(this ILogger log, Guid job_id, string job_type, Guid org_id, string status, string error);

    [LoggerMessage(EventName = "jobs_pruned", Level = LogLevel.Information, Message = "{succeeded} {failed}")]
    public static partial void JobsPruned(this ILogger log, int succeeded, int failed);

    [LoggerMessage(EventName = "job_lease_lost", Level = LogLevel.Warning, Message = "{job_id} {job_type} {org_id}: another attempt owns the job; nothing was written")]
    public static partial void LeaseLost(this ILogger log, Guid job_id, string job_type, Guid org_id);

    [LoggerMessage(EventName = "job_lease_gone", Level = LogLevel.Warning, Message = "{job_id} {job_type}: no longer ours at renewal; cancelling the attempt")]
    public static partial void LeaseGone(this ILogger log, Guid job_id, string job_type);

    [LoggerMessage(EventName = "job_end_in_doubt", Level = LogLevel.Warning, Message = "{job_id} {job_type}: the database did not answer; sending the same write again")]
    public static partial void JobEndInDoubt(this ILogger log, Exception exception, Guid job_id, string job_type);

    [LoggerMessage(EventName = "cron_fired", Level = LogLevel.Information, Message = "{cron_id} {cron} {job_id} {org_id} {job_type} {due_at}")]
    public static partial void CronFired(
        this ILogger log, Guid cron_id, string cron, Guid job_id, Guid org_id, string job_type, DateTimeOffset? due_at);

    [LoggerMessage(EventName = "cron_failed", Level = LogLevel.Error, Message = "{cron_id} {cron} {org_id} {job_type}: enqueued nothing; tried again in an hour")]
    public static partial void CronFailed(this ILogger log, Exception exception, Guid cron_id, string cron, Guid org_id, string job_type);

    [LoggerMessage(EventName = "alarm_raised", Level = LogLevel.Critical, Message = "{job_type} {failure_class}: jobs wait until a person mends this")]
    public static partial void AlarmRaised(this ILogger log, string job_type, string failure_class);

    [LoggerMessage(EventName = "alarm_ended", Level = LogLevel.Information, Message = "{job_type} {failure_class}")]
    public static partial void AlarmEnded(this ILogger log, string job_type, string failure_class);
}
