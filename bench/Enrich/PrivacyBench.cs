using System.Diagnostics;
using System.Text.RegularExpressions;
using Woflo.Domain.Enrichment;

namespace Woflo.Bench.Enrich;

/// <summary>How much of what it should redaction takes away, and how much it should not.</summary>
internal static partial class PrivacyBench
{
    private const int IdentifierNotes = 5_000;
    private const int NameNotes = 2_000;
    private const int PlainNotes = 2_000;

    public sealed record Figure(string Name, string Unit, double Value, string Note = "");

    /// <param name="misses">Gets what was missed and what should have stayed, for a person to read.</param>
    public static IReadOnlyList<Figure> Measure(int seed, Action<string>? misses = null)
    {
        var notes = new PrivacyNotes(seed);
        var pseudonyms = new Pseudonyms(new byte[Pseudonyms.KeyBytes]);
        int kept = 0, lost = 0, identifiers = 0, leaked = 0, names = 0, found = 0;
        var leaks = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var times = new List<double>();

        foreach (var note in Enumerable.Range(0, IdentifierNotes).Select(_ => notes.WithIdentifiers())
                     .Concat(Enumerable.Range(0, NameNotes).Select(notes.WithName))
                     .Concat(Enumerable.Range(0, PlainNotes).Select(_ => notes.Without())))
        {
            var start = Stopwatch.GetTimestamp();
            var redacted = Redaction.Redact(note.Text, pseudonyms).Value;
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);

            var after = Words(Placeholder().Replace(redacted, " "));
            var rest = Words(note.Rest);
            foreach (var (kind, secret) in note.Secrets)
            {
                var remains = Words(secret).Keys.Where(word => IsTelling(word, kind) && after.GetValueOrDefault(word) > rest.GetValueOrDefault(word)).ToArray();
                if (kind == "name")
                {
                    names++;
                    found += remains.Length == 0 ? 1 : 0;
                }
                else
                {
                    identifiers++;
                    if (remains.Length > 0)
                    {
                        leaked++;
                        leaks[kind] = leaks.GetValueOrDefault(kind) + 1;
                    }
                }
                if (remains.Length > 0)
                    misses?.Invoke($"{kind} '{secret}' left in: {Line(note.Text)} -> {Line(redacted)}");
            }
            kept += rest.Values.Sum();
            var gone = rest.Where(word => after.GetValueOrDefault(word.Key) < word.Value).ToArray();
            lost += gone.Sum(word => word.Value - after.GetValueOrDefault(word.Key));
            if (gone.Length > 0)
                misses?.Invoke($"lost {string.Join(' ', gone.Select(word => word.Key))}: {Line(note.Text)} -> {Line(redacted)}");
        }
        times.Sort();

        var longest = string.Concat(Enumerable.Range(0, 1_000).Select(_ => notes.WithIdentifiers().Text + "\n"));
        longest = longest[..Math.Min(longest.Length, RedactedText.MaxLength)];
        var started = Stopwatch.GetTimestamp();
        Redaction.Redact(longest, pseudonyms);
        var longTime = Stopwatch.GetElapsedTime(started).TotalMilliseconds;

        return
        [
            new("structured identifiers leaked", "of " + identifiers, leaked, leaks.Count == 0 ? "" : string.Join(", ", leaks.Select(kind => $"{kind.Key} {kind.Value}"))),
            new("names, recall", "share", (double)found / names, $"{names} names that the recogniser has no list of, or that are also words"),
            new("false redactions", "share", (double)lost / kept, $"{lost} of {kept} words that must stay"),
            new("redaction, p50", "ms", times[times.Count / 2]),
            new("redaction, p99", "ms", times[times.Count * 99 / 100]),
            new("redaction, 64 KB", "ms", longTime),
        ];
    }

    /// <summary>Whether a word tells something of its secret: particles, single letters and a provider's name do not.</summary>
    private static bool IsTelling(string word, string kind) => kind switch
    {
        "email" => word.Length > 2 && word is not ("com" or "net" or "org" or "gmail" or "yahoo" or "hotmail" or "outlook" or "dot" or "arroba" or "punto"),
        "phone" => word is not ("1" or "52" or "045"),
        "address" => word.Length > 1 && word is not ("st" or "rd" or "po" or "box" or "no" or "col" or "tx" or "de" or "del"),
        "licence" => word.Length > 1 && word is not "tx",
        "name" => word.Length > 1 && word is not ("de" or "la" or "jr"),
        _ => true,
    };

    private static Dictionary<string, int> Words(string text)
    {
        var words = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Match word in Word().Matches(text.ToLowerInvariant()))
            words[word.Value] = words.GetValueOrDefault(word.Value) + 1;
        return words;
    }

    private static string Line(string text) => text.ReplaceLineEndings("\\n");

    [GeneratedRegex(@"\[[A-Z]+(?:-[0-9A-F]{4})?\]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"[\p{L}\p{M}0-9]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
