using System.Text;

namespace Woflo.Domain.Enrichment;

/// <summary>A text's words, lower-cased and without accents, each with its place in the original.
/// Own tables instead of the platform's: the same on every machine and in every culture.</summary>
internal sealed class FoldedText
{
    private const string Accented = "áàâäãåéèêëíìîïóòôöõúùûüñç";
    private const string Plain = "aaaaaaeeeeiiiiooooouuuunc";

    private FoldedText(string original, Word[] words)
    {
        Original = original;
        Words = words;
    }

    public string Original { get; }

    public Word[] Words { get; }

    /// <param name="Clause">Words of one clause share the number: phrases and negations do not reach across.</param>
    public readonly record struct Word(string Text, int Start, int End, int Clause);

    public static FoldedText Of(string text)
    {
        var words = new List<Word>();
        var word = new StringBuilder();
        var clause = 0;
        var start = 0;
        var end = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = Fold(text[i]);
            if (char.IsAsciiLetterOrDigit(c))
            {
                if (word.Length == 0)
                    start = i;
                word.Append(c);
                end = i + 1;
            }
            else if (word.Length > 0 && IsInsideWord(c))
            {
                // An apostrophe ("won't") or a combining accent: the word goes on.
                if (c is not ('\'' or '\u2019'))
                    end = i + 1;
            }
            else
            {
                Flush();
                // A point or comma within a number ("2.5", "388,400") parts nothing.
                if (c is ';' or ':' or '!' or '?' or '\n' || (c is '.' or ',' && !(i > 0 && i + 1 < text.Length && char.IsAsciiDigit(text[i - 1]) && char.IsAsciiDigit(text[i + 1]))))
                    clause++;
            }
        }
        Flush();
        return new FoldedText(text, [.. words]);

        void Flush()
        {
            if (word.Length > 0)
                words.Add(new Word(word.ToString(), start, end, clause));
            word.Clear();
        }
    }

    /// <summary>The words of a phrase of a table: folded alike.</summary>
    public static IEnumerable<string> Fold(string phrase) => Of(phrase).Words.Select(word => word.Text);

    /// <summary>From the first to the last of the words given, as written.</summary>
    public string Span(int first, int last) => Original[Words[first].Start..Words[last].End];

    private static bool IsInsideWord(char c) => c is '\'' or '\u2019' or (>= '\u0300' and <= '\u036f');

    internal static char Fold(char c)
    {
        var lower = char.ToLowerInvariant(c);
        var at = lower < 128 ? -1 : Accented.IndexOf(lower, StringComparison.Ordinal);
        return at < 0 ? lower : Plain[at];
    }
}
