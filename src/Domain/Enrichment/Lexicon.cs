using System.Globalization;

namespace Woflo.Domain.Enrichment;

/// <summary>Finds the tables' phrases in a text: plain comparison of words, so that every hit can be read off the text.</summary>
internal sealed class Lexicon
{
    /// <summary>Between "pedal" and "floor" people write at most this many words.</summary>
    public const int MaxGap = 5;

    /// <summary>A fault is said of a part at most so many words away.</summary>
    private const int MaxFaultDistance = 5;

    /// <summary>Prefixes begin with at least this many letters.</summary>
    private const int KeyLength = 3;

    private static readonly Lazy<Lexicon> Shipped = new(() => new Lexicon());

    private static readonly HashSet<string> Negators = ["no", "not", "without", "never", "didnt", "doesnt", "none", "sin", "ninguna", "ningun", "nada"];

    private static readonly HashSet<string> NegatorFillers =
        ["audible", "visible", "apparent", "obvious", "any", "more", "signs", "sign", "evidence", "of", "other", "find", "found", "see", "have", "has", "active", "new", "further", "mas", "se", "ve", "hay", "de"];

    // "No brake" is a complaint; "no brake issues" is none.
    private static readonly HashSet<string> Troubles =
    [
        "issue", "issues", "problem", "problems", "concern", "concerns", "complaint", "complaints", "defect", "defects", "problema", "problemas", "falla", "fallas", "leak", "leaks", "leaking", "noise", "noises",
        "fault", "faults", "code", "codes", "damage", "play", "wear", "cracks", "crack", "vibration", "smoke", "smell", "fuga", "fugas", "ruido", "ruidos", "violations", "repairs", "work",
    ];

    private static readonly HashSet<string> Approvals =
        ["ok", "okay", "good", "fine", "normal", "passed", "passes", "pass", "bien", "buenos", "buenas", "bueno", "buena", "clean", "tight", "full", "correct", "perfect", "great", "strong", "within"];

    private static readonly HashSet<string> ApprovalFillers =
    [
        "is", "are", "was", "were", "look", "looks", "feel", "feels", "checked", "checks", "check", "tested", "test", "all", "esta", "estan", "and", "lights", "tires", "both", "still", "seem", "seems", "level", "pressure",
        "in", "spec", "very", "pretty", "muy", "se", "ve", "ven", "work", "now",
    ];

    private readonly Dictionary<string, List<Term>> _byWord = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Term>> _byPrefix = new(StringComparer.Ordinal);
    private readonly HashSet<string> _critical = new(StringComparer.Ordinal);
    private readonly SpellingMender _mender;

