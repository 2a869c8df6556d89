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
    public Task<T> Send<T>(IRequest<T> command, CancellationToken cancellation) =>
        Persist(_ => mediator.Send(command, CancellationToken.None), command.GetType().Name, cancellation);

    /// <summary>Waits until <paramref name="probe"/> finds the database.</summary>
    public Task<T> Reach<T>(Func<CancellationToken, Task<T>> probe, CancellationToken cancellation) => Persist(probe, null, cancellation);

    /// <param name="command">Sent again after errors that nobody foresaw, too; null: those are the caller's.</param>
    private async Task<T> Persist<T>(Func<CancellationToken, Task<T>> probe, string? command, CancellationToken cancellation)
    {
        var pause = FirstPause;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var answer = await probe(cancellation);
                if (Volatile.Read(ref _unavailable) == 1 && Interlocked.Exchange(ref _unavailable, 0) == 1)
                    log.DatabaseAvailable();
                return answer;
            }
            catch (DatabaseUnavailableException exception)
            {
                if (Interlocked.Exchange(ref _unavailable, 1) == 0)
                    log.DatabaseUnavailable(exception.Message);
                await Task.Delay(pause * (0.5 + Jitter()), time, cancellation);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (Exception exception) when (command is not null && exception is not (OperationCanceledException or DatabaseMisconfiguredException))
            {
                log.WorkerLoopError(exception, command);
                await Task.Delay(LongestPause * (0.5 + Jitter()), time, cancellation);
                pause = FirstPause;
            }
        }
    }

    /// <summary>Between 0 and 1, so that workers that lost the same database do not come back in step.</summary>
    public double Jitter()
    {
        lock (random)
            return random.NextDouble();
    }
}
