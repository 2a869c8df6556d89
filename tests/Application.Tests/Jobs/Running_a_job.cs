using System.Text.Json.Nodes;
using NSubstitute;
using Woflo.Application.Database;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Tests.Jobs;

public sealed class Running_a_job : IDisposable
{
    private readonly QueueFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task returns_the_completion_with_the_handlers_results()
    {
        var results = new object();
        _queue.HandlerDoes((_, _) => Task.FromResult<JobOutcome>(new JobOutcome.Succeeded(results)));
        var end = Assert.IsType<CompleteJob>(await _queue.ClaimAndRun());
        Assert.Same(results, end.Results);
    }

    [Theory, InlineData(typeof(NullReferenceException), "bug"), InlineData(typeof(InvalidCastException), "bug"),
     InlineData(typeof(InvalidOperationException), "bug"), InlineData(typeof(TimeoutException), "timeout"),
     InlineData(typeof(IOException), "transient"), InlineData(typeof(HttpRequestException), "transient")]
    public async Task gives_an_exception_its_class(Type exception, string failureClass)
    {
        _queue.HandlerDoes((_, _) => throw (Exception)Activator.CreateInstance(exception)!);
        var end = Assert.IsType<FailJob>(await _queue.ClaimAndRun());
        Assert.Equal((failureClass, exception.Name), (end.Failure.Class.Name, end.Failure.Type));
    }

    [Fact]
    public async Task keeps_the_failure_that_a_handler_names()
    {
        var failure = JobFailure.InvalidInput("payload.work_order_id: missing");
        _queue.HandlerDoes((_, _) => throw new JobFailedException(failure));
        Assert.Equal(failure, Assert.IsType<FailJob>(await _queue.ClaimAndRun()).Failure);
    }

    [Fact]
    public async Task costs_no_attempt_when_the_database_is_gone_in_the_middle()
    {
        _queue.HandlerDoes((_, _) => throw new DatabaseUnavailableException("gone"));
        Assert.Equal(FailureClass.Unavailable, Assert.IsType<FailJob>(await _queue.ClaimAndRun()).Failure.Class);
    }

    [Fact]
    public async Task is_released_when_shutdown_cancels_it()
    {
        using var graceOver = new CancellationTokenSource();
        _queue.HandlerDoes(async (_, token) =>
        {
            await graceOver.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return new JobOutcome.Succeeded();
        });
        Assert.IsType<ReleaseJob>(await _queue.ClaimAndRunUntil(graceOver.Token));
    }

    [Fact]
    public async Task that_finishes_although_cancelled_is_completed()
    {
        using var graceOver = new CancellationTokenSource();
        _queue.HandlerDoes(async (_, _) =>
        {
            await graceOver.CancelAsync();
            return new JobOutcome.Succeeded();
        });
        Assert.IsType<CompleteJob>(await _queue.ClaimAndRunUntil(graceOver.Token));
    }

    [Fact]
    public async Task ends_without_a_word_when_the_lease_is_past_its_own_limit()
    {
        _queue.HandlerDoes(async (_, token) =>
        {
            _queue.Time.Advance(TimeSpan.FromSeconds(24));
            await Task.Delay(Timeout.Infinite, token);
            return new JobOutcome.Succeeded();
        });
        Assert.Null(await _queue.ClaimAndRun());
        Assert.Contains("job_lease_lost", _queue.Log.Events);
    }

    [Fact]
    public async Task stays_lost_when_a_renewal_is_answered_after_the_limit()
    {
        _queue.RenewalsLand(after: TimeSpan.FromSeconds(25));
        _queue.HandlerDoes(async (_, token) =>
        {
            await _queue.Send(new RenewLeases());
            await Task.Delay(Timeout.Infinite, token);
            return new JobOutcome.Succeeded();
        });
        Assert.Null(await _queue.ClaimAndRun());
    }

    [Fact]
    public async Task fails_as_timed_out_when_its_types_deadline_is_past()
    {
        _queue.RenewalsLand();
        _queue.Handler.Deadline(Arg.Any<Job>()).Returns(TimeSpan.FromSeconds(45));
        _queue.HandlerDoes(async (_, token) =>
        {
            for (var i = 0; i < 5; i++)
            {
                _queue.Time.Advance(TimeSpan.FromSeconds(9));
                await _queue.Send(new RenewLeases());
            }
            await Task.Delay(Timeout.Infinite, token);
            return new JobOutcome.Succeeded();
        });
        var failed = Assert.IsType<FailJob>(await _queue.ClaimAndRun());
        Assert.Equal((FailureClass.Timeout, "DeadlineExceeded: not done after 45 seconds."), (failed.Failure.Class, failed.Failure.Error));
    }

