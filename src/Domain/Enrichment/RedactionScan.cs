namespace Woflo.Domain.Enrichment;

/// <summary>One reading of a text, from left to right. What has been found stands as a placeholder for what comes after it, just as it will in
/// the redacted text.</summary>
internal sealed partial class RedactionScan
{
    private const int MaxLabelGap = 4;

    private readonly string _text;
    private readonly List<Piece> _tokens;

    /// <summary>What has been read; never looked at from further away than some ten tokens.</summary>
    private readonly List<Piece> _left = [];

    private readonly List<Finding> _findings;

    private RedactionScan(string text)
    {
        _text = text;
        _findings = RedactionEmails.Find(text);
        _tokens = RedactionTokens.Of(text, _findings);
    }

    /// <summary>In the text's order; none overlaps another or a placeholder.</summary>
    public static List<Finding> Find(string text) => new RedactionScan(text).Run();

    private List<Finding> Run()
    {
        for (var i = 0; i < _tokens.Count;)
        {
            if (_tokens[i].Kind is null && Match(i) is { } match)
            {
                _findings.Add(new Finding(match.Kind, match.Start, match.End, match.Normal));
                _left.Add(new Piece(match.Start, match.End, "", null, match.Kind));
                i = match.Next;
            }
            else
            {
                _left.Add(_tokens[i++]);
            }
        }
        _findings.Sort((a, b) => a.Start.CompareTo(b.Start));
        return _findings;
    }

    /// <param name="Next">The first token behind it.</param>
    private readonly record struct Hit(PersonalData Kind, int Next, int Start, int End, string Normal);

    // The more a shape says by itself, the earlier it is tried.
    private Hit? Match(int i) => Vin(i) ?? Card(i) ?? Id(i) ?? Phone(i) ?? Plate(i) ?? Address(i) ?? Name(i);

    private Hit Tokens(PersonalData kind, int first, int next, string normal) =>
        new(kind, next, _tokens[first].Start, _tokens[next - 1].End, normal);

    private Piece? Left(int back) => back <= _left.Count ? _left[^back] : null;

    private ReadOnlySpan<char> Gap(Piece before, Piece after) => _text.AsSpan(before.End, after.Start - before.End);

    /// <summary>Between token i and the one before it.</summary>
    private ReadOnlySpan<char> GapBefore(int i) => Left(1) is { } before ? Gap(before, _tokens[i]) : _text.AsSpan(0, _tokens[i].Start);

    private ReadOnlySpan<char> GapAfter(int i) =>
        i + 1 < _tokens.Count ? Gap(_tokens[i], _tokens[i + 1]) : _text.AsSpan(_tokens[i].End);

    private static bool HasNewLine(ReadOnlySpan<char> gap) => gap.IndexOfAny('\n', '\r') >= 0;

    /// <summary>Whether one of the labels comes before token i, on its line, with nothing but the fillers between.
    /// Single letters count together: "D.L.", "p/n".</summary>
    private bool Follows(int i, HashSet<string> labels, HashSet<string> fillers, int most)
    {
        var after = _tokens[i];
        for (var back = 1; back <= most && Left(back) is { } token; back++)
        {
            var gap = Gap(token, after);
            if (gap.Length > MaxLabelGap || EndsClause(token, gap))
                return false;
            if (token.Kind is { } kind)
            {
                if (kind != PersonalData.Name || !fillers.Contains(AnyName))
                    return false;
            }
            else
            {
                if (labels.Contains(token.Text) || (token.Text.Length == 1 && labels.Contains(Letters(back))))
                    return true;
                if (!fillers.Contains(token.Text))
                    return false;
            }
            after = token;
        }
        return false;
    }

    /// <summary>What follows is another matter. A full stop behind a short word only shortens it: "tel.", "no.".</summary>
    private static bool EndsClause(Piece before, ReadOnlySpan<char> gap) =>
        gap.IndexOfAny("\n\r;,") >= 0 || (gap.Contains('/') && gap.Contains(' ')) || (gap.Contains('.') && before.Text.Length > MaxShortened);

    private const int MaxShortened = 4;

    /// <summary>Stands in a list of fillers for a name that is replaced already.</summary>
    private const string AnyName = "[name]";

    /// <summary>The single letters that end so far back, together.</summary>
    private string Letters(int back)
    {
        var letters = "";
        for (Piece? token = Left(back), after = null; token is { Kind: null, Text.Length: 1 } && letters.Length < 4; token = Left(++back))
        {
            if (!token.IsWord || (after is not null && Gap(token, after).Length > 1))
                break;
            letters = token.Text + letters;
            after = token;
        }
        return letters;
    }

    /// <summary>How long the tokens are that make up an identifier written in groups, and what they say together.</summary>
    /// <param name="separators">What may stand between two of them, once.</param>
    private (int Next, string Joined) Join(int i, int most, string separators, Func<Piece, int, bool> belongs)
    {
        var joined = _tokens[i].Text;
        var next = i + 1;
        while (next < _tokens.Count && joined.Length < most)
        {
            var gap = Gap(_tokens[next - 1], _tokens[next]);
            var token = _tokens[next];
            if (gap.Length > 1 || gap.IndexOfAnyExcept(separators) >= 0 || token.Kind is not null || joined.Length + token.Text.Length > most || !belongs(token, next))
                break;
            joined += token.Text;
            next++;
        }
        return (next, joined);
    }

    private char CharBefore(int i) => _tokens[i].Start > 0 ? _text[_tokens[i].Start - 1] : '\0';

    /// <summary>Part of a longer number: 388,400 or 1.5.</summary>
    private bool IsThousands(int i)
    {
        if (i + 1 >= _tokens.Count || !_tokens[i + 1].IsNumber)
            return false;
        var gap = GapAfter(i);
        return gap.Length == 1 && gap[0] is ',' or '.';
    }

    private bool IsUnitAfter(int next) => next < _tokens.Count
        && Gap(_tokens[next - 1], _tokens[next]) is "" or " " or "-"
        && RedactionWords.Units.Contains(_tokens[next].Text);
}
