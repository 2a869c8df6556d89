using MediatR;
using Microsoft.Extensions.Logging;
using Woflo.Application.Database;
using Woflo.Application.Jobs;

namespace Woflo.Worker;

/// <summary>Runs the lanes, watches the queue for them, renews their leases, and ends in order.</summary>
internal sealed class WorkerLoop(
    QueueOptions options, IMediator mediator, IQueueBell bell, ActiveLeases leases, DatabaseGate gate, TimeProvider time, ILoggerFactory logs)
{
    private static readonly TimeSpan MinimumPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan CancelledJobsHeard = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(10);

    private readonly ILogger<WorkerLoop> _log = logs.CreateLogger<WorkerLoop>();
    private volatile bool _listensAnew;
    private volatile bool _mustLook;

    /// <summary>Until <paramref name="stop"/>, or, when draining, until nothing is due.</summary>
    public async Task Run(bool drain, CancellationToken stop)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var graceOver = new CancellationTokenSource();
        using var lanesDone = new CancellationTokenSource();
        using var stir = new Signal();
        var fatal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lanes = options.Lanes.Select(lane => new Lane(lane.Key, lane.Value, gate, mediator, leases, logs.CreateLogger<Lane>())).ToList();
        try
        {
            var working = Task.WhenAll(lanes.Select(lane =>
                Ending(lane.Type, lane.Run(stir.Set, Look, error => fatal.TrySetException(error), stopping.Token, graceOver.Token))));
            Task[] loops =
            [
                Ending("watch", Watch(lanes, stir, drain ? stopping : null, stopping.Token)),
                Ending("renew", Renew(lanesDone.Token)),
                Ending("prune", Prune(stopping.Token)),
                bell.Listen((types, dueIn) => _ = Ring(lanes, types, dueIn, stopping.Token), Heard, stopping.Token),
            ];
            using var ended = stopping.Token.Register(() => _ = EndGrace(graceOver, lanesDone.Token));
            await Task.WhenAny(working, fatal.Task);
            if (fatal.Task.IsFaulted)
                await fatal.Task;
            await lanesDone.CancelAsync();
            await stopping.CancelAsync();
            await Task.WhenAll(loops);
            await Leave();
        }
        finally
        {
            await lanesDone.CancelAsync();
        }

        // What was inserted while nobody listened was not heard.
        void Heard()
        {
            _listensAnew = true;
            Look();
        }

        // When a job that was put back falls due, a look tells.
        void Look()
        {
            _mustLook = true;
            stir.Set();
        }

        async Task Ending(string name, Task loop)
        {
            try
            {
                await loop;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested || lanesDone.IsCancellationRequested)
            {
                // Asked to stop.
            }
            catch (Exception exception)
            {
                // Half a worker looks alive and is not: one loop that fails ends all.
                _log.WorkerLoopError(exception, name);
                fatal.TrySetException(exception);
            }
        }
    }

    // Best effort: the row expires by itself.
    private async Task Leave()
    {
        using var patience = new CancellationTokenSource(LongestFarewell, time);
        try
        {
            await mediator.Send(new LeaveQueue(), patience.Token);
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or OperationCanceledException)
        {
            // Then it does.
        }
    }

    private async Task EndGrace(CancellationTokenSource graceOver, CancellationToken lanesDone)
    {
        _log.WorkerShuttingDown(leases.Held.Count, options.ShutdownGrace.TotalSeconds);
        try
        {
            await Task.Delay(options.ShutdownGrace, time, lanesDone);
            await graceOver.CancelAsync();
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // All jobs ended within the grace.
        }
    }

    private async Task Ring(IReadOnlyList<Lane> lanes, IReadOnlyCollection<string> types, TimeSpan dueIn, CancellationToken stopping)
    {
        if (dueIn > TimeSpan.Zero)
            await Task.WhenAny(Task.Delay(dueIn, time, stopping));
        foreach (var lane in lanes.Where(lane => types.Contains(lane.Type)))
            lane.Wake();
    }

    /// <summary>One round trip a poll: wakes the lanes that have something to do, and has lost jobs rescued and schedules fired.</summary>
    private async Task Watch(IReadOnlyList<Lane> lanes, Signal stir, CancellationTokenSource? drained, CancellationToken stopping)
    {
        // What the database knows that inserts have to wake us for.
        IReadOnlyCollection<string> announced = [];
        while (true)
        {
            var startedAt = time.GetTimestamp();
            if (_listensAnew)
                announced = [];
            _listensAnew = _mustLook = false;
            var idle = lanes.All(lane => lane.IsIdle);
            string[] waiting = bell.IsListening ? [.. lanes.Where(lane => lane.IsWaiting).Select(lane => lane.Type)] : [];
            var outlook = await gate.Send(new LookForWork(waiting, Thoroughly: drained is not null), stopping);
            var rest = time.GetElapsedTime(startedAt) * 4;
            var rescued = outlook.AnyLost ? await gate.Send(new RescueJobs(), stopping) : 0;
            var fired = outlook.AnyCronDue ? await gate.Send(new FireCrons(), stopping) : 0;
            foreach (var lane in lanes.Where(lane => outlook.DueTypes.Contains(lane.Type)))
                lane.Wake();
            if (drained is not null && idle && outlook.DueTypes.Count == 0 && rescued + fired == 0 && lanes.All(lane => lane.IsIdle))
            {
                await drained.CancelAsync();
                return;
            }
            // What was rescued or fired is due. And an insert that committed while we announced may have seen nobody waiting.
            var lookAgain = waiting.Except(announced).Any() || rescued + fired > 0;
            announced = waiting;
            if (lookAgain)
                continue;
            // However costly a look is, it takes a fifth of the time at most; what is longer was an outage.
            await Task.Delay(rest < LongestRest ? rest : LongestRest, time, stopping);
            var pause = options.PollInterval * (0.9 + (0.2 * gate.Jitter()));
            if (outlook.NextDue is { } next && next < pause)
                pause = next > MinimumPause ? next : MinimumPause;
            startedAt = time.GetTimestamp();
            // A lane that ran dry and that no insert wakes has to look; one that inserts wake has not.
            while (await stir.Wait(pause - time.GetElapsedTime(startedAt), stopping)
                && drained is null && !_mustLook && lanes.All(lane => !lane.IsWaiting || announced.Contains(lane.Type)))
            {
            }
        }
    }

    /// <summary>Off the handlers' threads, three times a lease, and often enough to hear of a cancelled job within two seconds; one that fails is tried
    /// again soon, while the leases' own limits run on.</summary>
    private async Task Renew(CancellationToken lanesDone)
    {
        var regular = options.Lease / 3 < CancelledJobsHeard ? options.Lease / 3 : CancelledJobsHeard;
        var pause = regular;
        while (true)
        {
            await Task.Delay(pause, time, lanesDone);
            try
            {
                await mediator.Send(new RenewLeases(), lanesDone);
                pause = regular;
            }
            catch (DatabaseUnavailableException)
            {
                pause = options.Lease / 20;
            }
        }
    }

    /// <summary>A round that fails, say for want of the right to delete, is no reason to end: jobs can be done without.</summary>
    private async Task Prune(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                // Cancelled at once at shutdown: what a batch deletes, it deletes or does not.
                await gate.Reach(token => mediator.Send(new PruneJobs(), token), stopping);
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or DatabaseMisconfiguredException))
            {
                _log.WorkerLoopError(exception, "prune");
            }
            await Task.Delay(PruneEvery * (0.9 + (0.2 * gate.Jitter())), time, stopping);
        }
    }
}
