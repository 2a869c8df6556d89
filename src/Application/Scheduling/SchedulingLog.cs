using Microsoft.Extensions.Logging;

namespace Woflo.Application.Scheduling;

internal static partial class SchedulingLog
{
    [LoggerMessage(EventName = "schedule_run_job_started", Level = LogLevel.Information,
        Message = "Planning schedule run {schedule_run_id}")]
    public static partial void ScheduleRunJobStarted(this ILogger log, Guid schedule_run_id);

    [LoggerMessage(EventName = "schedule_run_job_completed", Level = LogLevel.Information,
        Message = "Schedule run {schedule_run_id} {status}: {task_count} tasks planned in {wall_time_ms} ms")]
    public static partial void ScheduleRunJobCompleted(
        this ILogger log, Guid schedule_run_id, string status, int task_count, int wall_time_ms);

    [LoggerMessage(EventName = "schedule_run_superseded", Level = LogLevel.Information,
        Message = "Schedule run {schedule_run_id} is made needless by the newer {superseded_by}")]
    public static partial void ScheduleRunSuperseded(this ILogger log, Guid schedule_run_id, Guid superseded_by);

    [LoggerMessage(EventName = "schedule_plan_rejected", Level = LogLevel.Error,
        Message = "The solver's plan breaks {rule}: {detail}")]
    public static partial void PlanRejected(this ILogger log, string rule, string detail);

    [LoggerMessage(EventName = "schedule_solver_failed", Level = LogLevel.Error,
        Message = "The search failed; the best plan so far is used")]
    public static partial void SolverFailed(this ILogger log, Exception error);
}
