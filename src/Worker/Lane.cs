using MediatR;
using Microsoft.Extensions.Logging;
using Woflo.Application.Jobs;

namespace Woflo.Worker;

/// <summary>Runs up to <paramref name="width"/> jobs of one type at once. A slot is opened to look for work, and takes one job after the other
/// until it finds none; each job it gets opens one slot more. So an idle lane asks with a single claim, a flood fills it within a few
/// rounds, and nothing is claimed that cannot start at once.</summary>
internal sealed class Lane(string type, int width, DatabaseGate gate, IMediator mediator, ActiveLeases leases, ILogger<Lane> log)
{
    private readonly TaskCompletionSource _allClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action _ranDry = () => { };
    private Action _putBack = () => { };
    private Action<Exception> _fatal = _ => { };
    private CancellationToken _stopping;
    private CancellationToken _graceOver;
    private int _open;
    private int _wokenWhileFull;

    public string Type => type;

    /// <summary>Has room for a job more.</summary>
    public bool IsWaiting => Volatile.Read(ref _open) < width;

    public bool IsIdle => Volatile.Read(ref _open) == 0;

    /// <param name="ranDry">Called when a slot has found nothing more.</param>
    /// <param name="putBack">Called when a job may have gone back into the queue.</param>
    /// <param name="stopping">Stop claiming; also tells running handlers to wind down.</param>
    /// <param name="graceOver">Cancels running handlers.</param>
    public async Task Run(Action ranDry, Action putBack, Action<Exception> fatal, CancellationToken stopping, CancellationToken graceOver)
    {
        (_ranDry, _putBack, _fatal, _stopping, _graceOver) = (ranDry, putBack, fatal, stopping, graceOver);
        Wake();
        await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, stopping));
        if (IsIdle)
            _allClosed.TrySetResult();
        await _allClosed.Task;
    }

    /// <summary>There may be work: looks for it. Where all slots are busy, each looks anyway when its job has ended; one whose claim may have
    /// come too early to see it looks once more.</summary>
    public void Wake()
    {
        if (Interlocked.Increment(ref _open) <= width && !_stopping.IsCancellationRequested)
        {
            _ = Slot();
            return;
        }
        Volatile.Write(ref _wokenWhileFull, 1);
        Close();
    }

    private void Close()
    {
        if (Interlocked.Decrement(ref _open) == 0 && _stopping.IsCancellationRequested)
            _allClosed.TrySetResult();
    }

    private async Task Slot()
    {
        try
        {
            do
            {
                while (await gate.Send(new ClaimNextJob(type), _stopping) is { } leased)
                {
                    if (IsWaiting)
                        Wake();
                    await Attempt(leased);
                }
            }
            while (Interlocked.Exchange(ref _wokenWhileFull, 0) == 1);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Asked to stop.
        }
        catch (Exception exception)
        {
            _fatal(exception);
        }
        Close();
        _ranDry();
    }

    private async Task Attempt(LeasedJob leased)
    {
        try
        {
            var end = _stopping.IsCancellationRequested
                ? new ReleaseJob(leased)
                : await mediator.Send(new RunJob(leased, _stopping), _graceOver);
            if (end is not null)
                await mediator.Send(end, CancellationToken.None);
            if (end is not CompleteJob)
                _putBack();
        }
        catch (HandlerStuckException)
        {
            throw;
        }
        catch (Exception exception)
        {
            // Not renewed any more, so that rescue finds it.
            leases.Forget(leased.Fence);
            log.WorkerLoopError(exception, type);
        }
    }
}
