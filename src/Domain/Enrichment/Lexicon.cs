namespace Woflo.Domain.Enrichment;

internal enum TermKind
{
    /// <summary>Speaks of a category, with a weight.</summary>
    Category,

    /// <summary>Names a part of a system whose failure endangers people.</summary>
    SafetyPart,

    /// <summary>Describes such a failure itself.</summary>
    Danger,
    Symptom,
    Condition,

    /// <summary>A job known by its name, with hours of its own.</summary>
    Job,
    Immobile,
    Driven,
    Mileage,
    Position,
}

/// <summary>One phrase of the table.</summary>
/// <param name="Value">What it stands for; for categories the enum's name.</param>
internal sealed record Term(TermKind Kind, string Value, int Weight, string[] Words);

/// <summary>A phrase found in a text.</summary>
/// <param name="FirstWord">Where it begins, in words of the text; <paramref name="LastWord"/> is included.</param>
internal sealed record Hit(Term Term, int FirstWord, int LastWord, string Span)
{
    public bool IsUnbroken => LastWord - FirstWord == Term.Words.Length - 1;
}

/// <summary>Finds the table's phrases in a text: plain comparison of words, so that every hit can be read off the text.</summary>
internal static class Lexicon
{
    // Between "pedal" and "floor" people write at most this many words.
    private const int MaxGap = 5;

    // Phrases begin with at least this many letters of their first word, whole or cut.
    private const int KeyLength = 3;

    private static readonly Dictionary<string, Term[]> TermsByKey =
        LexiconTable.Terms().GroupBy(term => Key(term.Words[0])).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);

    private static readonly HashSet<string> Negators = ["no", "without", "never", "sin", "ninguna", "ningun"];

    private static readonly HashSet<string> NegatorFillers = ["audible", "visible", "apparent", "obvious", "any", "more", "signs", "sign", "evidence", "of", "other"];

    // "No brake" is a complaint; "no brake issues" is none.
    private static readonly HashSet<string> Troubles =
        ["issue", "issues", "problem", "problems", "concern", "concerns", "complaint", "complaints", "defect", "defects", "problema", "problemas", "falla", "fallas"];

    private static readonly HashSet<string> Approvals = ["ok", "okay", "good", "fine", "normal", "passed", "passes", "bien"];

    private static readonly HashSet<string> ApprovalFillers =
        ["is", "are", "was", "were", "look", "looks", "feel", "feels", "checked", "checks", "check", "tested", "test", "all", "esta", "estan"];

    public static IReadOnlyList<Hit> Find(FoldedText text)
    {
        var hits = new List<Hit>();
        for (var i = 0; i < text.Words.Count; i++)
        {
            if (!TermsByKey.TryGetValue(Key(text.Words[i].Text), out var terms))
                continue;
            foreach (var term in terms)
            {
                if (LastWord(text, i, term.Words, 0) is { } last && !IsDenied(text, i, last, term.Kind))
                    hits.Add(new Hit(term, i, last, text.Span(i, last)));
            }
        }
        return WithoutParts(hits, text.Words.Count);
    }

    /// <summary>"Fifth wheel" is no wheel: of the names of things, the longest at a place holds.</summary>
    private static Hit[] WithoutParts(List<Hit> hits, int words)
    {
        var longest = new Hit?[words];
        foreach (var hit in hits.Where(hit => IsName(hit) && hit.IsUnbroken))
        {
            for (var i = hit.FirstWord; i <= hit.LastWord; i++)
            {
                if (longest[i] is not { } other || other.Term.Words.Length < hit.Term.Words.Length)
                    longest[i] = hit;
            }
        }
        // "Brake shoe" is one word for brakes, not two; that it names a part that keeps people safe stays true.
        return hits.Where(hit => !IsName(hit) || longest[hit.FirstWord] is not { } over || over.Term.Words.Length <= hit.Term.Words.Length
            || (over.Term.Kind != hit.Term.Kind && over.Term.Value == hit.Term.Value)).ToArray();
    }

    private static bool IsName(Hit hit) => hit.Term.Kind is TermKind.Category or TermKind.SafetyPart;

    private static string Key(string word) => word.Length <= KeyLength || word[^1] == '*' && word.Length == KeyLength + 1
        ? word.TrimEnd('*')
        : word[..KeyLength];

    /// <summary>The index of the text's word that ends the phrase, or null.</summary>
    private static int? LastWord(FoldedText text, int at, string[] phrase, int from)
    {
        if (at >= text.Words.Count || !Same(text.Words[at].Text, phrase[from]))
            return null;
        if (from == phrase.Length - 1)
            return at;
        var gap = phrase[from + 1] == "~";
        var next = from + (gap ? 2 : 1);
        for (var step = 1; step <= (gap ? MaxGap + 1 : 1); step++)
        {
            if (at + step >= text.Words.Count || text.Words[at + step].Clause != text.Words[at].Clause)
                return null;
            if (LastWord(text, at + step, phrase, next) is { } last)
                return last;
        }
        return null;
    }

    private static bool Same(string word, string pattern) => pattern[^1] == '*'
        ? word.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
        : string.Equals(word, pattern, StringComparison.Ordinal);

    /// <summary>What the text says is absent or in order. Only plain denials count: safety rounds up.</summary>
    private static bool IsDenied(FoldedText text, int first, int last, TermKind kind)
    {
        var clause = text.Words[first].Clause;
        switch (kind)
        {
            case TermKind.Symptom or TermKind.Danger:
                var before = first - 1;
                while (before >= 0 && text.Words[before].Clause == clause && NegatorFillers.Contains(text.Words[before].Text))
                    before--;
                // "No brake" is one, "no brake issues" is none.
                if (Negators.Contains(text.Words[first].Text) && IsFollowedBy(Troubles))
                    return true;
                return before >= 0 && text.Words[before].Clause == clause && Negators.Contains(text.Words[before].Text);
            case TermKind.Category or TermKind.SafetyPart:
                if (first > 0 && text.Words[first - 1].Clause == clause && Negators.Contains(text.Words[first - 1].Text)
                    && IsFollowedBy(Troubles))
                    return true;
                var after = last + 1;
                while (after < text.Words.Count && text.Words[after].Clause == clause && ApprovalFillers.Contains(text.Words[after].Text))
                    after++;
                return after < text.Words.Count && text.Words[after].Clause == clause && Approvals.Contains(text.Words[after].Text);
            default:
                return false;
        }

        bool IsFollowedBy(HashSet<string> words) =>
            last + 1 < text.Words.Count && text.Words[last + 1].Clause == clause && words.Contains(text.Words[last + 1].Text);
    }
}
