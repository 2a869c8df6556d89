using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Woflo.Domain.Enrichment;

namespace Woflo.Application.Enrichment;

// What a model is asked for, step by step. Anything may come instead; what does not fit is refused as a whole.

internal sealed record Quote(string Name, string Evidence);

internal sealed record ExtractAnswer(
    string? Complaint, IReadOnlyList<Quote> Symptoms, IReadOnlyList<Quote> Conditions, IReadOnlyList<string> FaultCodes, decimal Confidence);

internal sealed record ClassifyAnswer(
    JobCategory Category, JobCategory? SecondaryCategory, bool SafetyCritical, int SuggestedPriority, IReadOnlyList<string> Evidence, decimal Confidence);

internal sealed record EstimateAnswer(
    decimal HoursLow, decimal HoursHigh, string? RequiredBayType, IReadOnlyList<string> Skills, IReadOnlyList<string> Tools,
    IReadOnlyList<PlannedStepAnswer> TaskPlan, IReadOnlyList<string> Evidence, decimal Confidence);

internal sealed record PlannedStepAnswer(PlannedTask Type, int MinutesLow, int MinutesHigh, string? Skill);

internal sealed record RiskAnswer(
    OutOfServiceRisk OosRisk, JobCategory? OosCategory, Drivable Drivable, IReadOnlyList<Quote> Findings, IReadOnlyList<string> MissingInformation,
    decimal Confidence);

/// <summary>The strict reading of a model's answer, and the schema that asks for it; both come from the same records.</summary>
internal static class AnswerJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        MaxDepth = 6,
        Converters = { new ExactEnums() },
    };

    public static Type TypeOf(EnrichmentStep step) => step switch
    {
        EnrichmentStep.Extract => typeof(ExtractAnswer),
        EnrichmentStep.Classify => typeof(ClassifyAnswer),
        EnrichmentStep.Estimate => typeof(EstimateAnswer),
        EnrichmentStep.Risk => typeof(RiskAnswer),
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "No such step."),
    };

    /// <exception cref="JsonException">The text is not exactly one document of that shape.</exception>
    public static object Read(EnrichmentStep step, string text)
    {
        try
        {
            RefuseNullItems(Encoding.UTF8.GetBytes(text));
            return JsonSerializer.Deserialize(text, TypeOf(step), Options) ?? throw new JsonException("null is no answer.");
        }
        catch (Exception exception) when (exception is InvalidOperationException or NotSupportedException or ArgumentException or FormatException)
        {
            // Half a surrogate pair, and what else only shows when a value is taken out.
            throw new JsonException("A value cannot be read.", exception);
        }
    }

    // The one thing that strict options let through: what a list holds may be null whatever its type says.
    private static void RefuseNullItems(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        for (var previous = JsonTokenType.None; reader.Read(); previous = reader.TokenType)
        {
            if (reader.TokenType == JsonTokenType.Null && previous != JsonTokenType.PropertyName)
                throw new JsonException("A list must not hold null.");
        }
    }

    /// <summary>Flat, every property required and no other allowed, as both providers' strict modes want it.</summary>
    public static JsonElement Schema(EnrichmentStep step) => JsonSerializer.SerializeToElement(Describe(TypeOf(step), isNullable: false));

    private static JsonObject Describe(Type type, bool isNullable)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Describe(underlying, isNullable: true);
        var schema = new JsonObject();
        if (type.IsEnum)
        {
            schema["type"] = Named("string", isNullable);
            schema["enum"] = new JsonArray([.. Names(type).Select(name => JsonValue.Create(name)), .. isNullable ? [null] : Array.Empty<JsonNode?>()]);
        }
        else if (type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(decimal))
        {
            schema["type"] = Named(type == typeof(string) ? "string" : type == typeof(bool) ? "boolean" : type == typeof(int) ? "integer" : "number", isNullable);
        }
        else if (type.IsGenericType)
        {
            schema["type"] = "array";
            schema["items"] = Describe(type.GetGenericArguments()[0], isNullable: false);
        }
        else
        {
            var nullability = new NullabilityInfoContext();
            var properties = type.GetProperties().Where(property => property.Name != "EqualityContract")
                .ToDictionary(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
            schema["type"] = "object";
            schema["properties"] = new JsonObject(properties.Select(property => KeyValuePair.Create<string, JsonNode?>(
                property.Key, Describe(property.Value.PropertyType, nullability.Create(property.Value).ReadState == NullabilityState.Nullable))));
            schema["required"] = new JsonArray([.. properties.Keys.Select(name => JsonValue.Create(name))]);
            schema["additionalProperties"] = false;
        }
        return schema;
    }

    private static JsonNode Named(string type, bool isNullable) => isNullable ? new JsonArray(type, "null") : JsonValue.Create(type);

    private static IEnumerable<string> Names(Type type) => Enum.GetNames(type).Select(name => JsonNamingPolicy.SnakeCaseLower.ConvertName(name));

    /// <summary>By the very name: neither another case nor a number nor a list of names.</summary>
    private sealed class ExactEnums : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(ExactEnum<>).MakeGenericType(typeToConvert))!;
    }

    private sealed class ExactEnum<T> : JsonConverter<T> where T : struct, Enum
    {
        private static readonly Dictionary<string, T> Values = Enum.GetValues<T>().ToDictionary(Spelling.Of);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Values.TryGetValue(reader.GetString()!, out var value)
                ? value
                : throw new JsonException($"must be one of {string.Join(", ", Values.Keys)}.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Spelling.Of(value));
    }
}
