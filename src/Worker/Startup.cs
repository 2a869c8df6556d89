using Microsoft.Extensions.Logging;
using Woflo.Application.Database;
using Woflo.Application.Jobs;

namespace Woflo.Worker;

/// <summary>The database is no more, or not yet, what this program needs; the message says which command to run.</summary>
internal sealed class SchemaMismatchException(string message) : Exception(message);

/// <summary>Waits for the database and makes sure that it is the one this program needs.</summary>
internal sealed class Startup(IDatabaseMigrator migrator, DatabaseGate gate, QueueOptions options, DatabaseName database, ILogger<Startup> log)
{
    public async Task Run(bool migrate, string version, CancellationToken stop)
    {
        if (migrate)
            await gate.Reach(token => migrator.Migrate(null, token), stop);
        var state = await gate.Reach(migrator.Check, stop);
        if (!state.IsAccepted)
            throw new SchemaMismatchException(state.Message);
        log.WorkerStarted(
            string.Join(", ", options.Lanes.Select(lane => $"{lane.Key}={lane.Value}")), options.PollInterval.TotalSeconds, options.Lease.TotalSeconds,
            options.ShutdownGrace.TotalSeconds, database.Text, version);
    }
}
