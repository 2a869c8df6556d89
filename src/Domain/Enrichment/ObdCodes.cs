using System.Text.RegularExpressions;

// Every repetition is bounded or linear, and so is the text; a timeout would let the machine's load decide the answer.
#pragma warning disable MA0009

namespace Woflo.Domain.Enrichment;

/// <summary>P-, C-, B- and U-codes: "P0420", "p 0420", "PO42O", "U0100-00".</summary>
internal static partial class ObdCodes
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
    private const int ContextBefore = 48;

    public static IEnumerable<(int At, FaultCode Code)> Find(string text, FaultCodeTable table)
    {
        bool? speaksOfCodes = null;
        foreach (Match match in Code().Matches(text))
        {
            var digits = match.Groups["digits"].Value.ToUpperInvariant().Replace('O', '0').Replace('I', '1').Replace('L', '1');
            // Two digits read as such, or the first one and nothing misread: else it is a word.
            if (digits[0] > '3' || (match.Groups["digits"].Value.Count(char.IsAsciiDigit) < 2 && !string.Equals(digits, match.Groups["digits"].Value, StringComparison.OrdinalIgnoreCase)))
                continue;
            var before = text[Math.Max(0, match.Index - ContextBefore)..match.Index];
            // Part, unit and invoice numbers look alike.
            if (OtherNumber().IsMatch(before))
                continue;
            var letter = char.ToUpperInvariant(text[match.Index]);
            var isSpaced = match.Groups["gap"].Length > 0;
            // Chassis and body codes, and codes with a gap, look like much else where nothing is said of codes.
            if (letter is 'B' or 'C' || (isSpaced && digits[0] != '0') || (letter == 'U' && isSpaced))
            {
                speaksOfCodes ??= Context().IsMatch(text);
                if (speaksOfCodes == false)
                    continue;
            }
            var code = letter + digits;
            var name = table.Obd(code);
            var type = match.Groups["type"];
            yield return (match.Index, new FaultCode(
                "obd", type.Success ? $"{code}-{type.Value.ToUpperInvariant()}" : code, null, null, null, null,
                name?.Name, name?.Category ?? CategoryOf(code), match.Value));
        }
    }

    /// <summary>What the standard keeps a range for. No name follows from it.</summary>
    private static JobCategory? CategoryOf(string code) => code[..3] switch
    {
        "P07" or "P08" or "P09" or "P27" => JobCategory.Transmission,
        "P20" or "P04" or "P24" => JobCategory.Aftertreatment,
        "P02" => JobCategory.Fuel,
        _ => code[0] switch { 'U' => JobCategory.Electrical, 'C' => JobCategory.Brakes, 'B' => JobCategory.BodyCab, _ => null },
    };

    [GeneratedRegex(@"(?<![A-Z0-9])(?<![A-Z0-9]-)[PCBU](?<gap>[ -]?)(?<digits>[0-3O][0-9A-FOIL]{3})(?:[-:](?<type>[0-9A-F]{2}))?(?![A-Z0-9]|-[A-Z0-9])", Options)]
    private static partial Regex Code();

    [GeneratedRegex(@"\b(?:p/?n|part|parts|unit|units|truck|trucks|tractor|trailer|trl|trk|stock|inv|invoice|p\.?o|r\.?o|w\.?o|sku|serial|s/?n|model|bay|bin|dock|door|gate|room|plate|plates|route|rt|hwy|lot|size|kit|order|acct|account|filter|belt|chevy|chevrolet|gmc|ford|silverado|isuzu|parte|unidad|factura|serie|suite|apt)(?:\s{0,2}(?:no|num|number|nr|numbers|numero|size|is))?[\s.:#=-]{0,4}$", Options)]
    private static partial Regex OtherNumber();

    [GeneratedRegex(@"\b(?:codes?|dtcs?|faults?|scan|scanned|scanner|obd|spn|fmi|abs|srs|airbag|active|stored|pending|cel|mil|check\s?engine|engine\s?light|warning|codigos?|c[oó]digos?|fallas?|escaner|[pu]0[0-9]{3})\b", Options)]
    private static partial Regex Context();
}
