using MediatR;
using Microsoft.Extensions.Logging;
using Woflo.Application.Jobs;

namespace Woflo.Worker;

/// <summary>Runs up to <paramref name="width"/> jobs of one type at once, claiming only what can start now.</summary>
internal sealed class Lane(string type, int width, DatabaseGate gate, IMediator mediator, ActiveLeases leases, ILogger<Lane> log) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(width);
    private readonly Signal _wake = new();
    private volatile bool _waiting;
    private int _running;

    public string Type => type;

    /// <summary>Found nothing at its last claim, and waits to be woken.</summary>
    public bool IsWaiting => _waiting;

    public bool IsIdle => _waiting && Volatile.Read(ref _running) == 0;

    public void Wake()
    {
        if (_waiting)
            _wake.Set();
    }

    /// <param name="ranDry">Called when the queue held nothing more, after at least one job was claimed.</param>
    /// <param name="idle">Called when the last running job has ended and the queue held nothing more.</param>
    /// <param name="stopping">Stop claiming; also tells running handlers to wind down.</param>
    /// <param name="graceOver">Cancels running handlers.</param>
    public async Task Run(Action ranDry, Action idle, Action<Exception> fatal, CancellationToken stopping, CancellationToken graceOver)
    {
        List<Task> runs = [];
        var claimed = true;
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                await _slots.WaitAsync(stopping);
                LeasedJob? leased = null;
                try
                {
                    leased = await gate.Send(new ClaimNextJob(type), stopping);
                }
                finally
                {
                    if (leased is null)
                        _slots.Release();
                }
                if (leased is null)
                {
                    _waiting = true;
                    if (claimed)
                        ranDry();
                    claimed = false;
                    await _wake.Wait(stopping);
                    _waiting = false;
                    continue;
                }
                claimed = true;
                if (stopping.IsCancellationRequested)
                {
                    await mediator.Send(new ReleaseJob(leased), CancellationToken.None);
                    break;
                }
                Interlocked.Increment(ref _running);
                runs.RemoveAll(run => run.IsCompleted);
                runs.Add(Attempt(leased, idle, fatal, stopping, graceOver));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to stop: what runs is seen to its end below.
        }
        _waiting = false;
        await Task.WhenAll(runs);
    }

    private async Task Attempt(LeasedJob leased, Action idle, Action<Exception> fatal, CancellationToken stopping, CancellationToken graceOver)
    {
        try
        {
            if (await mediator.Send(new RunJob(leased, stopping), graceOver) is { } end)
                await mediator.Send(end, CancellationToken.None);
        }
        catch (HandlerStuckException exception)
        {
            fatal(exception);
        }
        catch (Exception exception)
        {
            // Not renewed any more, so that rescue finds it.
            leases.Forget(leased.Fence);
            log.WorkerLoopError(exception, type);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            _slots.Release();
            if (IsIdle)
                idle();
        }
    }

    public void Dispose()
    {
        _slots.Dispose();
        _wake.Dispose();
    }
}
