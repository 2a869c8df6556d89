using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Woflo.EndToEnd.Tests.Cli;

/// <summary>Chromium on one page, steered by its DevTools protocol. Where there is none, the test that opens it is skipped and says so.</summary>
internal sealed class ABrowser : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private readonly Process _process;
    private readonly string _folder;
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _answers = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sent;

    private ABrowser(Process process, string folder) => (_process, _folder) = (process, folder);

    /// <summary>Errors of the page, and what its policy stopped.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public static async Task<ABrowser> Open(string page, CancellationToken cancellation)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, $"no browser is installed (looked for {string.Join(", ", Names)}); on Debian: apt-get install chromium");

        var folder = Directory.CreateTempSubdirectory("woflo-browser-").FullName;
        var file = Path.Combine(folder, "plan.html");
        await File.WriteAllTextAsync(file, page, cancellation);
        var start = new ProcessStartInfo(program!) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in new[]
        {
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--window-size=900,700",
            "--remote-debugging-port=0", $"--user-data-dir={Path.Combine(folder, "profile")}", "about:blank",
        })
            start.ArgumentList.Add(argument);
        var browser = new ABrowser(Process.Start(start)!, folder);
        try
        {
            await browser.Connect(cancellation);
            await browser.Send("Page.enable", [], cancellation);
            await browser.Send("Runtime.enable", [], cancellation);
            await browser.Send("Log.enable", [], cancellation);
            await browser.Send("Page.navigate", new JsonObject { ["url"] = new Uri(file).AbsoluteUri }, cancellation);
            await browser._loaded.Task.WaitAsync(cancellation);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    public async Task<T> Evaluate<T>(string expression)
    {
        var answer = await Send("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true }, TestContext.Current.CancellationToken);
        Assert.False(answer.TryGetProperty("exceptionDetails", out var thrown), $"{expression}: {thrown}");
        return answer.GetProperty("result").GetProperty("value").Deserialize<T>()!;
    }

    /// <summary>A key by its name, such as Enter, or a character.</summary>
    public async Task Press(string key)
    {
        foreach (var type in new[] { "keyDown", "keyUp" })
        {
            var press = new JsonObject { ["type"] = type, ["key"] = key };
            if (type == "keyDown" && (key.Length == 1 || key == "Enter"))
                press["text"] = key == "Enter" ? "\r" : key;
            await Send("Input.dispatchKeyEvent", press, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A child of the browser was still writing its profile.
        }
    }

    private async Task Connect(CancellationToken cancellation)
    {
        const string Listening = "DevTools listening on ";
        var address = "";
        while (address.Length == 0)
        {
            var line = await _process.StandardError.ReadLineAsync(cancellation) ?? throw new InvalidOperationException("The browser ended before it listened.");
            if (line.StartsWith(Listening, StringComparison.Ordinal))
                address = line[Listening.Length..];
        }
        _ = _process.StandardError.ReadToEndAsync(CancellationToken.None);
        _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        using var http = new HttpClient();
        var pages = JsonNode.Parse(await http.GetStringAsync(new Uri($"http://{new Uri(address).Authority}/json/list"), cancellation))!.AsArray();
        var page = pages.First(p => (string)p!["type"]! == "page")!;
        await _socket.ConnectAsync(new Uri((string)page["webSocketDebuggerUrl"]!), cancellation);
        _ = Listen();
    }

    private async Task Listen()
    {
        var buffer = new byte[1 << 16];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;
                Take(JsonDocument.Parse(message.ToArray()).RootElement);
                message.SetLength(0);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or OperationCanceledException or JsonException)
        {
            foreach (var waiting in _answers.Values)
                waiting.TrySetException(exception);
        }
    }

    private void Take(JsonElement message)
    {
        if (message.TryGetProperty("id", out var id) && _answers.TryRemove(id.GetInt32(), out var waiting))
        {
            if (message.TryGetProperty("result", out var result))
                waiting.TrySetResult(result);
            else
                waiting.TrySetException(new InvalidOperationException(message.ToString()));
        }
        else if (message.TryGetProperty("method", out var method))
        {
            switch (method.GetString())
            {
                case "Page.loadEventFired":
                    _loaded.TrySetResult();
                    break;
                case "Runtime.exceptionThrown" or "Log.entryAdded":
                    _complaints.Enqueue(message.ToString());
                    break;
            }
        }
    }

    private async Task<JsonElement> Send(string method, JsonObject parameters, CancellationToken cancellation)
    {
        var id = Interlocked.Increment(ref _sent);
        var answer = _answers[id] = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var text = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters }.ToJsonString();
        await _socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancellation);
        return await answer.Task.WaitAsync(cancellation);
    }
}
