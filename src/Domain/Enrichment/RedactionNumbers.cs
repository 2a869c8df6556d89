namespace Woflo.Domain.Enrichment;

/// <summary>VINs, cards, telephone numbers, licences, plates.</summary>
internal sealed partial class RedactionScan
{
    private const int VinLength = 17;

    private static readonly HashSet<string> NumberFillers = RedactionWords.Set("no num number numero nbr is es the el la las los del de full # nos");

    // Numbers of things: what follows is not a person's.
    private static readonly HashSet<string> ThingLabels = RedactionWords.Set(
        "pn part sku sn serial po wo ro invoice inv factura order orden ref reference claim core stock casting asset ticket quote cotizacion estimate rga rma esn cpl "
        + "wabco bosch zf mann mahle sachs knorr haldex filter parte pieza refaccion folio tracking guia batch lot bol");

    private static readonly HashSet<string> PhoneLabels = RedactionWords.Set(
        "call calls called calling phone phones ph tel tele telephone cell cellphone text texts txt sms mobile mob reach reached contact fax dial whatsapp wa ring rang callback cb "
        + "llamar llame llama llamen llamarle telefono telefonos cel celular movil marcar marque contacto contactar");

    private static readonly HashSet<string> PhoneFillers = RedactionWords.Set(
        "at him her them me us back on is no num number numero # the his my a al el su lo le un to for w with or and when done ready driver cust customer owner dispatch dispatcher shop home work office "
        + "direct line cell phone desk en por favor cliente chofer despues antes please asap operador " + AnyName);

    private static readonly Dictionary<string, string> DigitWords = new(StringComparer.Ordinal)
    {
        ["zero"] = "0",
        ["oh"] = "0",
        ["one"] = "1",
        ["two"] = "2",
        ["three"] = "3",
        ["four"] = "4",
        ["five"] = "5",
        ["six"] = "6",
        ["seven"] = "7",
        ["eight"] = "8",
        ["nine"] = "9",
        ["niner"] = "9",
        ["hundred"] = "00",
        ["cero"] = "0",
        ["uno"] = "1",
        ["dos"] = "2",
        ["tres"] = "3",
        ["cuatro"] = "4",
        ["cinco"] = "5",
        ["seis"] = "6",
        ["siete"] = "7",
        ["ocho"] = "8",
        ["nueve"] = "9",
    };

    private static readonly HashSet<string> CardLabels = RedactionWords.Set(
        "card cards cc visa mc mastercard amex discover debit credit comdata efs wex tarjeta fuelman tchek cardnumber");

    private static readonly HashSet<string> CardFillers = RedactionWords.Set(
        "no num number numero # is on file fuel fleet company de credito debito credit debit card es the ending in ends last four digits termina en con terminacion exp");

    private static readonly HashSet<string> EndingLabels = RedactionWords.Set("ending ends last termina terminacion xxxx xxx xx ultimos");
    private static readonly HashSet<string> EndingFillers = RedactionWords.Set("in 4 four digits en con with of cuatro are is digitos");
    private static readonly HashSet<string> CodeLabels = RedactionWords.Set("cvv cvc cvv2 cvn cid");

    private static readonly HashSet<string> VinLabels = RedactionWords.Set("vin vins vn niv");
    private static readonly HashSet<string> VinFillers = RedactionWords.Set("no num number numero # is es the full last l 4 5 6 7 8 17 digits of ending ends in ultimos termina en de partial plate truck tractor trailer l8 l6 l4");

    /// <summary>The first three characters of trucks, tractors, trailers and pickups that shops see.</summary>
    private static readonly HashSet<string> Makers = RedactionWords.Set(
        "1fu 1fv 3ak 3al 4uz 1xk 1xp 2xk 2xp 3wk 1nk 1np 2nk 2np 4v4 4v5 4vz 4va 1m1 1m2 1m3 1hs 1ht 2hs 2ht 3hs 3ht 3hc 2fu 2fv 2fw 1fd 1ft 1fc 1gc 1gb 1gd 1gt 5pv jhh jal jl6 54d 4nu 5kj "
        + "5ke 2wk 4dr 1uy 1jj 1gr 1dw 1pn 3h3 13n 1tt 3c6 3c7 3d7 1xx 2ct 7jm 1ba 1t7 1t8 4ub 5tu 2m2 1wu 1wx 4g3 wdp wd3 wdy 1l0");

