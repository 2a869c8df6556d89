namespace Woflo.Application.Jobs;

/// <param name="Code">For scripts.</param>
/// <param name="Text">What is wrong, and what to do about it.</param>
public sealed record QueueWarning(string Code, string Text);

/// <summary>What in a queue's status is worth a warning.</summary>
public static class QueueHealth
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestSnapshot = TimeSpan.FromMinutes(5);

    // Where nobody says for how long a snapshot has been held.
    private const long MostTransactions = 100_000;

    // Vacuum comes at 5,000 and a hundredth of the rows. A busy queue leaves many times that between two of its rounds.
    private const long DeadRows = 100_000;
    private const double DeadShare = 0.2;

    private static readonly Func<QueueStatus, IEnumerable<QueueWarning>>[] Checks =
        [Unhandled, Waiting, Leases, Pauses, Snapshots, Dead, Indexes];

    public static IReadOnlyList<QueueWarning> Warnings(QueueStatus status) => [.. Checks.SelectMany(check => check(status))];

    private static IEnumerable<QueueWarning> Unhandled(QueueStatus status) =>
        from due in status.Due
        where !IsHandled(due.Type, status)
        select new QueueWarning("no_worker", $"{due.Type}: jobs have been due for {Span(due.Waiting)}, and no live worker takes them. "
            + "Start one, or look at WOFLO_JOB_TYPES of those that run.");

    private static IEnumerable<QueueWarning> Waiting(QueueStatus status) =>
        from due in status.Due
        where due.Waiting > LongestWait && IsHandled(due.Type, status)
        select new QueueWarning("long_wait", $"{due.Type}: the oldest due job waits for {Span(due.Waiting)}. "
            + "Start more workers, or widen their lane; a cap ('woflo cap') may hold it back.");

    private static IEnumerable<QueueWarning> Leases(QueueStatus status) => status.ExpiredLeases == 0 ? [] :
        [new("expired_leases", $"{status.ExpiredLeases} running jobs have lost their worker, and nobody has rescued them for a minute. "
            + "Any live worker does: start one, or look for worker_loop_error and job_rescue_failed in the log.")];

    private static IEnumerable<QueueWarning> Pauses(QueueStatus status) =>
        from pause in status.Pauses
        select new QueueWarning("paused", $"Paused: {pause.What}, {pause.UntilWhen} ({pause.Reason}). 'woflo resume {pause.Options}' lifts it.");

    private static IEnumerable<QueueWarning> Snapshots(QueueStatus status) =>
        from held in status.Snapshots
        where held.HeldFor > LongestSnapshot || (held.HeldFor is null && held.Transactions > MostTransactions)
        select new QueueWarning("held_snapshot",
            $"{held.Kind} {held.Name}{(held.Application is null ? "" : $" ({held.Application})")} holds a snapshot"
            + (held.HeldFor is { } span ? $" for {Span(span)}" : $" of {held.Transactions} transactions ago")
            + ", so vacuum can remove nothing that died since, and claims slow down. " + held.Kind switch
            {
                "transaction" => $"End it: select pg_terminate_backend({held.Name}).",
                "prepared transaction" => $"Commit it or roll it back: rollback prepared '{held.Name}'.",
                _ => $"Bring its reader back, or drop it: select pg_drop_replication_slot('{held.Name}').",
            });

    private static IEnumerable<QueueWarning> Dead(QueueStatus status) => status.DeadRows <= DeadRows + (status.LiveRows * DeadShare) ? [] :
        [new("dead_rows", $"job_queue has {status.DeadRows} dead rows beside {status.LiveRows} live ones, last vacuumed "
            + (status.LastVacuum is { } at ? FormattableString.Invariant($"{at:yyyy-MM-dd HH:mm}Z") : "never")
            + ". Look for what holds a snapshot, then: vacuum (analyze) public.job_queue.")];

    private static IEnumerable<QueueWarning> Indexes(QueueStatus status) =>
        from index in status.InvalidIndexes
        select new QueueWarning("invalid_index", $"The index {index} was not built to its end and serves no query. Drop it and run 'woflo migrate'.");

    private static bool IsHandled(string type, QueueStatus status) => status.Workers.Any(worker => worker.Types.Contains(type));

    private static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 2 } => FormattableString.Invariant($"{span.TotalSeconds:0} s"),
        { TotalHours: < 2 } => FormattableString.Invariant($"{span.TotalMinutes:0} min"),
        _ => FormattableString.Invariant($"{span.TotalHours:0} h"),
    };
}
