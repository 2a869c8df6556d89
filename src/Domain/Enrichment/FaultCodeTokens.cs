using System.Globalization;

namespace Woflo.Domain.Enrichment;

/// <summary>A text as numbers, words and signs, for finding fault codes: "spn3O31-fmi1O" is spn, 3031, -, fmi, 10.</summary>
internal static class FaultCodeTokens
{
    public enum Kind
    {
        Number,
        Word,
        Sign,
    }

    /// <param name="Text">Words in lower case; numbers as digits.</param>
    /// <param name="Value">Of a number; -1 when it is too long to be one of ours.</param>
    /// <param name="Glued">Nothing stands between it and the token before.</param>
    /// <param name="NewLine">A line break stands between them.</param>
    public readonly record struct Token(Kind Kind, string Text, int Value, int Start, int End, bool Glued, bool NewLine);

    private const int MaxDigits = 7;

    /// <summary>Labels that people and scanners run together with what follows.</summary>
    private static readonly string[] Labels = ["ppid", "psid", "spn", "fmi", "mid", "pid", "sid", "oc", "sa"];

    public static List<Token> Of(string text)
    {
        var tokens = new List<Token>(text.Length / 4);
        var newLine = false;
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
            {
                newLine |= c is '\n' or '\r';
                at++;
                continue;
            }
            var end = at;
            while (end < text.Length && char.IsLetterOrDigit(text[end]))
                end++;
            var before = tokens.Count;
            if (end > at)
                Run(text, at, end, tokens);
            else
                tokens.Add(new Token(Kind.Sign, text.Substring(at, 1), -1, at, end = at + 1, false, false));
            var glued = before > 0 && tokens[before - 1].End == at;
            tokens[before] = tokens[before] with { Glued = glued, NewLine = newLine };
            newLine = false;
            at = end;
        }
        return Mended(tokens);
    }

    /// <summary>"S.P.N." becomes spn, and a lone O behind "FMI" a nought.</summary>
    private static List<Token> Mended(List<Token> tokens)
    {
        var mended = new List<Token>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token is { Kind: Kind.Word, Text.Length: 1 } && Array.Find(Labels, label => Spells(tokens, i, label)) is { } spelled)
            {
                var last = i + (2 * spelled.Length) - 2;
                if (last + 1 < tokens.Count && tokens[last + 1] is { Kind: Kind.Sign, Text: ".", Glued: true })
                    last++;
                mended.Add(token with { Text = spelled, End = tokens[last].End });
                i = last;
            }
            else if (token is { Kind: Kind.Word, Text: "o" or "l" or "i" } && mended.Count > 0
                && (mended[^1].Text == "fmi" || (mended[^1].Text is ":" or "#" or "=" && mended.Count > 1 && mended[^2].Text == "fmi")))
            {
                mended.Add(token with { Kind = Kind.Number, Text = token.Text == "o" ? "0" : "1", Value = token.Text == "o" ? 0 : 1 });
            }
            else
            {
                mended.Add(token);
            }
        }
        return mended;
    }

    /// <summary>The label's letters with full stops between.</summary>
    private static bool Spells(List<Token> tokens, int at, string label)
    {
        for (var i = 0; i < label.Length; i++)
        {
            var letter = at + (2 * i);
            if (letter >= tokens.Count || tokens[letter].Text.Length != 1 || tokens[letter].Text[0] != label[i]
                || (i > 0 && !(tokens[letter].Glued && tokens[letter - 1] is { Text: ".", Glued: true })))
                return false;
        }
        return true;
    }

    /// <summary>Letters and digits without a break.</summary>
    private static void Run(string text, int start, int end, List<Token> tokens)
    {
        // "S.P.N." and a scanner's "5PN".
        if (end - start == 3 && text[start] == '5' && text.AsSpan(start + 1, 2).Equals("pn", StringComparison.OrdinalIgnoreCase))
        {
            tokens.Add(new Token(Kind.Word, "spn", -1, start, end, false, false));
            return;
        }
        for (var at = start; at < end;)
        {
            var stop = NumberEnd(text, start, at, end);
            if (stop > at)
            {
                tokens.Add(Number(text, at, stop, at > start));
                at = stop;
                continue;
            }
            stop = at + 1;
            while (stop < end && !char.IsAsciiDigit(text[stop]))
                stop++;
            var word = text[at..stop].ToLowerInvariant();
            // "fmiO" and "fmil8": the label, and then digits misread.
            if (Array.Find(Labels, label => word.StartsWith(label, StringComparison.Ordinal)) is { } label && word.Length > label.Length
                && word.AsSpan(label.Length).ContainsAnyExcept("oli") == false)
            {
                tokens.Add(new Token(Kind.Word, label, -1, at, at + label.Length, at > start, false));
                at += label.Length;
                stop = at;
                while (stop < end && IsDigit(text[stop]))
                    stop++;
                tokens.Add(Number(text, at, stop, true));
                at = stop;
                continue;
            }
            tokens.Add(new Token(Kind.Word, word, -1, at, stop, at > start, false));
            at = stop;
        }
    }

    /// <summary>Where a number that begins here ends. O, I and l are digits misread where only digits stand beside them.</summary>
    private static int NumberEnd(string text, int runStart, int at, int runEnd)
    {
        var end = at;
        var digits = 0;
        while (end < runEnd && IsDigit(text[end]))
        {
            if (char.IsAsciiDigit(text[end]))
                digits++;
            end++;
        }
        if (digits == 0)
            return at;
        // "5l" of a longer word ("5line") is no 51; "O18" may begin a run, not go on with one ("foo18").
        if (end < runEnd || (at > runStart && !char.IsAsciiDigit(text[at])))
        {
            if (!char.IsAsciiDigit(text[at]))
                return at;
            while (end > at && !char.IsAsciiDigit(text[end - 1]))
                end--;
        }
        return end;
    }

    private static bool IsDigit(char c) => char.IsAsciiDigit(c) || c is 'O' or 'o' or 'I' or 'l';

    private static Token Number(string text, int start, int end, bool glued)
    {
        var digits = string.Create(end - start, (text, start), static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = from.text[from.start + i] switch { 'O' or 'o' => '0', 'I' or 'l' or 'L' or 'i' => '1', var digit => digit };
        });
        var significant = digits.AsSpan().TrimStart('0');
        var value = significant.Length > MaxDigits ? -1 : significant.Length == 0 ? 0 : int.Parse(significant, CultureInfo.InvariantCulture);
        return new Token(Kind.Number, digits, value, start, end, glued, false);
    }
}