    private static readonly HashSet<string> IdLabels = RedactionWords.Set(
        "dl cdl oln ssn licence license licencia lic permit passport pasaporte ine curp rfc social conducir ife");

    private static readonly HashSet<string> IdFillers =
        [.. RedactionWords.Set("no num number numero nbr # is es the class clase a b c tipo federal security driver drivers s state de conducir manejo chofer operador id card del seguro"), .. RedactionWords.States];

    /// <summary>"License plate ABC 1234": not the person's licence.</summary>
    private static readonly HashSet<string> PlatesOnly = RedactionWords.Set("plate plates placa placas tag tags");

    private static readonly HashSet<string> PlateLabels = RedactionWords.Set("plate plates tag tags placa placas matricula lp lic license licence registration reg placas");

    private static readonly HashSet<string> PlateFillers = RedactionWords.Set("no num number numero nbr # is es the plate plates de del estado mex truck tractor trailer reads license lic son");

    private Hit? Vin(int i)
    {
        var first = _tokens[i];
        if (first.Text.Length > 18 || !char.IsAsciiLetterOrDigit(first.Text[0]) || (first.Text is "4" or "6" or "8" && Left(1) is { Text: "last" or "l" or "ultimos" }))
            return null;
        if (first.Text.Length is >= 16 and <= 18 && first.Text.All(char.IsAsciiLetterOrDigit) && first.Text.Length - first.TrueDigits >= (first.Text.Length == VinLength ? 1 : 3)
            && first.TrueDigits >= (first.Text.Length == VinLength ? 4 : 6) && !IsRegistered(first.Text))
            return Tokens(PersonalData.Vin, i, i + 1, NormalVin(first.Text));
        if (first.IsWord && first.Text.Length > 1 && RedactionWords.IsCommon(first.Text))
            return null;
        var labelled = Follows(i, VinLabels, VinFillers, 6);
        var (next, joined) = Join(i, VinLength, " -.", (token, _) => !token.IsWord || token.Text.Length == 1 || (token.Text.Length <= 5 && !RedactionWords.IsCommon(token.Text)));
        if (joined.Length == VinLength && next > i + 1 && joined.Count(char.IsAsciiDigit) >= 4 && joined.All(char.IsAsciiLetterOrDigit)
            && (labelled || (!IsRegistered(joined) && char.IsAsciiDigit(joined[^1]) && (Makers.Contains(joined[..3]) || (IsVin(NormalVin(joined)) && char.IsAsciiDigit(joined[0]) && joined.Count(char.IsAsciiLetter) >= 4)))))
            return Tokens(PersonalData.Vin, i, next, NormalVin(joined));
        if (!labelled)
            return null;
        // Its last part alone, or misread in length.
        (next, joined) = Join(i, 18, "-.", (token, _) => token.TrueDigits > 0 || token.Text.Length <= 5);
        if (first.TrueDigits == 0 && next == i + 1 && first.Text.Length <= 5 && next < _tokens.Count && _tokens[next].TrueDigits > 0 && !RedactionWords.IsCommon(first.Text))
            (next, joined) = Join(i, 18, " -.", (token, _) => token.TrueDigits > 0);
        else if (first.TrueDigits > 0)
            (next, joined) = Join(i, 18, " -.", (token, at) => token.TrueDigits > 0 && !IsThousands(at) && !IsUnitAfter(at + 1));
        return joined.Length >= 4 && joined.Any(char.IsAsciiDigit) && joined.All(char.IsAsciiLetterOrDigit) ? Tokens(PersonalData.Vin, i, next, NormalVin(joined)) : null;
    }

    private static string NormalVin(string text) => text.ToUpperInvariant().Replace('O', '0').Replace('Q', '0').Replace('I', '1');