    private Lexicon()
    {
        var ordinary = new HashSet<string>(StringComparer.Ordinal);
        var patterns = new List<Pattern>();
        foreach (var (section, line) in Table.Read("lexicon.txt").Concat(Table.Read("safety.txt")))
        {
            var head = section.Split(' ');
            switch (head[0])
            {
                case "ordinary":
                    ordinary.UnionWith(Phrases.Of(line).SelectMany(words => words).Select(word => word.Text));
                    break;
                case "critical":
                    _critical.UnionWith(line.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
                    break;
                default:
                    Add(line, head);
                    break;
            }
        }
        foreach (var (section, line) in Table.Read("jobs.txt"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            Add(line[(colon + 1)..], ["job", section, line[..line.IndexOf(' ', StringComparison.Ordinal)]]);
        }
        _mender = new SpellingMender(patterns, ordinary);

        void Add(string line, string[] head)
        {
            var kind = Kind(head[0]);
            var category = Spelling.Parse<JobCategory>(head[1]);
            var name = kind == TermKind.Job ? head[2] : head[1];
            var system = kind == TermKind.Category ? head[2] : "";
            var weight = kind == TermKind.Category ? int.Parse(head[3], CultureInfo.InvariantCulture) : 1;
            foreach (var words in Phrases.Of(line))
            {
                patterns.AddRange(words);
                Index(new Term(kind, name, category, system, weight, words));
            }
        }
    }

    public static IReadOnlyList<Hit> Find(FoldedText text) => Shipped.Value.FindIn(text);

    /// <summary>Everything of it keeps people safe.</summary>
    public static bool IsCritical(Term term) =>
        term.Kind == TermKind.SafetyPart || (term is { Kind: TermKind.Category, Weight: > 0, Category: { } category } && Shipped.Value._critical.Contains($"{Spelling.Of(category)}/{term.System}"));

    private static TermKind Kind(string head) => head switch
    {
        "category" => TermKind.Category,
        "part" => TermKind.SafetyPart,
        "danger" => TermKind.Danger,
        "fault" => TermKind.Fault,
        "symptom" => TermKind.Symptom,
        "condition" => TermKind.Condition,
        "job" => TermKind.Job,
        "immobile" => TermKind.Immobile,
        "driven" => TermKind.Driven,
        "mileage" => TermKind.Mileage,
        "position" => TermKind.Position,
        _ => throw new InvalidOperationException($"No table has a section {head}."),
    };

    private void Index(Term term)
    {
        var (text, kind) = (term.Words[0].Text, term.Words[0].Kind);
        if (kind == PatternKind.Prefix && text.Length >= KeyLength)
            List(_byPrefix, text[..KeyLength]).Add(term);
        else
            List(_byWord, text).Add(term);
        static List<Term> List(Dictionary<string, List<Term>> index, string key)
        {
            if (!index.TryGetValue(key, out var list))
                index.Add(key, list = []);
            return list;
        }
    }

    private Hit[] FindIn(FoldedText text)
    {
        var words = text.Words.Select(word => word with { Text = _mender.Mend(word.Text) }).ToArray();
        var hits = new List<Hit>();
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i].Text;
            Collect(_byWord.GetValueOrDefault(word), i);
            // Its singular, where it may have one: whether the phrase minds is compared there.
            if (word.EndsWith('s'))
                Collect(_byWord.GetValueOrDefault(word[..^1]), i);
            if (word.EndsWith("es", StringComparison.Ordinal))
                Collect(_byWord.GetValueOrDefault(word[..^2]), i);
            if (word.Length >= KeyLength)
                Collect(_byPrefix.GetValueOrDefault(word[..KeyLength]), i);
        }
        var names = WithoutParts(hits, words.Length);
        return [.. names, .. Composed(text, names)];

        void Collect(List<Term>? terms, int at)
        {
            foreach (var term in terms ?? [])
            {
                if (LastWord(words, at, term.Words, 0) is { } last && !IsDenied(words, at, last, term))
                    hits.Add(new Hit(term, at, last, text.Span(at, last)));
            }
        }
    }

    /// <summary>"Fifth wheel" is no wheel: of the names of things, the longest at a place holds. One thing at one place counts once.</summary>
    private static Hit[] WithoutParts(List<Hit> hits, int words)
    {
        var longest = new Hit?[words];
        foreach (var hit in hits.Where(hit => hit.Term.IsName && hit.IsUnbroken))
        {
            for (var i = hit.FirstWord; i <= hit.LastWord; i++)
            {
                if (longest[i] is not { } other || other.Length < hit.Length)
                    longest[i] = hit;
            }
        }
        // "Brake shoe" is one word for brakes, not two; that it names a part that keeps people safe stays true.
        return hits
            .Where(hit => !hit.Term.IsName || longest[hit.FirstWord] is not { } over || over.Length <= hit.Length
                || (over.Term.Kind != hit.Term.Kind && over.Term.Category == hit.Term.Category))
            .GroupBy(hit => (hit.Term.Kind, hit.Term.Name, hit.Term.Category, hit.FirstWord, hit.LastWord))
            .Select(group => group.MaxBy(hit => hit.Term.Weight)!)
            .ToArray();
    }

