using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Woflo.Application.Enrichment;

/// <summary>One way to an answer: a provider, a credential and a model.</summary>
public interface ILanguageModel
{
    ModelRoute Route { get; }

    /// <summary>One call, never repeated by itself. Whatever goes wrong is told as data; only the caller's own cancellation is thrown.</summary>
    Task<ModelReply> Ask(ModelRequest request, TimeSpan timeout, CancellationToken cancellation);
}

/// <param name="Id">Names provider, credential (by a fingerprint) and model: what a provider's wish to wait is about.</param>
public sealed record ModelRoute(string Id, string Provider, string Model, ModelPrice Price);

/// <summary>Money for a million tokens, in the operator's currency.</summary>
public sealed record ModelPrice(decimal Input, decimal CachedInput, decimal Output)
{
    /// <summary>In millionths of the currency, rounded up.</summary>
    public long CostMicros(TokenUse use) =>
        (long)Math.Ceiling(((use.Input - use.CachedInput) * Input) + (use.CachedInput * CachedInput) + (use.Output * Output));
}

/// <param name="Input">All of them, those read from the provider's cache included.</param>
public sealed record TokenUse(long Input, long CachedInput, long Output)
{
    public long Total => Input + Output;
}

public sealed record ModelTurn(bool IsModels, string Text);

/// <param name="Schema">The JSON schema of the answer.</param>
public sealed record ModelRequest(string Name, string System, IReadOnlyList<ModelTurn> Turns, JsonElement Schema, int MaxOutputTokens)
{
    // Roles, separators, and what providers say to their models about a schema.
    private const int EnvelopeTokens = 1_024;

    private static readonly JsonSerializerOptions Spread = new() { WriteIndented = true };

    /// <summary>No tokenizer makes more tokens of a text than it has bytes. The schema may be sent spread out.</summary>
    public TokenUse UpperBound => new(
        EnvelopeTokens + Encoding.UTF8.GetByteCount(System) + JsonSerializer.SerializeToUtf8Bytes(Schema, Spread).Length
            + Turns.Sum(turn => Encoding.UTF8.GetByteCount(turn.Text)),
        0, MaxOutputTokens);

    /// <summary>The same for two requests only if every byte that is sent is the same, and whom it is sent to.</summary>
    public byte[] Hash(ModelRoute route)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadOnlySpan<string> parts =
            [route.Provider, route.Model, $"{MaxOutputTokens}", System, Schema.GetRawText(), .. Turns.Select(turn => (turn.IsModels ? "<" : ">") + turn.Text)];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
        return hash.GetHashAndReset();
    }
}

/// <summary>What came back from one call.</summary>
/// <param name="Outcome">Never <see cref="CallOutcome.Invalid"/>: what the text is worth is not the provider's to say; until then it counts as accepted.</param>
/// <param name="Use">As the provider counted; null: it did not say.</param>
/// <param name="IsFree">Certainly not charged: never sent, or refused before any work.</param>
/// <param name="RetryAfter">How long the provider asks to be left alone.</param>
public sealed record ModelReply(
    CallOutcome Outcome, string Text = "", TokenUse? Use = null, bool IsFree = false, TimeSpan? RetryAfter = null)
{
    /// <summary>Paid for and complete, whatever it is worth: not to be asked for again.</summary>
    public bool IsAnswer => Outcome is CallOutcome.Accepted or CallOutcome.Empty or CallOutcome.Truncated or CallOutcome.Refused;
}
