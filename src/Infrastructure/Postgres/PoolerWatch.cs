using Npgsql;

namespace Woflo.Infrastructure.Postgres;

/// <summary>Knows whether connections pass through a transaction pooler, where no session state holds: no LISTEN, no session locks,
/// no prepared statements. Found out at each connect, since the process id of the start-up message is the pooler's own there.</summary>
internal sealed class PoolerWatch(bool saidByUrl)
{
    private volatile bool _found = saidByUrl;

    public bool Found => _found;

    public async Task Check(NpgsqlConnection connection)
    {
        if (await IsPooled(connection, CancellationToken.None))
            _found = true;
    }

    public void CheckNow(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(BackendId, connection);
        if ((int)command.ExecuteScalar()! != connection.ProcessID)
            _found = true;
    }

    public static async Task<bool> IsPooled(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(BackendId, connection);
        return (int)(await command.ExecuteScalarAsync(cancellation))! != connection.ProcessID;
    }

    private const string BackendId = "select pg_backend_pid()";
}