    /// <summary>The ninth character is a check digit in North America.</summary>
    private static bool IsVin(string vin)
    {
        const string Values = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ";
        const string Weights = "8765432X098765432";
        var sum = 0;
        for (var k = 0; k < VinLength; k++)
        {
            var value = Values.IndexOf(vin[k], StringComparison.Ordinal);
            if (value < 0)
                return false;
            sum += value % 10 * (Weights[k] == 'X' ? 10 : Weights[k] - '0');
        }
        return vin[8] == (sum % 11 == 10 ? 'X' : (char)('0' + sum % 11));
    }

    private readonly record struct Part(string Digits, int Next, bool IsSpelled);

    /// <summary>Numbers in a row, also spelled out or misread.</summary>
    private List<Part> Parts(int i, int most, string separators, int longestGap)
    {
        var parts = new List<Part>();
        var total = 0;
        for (var at = i; at < _tokens.Count && total < most;)
        {
            var token = _tokens[at];
            var gap = at == i ? [] : Gap(_tokens[at - 1], token);
            if (token.Kind is not null || gap.Length > longestGap || !(IsSeparator(gap, separators) || (gap is ", " && DigitWords.ContainsKey(token.Text))))
                break;
            var repeat = token.Text is "double" or "doble" ? 2 : token.Text is "triple" ? 3 : 1;
            if (repeat > 1 && (at + 1 >= _tokens.Count || !DigitWords.ContainsKey(_tokens[at + 1].Text)))
                break;
            if (DigitWords.TryGetValue(_tokens[at + (repeat > 1 ? 1 : 0)].Text, out var spelled))
            {
                at += repeat > 1 ? 2 : 1;
                parts.Add(new Part(string.Concat(Enumerable.Repeat(spelled, repeat)), at, true));
            }
            else if (token.Digits is { } digits && (token.TrueDigits > 0 || IsTied(at, i)))
            {
                parts.Add(new Part(digits, ++at, false));
            }
            else
            {
                break;
            }
            total += parts[^1].Digits.Length;
        }
        return parts;
    }

    /// <summary>Letters are digits only where something other than a space ties them to one: "Sl2-SSS", but not "oil 450".</summary>
    private bool IsTied(int at, int first) =>
        (at > first && Gap(_tokens[at - 1], _tokens[at]).IndexOfAny("-.)/") >= 0)
        || (at == first && at + 1 < _tokens.Count && _tokens[at + 1].Digits is not null && GapAfter(at) is "-" or ")" or ")-" or ") ");

    private static bool IsSeparator(ReadOnlySpan<char> gap, string separators)
    {
        // Another number: "555-0142 / 388,400 km", "ends 1716. 2 tires".
        if (gap.Length > 1 && gap.IndexOfAny("/,.") >= 0 && gap.Contains(' '))
            return false;
        foreach (var c in gap)
        {
            if (!separators.Contains(c, StringComparison.Ordinal) && c is not ('\u00a0' or '\u00ad' or (>= '\u2000' and <= '\u2015') or '\u2212'))
                return false;
        }
        return true;
    }

    private Hit? Card(int i)
    {
        var first = _tokens[i];
        if (first.Digits is null || first.TrueDigits == 0 || IsGluedToNumber(i))
            return null;
        if (first.IsNumber && ((first.Text.Length is 3 or 4 && Follows(i, CodeLabels, NumberFillers, 2)) || (first.Text.Length == 4 && IsCardsEnd(i))))
            return Tokens(PersonalData.Card, i, i + 1, first.Text);
        var parts = Parts(i, 19, " -.", 3);
        var thing = Follows(i, ThingLabels, NumberFillers, 3);
        var labelled = Follows(i, CardLabels, CardFillers, 6);
        for (var count = parts.Count; count > 0; count--)
        {
            var digits = string.Concat(parts.Take(count).Select(part => part.Digits));
            if (digits.Length is < 12 or > 19 || digits.All(c => c == '0'))
                continue;
            var shape = string.Join('-', parts.Take(count).Select(part => part.Digits.Length));
            var isCard = shape is "4-4-4-4" or "4-4-4-4-3" or "4-6-5" ? !thing || IsLuhn(digits)
                : labelled ? !thing
                : shape is "15" or "16" ? !thing && (digits[0] is >= '3' and <= '6' || IsLuhn(digits))
                : digits.Length >= 13 && !thing && IsLuhn(digits) && (count == 1 || digits.Length >= 15);
            if (isCard && !IsGluedAfter(parts[count - 1].Next))
                return Tokens(PersonalData.Card, i, parts[count - 1].Next, digits);
        }
        return null;
    }

