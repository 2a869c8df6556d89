using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Woflo.Cli.Demo;

/// <summary>The real worker host as a child process, its log in a file.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int SigTerm = 15;

    private static readonly string[] Names = ["Woflo.Worker", "Woflo.Worker.dll"];

    // A terminal's Ctrl-C reaches the child too, and a second signal would make it leave at once: first see whether it has noticed.
    private static readonly TimeSpan TimeToNotice = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly TaskCompletionSource _signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _logging;
    private string? _fatal;

    private WorkerProcess(Process process, string logPath)
    {
        _process = process;
        var log = TextWriter.Synchronized(new StreamWriter(logPath, append: false) { AutoFlush = true });
        _logging = Task.WhenAll(Copy(process.StandardOutput, log), Copy(process.StandardError, log))
            .ContinueWith(_ => log.Dispose(), TaskScheduler.Default);
    }

    public bool HasExited => _process.HasExited;

    /// <summary>What ended the worker before its time, if it said so.</summary>
    public string? Fatal => _fatal;

    public static WorkerProcess Start(string program, string logPath, params string[] arguments)
    {
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (program.EndsWith(".dll", StringComparison.Ordinal))
        {
            // The very dotnet that runs us; it need not be on the path.
            start.FileName = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
            start.ArgumentList.Add(program);
        }
        else
        {
            start.FileName = program;
        }
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // The demo costs nothing and sends nothing anywhere, whatever keys its user has.
        foreach (var variable in (string[])["ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL"])
            start.Environment.Remove(variable);
        return new WorkerProcess(Process.Start(start)!, logPath);
    }

    /// <summary>Where the worker is: as said, beside this program, or in its own build folder of the same configuration.</summary>
    public static string Find(string? said, string ownFolder)
    {
        if (said is { Length: > 0 })
            return File.Exists(said) ? said : throw new UsageException($"WOFLO_WORKER_PATH: there is no file '{said}'.");
        var own = Path.TrimEndingDirectorySeparator(Path.GetFullPath(ownFolder));
        string[] folders =
        [
            own,
            own.Replace($"{Path.DirectorySeparatorChar}Cli{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}",
                $"{Path.DirectorySeparatorChar}Worker{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal),
            Path.Combine(own, "..", "worker"),
        ];
        var candidates = folders.SelectMany(folder => Names.Select(name => Path.Combine(folder, name)));
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new UsageException("the worker was not found: build it, or name Woflo.Worker.dll in WOFLO_WORKER_PATH.");
    }

    /// <summary>Asks the worker to stop and waits for it; it gives back what it has not finished.</summary>
    public async Task<int> Stop()
    {
        await Task.WhenAny(_signalled.Task, _process.WaitForExitAsync(), Task.Delay(TimeToNotice));
        if (!_signalled.Task.IsCompleted && !_process.HasExited)
            _ = Kill(_process.Id, SigTerm);
        return await Wait();
    }

    public async Task<int> Wait()
    {
        await _process.WaitForExitAsync();
        await _logging;
        return _process.ExitCode;
    }

    /// <summary>For a way out that nobody foresaw: no process stays behind.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task Copy(StreamReader from, TextWriter log)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            await log.WriteLineAsync(line);
            if (line.Contains("\"shutdown_signal_received\"", StringComparison.Ordinal))
                _signalled.TrySetResult();
            else if (line.Contains("\"worker_fatal_error\"", StringComparison.Ordinal))
                _fatal = Error(line);
        }
    }

    private static string Error(string line)
    {
        try
        {
            using var entry = JsonDocument.Parse(line);
            return entry.RootElement.TryGetProperty("error", out var error) ? error.ToString() : line;
        }
        catch (JsonException)
        {
            return line;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
