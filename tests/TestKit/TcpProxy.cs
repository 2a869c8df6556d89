using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Woflo.TestKit;

/// <summary>Stands between a client and its PostgreSQL, and cuts the connection once a given statement has been carried out and before
/// its answer gets through.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;
    private byte[]? _cutOn;
    private volatile bool _hasCut;

    private TcpProxy(NpgsqlConnectionStringBuilder target, int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        (_host, _port) = (target.Host!, target.Port);
        _listener.Start();
        ConnectionString = new NpgsqlConnectionStringBuilder(target.ConnectionString)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            // Readable for the proxy.
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
        _accepting = Accept();
    }

    public string ConnectionString { get; }

    public bool HasCut => _hasCut;

    /// <param name="port">0 for any that is free.</param>
    public static TcpProxy Start(string connectionString, int port = 0) => new(new NpgsqlConnectionStringBuilder(connectionString), port);

    /// <summary>One on which nobody listens yet.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The next time a client's message holds that text, its connection is cut as soon as the server answers.</summary>
    public void CutBeforeAnswerTo(string statement) => _cutOn = Encoding.UTF8.GetBytes(statement);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task Accept()
    {
        List<Task> relays = [];
        try
        {
            while (true)
                relays.Add(Relay(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task Relay(TcpClient client)
    {
        using var _ = client;
        using var server = new TcpClient();
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            await server.ConnectAsync(_host, _port, _stop.Token);
            var armed = false;
            var up = Pump(client.GetStream(), server.GetStream(), chunk =>
            {
                armed |= _cutOn is { } text && chunk.Span.IndexOf(text) >= 0;
                return true;
            }, cut.Token);
            var down = Pump(server.GetStream(), client.GetStream(), _ =>
            {
                if (!armed)
                    return true;
                (_cutOn, _hasCut) = (null, true);
                return false;
            }, cut.Token);
            await Task.WhenAny(up, down);
            await cut.CancelAsync();
            client.Close();
            server.Close();
            await Task.WhenAll(up, down);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // Either side left.
        }
    }

    private static async Task Pump(NetworkStream from, NetworkStream to, Func<ReadOnlyMemory<byte>, bool> pass, CancellationToken cancellation)
    {
        var buffer = new byte[65_536];
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, cancellation)) > 0 && pass(buffer.AsMemory(0, read)))
                await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Either side left.
        }
    }
}