    private bool IsCardsEnd(int i)
    {
        var starred = GapBefore(i).Contains('*');
        if (!starred && !Follows(i, EndingLabels, EndingFillers, 4))
            return false;
        for (var back = 1; back <= 8 && Left(back) is { } token; back++)
        {
            if (token.Is(PersonalData.Card) || CardLabels.Contains(token.Text))
                return true;
            if (token.Text == "vin")
                return false;
        }
        return starred;
    }

    private static bool IsLuhn(string digits)
    {
        var sum = 0;
        for (var k = 0; k < digits.Length; k++)
        {
            var digit = digits[^(k + 1)] - '0';
            sum += k % 2 == 0 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
        }
        return sum % 10 == 0;
    }

    /// <summary>The middle of a longer number: part 23-13542-001, 388,400.</summary>
    private bool IsGluedToNumber(int i) =>
        Left(1) is { Kind: null, TrueDigits: > 0 } && GapBefore(i) is "-" or "." or "," or "/";

    private bool IsGluedAfter(int next) =>
        next < _tokens.Count && _tokens[next] is { Kind: null, TrueDigits: > 0 } && Gap(_tokens[next - 1], _tokens[next]) is "-" or ".";

    private Hit? Phone(int i)
    {
        var first = _tokens[i];
        if ((first.Digits is null && !DigitWords.ContainsKey(first.Text) && first.Text is not ("double" or "doble" or "triple")) || CharBefore(i) == '$')
            return null;
        var plus = CharBefore(i) == '+' || (CharBefore(i) == '(' && first.Start > 1 && _text[first.Start - 2] == '+');
        if (!plus && IsGluedToNumber(i))
            return null;
        var labelled = !plus && IsPhoneLabelled(i);
        var parts = Parts(i, 17, labelled ? " -./()_*\u00b7," : " -./()_*\u00b7", 4);
        if (parts.Sum(part => part.Digits.Length) < 7)
            return null;
        if (!plus && !labelled && Follows(i, ThingLabels, NumberFillers, 3))
            return null;
        // The shapes of numbers first; after a word that says so, whatever could be one misread.
        for (var loose = 0; loose <= (labelled ? 1 : 0); loose++)
        {
            for (var count = parts.Count; count > 0; count--)
            {
                var taken = parts.Take(count).ToArray();
                var digits = string.Concat(taken.Select(part => part.Digits));
                var next = taken[^1].Next;
                if (!(loose == 0 ? IsPhone(taken, digits, plus, labelled) : digits.Length is >= 7 and <= 13 && (count == parts.Count || digits.Length is 7 or 10)))
                    continue;
                if (!plus && !labelled && (IsGluedAfter(next) || (count > 1 && IsSpaced(i, next) && (IsUnitAfter(next) || IsThousands(next - 1))) || AreReadings(i, taken)))
                    continue;
                return PhoneAt(i, next, plus, digits);
            }
        }
        return null;
    }

    private bool IsPhoneLabelled(int i) =>
        Follows(i, PhoneLabels, PhoneFillers, 6)
        || (Left(1) is { Kind: PersonalData.Name or PersonalData.Email or PersonalData.Phone } && GapBefore(i) is { Length: <= 3 } gap && !HasNewLine(gap))
        || (Left(1) is { Kind: null, Text: "or" or "and" or "o" or "y" or "alt" } && Left(2) is { Kind: PersonalData.Phone });