    /// <summary>A part that keeps people safe, and in the same breath a fault that it must not have.</summary>
    private static IEnumerable<Hit> Composed(FoldedText text, Hit[] hits)
    {
        var faults = hits.Where(hit => hit.Term.Kind == TermKind.Fault).OrderBy(hit => hit.FirstWord).ToArray();
        if (faults.Length == 0)
            yield break;
        var from = 0;
        foreach (var part in hits.Where(hit => IsCritical(hit.Term)).OrderBy(hit => hit.FirstWord))
        {
            while (from < faults.Length && faults[from].LastWord < part.FirstWord - MaxFaultDistance - 1)
                from++;
            for (var i = from; i < faults.Length && faults[i].FirstWord <= part.LastWord + MaxFaultDistance + 1; i++)
            {
                var fault = faults[i];
                if ((fault.Term.Category is { } category && category != part.Term.Category) || text.Words[fault.FirstWord].Clause != text.Words[part.FirstWord].Clause)
                    continue;
                var (first, last) = (Math.Min(part.FirstWord, fault.FirstWord), Math.Max(part.LastWord, fault.LastWord));
                yield return new Hit(new Term(TermKind.Danger, "composed", part.Term.Category, part.Term.System, 1, part.Term.Words), first, last, text.Span(first, last));
                break;
            }
        }
    }

    /// <summary>The index of the text's word that ends the phrase, or null.</summary>
    private static int? LastWord(FoldedText.Word[] words, int at, IReadOnlyList<Pattern> phrase, int from)
    {
        if (at >= words.Length || !phrase[from].Matches(words[at].Text))
            return null;
        if (from == phrase.Count - 1)
            return at;
        var gap = phrase[from + 1].Kind == PatternKind.Gap;
        var next = from + (gap ? 2 : 1);
        for (var step = 1; step <= (gap ? MaxGap + 1 : 1); step++)
        {
            if (at + step >= words.Length || words[at + step].Clause != words[at].Clause)
                return null;
            if (LastWord(words, at + step, phrase, next) is { } last)
                return last;
        }
        return null;
    }

    /// <summary>What the text says is absent or in order. Only plain denials count: safety rounds up.</summary>
    private static bool IsDenied(FoldedText.Word[] words, int first, int last, Term term)
    {
        var clause = words[first].Clause;
        switch (term.Kind)
        {
            case TermKind.Symptom or TermKind.Danger or TermKind.Fault:
                // "No brake" is one, "no brake issues" is none.
                if (Negators.Contains(words[first].Text))
                    return last + 1 < words.Length && words[last + 1].Clause == clause && Troubles.Contains(words[last + 1].Text) && !Troubles.Contains(words[last].Text);
                return IsNegated(first) && !StartsWithNegator(term);
            case TermKind.Category or TermKind.SafetyPart:
                // "No oil leak", "no brake issues found".
                if (IsNegated(first) && (Troubles.Contains(words[last].Text) || IsFollowedByTrouble()))
                    return true;
                var after = last + 1;
                while (after < words.Length && words[after].Clause == clause && ApprovalFillers.Contains(words[after].Text))
                    after++;
                // "Good brakes" may be wanted; "brakes good" is said of them.
                return after < words.Length && words[after].Clause == clause && Approvals.Contains(words[after].Text)
                    && !(after > 0 && Negators.Contains(words[after - 1].Text));
            default:
                return false;
        }

        bool IsNegated(int at)
        {
            var before = at - 1;
            while (before >= 0 && words[before].Clause == clause && NegatorFillers.Contains(words[before].Text))
                before--;
            return before >= 0 && words[before].Clause == clause && Negators.Contains(words[before].Text);
        }

        bool IsFollowedByTrouble() => last + 1 < words.Length && words[last + 1].Clause == clause && Troubles.Contains(words[last + 1].Text);
    }

    private static bool StartsWithNegator(Term term) => Negators.Contains(term.Words[0].Text);
}
