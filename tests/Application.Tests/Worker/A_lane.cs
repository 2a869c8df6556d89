using MediatR;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Woflo.Application.Jobs;
using Woflo.Application.Settings;
using Woflo.Application.Tests.Jobs;
using Woflo.Domain.Jobs;
using Woflo.Worker;

namespace Woflo.Application.Tests.Worker;

public sealed class A_lane
{
    [Fact]
    public async Task stops_renewing_a_job_whose_end_cannot_be_written_so_that_rescue_finds_it()
    {
        var leases = new ActiveLeases(TimeProvider.System, QueueOptions.Read(new SettingsReader(_ => null)));
        var leased = QueueFixture.Leased();
        leases.Hold(leased, TimeProvider.System.GetTimestamp());
        using var stop = new CancellationTokenSource();
        var mediator = Substitute.For<IMediator>();
        mediator.Send(Arg.Any<ClaimNextJob>(), Arg.Any<CancellationToken>()).Returns(leased, (LeasedJob?)null);
        mediator.Send(Arg.Any<RunJob>(), Arg.Any<CancellationToken>()).Returns(new CompleteJob(leased, null));
        mediator.Send(Arg.Any<IRequest<EndResult>>(), Arg.Any<CancellationToken>()).ThrowsAsync(new InvalidOperationException("no right to write"));
        var ranDry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lane = new Lane(
            JobTypes.AiEnrich, 1, new DatabaseGate(mediator, TimeProvider.System, new Random(1), NullLogger<DatabaseGate>.Instance), mediator, leases,
            NullLogger<Lane>.Instance);

        var running = lane.Run(() => ranDry.TrySetResult(), () => { }, _ => { }, stop.Token, CancellationToken.None);
        await ranDry.Task.WaitAsync(TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;

        Assert.Empty(leases.Held);
    }

    [Fact]
    public async Task says_so_when_a_job_may_have_gone_back_into_the_queue()
    {
        var leased = QueueFixture.Leased();
        using var stop = new CancellationTokenSource();
        var mediator = Substitute.For<IMediator>();
        mediator.Send(Arg.Any<ClaimNextJob>(), Arg.Any<CancellationToken>()).Returns(leased, leased, null);
        mediator.Send(Arg.Any<RunJob>(), Arg.Any<CancellationToken>())
            .Returns(new CompleteJob(leased, null), new FailJob(leased, new JobFailure(FailureClass.Timeout, "Timeout", "too slow")));
        var (putBack, ranDry) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var lane = new Lane(
            JobTypes.AiEnrich, 1, new DatabaseGate(mediator, TimeProvider.System, new Random(1), NullLogger<DatabaseGate>.Instance), mediator,
            new ActiveLeases(TimeProvider.System, QueueOptions.Read(new SettingsReader(_ => null))), NullLogger<Lane>.Instance);

        var running = lane.Run(() => ranDry.TrySetResult(), () => putBack++, _ => { }, stop.Token, CancellationToken.None);
        await ranDry.Task.WaitAsync(TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;

        Assert.Equal(1, putBack);
    }
}
