using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Woflo.Bench;

/// <summary>A program that is measured, in a process of its own. Lines <c>{"bench": …}</c> that it prints are for us, whatever else it prints
/// is shown if it fails.</summary>
internal sealed partial class Child : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _name;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _said = new();
    private readonly ConcurrentQueue<string> _other = new();

    private Child(string name, ProcessStartInfo start)
    {
        _name = name;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <param name="log">Where its standard output goes, past us: reading it would cost what is measured.</param>
    public static Child Start(string name, IEnumerable<string> command, IEnumerable<KeyValuePair<string, string>> environment, string? log = null)
    {
        var start = new ProcessStartInfo("/bin/sh", log is null ? ["-c", "exec \"$@\"", "sh"] : ["-c", "exec \"$@\" >\"$0\"", log])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var part in command)
            start.ArgumentList.Add(part);
        // None of the caller's settings is measured by mistake.
        foreach (var variable in start.Environment.Keys.Where(IsSetting).ToList())
            start.Environment.Remove(variable);
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        return new Child(name, start);
    }

    /// <summary>Runs it to its end and returns what it printed.</summary>
    public static async Task<string> Output(string name, IEnumerable<string> command, IEnumerable<KeyValuePair<string, string>> environment)
    {
        await using var child = Start(name, command, environment);
        await child.Ends();
        return string.Join('\n', child._other);
    }

    /// <summary>Waits until it has done what it was started for.</summary>
    public async Task Ends()
    {
        await WaitForExit(TimeSpan.FromMinutes(10));
        if (_process.ExitCode != 0)
            throw Failed($"ended with {_process.ExitCode}");
    }

    /// <summary>Its resident memory now.</summary>
    public double ResidentMegabytes => Resident(_process.Id);

    /// <summary>The same with that of the processes it started.</summary>
    public double ResidentMegabytesOfAll
    {
        get
        {
            var parents = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).ToDictionary(
                name => int.Parse(name!, CultureInfo.InvariantCulture), name => Parent(name!));
            return parents.Keys.Where(process => Enumerable.Range(0, 8).Aggregate(
                (At: process, IsOurs: false), (way, _) => (parents.GetValueOrDefault(way.At), way.IsOurs || way.At == _process.Id)).IsOurs).Sum(Resident);
        }
    }

    // A process that has just ended has no memory and no parent.
    private static double Resident(int process)
    {
        try
        {
            return File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)) is { } line ? Kilobytes(line) / 1_024 : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static int Parent(string process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>The processor time it has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Waits until it says that.</summary>
    public async Task<JsonElement> Says(string what, TimeSpan atMost)
    {
        var said = Line(what).Task;
        var ended = _process.WaitForExitAsync();
        var first = await Task.WhenAny(said, ended, Task.Delay(atMost));
        if (first == ended)
            await Task.WhenAny(said, Task.Delay(100));
        return said.IsCompleted ? await said : throw Failed(first == ended ? $"ended before it said '{what}'" : $"has not said '{what}' within {atMost.TotalSeconds} s");
    }

    /// <summary>Asks it to end, as an operator does.</summary>
    public async Task Stop()
    {
        _ = Kill(_process.Id, 15);
        await WaitForExit(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task WaitForExit(TimeSpan atMost)
    {
        using var patience = new CancellationTokenSource(atMost);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw Failed($"has not ended within {atMost.TotalSeconds} s");
        }
    }

    private static bool IsSetting(string variable) =>
        variable.StartsWith("WOFLO_", StringComparison.Ordinal) || variable.StartsWith("PG", StringComparison.Ordinal)
        || variable is "DATABASE_URL" or "WORKER_ID" or "POLL_INTERVAL_SECONDS";

    private void Take(string? line)
    {
        if (line is null)
            return;
        if (line.StartsWith("{\"bench\"", StringComparison.Ordinal))
        {
            var said = JsonDocument.Parse(line).RootElement;
            Line(said.GetProperty("bench").GetString()!).TrySetResult(said);
        }
        else
        {
            _other.Enqueue(line);
        }
    }

    private TaskCompletionSource<JsonElement> Line(string what) =>
        _said.GetOrAdd(what, _ => new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously));

    private BenchException Failed(string what) => new($"{_name} {what}.\n{string.Join('\n', _other.TakeLast(20))}");

    private static double Kilobytes(string line) => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}

/// <summary>The bench cannot go on; the message says why.</summary>
internal sealed class BenchException(string message) : Exception(message);