    [Fact]
    public async Task goes_on_while_renewals_land()
    {
        _queue.RenewalsLand();
        _queue.HandlerDoes(async (_, token) =>
        {
            for (var i = 0; i < 10; i++)
            {
                _queue.Time.Advance(TimeSpan.FromSeconds(10));
                Assert.Equal(1, await _queue.Send(new RenewLeases()));
            }
            token.ThrowIfCancellationRequested();
            return new JobOutcome.Succeeded();
        });
        Assert.IsType<CompleteJob>(await _queue.ClaimAndRun());
    }

    [Fact]
    public async Task says_how_far_it_is_once_with_the_next_renewal_that_lands()
    {
        var sent = new List<string?>();
        var lands = false;
        _queue.Store.Renew(Arg.Any<IReadOnlyCollection<LeasedJob>>(), Arg.Any<IReadOnlyDictionary<Guid, string>>(), Arg.Any<CancellationToken>()).Returns(call =>
        {
            var fence = call.Arg<IReadOnlyCollection<LeasedJob>>().Single().Fence;
            sent.Add(call.Arg<IReadOnlyDictionary<Guid, string>>().GetValueOrDefault(fence));
            return new Renewal(lands ? new HashSet<Guid> { fence } : [], new HashSet<Guid>());
        });
        _queue.HandlerDoes(async (run, _) =>
        {
            run.Progress!.Report(new JsonObject { ["stage"] = "first" });
            run.Progress.Report(new JsonObject { ["stage"] = "second" });
            await _queue.Send(new RenewLeases());
            lands = true;
            await _queue.Send(new RenewLeases());
            await _queue.Send(new RenewLeases());
            // What the database would refuse, and every lease with it.
            run.Progress.Report(new JsonObject { ["stage"] = "a\0b" });
            run.Progress.Report(new JsonObject { ["stage"] = new string('x', 10_000) });
            await _queue.Send(new RenewLeases());
            return new JobOutcome.Succeeded();
        });
        await _queue.ClaimAndRun();
        Assert.Equal(["""{"stage":"second"}""", """{"stage":"second"}""", null, null], sent);
    }

    [Fact]
    public async Task is_cancelled_when_a_renewal_finds_the_lease_gone()
    {
        _queue.Store.Renew(Arg.Any<IReadOnlyCollection<LeasedJob>>(), Arg.Any<IReadOnlyDictionary<Guid, string>>(), Arg.Any<CancellationToken>())
            .Returns(call => new Renewal(new HashSet<Guid>(), call.Arg<IReadOnlyCollection<LeasedJob>>().Select(held => held.Fence).ToHashSet()));
        _queue.HandlerDoes(async (_, token) =>
        {
            await _queue.Send(new RenewLeases());
            await Task.Delay(Timeout.Infinite, token);
            return new JobOutcome.Succeeded();
        });
        Assert.Null(await _queue.ClaimAndRun());
    }

    [Fact]
    public async Task does_not_start_without_its_lease()
    {
        _queue.Store.Start(Arg.Any<LeasedJob>(), Arg.Any<CancellationToken>()).Returns(false);
        Assert.Null(await _queue.ClaimAndRun());
        await _queue.Handler.DidNotReceiveWithAnyArgs().Handle(default!, default);
    }

    [Fact]
    public async Task gives_up_on_a_handler_that_ignores_its_cancellation_for_thirty_seconds()
    {
        using var graceOver = new CancellationTokenSource();
        var cancelled = new TaskCompletionSource();
        _queue.HandlerDoes(async (_, _) =>
        {
            await graceOver.CancelAsync();
            cancelled.SetResult();
            await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
            return new JobOutcome.Succeeded();
        });
        var run = _queue.ClaimAndRunUntil(graceOver.Token);
        await cancelled.Task;
        while (!run.IsCompleted)
        {
            _queue.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }
        await Assert.ThrowsAsync<HandlerStuckException>(() => run);
    }
}
