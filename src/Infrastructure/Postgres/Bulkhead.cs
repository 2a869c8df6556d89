using Npgsql;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Postgres;

/// <summary>How many connections the jobs of one type may hold at once, to read what they need and to write what they found. A flood of them, or
/// a lock that they all wait for, leaves connections to the other type and to the queue itself.</summary>
internal sealed class Bulkhead(NpgsqlDataSource source)
{
    // Of DataSources.MaxConnections: one renews leases, one listens, and one is left for claims, ends and polls whatever happens here.
    private readonly Dictionary<string, SemaphoreSlim> _free = new()
    {
        [JobTypes.AiEnrich] = new(2),
        [JobTypes.ScheduleRun] = new(1),
    };

    public async Task<T> Use<T>(string jobType, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        var free = _free[jobType];
        await free.WaitAsync(cancellation);
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellation);
            return await work(connection);
        }
        finally
        {
            free.Release();
        }
    }
}
