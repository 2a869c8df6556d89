using System.Globalization;
using System.Text;

namespace Woflo.Domain.Enrichment;

/// <summary>A word, a number, a mixture of both, or a placeholder: what redaction looks at.</summary>
/// <param name="Text">Lower case, without accents and apostrophes; digits as ASCII.</param>
/// <param name="Digits">The number that it is when letters which are misread digits (O, l, S …) are taken as such; null when it is none.</param>
/// <param name="Kind">Of a placeholder, or of what one will stand for.</param>
internal sealed record Piece(int Start, int End, string Text, string? Digits, PersonalData? Kind)
{
    public int TrueDigits { get; } = Text.Count(char.IsAsciiDigit);

    /// <summary>Nothing but letters.</summary>
    public bool IsWord => Kind is null && TrueDigits == 0;

    public bool IsNumber => Kind is null && TrueDigits == Text.Length;

    /// <summary>Looks like a number, and some digit of it is one.</summary>
    public bool IsNumeric => Digits is not null && TrueDigits > 0;

    public bool Is(PersonalData kind) => Kind == kind;
}

internal static class RedactionTokens
{
    // What a label is glued to: "tel5125550142", "VIN1FUJ…".
    private static readonly HashSet<string> Prefixes = RedactionWords.Set(
        "tel ph phone cell cel call mobile fax txt text vin dl cdl ssn lic plate plates placa placas telefono celular number num no");

    private static readonly HashSet<string> Suffixes = RedactionWords.Set("ext x cell cel tel mobile home work casa");

    // Longer ones are no words; cut up, so that everything stays linear.
    private const int MaxLength = 64;

    public static List<Piece> Of(string text, IReadOnlyList<Finding> addresses)
    {
        var tokens = new List<Piece>();
        var next = 0;
        for (var i = 0; i < text.Length;)
        {
            if (next < addresses.Count && addresses[next].Start == i)
            {
                tokens.Add(new Piece(i, addresses[next].End, "", null, PersonalData.Email));
                i = addresses[next++].End;
            }
            else if (Redaction.PlaceholderAt(text, i) is { } placeholder)
            {
                tokens.Add(new Piece(i, placeholder.End, "", null, placeholder.Kind));
                i = placeholder.End;
            }
            else if (IsPart(text, i))
            {
                var end = i + 1;
                while (end < text.Length && end - i < MaxLength && (IsPart(text, end) || IsInside(text, end)) && (next >= addresses.Count || addresses[next].Start > end))
                    end++;
                Add(tokens, text, i, end);
                i = end;
            }
            else
            {
                i++;
            }
        }
        return tokens;
    }

    /// <summary>Joins and hides nothing: formatting characters are passed over as if they were not there.</summary>
    private static bool IsPart(string text, int at)
    {
        var c = text[at];
        return char.IsAsciiLetterOrDigit(c) || (c >= 128 && (char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark))
            // A stroke beside digits is a misread one.
            || (c == '|' && ((at > 0 && char.IsAsciiDigit(text[at - 1])) || (at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))));
    }

    private static bool IsInside(string text, int at)
    {
        if (char.GetUnicodeCategory(text[at]) is UnicodeCategory.Format)
            return at + 1 < text.Length && IsPart(text, at + 1);
        // "O'Brien" is one word, "Dave's" is Dave and an s.
        if (!IsApostrophe(text[at]) || at + 1 >= text.Length || !char.IsLetter(text[at + 1]) || !char.IsLetter(text[at - 1]))
            return false;
        return (text[at + 1] | 0x20) != 's' || (at + 2 < text.Length && char.IsLetterOrDigit(text[at + 2]));
    }

    public static bool IsApostrophe(char c) => c is '\'' or '\u2019' or '\u2018' or '`' or '\u00b4';

    private static void Add(List<Piece> tokens, string text, int start, int end)
    {
        var folded = Fold(text, start, end);
        // Nothing but accents.
        if (folded.Length == 0)
            return;
        // Offsets hold only where every character is one; else the word stays whole.
        if (folded.Length == end - start && Split(folded) is { } at)
        {
            Add(tokens, text, start, start + at);
            Add(tokens, text, start + at, end);
            return;
        }
        tokens.Add(new Piece(start, end, folded, DigitsOf(text, start, end), null));
    }

    private static int? Split(string folded)
    {
        var letters = 0;
        while (letters < folded.Length && char.IsAsciiLetter(folded[letters]))
            letters++;
        var rest = folded.AsSpan(letters);
        if (letters > 0 && rest.Length >= 3 && char.IsAsciiDigit(rest[0]) && Prefixes.Contains(folded[..letters]))
            return letters;
        // The VIN's own first characters may be letters.
        if (folded.Length > 12 && folded.StartsWith("vin", StringComparison.Ordinal) && char.IsAsciiDigit(folded[^1]))
            return 3;
        if (letters >= 4 && rest.Length is 10 or 11 && rest.IndexOfAnyExceptInRange('0', '9') < 0)
            return letters;
        var digits = 0;
        while (digits < folded.Length && char.IsAsciiDigit(folded[digits]))
            digits++;
        return digits >= 4 && digits < folded.Length && (Suffixes.Contains(folded[digits..]) || (digits is 10 or 11 && folded.Length - digits >= 4 && folded.AsSpan(digits).IndexOfAnyExceptInRange('a', 'z') < 0))
            ? digits
            : null;
    }

    private static string Fold(string text, int start, int end)
    {
        var folded = new StringBuilder(end - start);
        for (var i = start; i < end; i++)
        {
            var c = FoldedText.Fold(text[i]);
            if (c < 128 || char.IsLetter(c))
            {
                if (!IsApostrophe(c))
                    folded.Append(c);
            }
            else if (CharUnicodeInfo.GetDecimalDigitValue(c) is >= 0 and var digit)
            {
                folded.Append((char)('0' + digit));
            }
        }
        return folded.ToString();
    }

    private static string? DigitsOf(string text, int start, int end)
    {
        var digits = new StringBuilder(end - start);
        for (var i = start; i < end; i++)
        {
            var c = text[i];
            var digit = c switch
            {
                >= '0' and <= '9' => c,
                'O' or 'o' or 'Q' => '0',
                'I' or 'l' or 'L' or 'i' or '|' => '1',
                'Z' or 'z' => '2',
                'S' or 's' => '5',
                'B' or 'b' => '8',
                _ when CharUnicodeInfo.GetDecimalDigitValue(c) is >= 0 and var value => (char)('0' + value),
                _ when char.GetUnicodeCategory(c) is UnicodeCategory.Format => '\0',
                _ => '?',
            };
            if (digit == '?')
                return null;
            if (digit != '\0')
                digits.Append(digit);
        }
        return digits.ToString();
    }
}
