using System.Diagnostics;
using System.Text;
using DotNet.Testcontainers.Configurations;
using Testcontainers.PostgreSql;
using Woflo.Infrastructure.Postgres;

namespace Woflo.TestKit;

/// <summary>A PostgreSQL for the tests: the one that TEST_DATABASE_URL names, else a container where an engine and an image are at
/// hand, else a private one of build/postgres. Its own servers end with the process, however that ends.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string DockerSocket = "/var/run/docker.sock";
    private static readonly string[] Images = ["postgres:17-alpine", "postgres:16-alpine", "postgres:15-alpine"];
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);
    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(StartShared);

    private readonly Process? _script;
    private readonly PostgreSqlContainer? _container;

    private PostgresServer(string url, Process? script = null, PostgreSqlContainer? container = null)
    {
        Url = url;
        _script = script;
        _container = container;
    }

    /// <summary>One per test process.</summary>
    public static Task<PostgresServer> Shared => SharedServer.Value;

    /// <summary>Of a database in which databases can be created.</summary>
    public string Url { get; }

    /// <summary>A server of its own, for a test that restarts it.</summary>
    public static async Task<PostgresServer> StartPrivate()
    {
        var script = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, "build", "postgres"), "--temp")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        StringBuilder said = new();
        script.ErrorDataReceived += (_, line) =>
        {
            lock (said)
                said.AppendLine(line.Data);
        };
        script.BeginErrorReadLine();
        try
        {
            return new PostgresServer(await ReadUrl(script), script);
        }
        catch (Exception exception) when (exception is TimeoutException or EndOfStreamException)
        {
            await Stop(script);
            lock (said)
                throw new InvalidOperationException($"build/postgres did not start a server: {said}", exception);
        }
    }

    /// <summary>Stops the server and starts it on the same port; returns once it answers.</summary>
    /// <param name="crash">Without a shutdown: it recovers at the start.</param>
    public async Task Restart(bool crash = false)
    {
        if (_script is null)
            throw new InvalidOperationException("Only a server of StartPrivate is restarted.");
        await _script.StandardInput.WriteLineAsync(crash ? "restart-immediate" : "restart");
        await _script.StandardInput.FlushAsync();
        await ReadUrl(_script);
    }

    public async ValueTask DisposeAsync()
    {
        if (_script is not null)
            await Stop(_script);
        if (_container is not null)
            await _container.DisposeAsync();
    }

    private static async Task<PostgresServer> StartShared()
    {
        var server = Environment.GetEnvironmentVariable("TEST_DATABASE_URL") is { Length: > 0 } url
            ? new PostgresServer(url)
            : await TryContainer() ?? await StartPrivate();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
        return server;
    }

    // Only what is there already: a test run never waits for a download.
    private static async Task<PostgresServer?> TryContainer()
    {
        if (!File.Exists(DockerSocket))
            return null;
        foreach (var image in Images)
        {
            if (!await HasImage(image))
                continue;
            // Its reaper would be an image of its own.
            TestcontainersSettings.ResourceReaperEnabled = false;
            var container = new PostgreSqlBuilder(image).WithDatabase("postgres").WithUsername("woflo").WithPassword("woflo").Build();
            await container.StartAsync();
            return new PostgresServer(
                $"postgresql://woflo:woflo@{container.Hostname}:{container.GetMappedPublicPort(5432)}/postgres", container: container);
        }
        return null;
    }

    private static async Task<bool> HasImage(string image)
    {
        try
        {
            using var docker = Process.Start(new ProcessStartInfo("docker", ["image", "inspect", image])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(5));
            await Task.WhenAll(docker.StandardOutput.ReadToEndAsync(patience.Token), docker.StandardError.ReadToEndAsync(patience.Token));
            await docker.WaitForExitAsync(patience.Token);
            return docker.ExitCode == 0;
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<string> ReadUrl(Process script)
    {
        const string Prefix = DatabaseUrl.Variable + "=";
        using CancellationTokenSource patience = new(StartTimeout);
        try
        {
            while (await script.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith(Prefix, StringComparison.Ordinal))
                    return line[Prefix.Length..];
            }
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"no server after {StartTimeout.TotalSeconds} s", exception);
        }
        throw new EndOfStreamException("it ended");
    }

    private static async Task Stop(Process script)
    {
        try
        {
            script.StandardInput.Close();
            await script.WaitForExitAsync();
        }
        catch (InvalidOperationException)
        {
            // Gone already.
        }
        script.Dispose();
    }
}
