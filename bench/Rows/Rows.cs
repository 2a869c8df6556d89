namespace Woflo.Bench;

/// <param name="Name">As --only has it.</param>
internal sealed record Row(string Name, string Meaning, Func<BenchRun, Task> Measure);

internal static class Rows
{
    public static readonly IReadOnlyList<Row> All =
    [
        new("drain", "a queue of no-op jobs is worked off, by this worker, the floor and the peers in turn", DrainRow.Measure),
        new("wakeup", "from a job's insert to its handler's start, on an idle worker", WakeUpRow.Measure),
        new("inserts", "inserts by busy clients, with the trigger that wakes workers and without", InsertRows.Measure),
        new("bulk", "single inserts beside one bulk enqueue", InsertRows.MeasureBulk),
        new("flat", "the claims' own time at depths and shapes of the queue that must not matter", FlatRow.Measure),
        new("snapshot", "2,000 jobs/s arrive while a snapshot is held open", SteadyRows.MeasureSnapshot),
        new("fairness", "another organisation's single job beside 100,000 queued ones", SteadyRows.MeasureFairness),
        new("footprint", "memory and processor time of the worker, idle and at 1,000 jobs/s", SteadyRows.MeasureFootprint),
    ];
}