    private static bool IsPhone(Part[] parts, string digits, bool plus, bool labelled)
    {
        if (plus)
            return digits.Length is >= 8 and <= 15 && (digits[0] != '1' || digits.Length == 11) && (!digits.StartsWith("52", StringComparison.Ordinal) || digits.Length is 12 or 13);
        var spelled = parts.Count(part => part.IsSpelled);
        if (spelled >= 3)
            return digits.Length is 7 or 10 or 11 or 12;
        // Letters that count as digits do so beside enough true ones; a trunk or country prefix stands before the number itself.
        var shape = string.Join('-', parts.Select(part => part.Digits.Length));
        if (parts.All(part => part.Digits.Length == 1))
            return digits.Length is 10 or 11 && digits[^10] is >= '2' and <= '9' && digits[^7] is >= '2' and <= '9';
        foreach (var (prefix, length) in Trunks)
        {
            if (digits.Length == length + prefix.Length && digits.StartsWith(prefix, StringComparison.Ordinal))
            {
                var rest = shape.StartsWith($"{prefix.Length}-", StringComparison.Ordinal) ? shape[(prefix.Length + 1)..] : null;
                return rest is not null ? digits[prefix.Length] is >= '2' and <= '9' && (NationalShapes.Contains(rest) || rest is "2-8" or "2-2-2-2-2")
                    : shape is "11" or "12" or "13" or "4-3-4" or "4-7" || labelled;
            }
        }
        return digits.Length switch
        {
            10 => digits[0] is >= '2' and <= '9' && (NationalShapes.Contains(shape) || labelled),
            7 => labelled && shape is "3-4" or "7" or "3-2-2" or "2-2-3" or "3-1-1-1-1",
            _ => false,
        };
    }

    private static readonly HashSet<string> NationalShapes = ["3-3-4", "10", "3-7", "6-4", "3-3-2-2", "2-4-4", "3-3-1-1-1-1"];

    /// <summary>What is dialled before ten digits, the longest first.</summary>
    private static readonly (string Prefix, int Length)[] Trunks = [("01152", 10), ("0052", 10), ("521", 10), ("044", 10), ("045", 10), ("011", 10), ("001", 10), ("52", 10), ("01", 10), ("1", 10)];

    private bool IsSpaced(int i, int next)
    {
        for (var at = i + 1; at < next; at++)
        {
            if (Gap(_tokens[at - 1], _tokens[at]).IndexOfAnyExcept(' ') >= 0)
                return false;
        }
        return CharBefore(i) != '(';
    }

    /// <summary>Ten single digits may be ten tires.</summary>
    private bool AreReadings(int i, Part[] parts) =>
        parts.Length >= 10 && !parts[0].IsSpelled && Enumerable.Range(1, 5).Any(back =>
            Left(back) is { } token && RedactionWords.Readings.Contains(token.Text) && _text.AsSpan(token.End, _tokens[i].Start - token.End).IndexOfAny(".;/\n") < 0);

    private Hit PhoneAt(int i, int next, bool plus, string digits)
    {
        var start = _tokens[i].Start;
        if (CharBefore(i) == '(' && _text.AsSpan(start, _tokens[next - 1].End - start).Contains(')'))
            start--;
        if (plus && start > 0 && _text[start - 1] == '+')
            start--;
        return new Hit(PersonalData.Phone, next, start, _tokens[next - 1].End, digits.Length > 10 ? digits[^10..] : digits);
    }

    /// <summary>Mexico's CURP and RFC, which speak for themselves.</summary>
    private static bool IsRegistered(string text)
    {
        var letters = text.TakeWhile(char.IsAsciiLetter).Count();
        return letters is 3 or 4 && text.Length >= letters + 9 && text.AsSpan(letters, 6).IndexOfAnyExceptInRange('0', '9') < 0
            && ((text.Length == letters + 9) || (letters == 4 && text.Length == 18 && text[10] is 'h' or 'm' && text.AsSpan(11, 5).IndexOfAnyExceptInRange('a', 'z') < 0))
            && text[letters + 2] is '0' or '1' && text[letters + 4] is >= '0' and <= '3';
    }

    private Hit? Id(int i)
    {
        var first = _tokens[i];
        if (IsRegistered(first.Text))
            return Tokens(PersonalData.Id, i, i + 1, first.Text.ToUpperInvariant());
        if (IsSocialSecurity(i))
            return Tokens(PersonalData.Id, i, i + 3, string.Concat(_tokens.Skip(i).Take(3).Select(token => token.Digits)));
        if ((RedactionWords.States.Contains(first.Text) && GapAfter(i) is not "-") || !Follows(i, IdLabels, IdFillers, 6) || Follows(i, PlatesOnly, PlateWithState, 4))
            return null;
        if (first.TrueDigits == 0 && !IsCodeBeforeDigits(i, 3))
            return null;
        var (next, joined) = Join(i, 20, " -.", (token, at) =>
            GapBeforeToken(at).IndexOf(' ') < 0
            || (token.TrueDigits > 0 && token.Text.Length <= 5 && !IsThousands(at) && !IsUnitAfter(at + 1) && first.Text.Length <= 5));
        return joined.Length is >= 5 and <= 20 && joined.Count(char.IsAsciiDigit) >= 4 && !IsThousands(next - 1)
            ? Tokens(PersonalData.Id, i, next, joined.ToUpperInvariant())
            : null;
    }

