using System.Buffers;

namespace Woflo.Domain.Enrichment;

/// <summary>Reads phrases of the tables: "brake (shoe|pad*)" is two, "~" a gap, a mark behind a word says how it is compared.</summary>
internal static class Phrases
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    public static IEnumerable<IReadOnlyList<Pattern>> Of(string line) =>
        line.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).SelectMany(Alternatives).Select(Words).Where(words => words.Count > 0);

    private static IEnumerable<string> Alternatives(string phrase)
    {
        var open = phrase.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
            return [phrase];
        var close = phrase.IndexOf(')', open);
        return phrase[(open + 1)..close].Split('|').SelectMany(choice => Alternatives(string.Concat(phrase.AsSpan(0, open), choice, phrase.AsSpan(close + 1))));
    }

    private static List<Pattern> Words(string phrase)
    {
        var patterns = new List<Pattern>();
        foreach (var word in phrase.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word == "~")
            {
                patterns.Add(Pattern.Gap);
                continue;
            }
            var mark = word[^1] is '*' or '=' ? word[^1] : ' ';
            var bare = mark == ' ' ? word : word[..^1];
            string[] parts = !bare.AsSpan().ContainsAnyExcept(Plain) ? (bare.Length == 0 ? [] : [bare]) : [.. FoldedText.Fold(bare)];
            for (var i = 0; i < parts.Length; i++)
                patterns.Add(Pattern.Of(parts[i], i == parts.Length - 1 ? mark : '='));
        }
        // A gap parts two words, else it says nothing.
        while (patterns.Count > 0 && patterns[^1].Kind == PatternKind.Gap)
            patterns.RemoveAt(patterns.Count - 1);
        while (patterns.Count > 0 && patterns[0].Kind == PatternKind.Gap)
            patterns.RemoveAt(0);
        return patterns;
    }
}
