using FluentValidation;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Woflo.Application.Database;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Tests.Jobs;

public sealed class Ending_an_attempt : IDisposable
{
    private readonly QueueFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task says_what_became_of_the_job()
    {
        Assert.Equal(EndResult.Ended, await _queue.Send(new FailJob(await Claim(), Failed(FailureClass.Transient))));
        Assert.Equal(EndResult.Ended, await _queue.Send(new FailJob(await Claim(), Failed(FailureClass.Infeasible))));
        Assert.Equal(EndResult.Ended, await _queue.Send(new FailJob(await Claim(), Failed(FailureClass.RateLimited))));
        Assert.Equal(EndResult.Ended, await _queue.Send(new ReleaseJob(await Claim())));
        Assert.Equal(
            ["job_processing_failed", "job_retry_scheduled", "job_processing_failed", "job_dead_letter", "job_processing_failed", "job_deferred", "job_released"],
            _queue.Log.Events.Where(name => name.StartsWith("job_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task whose_lease_is_lost_logs_no_success()
    {
        var leased = await Claim();
        _queue.Store.End(default!, default!, default, default).ReturnsForAnyArgs(false);
        Assert.Equal(EndResult.LeaseLost, await _queue.Send(new CompleteJob(leased, null)));
        Assert.Contains("job_lease_lost", _queue.Log.Events);
        Assert.DoesNotContain("job_processing_succeeded", _queue.Log.Events);
    }

    [Fact]
    public async Task in_doubt_sends_the_same_write_again()
    {
        var leased = await Claim();
        var writes = 0;
        _queue.Store.End(default!, default!, default, default).ReturnsForAnyArgs(_ =>
            ++writes < 3 ? throw new DatabaseUnavailableException("connection lost") : true);
        var end = _queue.Send(new CompleteJob(leased, null));
        while (!end.IsCompleted)
        {
            _queue.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        Assert.Equal((EndResult.Ended, 3), (await end, writes));
    }

    [Fact]
    public async Task that_never_gets_an_answer_stops_at_the_leases_limit()
    {
        var leased = await Claim();
        _queue.Store.End(default!, default!, default, default).ThrowsForAnyArgs(new DatabaseUnavailableException("gone"));
        var end = _queue.Send(new CompleteJob(leased, null));
        while (!end.IsCompleted)
        {
            _queue.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Equal(EndResult.LeaseLost, await end);
    }

    [Fact]
    public async Task whose_results_cannot_be_written_fails_with_their_error()
    {
        var leased = await Claim();
        JobFailure? written = null;
        _queue.Store.End(default!, default!, default, default).ReturnsForAnyArgs(call =>
        {
            if (call.Arg<JobEnd>() is JobEnd.Succeeded)
                throw new InvalidOperationException("no such bay");
            written = call.Arg<JobFailure?>();
            return true;
        });
        Assert.Equal(EndResult.Ended, await _queue.Send(new CompleteJob(leased, new object())));
        Assert.Equal((FailureClass.Bug, "InvalidOperationException: no such bay"), (written!.Class, written.Error));
        Assert.Contains("job_retry_scheduled", _queue.Log.Events);
    }

    [Fact]
    public async Task for_want_of_a_key_raises_the_alarm_once_until_a_success()
    {
        for (var i = 0; i < 3; i++)
            await _queue.Send(new FailJob(await Claim(), Failed(FailureClass.Auth)));
        await _queue.Send(new CompleteJob(await Claim(), null));
        await _queue.Send(new FailJob(await Claim(), Failed(FailureClass.Auth)));
        Assert.Equal(
            ["alarm_raised", "alarm_ended", "alarm_raised"],
            _queue.Log.Events.Where(name => name.StartsWith("alarm", StringComparison.Ordinal)));
    }

    private async Task<LeasedJob> Claim() => (await _queue.Send(new ClaimNextJob(JobTypes.AiEnrich)))!;

    private static JobFailure Failed(FailureClass failureClass) => new(failureClass, "Test", "broke");
}
