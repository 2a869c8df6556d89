using System.Text.RegularExpressions;

// Every repetition is bounded or linear, and so is the text; a timeout would let the machine's load decide the answer.
#pragma warning disable MA0009

namespace Woflo.Domain.Enrichment;

/// <summary>Text that has been through <see cref="Redaction"/>; only such text is analysed, stored or sent.</summary>
public sealed record RedactedText
{
    /// <summary>What is longer is cut: notes are typed by people, and everything has a bound.</summary>
    public const int MaxLength = 65_536;

    internal RedactedText(string value) => Value = value;

    public string Value { get; }
}

/// <summary>Replaces e-mail addresses, vehicle identification numbers and telephone numbers by placeholders.
/// When in doubt it replaces; numbers that say they are part numbers stay.</summary>
public static partial class Redaction
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    /// <summary>Order matters: an address may hold digits, and a VIN may hold what looks like a telephone number.</summary>
    private static readonly IReadOnlyList<(Regex Pattern, string Placeholder)> Rules =
    [
        (EMail(), "[EMAIL]"),
        (SpelledEMail(), "[EMAIL]"),
        (LabelledVin(), "[VIN]"),
        (Vin(), "[VIN]"),
        (InternationalPhone(), "[PHONE]"),
        (Phone(), "[PHONE]"),
        (UnbrokenPhone(), "[PHONE]"),
        (LocalPhone(), "[PHONE]"),
    ];

    public static RedactedText Redact(string text)
    {
        // What stands beside a placeholder may be recognised only now: until nothing is. Each round takes digits or an @ away, so there is a last.
        for (string before = null!; !ReferenceEquals(before, text);)
        {
            before = text;
            foreach (var (pattern, placeholder) in Rules)
                text = pattern.Replace(text, placeholder);
            // Cut last: a number cut in two would no longer be recognised.
            if (text.Length > RedactedText.MaxLength)
                text = text[..(char.IsHighSurrogate(text[RedactedText.MaxLength - 1]) ? RedactedText.MaxLength - 1 : RedactedText.MaxLength)];
        }
        return new RedactedText(text);
    }

    [GeneratedRegex(@"[\w.+'%-]{1,64} ?@ ?[\w-]{1,63}(?:\.[\w-]{1,63})+", Options)]
    private static partial Regex EMail();

    [GeneratedRegex(@"\b[\w.+-]{1,64}\s{0,2}(?:\(at\)|\[at\]|\sat\s)\s{0,2}[\w-]{1,63}\s{0,2}(?:\(dot\)|\[dot\]|\sdot\s|\.)\s{0,2}(?:com|net|org|edu|gov|us|mx|ca|io|biz|info)\b", Options)]
    private static partial Regex SpelledEMail();

    // Seventeen characters without I, O and Q; some digit must be among them, or a long word would do.
    [GeneratedRegex(@"(?<![A-Z0-9])(?=[A-Z]{0,16}[0-9])[A-HJ-NPR-Z0-9]{17}(?![A-Z0-9])", Options)]
    private static partial Regex Vin();

    // Where the text says that it is one, broken into groups, misread (O for 0), or its last part alone.
    [GeneratedRegex(@"(?<=\bVIN(?:\s{0,2}(?:no|number|num|last\s?[468]|l[468]))?\.?\s{0,3}[:#=]{0,2}\s{0,3}(?:is\s)?)(?=[A-Z \-.]{0,30}[0-9])(?:[A-Z0-9][ \-.]?){5,16}[A-Z0-9](?![A-Z0-9])", Options)]
    private static partial Regex LabelledVin();

    [GeneratedRegex(@"\+[0-9]{1,3}(?:[\s./()\u2010-\u2015-]{0,3}[0-9]){7,12}(?![0-9])", Options)]
    private static partial Regex InternationalPhone();

    [GeneratedRegex(@"(?<![0-9])(?<![0-9][.,])(?:1[\s.\u2010-\u2015-]{1,3})?(?:\(\s?[0-9]{3}\s?\)[\s./\u2010-\u2015-]{0,3}|[0-9]{3}[\s./\u2010-\u2015-]{1,3})[0-9]{3}[\s./\u2010-\u2015-]{1,3}[0-9]{4}(?![0-9])", Options)]
    private static partial Regex Phone();

    // Area code and exchange never begin with 0 or 1.
    [GeneratedRegex(@"(?<!\b(?:p/n|pn|part|part\s?no\.?|part\s?number|sku|s/n|serial)\s{0,2}[:#]?\s{0,2})(?<![A-Z0-9.,-])1?[2-9][0-9]{2}[2-9][0-9]{6}(?![A-Z0-9])", Options)]
    private static partial Regex UnbrokenPhone();

    // Seven digits are a telephone number only after a word that says so: part numbers look the same.
    [GeneratedRegex(@"(?<=\b(?:call|calls|phone|ph|tel|cell|text|mobile|reach|llamar|llame|telefono|teléfono|cel)\b[^0-9\n]{0,20})[0-9]{3}[\s.\u2010-\u2015-]?[0-9]{4}(?![0-9])", Options)]
    private static partial Regex LocalPhone();
}
