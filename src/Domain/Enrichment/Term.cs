namespace Woflo.Domain.Enrichment;

internal enum TermKind
{
    /// <summary>Speaks of a category, with a weight.</summary>
    Category,

    /// <summary>Names a part of a system whose failure endangers people.</summary>
    SafetyPart,

    /// <summary>Describes such a failure itself.</summary>
    Danger,

    /// <summary>What, said in the same breath as such a part, is a danger.</summary>
    Fault,
    Symptom,
    Condition,

    /// <summary>A job known by its name, with hours of its own.</summary>
    Job,
    Immobile,
    Driven,
    Mileage,
    Position,
}

/// <summary>One phrase of the tables.</summary>
/// <param name="Name">What it stands for: a symptom's, a condition's or a job's name.</param>
/// <param name="Category">Null where it speaks of none, or of all.</param>
/// <param name="System">The part of the category, as lexicon.txt names it.</param>
internal sealed record Term(TermKind Kind, string Name, JobCategory? Category, string System, int Weight, IReadOnlyList<Pattern> Words)
{
    /// <summary>Longest names win, whatever their kind.</summary>
    public bool IsName => Kind is TermKind.Category or TermKind.SafetyPart;
}

/// <summary>A word of a phrase.</summary>
internal readonly record struct Pattern(string Text, PatternKind Kind)
{
    private const int MinPluralLength = 3;

    public static Pattern Gap { get; } = new("", PatternKind.Gap);

    public static Pattern Of(string word, char mark) => new(word, mark switch
    {
        '*' => PatternKind.Prefix,
        '=' => PatternKind.Exact,
        _ => word.Length >= MinPluralLength && !word.AsSpan().ContainsAnyExceptInRange('a', 'z') ? PatternKind.Plural : PatternKind.Exact,
    });

    public bool Matches(string word) => Kind switch
    {
        PatternKind.Prefix => word.StartsWith(Text, StringComparison.Ordinal),
        PatternKind.Plural => word.Length - Text.Length is >= 0 and <= 2 && word.StartsWith(Text, StringComparison.Ordinal) && word.AsSpan(Text.Length) is "" or "s" or "es",
        _ => string.Equals(word, Text, StringComparison.Ordinal),
    };
}

internal enum PatternKind
{
    Exact,

    /// <summary>The word and its plural.</summary>
    Plural,

    /// <summary>Any word that begins so.</summary>
    Prefix,

    /// <summary>Up to <see cref="Lexicon.MaxGap"/> words.</summary>
    Gap,
}

/// <summary>A phrase found in a text.</summary>
/// <param name="FirstWord">Where it begins, in words of the text; <paramref name="LastWord"/> is included.</param>
internal sealed record Hit(Term Term, int FirstWord, int LastWord, string Span)
{
    public int Length => LastWord - FirstWord + 1;

    public bool IsUnbroken => Length == Term.Words.Count;
}
