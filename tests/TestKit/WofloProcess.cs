using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Woflo.TestKit;

/// <summary>One of the built programs, run as its users run it, with none of our settings but those the test gives.</summary>
public sealed partial class WofloProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly SemaphoreSlim _lineCame = new(0);

    private WofloProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data, _output);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, _errors);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public IReadOnlyCollection<string> Output => _output;

    public bool HasExited => _process.HasExited;

    public string Errors => string.Join('\n', _errors);

    /// <summary>The worker's log, each line parsed: a line that is no JSON object fails the test.</summary>
    public IReadOnlyList<JsonElement> Log => [.. _output.Select(line => JsonDocument.Parse(line).RootElement)];

    public static WofloProcess Worker(string? databaseUrl, IEnumerable<(string Name, string Value)> environment, params string[] arguments) =>
        Start("Woflo.Worker", databaseUrl, environment, arguments);

    public static WofloProcess Cli(string? databaseUrl, params string[] arguments) => Cli(databaseUrl, [], arguments);

    public static WofloProcess Cli(string? databaseUrl, IEnumerable<(string Name, string Value)> environment, params string[] arguments) =>
        Start("woflo", databaseUrl, environment, arguments);

    public IEnumerable<JsonElement> Events(string name) => Log.Where(line => line.GetProperty("event").GetString() == name);

    /// <summary>Waits until the log holds an event of that name.</summary>
    public async Task<JsonElement> Event(string name, CancellationToken cancellation)
    {
        while (true)
        {
            foreach (var found in Events(name))
                return found;
            if (_process.HasExited)
                throw new InvalidOperationException($"The worker ended before it logged {name}:\n{this}");
            await _lineCame.WaitAsync(TimeSpan.FromMilliseconds(200), cancellation);
        }
    }

    public void Signal(int number) => _ = Kill(_process.Id, number);

    public async Task<int> Exit(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _lineCame.Dispose();
    }

    /// <summary>All it said, for the message of a test that fails.</summary>
    public override string ToString() =>
        $"{(HasExited ? $"ended with {_process.ExitCode}" : "running")}:\n{string.Join('\n', _output)}\n{Errors}";

    private static WofloProcess Start(
        string program, string? databaseUrl, IEnumerable<(string Name, string Value)> environment, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, program))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("WOFLO_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        // Nor a developer's keys: no test asks a real model.
        foreach (var name in new[]
        {
            "DATABASE_URL", "WORKER_ID", "POLL_INTERVAL_SECONDS", "AI_DEFAULT_PROVIDER", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL",
        })
            start.Environment.Remove(name);
        if (databaseUrl is not null)
            start.Environment["DATABASE_URL"] = databaseUrl;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new WofloProcess(start);
    }

    private void Take(string? line, ConcurrentQueue<string> lines)
    {
        if (line is null)
            return;
        lines.Enqueue(line);
        _lineCame.Release();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
