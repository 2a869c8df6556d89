namespace Woflo.Domain.Enrichment;

/// <summary>Takes a word that nobody knows for the word of the tables that it differs from by a slip: "alternater", "raditor", "transmision".</summary>
internal sealed class SpellingMender
{
    /// <summary>Shorter words differ from too many others by a letter.</summary>
    private const int MinLength = 5;

    /// <summary>From here on two slips are taken for such.</summary>
    private const int MinLengthForTwo = 8;
    private const int MaxLength = 24;

    /// <summary>What a word whose beginning is known may end in; "steernig" is no word that begins with steer.</summary>
    private static readonly HashSet<string> Endings =
    [
        "", "s", "es", "d", "ed", "r", "er", "ers", "ing", "ings", "y", "ly", "e", "ion", "ions", "ation", "ment", "age", "al", "able", "ability", "ive", "ance", "ant", "ure", "ning", "ned", "ping", "ped", "ting", "ted", "ring", "red", "ling", "led", "ging", "ged",
        "o", "a", "os", "as", "on", "an", "en", "ado", "ada", "ados", "adas", "ando", "iendo", "ido", "ida", "idos", "ar", "ir", "aron", "ieron", "amiento", "cion", "ciones", "dor", "dora", "dores", "ito", "ita", "itos", "era", "ero", "azo", "ante", "antes", "ento",
    ];

    private readonly HashSet<string> _known;
    private readonly Dictionary<string, List<string>> _prefixes = new(StringComparer.Ordinal);

    /// <summary>Each word under itself and under all that is left of it when a letter is taken away.</summary>
    private readonly Lazy<Dictionary<string, List<string>>> _near;

    public SpellingMender(IEnumerable<Pattern> patterns, IEnumerable<string> ordinary)
    {
        _known = new HashSet<string>(ordinary, StringComparer.Ordinal);
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pattern in patterns)
        {
            if (pattern.Kind == PatternKind.Prefix && pattern.Text.Length >= 3 && List(_prefixes, pattern.Text[..3]) is var same && !same.Contains(pattern.Text))
                same.Add(pattern.Text);
            _known.Add(pattern.Text);
            // With another s it is known too: that is looked for without.
            if (pattern.Kind == PatternKind.Plural)
                _known.Add(pattern.Text + "es");
            if (pattern.Text.Length >= MinLength && !pattern.Text.AsSpan().ContainsAnyExceptInRange('a', 'z'))
                words.Add(pattern.Text);
        }
        _near = new(() => Near(words));
    }

    private static Dictionary<string, List<string>> Near(IEnumerable<string> words)
    {
        var near = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            foreach (var key in Shortened(word).Distinct(StringComparer.Ordinal))
                List(near, key).Add(word);
        }
        return near;
    }

    public string Mend(string word)
    {
        if (word.Length is < MinLength or > MaxLength || word.AsSpan().ContainsAnyExceptInRange('a', 'z') || IsKnown(word))
            return word;
        return Nearest(word) ?? (word[^1] == 's' && word.Length > MinLength ? Nearest(word[..^1]) : null) ?? word;
    }

    private bool IsKnown(string word) =>
        _known.Contains(word) || (word[^1] == 's' && _known.Contains(word[..^1]))
        || (_prefixes.TryGetValue(word[..3], out var prefixes) && prefixes.Exists(prefix => word.StartsWith(prefix, StringComparison.Ordinal) && Endings.Contains(word[prefix.Length..])));

    private string? Nearest(string word)
    {
        string? best = null;
        var least = word.Length >= MinLengthForTwo ? 3 : 2;
        foreach (var key in Shortened(word))
        {
            foreach (var candidate in _near.Value.GetValueOrDefault(key) ?? [])
            {
                // People get the first letter right.
                if (candidate[0] != word[0])
                    continue;
                var distance = Distance(word, candidate);
                if (distance < least || (distance == least && best is not null && string.CompareOrdinal(candidate, best) < 0))
                    (best, least) = (candidate, distance);
            }
        }
        return best;
    }

    private static IEnumerable<string> Shortened(string word)
    {
        yield return word;
        for (var i = 0; i < word.Length; i++)
            yield return word.Remove(i, 1);
    }

    /// <summary>Letters put in, left out, exchanged, or swapped with the next.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> before = stackalloc int[MaxLength + 2];
        Span<int> above = stackalloc int[MaxLength + 2];
        Span<int> row = stackalloc int[MaxLength + 2];
        if (b.Length > MaxLength)
            return int.MaxValue;
        for (var j = 0; j <= b.Length; j++)
            above[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            above.CopyTo(before);
            row.CopyTo(above);
        }
        return above[b.Length];
    }

    private static List<string> List(Dictionary<string, List<string>> index, string key)
    {
        if (!index.TryGetValue(key, out var list))
            index.Add(key, list = []);
        return list;
    }
}
