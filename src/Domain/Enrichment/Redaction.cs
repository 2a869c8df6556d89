using System.Buffers;
using System.Text;

namespace Woflo.Domain.Enrichment;

/// <summary>What is replaced.</summary>
internal enum PersonalData
{
    Name,
    Phone,
    Email,
    Address,
    Plate,
    Vin,

    /// <summary>Driving licences and what else a person is registered under: SSN, CURP, RFC.</summary>
    Id,
    Card,
}

/// <summary>Something found in a text, and the one spelling under which all its spellings have one pseudonym.</summary>
internal readonly record struct Finding(PersonalData Kind, int Start, int End, string Normal);

/// <summary>Replaces what identifies a person, a vehicle or a card by placeholders such as <c>[PHONE-4F2A]</c>.</summary>
/// <remarks>Numbers are recognised by their shape and by the words before them, names by the words around them and by lists.
/// When in doubt a number is replaced, and a word stays.</remarks>
public static class Redaction
{
    /// <summary>As much as is read. What is redacted is shorter than what was written, but hardly by half.</summary>
    public const int MaxInput = 2 * RedactedText.MaxLength;

    // Where reading ends, something may be cut in two and not be recognised: longer than this it is not.
    private const int Margin = 256;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789ABCDEF");

    private static readonly string[] Labels = Enum.GetNames<PersonalData>().Select(name => name.ToUpperInvariant()).ToArray();

    /// <param name="pseudonyms">The organisation's; without them placeholders are bare: <c>[PHONE]</c>.</param>
    public static RedactedText Redact(string text, Pseudonyms? pseudonyms = null)
    {
        var end = text.Length;
        if (text.Length > MaxInput)
        {
            text = text[..MaxInput];
            end = MaxInput - Margin;
        }
        // A placeholder may show what stands beside it in a new light ("X 512-555-0142": X is a name), so until nothing is found:
        // a text that has been through this has nothing more to give. Each round replaces something, so there is a last one.
        while (true)
        {
            var findings = RedactionScan.Find(text);
            if (findings.Count > 0 || end < text.Length)
                text = Replace(text, end, findings, pseudonyms);
            else if (text.Length > RedactedText.MaxLength)
                text = text[..Cut(text)];
            else
                return new RedactedText(text);
            end = text.Length;
        }
    }

    internal static string Label(PersonalData kind) => Labels[(int)kind];

    /// <summary>The placeholder that begins there, as its kind and end; null where none does.</summary>
    internal static (PersonalData Kind, int End)? PlaceholderAt(string text, int at)
    {
        if (text[at] != '[')
            return null;
        for (var kind = 0; kind < Labels.Length; kind++)
        {
            if (string.CompareOrdinal(text, at + 1, Labels[kind], 0, Labels[kind].Length) != 0)
                continue;
            var end = at + 1 + Labels[kind].Length;
            // Four exactly: a person could write a whole number in such brackets.
            if (end + 4 < text.Length && text[end] == '-' && text.AsSpan(end + 1, 4).IndexOfAnyExcept(Hex) < 0)
                end += 5;
            if (end < text.Length && text[end] == ']')
                return ((PersonalData)kind, end + 1);
        }
        return null;
    }

    private static string Replace(string text, int end, List<Finding> findings, Pseudonyms? pseudonyms)
    {
        var result = new StringBuilder(text.Length);
        var from = 0;
        foreach (var finding in findings)
        {
            if (finding.Start >= end)
                break;
            result.Append(text, from, finding.Start - from);
            result.Append(pseudonyms?.Placeholder(finding.Kind, finding.Normal) ?? $"[{Label(finding.Kind)}]");
            from = finding.End;
        }
        return result.Append(text, from, Math.Max(0, end - from)).ToString();
    }

    /// <summary>Not through a placeholder and not through a character.</summary>
    private static int Cut(string text)
    {
        const int Longest = 16;
        for (var at = RedactedText.MaxLength - 1; at > RedactedText.MaxLength - Longest; at--)
        {
            if (PlaceholderAt(text, at) is { } placeholder && placeholder.End > RedactedText.MaxLength)
                return at;
        }
        return char.IsHighSurrogate(text[RedactedText.MaxLength - 1]) ? RedactedText.MaxLength - 1 : RedactedText.MaxLength;
    }
}
