using System.Text;

namespace Woflo.Domain.Enrichment;

/// <summary>Finds e-mail addresses, also where @ and the dots are spelled out, misread or spaced.</summary>
internal static class RedactionEmails
{
    private const int MaxLocal = 64;
    private const int MaxLabel = 63;
    private const int MaxLabels = 8;

    private static readonly string[] Ats = ["@", "(at)", "[at]", "{at}", "<at>", "(@)", "[@]", "(arroba)", "[arroba]", " arroba ", " at "];
    private static readonly string[] Dots = [".", "(dot)", "[dot]", "{dot}", "<dot>", "(punto)", "[punto]", "dot ", "punto ", ","];
    private static readonly (string Spelled, char Symbol)[] Joints = [(" dot ", '.'), (" punto ", '.'), ("(dot)", '.'), ("[dot]", '.'), (" underscore ", '_'), (" guion bajo ", '_'), (" dash ", '-'), (" guion ", '-')];

    private static readonly HashSet<string> TopLevels = RedactionWords.Set("com net org edu gov us mx ca io biz info co c0m corn con cm mil me app dev es");
    private static readonly HashSet<string> SpacedTopLevels = RedactionWords.Set("com net org edu gov");
    private static readonly HashSet<string> Providers = RedactionWords.Set("gmail gmai1 gmial yahoo hotmail outlook icloud aol msn live prodigy comcast verizon protonmail ymail");

    public static List<Finding> Find(string text)
    {
        var findings = new List<Finding>();
        var from = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is not ('@' or '(' or '[' or '{' or '<' or ' ') || Starts(text, at, Ats) is not { } sign)
                continue;
            if (Domain(text, at + sign.Length, isSign: sign.Contains('@')) is { } domain && Local(text, at, from) is { } local)
            {
                findings.Add(new Finding(PersonalData.Email, local.Start, domain.End, $"{local.Text}@{domain.Text}".ToLowerInvariant()));
                from = domain.End;
                at = domain.End - 1;
            }
        }
        return findings;
    }

    private static string? Starts(string text, int at, string[] any) =>
        Array.Find(any, one => string.Compare(text, at, one, 0, one.Length, StringComparison.OrdinalIgnoreCase) == 0);

    private static (string Text, int End)? Domain(string text, int at, bool isSign)
    {
        at = SkipSpaces(text, at, 2);
        var end = LabelEnd(text, at);
        if (end == at)
            return null;
        var domain = new StringBuilder().Append(text, at, end - at);
        var isProvider = Providers.Contains(domain.ToString().ToLowerInvariant());
        (string Text, int End)? whole = isProvider ? (domain.ToString(), end) : null;
        for (var labels = 1; labels < MaxLabels; labels++)
        {
            var next = SkipSpaces(text, end, 2);
            var dot = Starts(text, next, Dots);
            var isPlain = dot == "." && next == end;
            // "gmail com"
            if (dot is null && !(isProvider && labels == 1 && next > end))
                break;
            next += dot?.Length ?? 0;
            var start = SkipSpaces(text, next, 2);
            end = LabelEnd(text, start);
            var label = text[start..end].ToLowerInvariant();
            if (end == start)
                break;
            var isTopLevel = TopLevels.Contains(label);
            // A full stop or comma after which the sentence goes on: "12 V @ battery. Con carga", "at the shop, me too".
            if (dot is "." or "," && (!isPlain || start != next) && !(isSign && SpacedTopLevels.Contains(label)))
                break;
            if (!isPlain && !isTopLevel)
                break;
            domain.Append('.').Append(label);
            if (isTopLevel || (isSign && isPlain && label.Length >= 2 && char.IsLetter(label[0])))
                whole = (domain.ToString(), end);
        }
        return whole;
    }

    private static (string Text, int Start)? Local(string text, int at, int from)
    {
        var end = at;
        while (end > from && at - end < 2 && text[end - 1] == ' ')
            end--;
        var start = LocalStart(text, end, from);
        while (start < end && text[start] is '.' or '\'' or '-' or '%')
            start++;
        if (start == end)
            return null;
        var local = text[start..end];
        for (var words = 0; words < 4; words++)
        {
            var joint = Array.Find(Joints, one => start - from > one.Spelled.Length
                && string.Compare(text, start - one.Spelled.Length, one.Spelled, 0, one.Spelled.Length, StringComparison.OrdinalIgnoreCase) == 0);
            if (joint.Spelled is null)
                break;
            var before = LocalStart(text, start - joint.Spelled.Length, from);
            if (before == start - joint.Spelled.Length)
                break;
            local = text[before..(start - joint.Spelled.Length)] + joint.Symbol + local;
            start = before;
        }
        return (local, start);
    }

    private static int SkipSpaces(string text, int at, int most)
    {
        for (; most > 0 && at < text.Length && text[at] == ' '; most--)
            at++;
        return at;
    }

    private static int LabelEnd(string text, int at)
    {
        var end = at;
        while (end < text.Length && end - at < MaxLabel && (char.IsLetterOrDigit(text[end]) || text[end] is '-' or '_'))
            end++;
        return end;
    }

    private static int LocalStart(string text, int end, int from)
    {
        var start = end;
        while (start > from && end - start < MaxLocal && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '.' or '_' or '+' or '-' or '\'' or '%' or '&'))
            start--;
        return start;
    }
}
