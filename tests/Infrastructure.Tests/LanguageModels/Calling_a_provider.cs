using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Woflo.Application.Enrichment;
using Woflo.Infrastructure.LanguageModels;

namespace Woflo.Infrastructure.Tests.LanguageModels;

public sealed class Calling_a_provider : IAsyncLifetime
{
    private static readonly string[] Both = [EnrichmentOptions.Anthropic, EnrichmentOptions.OpenAi];

    private static readonly ModelRequest Request = new(
        "extract", "You read notes.", [new ModelTurn(false, "Notes: brakes, ñandú")],
        JsonSerializer.Deserialize<JsonElement>("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"""), 777);

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private AProvider _provider = null!;

    public async ValueTask InitializeAsync() => _provider = await AProvider.Start();

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    private Task<ModelReply> Ask(string name, TimeSpan? timeout = null) =>
        LanguageModelServices.Create(_provider.Options(name), TimeProvider.System).Ask(Request, timeout ?? Long, TestContext.Current.CancellationToken);

    private sealed record Case(string Name, CallOutcome Outcome, bool IsFree, Func<HttpContext, AProvider, Task> Answer);

    private static Case Body(string name, CallOutcome outcome, string body) => new(name, outcome, false, (http, _) => AProvider.Send(http, body));

    private static Case Status(int status, CallOutcome outcome, string body = """{"error":{"message":"no","type":"some_error"}}""", string? retryAfter = null) => new(
        $"{status} {outcome} {retryAfter} {body.Length}", outcome, true,
        (http, _) => AProvider.Send(http, body, status, retryAfter is null ? [] : [("Retry-After", retryAfter)]));

