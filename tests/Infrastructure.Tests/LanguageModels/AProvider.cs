using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Woflo.Application.Enrichment;

namespace Woflo.Infrastructure.Tests.LanguageModels;

/// <summary>A real server that speaks both protocols, and whatever else a test has it do.</summary>
internal sealed class AProvider : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly CancellationTokenSource _end = new();

    private AProvider(WebApplication server) => _server = server;

    public string Url { get; private set; } = "";

    /// <summary>The bodies of all requests so far.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Answers each request; gets its body.</summary>
    public Func<HttpContext, string, Task> Answers { get; set; } = (http, _) => Say(http, "hello");

    public static async Task<AProvider> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(options => options.Limits.MaxRequestBodySize = null).UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var provider = new AProvider(server);
        server.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync();
            provider.Requests.Enqueue(body);
            await provider.Answers(http, body);
        });
        await server.StartAsync();
        provider.Url = server.Urls.Single();
        return provider;
    }

    public static bool IsAnthropic(HttpContext http) => http.Request.Path.StartsWithSegments("/v1/messages");

    /// <summary>The answer of a model, in the protocol that was spoken.</summary>
    public static Task Say(HttpContext http, string? text, string finish = "stop", int input = 100, int output = 50, string? refusal = null) =>
        Send(http, IsAnthropic(http)
            ? JsonSerializer.Serialize(new
            {
                id = "msg_1",
                type = "message",
                role = "assistant",
                model = "m",
                content = text is null ? [] : new object[] { new { type = "text", text } },
                stop_reason = refusal is not null ? "refusal" : finish switch { "length" => "max_tokens", "stop" => "end_turn", _ => finish },
                stop_sequence = (string?)null,
                usage = new { input_tokens = input, output_tokens = output },
            })
            : JsonSerializer.Serialize(new
            {
                id = "x",
                @object = "chat.completion",
                created = 1,
                model = "m",
                choices = new[] { new { index = 0, message = new { role = "assistant", content = text, refusal }, finish_reason = finish } },
                usage = new { prompt_tokens = input, completion_tokens = output, total_tokens = input + output },
            }));

    public static async Task Send(HttpContext http, string body, int status = 200, params (string Name, string Value)[] headers)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        foreach (var (name, value) in headers)
            http.Response.Headers[name] = value;
        await http.Response.WriteAsync(body);
    }

    /// <summary>Says nothing until the caller, or the test, is gone.</summary>
    public async Task Hang(HttpContext http)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, http.RequestAborted);
        try
        {
            await Task.Delay(Timeout.Infinite, end.Token);
        }
        catch (OperationCanceledException)
        {
            http.Abort();
        }
    }

    public ProviderOptions Options(string name) => new(
        name, "a key", new Uri(Url + (name == EnrichmentOptions.OpenAi ? "/v1" : "")), "a-model", new ModelPrice(3, 0.3m, 15));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _server.StopAsync();
        await _server.DisposeAsync();
        _end.Dispose();
    }
}

/// <summary>Waits a tenth as long.</summary>
internal sealed class HastyTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 10 : dueTime, period > TimeSpan.Zero ? period / 10 : period);
}
