using System.Text;
using System.Text.Json;
using Woflo.Application.Settings;
using Woflo.Domain.Enrichment;

namespace Woflo.Application.Enrichment;

/// <summary>Which models answer, what they cost, and how much an organisation may spend a day.</summary>
/// <param name="Providers">Those with a credential or an address, in the order in which they are asked; none: the local enricher answers alone.</param>
/// <param name="DailyCostMicros">In millionths of the prices' currency.</param>
/// <param name="KeepRaw">Whether providers' texts are kept with the results.</param>
/// <param name="FaultCodes">Names of fault codes: ours, or an operator's over them.</param>
public sealed record EnrichmentOptions(
    IReadOnlyList<ProviderOptions> Providers, int MaxOutputTokens, TimeSpan CallTimeout, long DailyTokens, long DailyCostMicros, bool KeepRaw,
    FaultCodeTable FaultCodes)
{
    public const string Anthropic = "anthropic";
    public const string OpenAi = "openai";

    private const string DefaultPrices =
        """{"claude-sonnet-4-5":{"input":3,"cached_input":0.3,"output":15},"gpt-5-mini":{"input":0.25,"cached_input":0.025,"output":2}}""";

    private const int MaxFaultCodeBytes = 16 * 1024 * 1024;

    /// <summary>Of a table that has many, so many bad lines are named.</summary>
    private const int MaxBadLines = 5;

    private static readonly JsonSerializerOptions PriceJson = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static EnrichmentOptions Read(SettingsReader settings)
    {
        var first = settings.Choice("AI_DEFAULT_PROVIDER", Anthropic, [Anthropic, OpenAi], "which provider is asked first");
        var prices = Prices(settings.Text("WOFLO_AI_PRICES", DefaultPrices, "money for a million tokens, per model: input, cached_input, output"));
        ProviderOptions?[] configured =
        [
            Provider(Anthropic,
                settings.Secret("ANTHROPIC_API_KEY", "the key for Anthropic's models"),
                Address(settings, "ANTHROPIC_BASE_URL", "where Anthropic's protocol is spoken; by default at Anthropic"),
                settings.Text("WOFLO_ANTHROPIC_MODEL", "claude-sonnet-4-5", "the model asked of Anthropic")),
            // A server of one's own may want no key.
            Provider(OpenAi,
                settings.Secret("OPENAI_API_KEY", "the key for OpenAI's models"),
                Address(settings, "OPENAI_BASE_URL", "where OpenAI's protocol is spoken (Azure v1, vLLM, Ollama); by default at OpenAI"),
                settings.Text("WOFLO_OPENAI_MODEL", "gpt-5-mini", "the model asked of OpenAI")),
        ];
        return new EnrichmentOptions(
            [.. configured.OfType<ProviderOptions>().OrderBy(provider => provider.Name != first)],
            settings.Whole("WOFLO_AI_MAX_OUTPUT_TOKENS", 4_096, 256, 64_000, "the longest answer of a model; doubled once where it was cut"),
            settings.Seconds("WOFLO_AI_CALL_TIMEOUT_SECONDS", 60, 1, 600, "how long one call to a model may take"),
            settings.Whole("WOFLO_AI_DAILY_TOKENS", 2_000_000, 1, int.MaxValue, "tokens an organisation may spend on a day of its own"),
            (long)(settings.Number("WOFLO_AI_DAILY_COST", 10, 0, 1_000_000, "money an organisation may spend on a day of its own, in the prices' currency") * 1_000_000),
            settings.Choice("WOFLO_AI_KEEP_RAW", "no", ["no", "yes"], "yes: keep models' texts in ai_results.raw_response") == "yes",
            Codes(settings.Text("WOFLO_FAULT_CODES", "", "the path of a file with fault codes' names of your own, in CSV")));

        ProviderOptions? Provider(string name, string? key, Uri? address, string model) =>
            key is null && (address is null || name == Anthropic) ? null
            : prices.TryGetValue(model, out var price) ? new ProviderOptions(name, key, address, model, price)
            : throw new SettingException("WOFLO_AI_PRICES", $"has no price for '{model}'; 0 is a price.");
    }

    private static Uri? Address(SettingsReader settings, string name, string meaning) => settings.Text(name, "", meaning) switch
    {
        "" => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", UserInfo: "" } => address,
        _ => throw new SettingException(name, "is not an address such as https://host/v1, without a password in it."),
    };

    private static FaultCodeTable Codes(string path)
    {
        if (path.Length == 0)
            return FaultCodeTable.Standard;
        string text;
        try
        {
            using var file = File.OpenRead(path);
            // What a file says of its length may be untrue: a device has none.
            var bytes = new byte[MaxFaultCodeBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MaxFaultCodeBytes)
                throw new SettingException("WOFLO_FAULT_CODES", $"'{path}' is longer than {MaxFaultCodeBytes / 1024 / 1024} MB.");
            using var reader = new StreamReader(new MemoryStream(bytes, 0, length), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            text = reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            throw new SettingException("WOFLO_FAULT_CODES", $"'{path}' is not text in UTF-8.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SettingException("WOFLO_FAULT_CODES", $"'{path}' cannot be read: {exception.Message} Expected is the path of a text file in CSV.");
        }
        var table = FaultCodeTable.Parse(text.ReplaceLineEndings("\n").Split('\n'), out var errors);
        if (errors.Count == 0)
            return table;
        var more = errors.Count > MaxBadLines ? $"; and {errors.Count - MaxBadLines} more" : "";
        throw new SettingException("WOFLO_FAULT_CODES", $"'{path}', {string.Join("; ", errors.Take(MaxBadLines))}{more}.");
    }

    private static Dictionary<string, ModelPrice> Prices(string json)
    {
        try
        {
            // A dictionary's values may be null whatever its type says.
            var prices = JsonSerializer.Deserialize<Dictionary<string, ModelPrice?>>(json, PriceJson);
            if (prices is not null && prices.Values.All(price => price is not null && Math.Min(price.Input, Math.Min(price.CachedInput, price.Output)) >= 0 && Math.Max(price.Input, price.Output) <= 1_000_000))
                return prices!;
        }
        catch (JsonException)
        {
            // Told below.
        }
        throw new SettingException("WOFLO_AI_PRICES",
            """is not JSON such as {"model": {"input": 3, "cached_input": 0.3, "output": 15}}, each from 0 for a million tokens.""");
    }
}

/// <param name="Key">Null: the address wants none.</param>
/// <param name="Address">Null: the provider's own.</param>
public sealed record ProviderOptions(string Name, string? Key, Uri? Address, string Model, ModelPrice Price)
{
    // Neither printed nor logged with the key.
    public override string ToString() => $"{Name}/{Model}";
}