    private static readonly Case[] Cases =
    [
        new("an answer", CallOutcome.Accepted, false, (http, _) => AProvider.Say(http, "{}")),
        new("an answer that stopped for a reason of its own", CallOutcome.Accepted, false, (http, _) => AProvider.IsAnthropic(http)
            ? AProvider.Say(http, "{}", "a_new_reason") : AProvider.Say(http, "{}")),
        new("no text", CallOutcome.Empty, false, (http, _) => AProvider.Say(http, null)),
        new("an empty text", CallOutcome.Empty, false, (http, _) => AProvider.Say(http, "")),
        new("white space", CallOutcome.Empty, false, (http, _) => AProvider.Say(http, " \n\t ")),
        new("cut", CallOutcome.Truncated, false, (http, _) => AProvider.Say(http, "{\"a\":", "length")),
        new("cut before it began", CallOutcome.Truncated, false, (http, _) => AProvider.Say(http, "", "length")),
        new("refused", CallOutcome.Refused, false, (http, _) => AProvider.Say(http, null, refusal: "No.")),
        new("filtered", CallOutcome.Refused, false, (http, _) => AProvider.IsAnthropic(http)
            ? AProvider.Say(http, "", refusal: "") : AProvider.Say(http, "", "content_filter")),
        Body("an empty body", CallOutcome.Garbage, ""),
        Body("a page", CallOutcome.Garbage, "<html><body>Welcome</body></html>"),
        Body("half a document", CallOutcome.Garbage, """{"id":"x","choices":[{"index":0,"mess"""),
        Body("a list", CallOutcome.Garbage, "[]"),
        Body("null", CallOutcome.Garbage, "null"),
        Body("a number", CallOutcome.Garbage, "7"),
        Body("an empty object", CallOutcome.Garbage, "{}"),
        Body("an error with status 200", CallOutcome.Garbage, """{"type":"error","error":{"type":"api_error","message":"no"}}"""),
        Body("nested without end", CallOutcome.Garbage, new string('[', 10_000)),
        Body("choices and content that are null", CallOutcome.Garbage, """{"id":"x","type":"message","role":"assistant","content":null,"choices":null}"""),
        Body("half a surrogate pair", CallOutcome.Garbage,
            """{"id":"x","type":"message","role":"assistant","model":"m","object":"chat.completion","created":1,"stop_reason":"end_turn","stop_sequence":null,"content":[{"type":"text","text":"\ud800"}],"choices":[{"index":0,"message":{"role":"assistant","content":"\ud800"},"finish_reason":"stop"}],"usage":{"input_tokens":1,"output_tokens":1,"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""),
        new("more than anybody reads", CallOutcome.Unreachable, false, async (http, _) =>
        {
            http.Response.ContentType = "application/json";
            for (var i = 0; i < 80; i++)
                await http.Response.WriteAsync(new string(' ', 65_536));
        }),
        new("a broken body", CallOutcome.Unreachable, false, async (http, _) =>
        {
            http.Response.ContentLength = 500;
            await http.Response.WriteAsync("{\"id\":");
            await http.Response.Body.FlushAsync();
            http.Abort();
        }),
        new("a reset", CallOutcome.Unreachable, false, (http, _) =>
        {
            http.Abort();
            return Task.CompletedTask;
        }),
        Status(204, CallOutcome.Garbage, "") with { IsFree = false, Answer = (http, _) => { http.Response.StatusCode = 204; return Task.CompletedTask; } },
        new("302", CallOutcome.Rejected, true, (http, _) =>
        {
            http.Response.Redirect("http://127.0.0.1:9/elsewhere");
            return Task.CompletedTask;
        }),
        Status(400, CallOutcome.Rejected),
        Status(400, CallOutcome.OutOfMoney, """{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the API."}}"""),
        Status(401, CallOutcome.KeyRefused),
        Status(402, CallOutcome.OutOfMoney),
        Status(403, CallOutcome.KeyRefused),
        Status(404, CallOutcome.KeyRefused),
        Status(408, CallOutcome.Unreachable),
        Status(413, CallOutcome.Rejected),
        Status(422, CallOutcome.Rejected),
        Status(429, CallOutcome.RateLimited),
        Status(429, CallOutcome.RateLimited, retryAfter: "7200"),
        Status(429, CallOutcome.OutOfMoney, """{"error":{"message":"You exceeded your current quota.","type":"insufficient_quota","code":"insufficient_quota"}}"""),
        Status(500, CallOutcome.Unreachable),
        Status(502, CallOutcome.Unreachable, "<html>Bad gateway</html>"),
        Status(503, CallOutcome.Unreachable),
        Status(503, CallOutcome.RateLimited, retryAfter: "3"),
        Status(529, CallOutcome.RateLimited, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""),
    ];

    public static TheoryData<string, string> Named => [.. Both.SelectMany(name => Cases.Select(one => (name, one.Name)))];

    [Theory]
    [MemberData(nameof(Named))]
    public async Task Tells_what_came_of_it_apart(string name, string what)
    {
        var expected = Cases.Single(one => one.Name == what);
        _provider.Answers = (http, _) => expected.Answer(http, _provider);
        var reply = await Ask(name);
        Assert.Equal((expected.Outcome, expected.IsFree), (reply.Outcome, reply.IsFree));
        // Never sent again by anybody but us.
        Assert.Single(_provider.Requests);
    }

    [Theory]
    [InlineData("anthropic"), InlineData("openai")]
    public async Task Sends_the_schema_strictly_with_its_own_limit_and_counts_what_it_cost(string name)
    {
        var reply = await Ask(name);
        Assert.Equal(new ModelReply(CallOutcome.Accepted, "hello", new TokenUse(100, 0, 50)), reply);
        using var sent = JsonDocument.Parse(Assert.Single(_provider.Requests));
        var root = sent.RootElement;
        if (name == EnrichmentOptions.Anthropic)
        {
            Assert.Equal(777, root.GetProperty("max_tokens").GetInt32());
            Assert.Equal("json_schema", root.GetProperty("output_config").GetProperty("format").GetProperty("type").GetString());
        }
        else
        {
            Assert.Equal(777, root.GetProperty("max_completion_tokens").GetInt32());
            Assert.True(root.GetProperty("response_format").GetProperty("json_schema").GetProperty("strict").GetBoolean());
        }
        Assert.True(Request.UpperBound.Input >= sent.RootElement.GetRawText().Length, "the reservation must cover what is sent");
    }

    [Theory]
    [InlineData("0", 0d), InlineData("1", 1d), InlineData("1.5", 1.5), InlineData("7200", 7200d), InlineData("-5", 0d)]
    [InlineData("99999999999999999999999", 31_536_000d), InlineData("1e9", null), InlineData("soon", null), InlineData("", null), InlineData("NaN", null)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 0d), InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 31_536_000d)]
    public async Task Reads_the_wish_to_wait_in_every_spelling(string said, double? seconds)
    {
        _provider.Answers = (http, _) => AProvider.Send(http, "{}", 429, ("Retry-After", said));
        foreach (var name in Both)
            Assert.Equal(seconds, (await Ask(name)).RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData("anthropic"), InlineData("openai")]
    public async Task Gives_up_at_its_timeout_on_silence_and_on_a_trickle(string name)
    {
        _provider.Answers = (http, _) => _provider.Hang(http);
        Assert.Equal(CallOutcome.TimedOut, (await Ask(name, TimeSpan.FromMilliseconds(150))).Outcome);
        _provider.Answers = async (http, _) =>
        {
            await http.Response.WriteAsync("{");
            await http.Response.Body.FlushAsync();
            await _provider.Hang(http);
        };
        Assert.Equal(new ModelReply(CallOutcome.TimedOut), await Ask(name, TimeSpan.FromMilliseconds(150)));
    }

    [Theory]
    [InlineData("anthropic"), InlineData("openai")]
    public async Task Throws_only_its_callers_cancellation(string name)
    {
        _provider.Answers = (http, _) => _provider.Hang(http);
        using var stop = new CancellationTokenSource();
        var call = LanguageModelServices.Create(_provider.Options(name), TimeProvider.System).Ask(Request, Long, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData("anthropic"), InlineData("openai")]
    public async Task Knows_that_a_refused_connection_costs_nothing(string name)
    {
        var nobody = _provider.Options(name) with { Address = new Uri("http://127.0.0.1:1/v1") };
        var reply = await LanguageModelServices.Create(nobody, TimeProvider.System).Ask(Request, Long, TestContext.Current.CancellationToken);
        Assert.Equal(new ModelReply(CallOutcome.Unreachable, IsFree: true), reply);
    }

    [Theory]
    [InlineData("anthropic", -5), InlineData("openai", -5), InlineData("anthropic", 2_000_000_000), InlineData("openai", 2_000_000_000)]
    public async Task Does_not_believe_a_count_that_cannot_be(string name, int tokens)
    {
        _provider.Answers = (http, _) => AProvider.Say(http, "{}", input: tokens);
        Assert.Null((await Ask(name)).Use);
    }

    [Fact]
    public void Tells_routes_apart_by_provider_credential_and_model_and_shows_no_key()
    {
        var one = _provider.Options(EnrichmentOptions.Anthropic);
        ProviderOptions[] all = [one, one with { Key = "another" }, one with { Model = "b" }, _provider.Options(EnrichmentOptions.OpenAi)];
        var ids = all.Select(options => LanguageModelServices.Create(options, TimeProvider.System).Route.Id).ToArray();
        Assert.Equal(4, ids.Distinct().Count());
        Assert.All(ids, id => Assert.DoesNotContain("key", id, StringComparison.Ordinal));
        Assert.DoesNotContain("a key", one.ToString(), StringComparison.Ordinal);
    }
}
