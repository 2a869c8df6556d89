using Microsoft.Extensions.Logging;

namespace Woflo.Worker;

/// <summary>The host's log events. Dashboards match on their names: see docs/job_queue.md before changing one.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(EventName = "worker_started", Level = LogLevel.Information,
        Message = "{lanes} {poll_interval_seconds} {lease_seconds} {shutdown_grace_seconds} {database} {version}")]
    public static partial void WorkerStarted(
        this ILogger log, string lanes, double poll_interval_seconds, double lease_seconds, double shutdown_grace_seconds, string database, string version);

    [LoggerMessage(EventName = "shutdown_signal_received", Level = LogLevel.Information, Message = "{signal}")]
    public static partial void ShutdownSignalReceived(this ILogger log, int signal);

    [LoggerMessage(EventName = "worker_shutting_down", Level = LogLevel.Information, Message = "{running_jobs} {grace_seconds}")]
    public static partial void WorkerShuttingDown(this ILogger log, int running_jobs, double grace_seconds);

    [LoggerMessage(EventName = "worker_stopped", Level = LogLevel.Information, Message = "{exit_code}")]
    public static partial void WorkerStopped(this ILogger log, int exit_code);

    [LoggerMessage(EventName = "worker_loop_error", Level = LogLevel.Error, Message = "{loop}")]
    public static partial void WorkerLoopError(this ILogger log, Exception exception, string loop);

    [LoggerMessage(EventName = "worker_fatal_error", Level = LogLevel.Critical, Message = "{error}")]
    public static partial void WorkerFatalError(this ILogger log, Exception? exception, string error);

    [LoggerMessage(EventName = "database_unavailable", Level = LogLevel.Error, Message = "{error}: waiting for it to come back")]
    public static partial void DatabaseUnavailable(this ILogger log, string error);

    [LoggerMessage(EventName = "database_available", Level = LogLevel.Information, Message = "the database answers")]
    public static partial void DatabaseAvailable(this ILogger log);
}
