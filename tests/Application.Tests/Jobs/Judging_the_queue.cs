using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Tests.Jobs;

public sealed class Judging_the_queue
{
    private static readonly DateTime Now = new(2026, 3, 1, 8, 0, 0, DateTimeKind.Utc);
    private static readonly LiveWorker Worker = new("worker-1", JobTypes.All, Now, []);
    private static readonly QueueStatus Well =
        new([], [], [Worker], [], [new QueueCap(JobTypes.ScheduleRun, null, 1)], [], 0, 1_000, 0, null, []);

    private static HeldSnapshot Transaction(TimeSpan? heldFor, long transactions = 1) => new("transaction", "4711", "report", heldFor, transactions);

    [Fact]
    public void finds_nothing_wrong_with_a_cap() => Assert.Empty(QueueHealth.Warnings(Well));

    [Fact]
    public void warns_of_due_jobs_that_no_live_worker_takes_and_not_of_their_wait_as_well()
    {
        var warning = Only("no_worker", Well with
        {
            Workers = [Worker with { Types = [JobTypes.AiEnrich] }],
            Due = [new(JobTypes.ScheduleRun, TimeSpan.FromHours(3))],
        });
        Assert.StartsWith("schedule_run: jobs have been due for 3 h", warning.Text, StringComparison.Ordinal);
    }

    [Theory, InlineData(10, false), InlineData(10.1, true)]
    public void warns_of_a_wait_of_more_than_ten_minutes(double minutes, bool warns) =>
        Warns("long_wait", warns, Well with { Due = [new(JobTypes.AiEnrich, TimeSpan.FromMinutes(minutes))] });

    [Theory, InlineData(0, false), InlineData(1, true)]
    public void warns_of_leases_that_nobody_rescues(long leases, bool warns) => Warns("expired_leases", warns, Well with { ExpiredLeases = leases });

    [Fact]
    public void warns_of_a_pause_and_says_what_lifts_it()
    {
        var org = Guid.NewGuid();
        var warning = Only("paused", Well with { Pauses = [new(JobTypes.AiEnrich, org, Now, "provider is down", Now)] });
        Assert.Equal(
            $"Paused: ai_enrich of organisation {org}, until 2026-03-01 08:00:00Z (provider is down). 'woflo resume --type ai_enrich --org {org}' lifts it.",
            warning.Text);
        Assert.StartsWith(
            "Paused: everything of organisation", Only("paused", Well with { Pauses = [new(null, org, null, "", Now)] }).Text, StringComparison.Ordinal);
    }

    [Theory, InlineData(5.0, 0, false), InlineData(5.1, 0, true), InlineData(0.0, 1_000_000, false), InlineData(null, 100_000, false), InlineData(null, 100_001, true)]
    public void warns_of_a_snapshot_held_for_more_than_five_minutes_or_many_transactions(double? minutes, long transactions, bool warns) =>
        Warns("held_snapshot", warns, Well with { Snapshots = [Transaction(minutes is { } held ? TimeSpan.FromMinutes(held) : null, transactions)] });

    [Theory, InlineData("transaction", "pg_terminate_backend(4711)"), InlineData("prepared transaction", "rollback prepared '4711'"),
     InlineData("replication slot", "pg_drop_replication_slot('4711')")]
    public void says_how_to_end_each_kind_of_snapshot(string kind, string statement) =>
        Assert.Contains(
            statement, Only("held_snapshot", Well with { Snapshots = [Transaction(TimeSpan.FromDays(1)) with { Kind = kind }] }).Text, StringComparison.Ordinal);

    [Theory, InlineData(0, 100_000, false), InlineData(0, 100_001, true), InlineData(1_000_000, 300_000, false), InlineData(1_000_000, 300_001, true)]
    public void warns_of_dead_rows_out_of_proportion(long live, long dead, bool warns) =>
        Warns("dead_rows", warns, Well with { LiveRows = live, DeadRows = dead });

    [Fact]
    public void warns_of_an_index_that_was_not_built() =>
        Assert.Contains("job_queue_claim_idx", Only("invalid_index", Well with { InvalidIndexes = ["job_queue_claim_idx"] }).Text, StringComparison.Ordinal);

    private static void Warns(string code, bool warns, QueueStatus status) =>
        Assert.Equal(warns ? [code] : [], QueueHealth.Warnings(status).Select(warning => warning.Code));

    private static QueueWarning Only(string code, QueueStatus status)
    {
        var warning = Assert.Single(QueueHealth.Warnings(status));
        Assert.Equal(code, warning.Code);
        return warning;
    }
}
