using System.Text.Json;

namespace Woflo.Bench.Enrich;

/// <summary>A work order with what is expected of its enrichment: a line of golden/*.jsonl.</summary>
/// <param name="Also">Categories that a foreman would accept too.</param>
/// <param name="Safety">Null where either answer is right: a service that looks at the brakes.</param>
/// <param name="Hours">Labour for what is written; null where nobody can tell.</param>
/// <param name="Oos">The suspicions that are right; null where each is.</param>
internal sealed record GoldenOrder(
    string Id, string Split, string Text, string Category, IReadOnlyList<string>? Also, bool? Safety, double? Hours, IReadOnlyList<string>? Oos, IReadOnlyList<string> Codes)
{
    public IEnumerable<string> Accepted => [Category, .. Also ?? []];
}

internal static class GoldenSet
{
    public const string Dev = "dev";
    public const string Test = "test";

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    /// <summary>One split: those of the files, and one of 50 KB that repeats the first of them.</summary>
    public static IReadOnlyList<GoldenOrder> Read(string split)
    {
        using var stream = typeof(GoldenSet).Assembly.GetManifestResourceStream($"golden.{split}.jsonl") ?? throw new InvalidOperationException($"There is no golden set {split}.");
        using var reader = new StreamReader(stream);
        var orders = new List<GoldenOrder>();
        while (reader.ReadLine() is { } line)
            orders.Add(JsonSerializer.Deserialize<GoldenOrder>(line, Options)!);
        var first = orders[0];
        orders.Add(first with { Id = split + "-50kb", Text = string.Concat(Enumerable.Repeat(first.Text + "\n", 51_200 / (first.Text.Length + 1) + 1)), Hours = null });
        return orders;
    }
}
