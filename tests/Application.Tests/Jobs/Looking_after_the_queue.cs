using FluentValidation;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Woflo.Application.Database;
using Woflo.Application.Jobs;
using Woflo.Application.Settings;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Tests.Jobs;

public sealed class Looking_after_the_queue : IDisposable
{
    private static readonly DateTime Somewhen = new(2026, 3, 1, 8, 0, 0, DateTimeKind.Utc);

    private readonly QueueFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task cancels_what_is_queued_or_running_and_says_what_the_others_were()
    {
        var jobs = JobStates.Names.ToDictionary(name => name, _ => Guid.NewGuid());
        var absent = Guid.NewGuid();
        foreach (var (name, id) in jobs)
            _queue.Store.Cancel(id, Arg.Any<JobFailure>(), false, Arg.Any<CancellationToken>()).Returns(AJob(id, JobStates.Named(name)));
        var report = await _queue.Send(new CancelJobs([.. jobs.Values, absent], "planned by hand"));
        Assert.Equal(
            new Dictionary<Guid, JobState> { [jobs["queued"]] = JobState.Queued, [jobs["running"]] = JobState.Running }, report.Cancelled);
        Assert.Equal(
            new Dictionary<Guid, JobState?> { [jobs["succeeded"]] = JobState.Succeeded, [jobs["failed"]] = JobState.Failed, [absent] = null },
            report.Refused);
        Assert.Equal(2, _queue.Log.Events.Count(name => name == "job_cancelled"));
        await _queue.Store.Received().Cancel(absent, JobFailure.Cancelled("planned by hand"), false, Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task cancels_queued_ones_in_batches_and_leaves_alone_what_has_started()
    {
        List<Guid> waiting = [.. Enumerable.Range(0, 2_500).Select(_ => Guid.NewGuid())];
        var started = waiting[7];
        _queue.Store.Queued(JobTypes.AiEnrich, null, Arg.Any<int>(), Arg.Any<CancellationToken>())
            .Returns(call => waiting.Take(call.Arg<int>()).ToList());
        _queue.Store.Cancel(Arg.Any<Guid>(), Arg.Any<JobFailure>(), true, Arg.Any<CancellationToken>()).Returns(call =>
        {
            waiting.Remove(call.Arg<Guid>());
            return AJob(call.Arg<Guid>(), call.Arg<Guid>() == started ? JobState.Running : JobState.Queued);
        });
        var report = await _queue.Send(new CancelJobs([], Type: JobTypes.AiEnrich));
        Assert.Equal(2_499, report.Cancelled.Count);
        Assert.Equal([KeyValuePair.Create<Guid, JobState?>(started, JobState.Running)], report.Refused);
    }

    [Fact]
    public async Task cancels_no_more_than_it_says()
    {
        _queue.Store.Queued(default, default, default, default).ReturnsForAnyArgs(
            call => Enumerable.Range(0, call.Arg<int>()).Select(_ => Guid.NewGuid()).ToList());
        _queue.Store.Cancel(default, default!, default, default).ReturnsForAnyArgs(call => AJob(call.Arg<Guid>(), JobState.Queued));
        Assert.Equal(CancelJobs.AtMost, (await _queue.Send(new CancelJobs([], OrgId: Guid.NewGuid()))).Cancelled.Count);
    }

    [Fact]
    public async Task refuses_what_names_nothing_or_what_nobody_knows()
    {
        await Refused("name jobs", () => _queue.Send(new CancelJobs([])));
        await Refused("type: 'coffee'", () => _queue.Send(new CancelJobs([], Type: "coffee")));
        await Refused("reason", () => _queue.Send(new CancelJobs([Guid.NewGuid()], new string('x', 501))));
        await Refused("name a type", () => _queue.Send(new PauseJobs(null, null)));
        await Refused("type: 'coffee'", () => _queue.Send(new PauseJobs("coffee", null)));
        await Refused("reason", () => _queue.Send(new PauseJobs(JobTypes.AiEnrich, null, "a\0b")));
        await Refused("not both", () => _queue.Send(new PauseJobs(JobTypes.AiEnrich, null, null, TimeSpan.FromHours(1), Somewhen.AddYears(90))));
        await Refused("for:", () => _queue.Send(new PauseJobs(JobTypes.AiEnrich, null, null, TimeSpan.Zero)));
        await Refused("is past", () => _queue.Send(new PauseJobs(JobTypes.AiEnrich, null, Until: _queue.Time.GetUtcNow().UtcDateTime)));
        await Refused("no organisation", () => _queue.Send(new PauseJobs(null, Guid.NewGuid())));
        await Refused("name a type", () => _queue.Send(new ResumeJobs(null, null)));
        await Refused("type: 'coffee'", () => _queue.Send(new CapJobs("coffee", 1, null)));
        await Refused("total", () => _queue.Send(new CapJobs(JobTypes.AiEnrich, -1, null)));
        await Refused("fixed at 1", () => _queue.Send(new CapJobs(JobTypes.ScheduleRun, null, 2)));
        await Refused("fixed at 1", () => _queue.Send(new CapJobs(JobTypes.ScheduleRun, null, 0)));

        static async Task Refused(string why, Func<Task> send) =>
            Assert.Contains(why, (await Assert.ThrowsAsync<ValidationException>(send)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task prunes_in_batches_from_where_the_last_one_ended_until_one_is_not_full()
    {
        var (first, second) = (Somewhen, Somewhen.AddHours(1));
        _queue.Keeper.PruneJobs(JobState.Succeeded, TimeSpan.FromDays(14), null, 1_000, Arg.Any<CancellationToken>()).Returns(new PrunedBatch(1_000, first));
        _queue.Keeper.PruneJobs(JobState.Succeeded, TimeSpan.FromDays(14), first, 1_000, Arg.Any<CancellationToken>()).Returns(new PrunedBatch(1_000, second));
        _queue.Keeper.PruneJobs(JobState.Succeeded, TimeSpan.FromDays(14), second, 1_000, Arg.Any<CancellationToken>()).Returns(new PrunedBatch(17, second));
        _queue.Keeper.PruneJobs(JobState.Failed, TimeSpan.FromDays(90), null, 1_000, Arg.Any<CancellationToken>()).Returns(new PrunedBatch(3, first));
        Assert.Equal(2_020, await Prune());
        Assert.Equal(["jobs_pruned"], _queue.Log.Events.Where(name => name == "jobs_pruned"));
        await _queue.Keeper.Received(1).PruneExpired(Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task prunes_nothing_and_says_nothing_while_another_worker_is_at_it()
    {
        Assert.Equal(0, await Prune());
        Assert.DoesNotContain("jobs_pruned", _queue.Log.Events);
    }

    [Fact]
    public async Task stops_pruning_at_the_rounds_bound()
    {
        _queue.Keeper.PruneJobs(JobState.Succeeded, default, default, default, default).ReturnsForAnyArgs(new PrunedBatch(1_000, Somewhen));
        Assert.Equal(2 * PruneJobsHandler.MaxBatches * PruneJobsHandler.Batch, await Prune());
    }

    [Fact]
    public async Task says_what_was_pruned_before_the_database_went_away()
    {
        _queue.Keeper.PruneJobs(JobState.Succeeded, default, default, default, default).ReturnsForAnyArgs(new PrunedBatch(17, Somewhen));
        _queue.Keeper.PruneExpired(default).ThrowsAsyncForAnyArgs(new DatabaseUnavailableException("gone"));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(Prune);
        Assert.Contains("jobs_pruned", _queue.Log.Events);
    }

    [Fact]
    public async Task keeps_for_ever_what_is_kept_for_no_days()
    {
        var options = QueueOptions.Read(new SettingsReader(name => name.StartsWith("WOFLO_KEEP", StringComparison.Ordinal) ? "0" : null));
        var handler = new PruneJobsHandler(_queue.Keeper, options, _queue.Time, NullLogger<PruneJobsHandler>.Instance);
        Assert.Equal(0, await handler.Handle(new PruneJobs(), TestContext.Current.CancellationToken));
        await _queue.Keeper.DidNotReceiveWithAnyArgs().PruneJobs(default, default, default, default, default);
        await _queue.Keeper.ReceivedWithAnyArgs(1).PruneExpired(default);
    }

    private static Job AJob(Guid id, JobState state) => new(id, Guid.NewGuid(), JobTypes.AiEnrich, "{}", state, 0, 3);

    private async Task<int> Prune()
    {
        var round = _queue.Send(new PruneJobs());
        while (!round.IsCompleted)
        {
            _queue.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        return await round;
    }
}