    private ReadOnlySpan<char> GapBeforeToken(int at) => Gap(_tokens[at - 1], _tokens[at]);

    private bool IsSocialSecurity(int i)
    {
        if (i + 2 >= _tokens.Count || _tokens[i].Digits?.Length != 3 || _tokens[i + 1].Digits?.Length != 2 || _tokens[i + 2].Digits?.Length != 4 || _tokens[i].TrueDigits == 0)
            return false;
        var said = Follows(i, IdLabels, IdFillers, 4);
        return GapAfter(i) is "-" && GapAfter(i + 1) is "-" && !IsGluedToNumber(i) && !IsGluedAfter(i + 3) && !Follows(i, ThingLabels, NumberFillers, 3)
            || (said && GapAfter(i).Length == 1 && GapAfter(i + 1).Length == 1);
    }

    /// <summary>Up to some letters, and then a token with digits: "ABC 1234".</summary>
    private bool IsCodeBeforeDigits(int i, int mostLetters) =>
        _tokens[i].IsWord && _tokens[i].Text.Length <= mostLetters && i + 1 < _tokens.Count && _tokens[i + 1] is { Kind: null, TrueDigits: > 0 }
        && GapAfter(i) is "" or " " or "-" or "." && (GapAfter(i) is not " " || (mostLetters > 3 && _tokens[i].Text.Length == 3 && _tokens[i + 1].Text.Length >= 3 && !Follow.Contains(_tokens[i].Text) && !PlateStops.Contains(_tokens[i].Text)) || !RedactionWords.IsCommon(_tokens[i].Text) || (IsUpper(_tokens[i]) && IsMixedCase(i)) || _tokens[i].Text.AsSpan().IndexOfAny("aeiou") < 0);

    private Hit? Plate(int i)
    {
        var first = _tokens[i];
        if (first.Text.Length > 8 || (RedactionWords.States.Contains(first.Text) && GapAfter(i) is not "-") || !Follows(i, PlateLabels, PlateWithState, 6))
            return null;
        if (first.TrueDigits == 0 && !IsCodeBeforeDigits(i, 4) && !IsVanity(i))
            return null;
        var (next, joined) = Join(i, 9, " -.\u00b7", (token, at) =>
            GapBeforeToken(at).IndexOf(' ') < 0
            || (token.TrueDigits > 0 || (token.IsWord && token.Text.Length <= 3 && !RedactionWords.IsCommon(token.Text) && !RedactionWords.States.Contains(token.Text)))
                && token.Text.Length <= 5 && first.Text.Length <= 4 && !IsThousands(at) && !IsUnitAfter(at + 1));
        if (IsThousands(next - 1) || IsUnitAfter(next))
            return null;
        return joined.Length is >= 5 and <= 9 && (joined.Any(char.IsAsciiDigit) || IsVanity(i)) ? Tokens(PersonalData.Plate, i, next, NormalVin(joined)) : null;
    }

    private static readonly HashSet<string> PlateStops = RedactionWords.Set("the a exp off out bad lit mud due not are can its all any was one two per tag end");

    /// <summary>A plate without digits is believed after a colon or a number sign only.</summary>
    private bool IsVanity(int i) =>
        _tokens[i] is { IsWord: true, Text.Length: >= 5 and <= 8 } token && GapBefore(i).IndexOfAny(':', '#') >= 0 && !RedactionWords.IsCommon(token.Text)
        && _text.AsSpan(token.Start, token.End - token.Start).IndexOfAnyExceptInRange('A', 'Z') < 0;

    private static readonly HashSet<string> PlateWithState = [.. PlateFillers, .. RedactionWords.States];
}
