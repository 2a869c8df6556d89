using Microsoft.Extensions.AI;
using Woflo.Application.Enrichment;

namespace Woflo.Infrastructure.LanguageModels;

/// <summary>A language model behind a provider's SDK.</summary>
internal sealed class ChatModel(ModelRoute route, IChatClient client, TimeProvider time) : ILanguageModel
{
    // A count beyond this is no count.
    private const long MostTokens = 100_000_000;

    private readonly Dictionary<string, ChatResponseFormat> _formats = [];
    private readonly Lock _lock = new();

    public ModelRoute Route => route;

    public async Task<ModelReply> Ask(ModelRequest request, TimeSpan timeout, CancellationToken cancellation)
    {
        List<ChatMessage> messages =
        [
            new(ChatRole.System, request.System),
            .. request.Turns.Select(turn => new ChatMessage(turn.IsModels ? ChatRole.Assistant : ChatRole.User, turn.Text)),
        ];
        var options = new ChatOptions
        {
            MaxOutputTokens = request.MaxOutputTokens,
            ResponseFormat = Format(request),
            // Without it OpenAI's schema is a wish.
            AdditionalProperties = new AdditionalPropertiesDictionary { ["strict"] = true },
        };
        using var deadline = new CancellationTokenSource(timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var exchange = ProviderHttp.Watch();
        try
        {
            return Read(await client.GetResponseAsync(messages, options, stop.Token));
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return Failed(exchange, deadline.IsCancellationRequested);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever the SDK throws when it is called off.
            throw new OperationCanceledException("The call was called off.", exception, cancellation);
        }
    }

    private static ModelReply Read(ChatResponse response)
    {
        var use = Use(response.Usage);
        var text = response.Text;
        var isRefusal = response.FinishReason == ChatFinishReason.ContentFilter
            || response.Messages.SelectMany(message => message.Contents).OfType<ErrorContent>().Any();
        var outcome = isRefusal ? CallOutcome.Refused
            : response.FinishReason == ChatFinishReason.Length ? CallOutcome.Truncated
            : response.FinishReason == ChatFinishReason.ToolCalls ? CallOutcome.Garbage
            : string.IsNullOrWhiteSpace(text) ? CallOutcome.Empty
            : CallOutcome.Accepted;
        return new ModelReply(outcome, text, use);
    }

    private static ModelReply Failed(Exchange exchange, bool isLate)
    {
        if (exchange.Status is not null && !exchange.IsSuccess)
            return new ModelReply(exchange.Failure, IsFree: true, RetryAfter: exchange.RetryAfter);
        if (isLate)
            return new ModelReply(CallOutcome.TimedOut);
        return exchange.IsComplete ? new ModelReply(CallOutcome.Garbage) : new ModelReply(CallOutcome.Unreachable, IsFree: exchange.IsUnsent);
    }

    /// <returns>Null for counts that cannot be: then the reservation stands.</returns>
    private static TokenUse? Use(UsageDetails? usage) =>
        usage is { InputTokenCount: >= 0 and <= MostTokens and var input, OutputTokenCount: >= 0 and <= MostTokens and var output }
            ? new TokenUse(input, Math.Clamp(usage.CachedInputTokenCount ?? 0, 0, input), output)
            : null;

    /// <summary>Built once a step: it costs more than all the rest here.</summary>
    private ChatResponseFormat Format(ModelRequest request)
    {
        lock (_lock)
        {
            if (!_formats.TryGetValue(request.Name, out var format))
                _formats[request.Name] = format = ChatResponseFormat.ForJsonSchema(request.Schema, request.Name);
            return format;
        }
    }
}
