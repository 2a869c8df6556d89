using System.Globalization;
using System.Text.RegularExpressions;

// Every repetition is bounded or linear, and so is the text; a timeout would let the machine's load decide the answer.
#pragma warning disable MA0009

namespace Woflo.Domain.Enrichment;

/// <summary>A diagnostic code that the text names.</summary>
/// <param name="System"><c>j1939</c> (SPN and FMI) or <c>obd</c> (P- and U-codes).</param>
/// <param name="Code">In one spelling: <c>SPN 4364 FMI 18</c>, <c>P0420</c>.</param>
/// <param name="Name">Null when the number is not in our table: never guessed.</param>
public sealed record FaultCode(
    string System, string Code, int? Spn, int? Fmi, int? SourceAddress, int? Occurrences, string? Name, JobCategory? Category, string Evidence);

/// <summary>Finds fault codes and looks them up. Numbers outside the standard's ranges are no codes.</summary>
public static partial class FaultCodes
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
    private const int MaxSpn = 524_287;
    private const int MaxFmi = 31;

    /// <summary>Codes beyond this many are dropped: a list that long is a scanner's dump, not a complaint.</summary>
    public const int MaxCodes = 64;

    /// <summary>A few numbers that every diesel shop meets, in our own words.</summary>
    private static readonly Dictionary<int, (string Name, JobCategory Category)> Spns = new()
    {
        [100] = ("Engine oil pressure", JobCategory.Engine),
        [102] = ("Boost pressure", JobCategory.AirIntakeTurbo),
        [110] = ("Coolant temperature", JobCategory.Cooling),
        [111] = ("Coolant level", JobCategory.Cooling),
        [157] = ("Fuel rail pressure", JobCategory.Fuel),
        [168] = ("Battery voltage", JobCategory.Electrical),
        [1761] = ("Diesel exhaust fluid tank level", JobCategory.Aftertreatment),
        [3216] = ("NOx ahead of the catalyst", JobCategory.Aftertreatment),
        [3226] = ("NOx at the outlet", JobCategory.Aftertreatment),
        [3251] = ("Pressure drop across the particulate filter", JobCategory.Aftertreatment),
        [4364] = ("Conversion efficiency of the SCR catalyst", JobCategory.Aftertreatment),
        [5246] = ("Severity of the emissions inducement", JobCategory.Aftertreatment),
    };

    public static IReadOnlyList<FaultCode> Find(RedactedText text)
    {
        var found = new List<(int At, FaultCode Code)>();
        foreach (Match match in SpnFmi().Matches(text.Value))
        {
            if (Number(match, "spn") is not { } spn || spn is < 1 or > MaxSpn || Number(match, "fmi") is > MaxFmi)
                continue;
            var fmi = Number(match, "fmi");
            var known = Spns.TryGetValue(spn, out var entry);
            found.Add((match.Index, new FaultCode(
                "j1939",
                fmi is null ? Invariant($"SPN {spn}") : Invariant($"SPN {spn} FMI {fmi}"),
                spn, fmi,
                Number(match, "sa") is <= 255 and var address ? address : null,
                Number(match, "oc") is <= 126 and var count ? count : null,
                known ? entry.Name : null, known ? entry.Category : null, match.Value)));
        }
        foreach (Match match in Obd().Matches(text.Value))
            found.Add((match.Index, new FaultCode("obd", match.Value.ToUpperInvariant(), null, null, null, null, null, null, match.Value)));
        return found.OrderBy(f => f.At).Select(f => f.Code).DistinctBy(c => (c.Code, c.SourceAddress)).Take(MaxCodes).ToArray();
    }

    private static int? Number(Match match, string group) =>
        match.Groups[group].Success && int.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    // "SPN 4364 FMI 18", "SPN:4364/18", "spn4364 fmi18 SA 0 OC 3", "4364 FMI 18", "code 3226/4".
    [GeneratedRegex(@"(?<![A-Z0-9])(?:SPN[\s:#=.-]{0,3}(?<spn>[0-9]{1,6})(?:[\s,;:/.-]{0,3}FMI[\s:#=.-]{0,3}(?<fmi>[0-9]{1,2})|\s?[/-]\s?(?<fmi>[0-9]{1,2}))?|(?<spn>[0-9]{2,6})[\s,/-]{0,3}FMI[\s:#=.-]{0,3}(?<fmi>[0-9]{1,2})|(?<=\b(?:codes?|faults?|dtc|c[oó]digos?)[\s:#]{1,3})(?<spn>[0-9]{2,6})\s?[/-]\s?(?<fmi>[0-9]{1,2}))(?![0-9])(?:[\s,;(]{1,3}SA[\s:#=]{0,2}(?<sa>[0-9]{1,3})(?![0-9]))?(?:[\s,;(]{1,3}(?:OC[\s:#=]{0,2}(?<oc>[0-9]{1,3})|x\s?(?<oc>[0-9]{1,3}))(?![0-9]))?", Options)]
    private static partial Regex SpnFmi();

    [GeneratedRegex(@"(?<![A-Z0-9-])[PU][0-3][0-9A-F]{3}(?![A-Z0-9])", Options)]
    private static partial Regex Obd();
}
