using System.Globalization;
using System.Text;

namespace Woflo.Cli;

/// <summary>Text from the database, made safe for a terminal: what would steer it, or turn the reading direction, is shown as its code.</summary>
internal static class Printable
{
    /// <summary>One line; line ends and tabs become spaces.</summary>
    /// <param name="max">Longer text is cut, with an ellipsis.</param>
    public static string Line(string? text, int max = int.MaxValue)
    {
        var line = Clean(text, keepLines: false);
        if (line.Length <= max)
            return line;
        var end = char.IsHighSurrogate(line[max - 2]) ? max - 2 : max - 1;
        return line[..end] + "…";
    }

    /// <summary>Several lines, at most <paramref name="maxLines"/>.</summary>
    public static string Text(string? text, int maxLines = 200)
    {
        var lines = Clean(text, keepLines: true).Split('\n');
        return lines.Length <= maxLines ? string.Join('\n', lines) : $"{string.Join('\n', lines[..maxLines])}\n… {lines.Length - maxLines} more lines";
    }

    private static string Clean(string? text, bool keepLines)
    {
        if (text is null)
            return "";
        var clean = new StringBuilder(text.Length);
        // Lone surrogates come out as U+FFFD.
        foreach (var rune in text.Replace("\r\n", "\n", StringComparison.Ordinal).EnumerateRunes())
        {
            if (rune.Value == '\n' && keepLines)
                clean.Append('\n');
            else if (rune.Value is '\n' or '\t')
                clean.Append(' ');
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                     or UnicodeCategory.ParagraphSeparator)
                clean.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else
                clean.Append(rune);
        }
        return clean.ToString();
    }
}
