using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using Woflo.Infrastructure.Postgres;

namespace Woflo.TestKit;

/// <summary>A real pgbouncer in transaction mode, before a server of the tests; ends with the process, however that ends.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    // It refuses to be root. The end of its input, which a dead test process brings about too, ends it.
    private const string Script = """
        as=
        if [ "$(id -u)" = 0 ]; then
          user=postgres
          id -u "$user" >/dev/null 2>&1 || user=nobody
          chown -R "$user" "$2"
          as="setpriv --reuid=$(id -u "$user") --regid=$(id -g "$user") --clear-groups"
        fi
        $as "$1" -q "$2/pgbouncer.ini" </dev/null &
        pid=$!
        cat >/dev/null
        exec 2>/dev/null
        kill -KILL "$pid"
        wait "$pid"
        """;

    private static readonly string[] Places = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"];

    public const string Missing = "pgbouncer is not installed (Debian: apt-get install pgbouncer)";

    private readonly Process _script;
    private readonly DirectoryInfo _folder;
    private readonly int _port;

    private PgBouncer(Process script, DirectoryInfo folder, int port) => (_script, _folder, _port) = (script, folder, port);

    public static bool IsInstalled => Places.Any(File.Exists);

    /// <summary>The same database, through the pooler; nothing in the address says that it is one.</summary>
    public string Url(DatabaseUrl direct)
    {
        var server = direct.ConnectionString();
        return $"postgresql://{server.Username}:{Uri.EscapeDataString(server.Password!)}@127.0.0.1:{_port}/{server.Database}";
    }

    public static async Task<PgBouncer> Start(DatabaseUrl target, CancellationToken cancellation)
    {
        var program = Places.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException(Missing);
        var server = target.ConnectionString();
        var folder = Directory.CreateTempSubdirectory("woflo-pgbouncer-");
        var port = TcpProxy.FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "users"), $"\"{server.Username}\" \"{server.Password}\"\n", cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "pgbouncer.ini"),
            string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            * = host={server.Host} port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {folder.FullName}/users
            pool_mode = transaction
            default_pool_size = 3
            max_client_conn = 100
            """), cancellation);
        var script = Process.Start(new ProcessStartInfo("sh", ["-c", Script, "sh", program, folder.FullName])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        })!;
        PgBouncer bouncer = new(script, folder, port);
        try
        {
            await bouncer.UntilItAnswers(target, cancellation);
            return bouncer;
        }
        catch
        {
            await bouncer.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _script.StandardInput.Close();
        await _script.WaitForExitAsync();
        _script.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task UntilItAnswers(DatabaseUrl target, CancellationToken cancellation)
    {
        var settings = DatabaseUrl.Parse(Url(target)).ConnectionString();
        settings.Pooling = false;
        for (var tries = 200; ; tries--)
        {
            try
            {
                await using var connection = new NpgsqlConnection(settings.ConnectionString);
                await connection.OpenAsync(cancellation);
                return;
            }
            catch (NpgsqlException exception) when (tries > 0 && exception.InnerException is SocketException)
            {
                await Task.Delay(50, cancellation);
            }
        }
    }
}
