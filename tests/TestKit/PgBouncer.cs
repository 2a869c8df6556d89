using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Woflo.TestKit;

/// <summary>A pgbouncer in transaction mode before a test's database. It ends with the process, however that ends.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"];

    private readonly Process _process;
    private readonly string _folder;

    private PgBouncer(Process process, string folder, string url)
    {
        _process = process;
        _folder = folder;
        Url = url;
    }

    public static bool IsInstalled => Places.Any(File.Exists);

    /// <summary>The database, through the pooler.</summary>
    public string Url { get; }

    public static async Task<PgBouncer> Start(TestDatabase database, CancellationToken cancellation)
    {
        var server = database.ParsedUrl.ConnectionString();
        var port = FreePort();
        var folder = Directory.CreateTempSubdirectory("woflo-pgbouncer-").FullName;
        var configuration = Path.Combine(folder, "pgbouncer.ini");
        // Small on purpose: sessions that believe in their server connection are soon proved wrong.
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture,
            $"""
            [databases]
            * = host={server.Host} port={server.Port} user={server.Username} password='{server.Password}'
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 4
            ignore_startup_parameters = extra_float_digits
            """), cancellation);

        // It refuses root. The shell ends it when our end of the pipe closes.
        var user = Environment.IsPrivilegedProcess ? "-u nobody" : "";
        var process = Process.Start(new ProcessStartInfo("bash",
            ["-c", $"exec 3<&0; {Places.First(File.Exists)} -q {user} '{configuration}' </dev/null >'{folder}/log' 2>&1 & cat <&3 >/dev/null; kill $!; wait"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        })!;
        PgBouncer bouncer = new(process, folder, $"postgresql://anybody:x@127.0.0.1:{port}/{database.Name}");
        for (var tries = 0; !await Answers(port, cancellation); tries++)
        {
            if (tries == 100)
            {
                var log = await File.ReadAllTextAsync(Path.Combine(folder, "log"), cancellation);
                await bouncer.DisposeAsync();
                throw new InvalidOperationException($"pgbouncer does not answer: {log}");
            }
            await Task.Delay(50, cancellation);
        }
        return bouncer;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<bool> Answers(int port, CancellationToken cancellation)
    {
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
