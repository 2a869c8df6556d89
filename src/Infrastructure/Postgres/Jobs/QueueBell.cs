using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Postgres.Jobs;

/// <summary>Hears the notifications that the insert trigger sends while a worker sleeps, on a connection of its own.</summary>
internal sealed partial class QueueBell(NpgsqlDataSource dataSource, PoolerWatch pooler, TimeProvider time, ILogger<QueueBell> log) : IQueueBell
{
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(5);

    private volatile bool _listening;

    public bool IsListening => _listening;

    public async Task Listen(Action<IReadOnlyCollection<string>, TimeSpan> ring, Action heard, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(cancellation);
                // LISTEN is session state, and a transaction pooler has no session to keep it in.
                if (!pooler.Found)
                {
                    connection.Notification += (_, news) =>
                    {
                        var (types, dueIn) = Read(news.Payload);
                        ring(types, dueIn);
                    };
                    await using (var listen = new NpgsqlCommand("listen woflo_job_queue", connection))
                        await listen.ExecuteNonQueryAsync(cancellation);
                    _listening = true;
                    heard();
                    while (true)
                        await connection.WaitAsync(cancellation);
                }
            }
            catch (Exception exception)
            {
                // Polling goes on meanwhile, and says what is wrong with the database.
                BellSilent(log, exception.Message);
            }
            _listening = false;
            await Task.WhenAny(Task.Delay(Reconnect, time, cancellation));
        }
    }

    // As woflo.wake_workers() writes it: "ai_enrich,schedule_run 250", in milliseconds. Anybody may notify; what cannot be read rings for all.
    private static (IReadOnlyCollection<string> Types, TimeSpan DueIn) Read(string news) =>
        news.Split(' ') is [var types, var milliseconds] && double.TryParse(milliseconds, CultureInfo.InvariantCulture, out var dueIn) && dueIn is >= 0 and <= 60_000
            ? (types.Split(','), TimeSpan.FromMilliseconds(dueIn))
            : (JobTypes.All, TimeSpan.Zero);

    [LoggerMessage(EventName = "queue_bell_silent", Level = LogLevel.Debug, Message = "{error}")]
    private static partial void BellSilent(ILogger log, string error);
}
