using MediatR;
using Microsoft.Extensions.Logging;
using Woflo.Application.Database;

namespace Woflo.Worker;

/// <summary>Sends commands through database outages: waits with back-off and jitter, and says so once a change of state.</summary>
internal sealed class DatabaseGate(IMediator mediator, TimeProvider time, Random random, ILogger<DatabaseGate> log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private int _unavailable;

    /// <summary>Sends until the database answers. Only for commands that may be sent twice: one whose answer got lost leaves at most a lease
    /// behind, which expires. A command under way is not cancelled, since it may have committed; the waits between are.</summary>
    public async Task<T> Send<T>(IRequest<T> command, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            if (Volatile.Read(ref _unavailable) == 0)
                return await mediator.Send(command, CancellationToken.None);
        }
        catch (DatabaseUnavailableException exception)
        {
            Say(exception);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or DatabaseMisconfiguredException))
        {
            // Below it is sent again, and said.
        }
        while (true)
        {
            try
            {
                return await Reach(_ => mediator.Send(command, CancellationToken.None), cancellation);
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or DatabaseMisconfiguredException))
            {
                log.WorkerLoopError(exception, command.GetType().Name);
                await Task.Delay(LongestPause * (0.5 + Jitter()), time, cancellation);
            }
        }
    }

    /// <summary>Waits until <paramref name="probe"/> finds the database.</summary>
    public async Task<T> Reach<T>(Func<CancellationToken, Task<T>> probe, CancellationToken cancellation)
    {
        var pause = FirstPause;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var answer = await probe(cancellation);
                if (Interlocked.Exchange(ref _unavailable, 0) == 1)
                    log.DatabaseAvailable();
                return answer;
            }
            catch (DatabaseUnavailableException exception)
            {
                Say(exception);
                await Task.Delay(pause * (0.5 + Jitter()), time, cancellation);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private void Say(DatabaseUnavailableException exception)
    {
        if (Interlocked.Exchange(ref _unavailable, 1) == 0)
            log.DatabaseUnavailable(exception.Message);
    }

    /// <summary>Between 0 and 1, so that workers that lost the same database do not come back in step.</summary>
    public double Jitter()
    {
        lock (random)
            return random.NextDouble();
    }
}
