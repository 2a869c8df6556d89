namespace Woflo.Domain.Enrichment;

/// <summary>A text with all that was found in it.</summary>
internal sealed class Reading
{
    private readonly FoldedText _words;
    private readonly ILookup<TermKind, Hit> _hits;
    private readonly HashSet<int> _troubledClauses;

    private readonly Lazy<Classification> _classification;

    private Reading(FoldedText words, FaultCodeTable codes, IReadOnlyList<Hit> hits)
    {
        _words = words;
        Codes = codes;
        FaultCodes = Enrichment.FaultCodes.Find(words.Original, codes);
        _classification = new(() => LocalEnricher.Classify(this));
        _hits = hits.ToLookup(hit => hit.Term.Kind);
        SafetyParts = hits.Where(hit => Lexicon.IsCritical(hit.Term)).OrderBy(hit => hit.FirstWord).ToArray();
        Dangers = _hits[TermKind.Danger].OrderBy(hit => hit.FirstWord).ToArray();
        _troubledClauses = hits.Where(hit => hit.Term.Kind is TermKind.Symptom or TermKind.Fault).Select(Clause).ToHashSet();
    }

    public string Text => _words.Original;

    /// <summary>Which names the fault codes have.</summary>
    public FaultCodeTable Codes { get; }

    public IReadOnlyList<FaultCode> FaultCodes { get; }

    /// <summary>What the other steps rest on.</summary>
    public Classification Classification => _classification.Value;

    /// <summary>Parts of systems whose failure endangers people, as far as they are not said to be in order.</summary>
    public IReadOnlyList<Hit> SafetyParts { get; }

    public IReadOnlyList<Hit> Dangers { get; }

    public bool IsEmpty => string.IsNullOrWhiteSpace(Text);

    public static Reading Of(string text, FaultCodeTable codes)
    {
        var words = FoldedText.Of(text);
        return new Reading(words, codes, Lexicon.Find(words));
    }

    public IEnumerable<Hit> Of(TermKind kind) => _hits[kind];

    public bool Says(TermKind kind, string name) => _hits[kind].Any(hit => hit.Term.Name == name);

    public bool SaysTroubleNear(Hit hit) => _troubledClauses.Contains(Clause(hit));

    /// <summary>One claim a name: the first place that says it.</summary>
    public IReadOnlyList<Claim> Claims(TermKind kind, int most) =>
        Of(kind).OrderBy(hit => hit.FirstWord).DistinctBy(hit => hit.Term.Name).Take(most).Select(hit => new Claim(hit.Term.Name, hit.Span)).ToArray();

    private int Clause(Hit hit) => _words.Words[hit.FirstWord].Clause;
}
