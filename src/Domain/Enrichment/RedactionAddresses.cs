namespace Woflo.Domain.Enrichment;

/// <summary>Street addresses, post boxes and postal codes. A town alone, a highway and a mile marker stay: they say where a truck stands.</summary>
internal sealed partial class RedactionScan
{
    private const int MaxStreetWords = 5;

    /// <summary>Nothing else ends in these.</summary>
    private static readonly HashSet<string> StreetTypes = RedactionWords.Set(
        "street str ave avenue blvd boulevard bvd blv lane ln parkway pkwy pkway terrace trce causeway turnpike rd road rdway hwy highway freeway fwy expressway expwy expy");

    /// <summary>Words of the trade, too.</summary>
    private static readonly HashSet<string> WeakStreetTypes = RedactionWords.Set("st dr drive ct court cir circle way pl place trl trail loop sq square plaza pike alley row run crossing xing route rte point ter ridge bend path park");

    private static readonly HashSet<string> Directions = RedactionWords.Set("n s e w ne nw se sw north south east west northeast northwest southeast southwest nte ote pte");
    private static readonly HashSet<string> Highways = RedactionWords.Set("hwy highway cr fm rr sr us i ih interstate route rte county state farm frontage");
    private static readonly HashSet<string> UnitsOfHouses = RedactionWords.Set("suite ste apt apartment bldg building dock spc depto");

    private static readonly HashSet<string> AddressLabels = RedactionWords.Set("address addr addy lives living located location loc domicilio ship deliver mail bill pickup residence direccion");
    private static readonly HashSet<string> AddressFillers = RedactionWords.Set("at is to the in on en es his her their our of off near address");

    private static readonly HashSet<string> SpanishStreetTypes = RedactionWords.Set("calle av ave avenida blvd boulevard bulevar calz calzada carretera carr privada priv prolongacion prol camino paseo circuito callejon andador libramiento periferico via");
    /// <summary>Ways that notes speak of, too: "por carretera", "camino a Laredo 30 millas".</summary>
    private static readonly HashSet<string> WeakSpanishStreetTypes = RedactionWords.Set("carretera carr camino paseo circuito via libramiento periferico ave blvd boulevard");
    private static readonly HashSet<string> SpanishFillers = RedactionWords.Set("de del la las los el y san santa");

    private Hit? Address(int i) => PostBox(i) ?? Street(i) ?? SpanishStreet(i) ?? PostalCode(i);

    private Hit Located(int first, int next)
    {
        next = WithTown(next);
        return Tokens(PersonalData.Address, first, next, string.Join(' ', _tokens.Skip(first).Take(next - first).Select(token => token.Text)));
    }

    /// <summary>"1200 W Main St", "8800 FM 1960", "350 5th Ave".</summary>
    private Hit? Street(int i)
    {
        var house = _tokens[i];
        if (!house.IsNumeric || house.Digits!.Length > 6 || IsGluedToNumber(i) || IsThousands(i) || CharBefore(i) is '$' or '#')
            return null;
        var told = Follows(i, AddressLabels, AddressFillers, 3);
        var capitals = 0;
        var words = 0;
        for (var at = i + 1; at < _tokens.Count && words <= MaxStreetWords; at++)
        {
            var token = _tokens[at];
            var gap = Gap(_tokens[at - 1], token);
            if (token.Kind is not null || gap.Length > 2 || gap.IndexOfAnyExcept(" .-'#") >= 0 || (gap.Contains('.') && (_tokens[at - 1].Text.Length > 2 || _text[_tokens[at - 1].Start] == 's')) || AddressLabels.Contains(token.Text))
                return null;
            var text = token.Text;
            if (words > 0 && (StreetTypes.Contains(text) || WeakStreetTypes.Contains(text)))
            {
                // Initial capitals, a label or what follows an address make a weak word one of a street.
                var next = at + 1;
                var strong = StreetTypes.Contains(text) && text is not ("rd" or "lane" or "ln" or "str" or "road") || told || HasTown(next) || (house.Digits.Length >= 3 && capitals > 0 && capitals >= words - 1 && IsTitle(token) && IsMixedCase(at));
                if (strong || (StreetTypes.Contains(text) && house.Digits.Length >= 2) || (house.Digits.Length >= 3 && AreStreetNames(i + 1, at)))
                    return Located(i, WithUnit(next));
            }
            // "8800 FM 1960", "2300 I-35 N"
            if (Highways.Contains(text) && house.Digits.Length >= 3 && at + 1 < _tokens.Count && !IsUnitAfter(i + 1))
            {
                var next = at + 1;
                if (_tokens[next].Text is "highway" or "hwy" or "road" or "rd" or "market" && next + 1 < _tokens.Count)
                    next++;
                if (_tokens[next] is { IsNumber: true, Text.Length: <= 4 } && Gap(_tokens[at], _tokens[next]).Length is <= 12 && !IsUnitAfter(next + 1) && GapAfter(at) is "" or " " or "-" or ". ")
                    return Located(i, WithUnit(next + 1));
            }
            if (token.TrueDigits > 0 ? !IsOrdinal(text) : !IsStreetWord(token, words))
                return null;
            if (IsTitle(token))
                capitals++;
            words++;
        }
        return null;
    }

    private static bool IsOrdinal(string text) =>
        text.Length >= 3 && char.IsAsciiDigit(text[0]) && (text.EndsWith("th", StringComparison.Ordinal) || text.EndsWith("st", StringComparison.Ordinal) || text.EndsWith("nd", StringComparison.Ordinal) || text.EndsWith("rd", StringComparison.Ordinal));

    private static readonly HashSet<string> NoStreetWords = RedactionWords.Set(
        "brake brakes drive axle axles tire tires wheel wheels rpm psi volt speed gear valve line lines hose hoses light lights way door side left right rear front inner outer lf rf lr rr engine trans transmission miles mile hours hour unit truck trailer tractor and or to for from with the a an is was are of at off per code codes spn fmi fault model year replaced found check checked needs leak leaking drum drums shoe shoes both ea each qty new used bolts bolt nuts lug lugs seal seals bearing bearings hub on driver drivers passenger wheeler cylinder cyl");

    private static bool IsStreetWord(Piece token, int words) =>
        !NoStreetWords.Contains(token.Text) && !RedactionWords.Units.Contains(token.Text) || (words == 0 && Directions.Contains(token.Text));

    /// <summary>Words that shop notes do not know, or the directions: "4512 industrial dr".</summary>
    private bool AreStreetNames(int from, int to)
    {
        var names = 0;
        for (var at = from; at < to; at++)
        {
            var token = _tokens[at];
            if (Directions.Contains(token.Text) || IsOrdinal(token.Text))
                names += IsOrdinal(token.Text) ? 1 : 0;
            else if (RedactionWords.IsCommon(token.Text) && !StreetNames.Contains(token.Text))
                return false;
            else
                names++;
        }
        return names > 0;
    }

    private static readonly HashSet<string> StreetNames = RedactionWords.Set(
        "main park lake hill church mill river spring springs market center industrial commerce airport industry oak pine cedar maple elm washington jackson lincoln dallas houston austin laredo santa san del old union mines state college school garden forest valley view sunset sunrise highland meadow creek stone grand bridge canal water front court house depot railroad union liberty");

    private int WithUnit(int next)
    {
        if (next < _tokens.Count && Directions.Contains(_tokens[next].Text) && Gap(_tokens[next - 1], _tokens[next]) is " " && (_tokens[next].Text.Length > 2 || char.IsAsciiLetterUpper(_text[_tokens[next].Start])))
            next++;
        for (var count = 0; count < 2 && next + 1 < _tokens.Count && UnitsOfHouses.Contains(_tokens[next].Text) && _tokens[next + 1] is { Kind: null, Text.Length: <= 5 } number
            && (number.TrueDigits > 0 || number.Text.Length == 1) && Gap(_tokens[next - 1], _tokens[next]) is " " or ", " or "," && GapAfter(next).Length <= 2; count++)
            next += 2;
        if (next < _tokens.Count && _tokens[next] is { Kind: null, TrueDigits: > 0, Text.Length: <= 5 } && Gap(_tokens[next - 1], _tokens[next]) is " #" or " # ")
            next++;
        return next;
    }

    private bool HasTown(int next) => WithTown(next) > next;

    /// <summary>", Laredo, TX 78040": up to three words, the state, and the code where there is one.</summary>
    private int WithTown(int next)
    {
        for (var at = next; at < _tokens.Count && at <= next + 4; at++)
        {
            var token = _tokens[at];
            var gap = Gap(_tokens[at - 1], token);
            if (token.Kind is not null || gap is not (" " or ", " or ","))
                return next;
            if (token.IsNumber)
                return token.Text.Length == 5 && at > next && !RedactionWords.IsCommon(_tokens[at - 1].Text) && !IsThousands(at) && !IsUnitAfter(at + 1) ? PlusFour(at + 1) : next;
            if (RedactionWords.States.Contains(token.Text) && (gap.Contains(',') || at > next))
            {
                if (at + 1 < _tokens.Count && _tokens[at + 1] is { IsNumber: true, Text.Length: 5 } && GapAfter(at) is " " or ", " or ". " && !IsUnitAfter(at + 2))
                    return PlusFour(at + 2);
                if (token.Text.Length > 2 || !RedactionWords.IsWordToo(token.Text) || (char.IsAsciiLetterUpper(_text[token.Start]) && IsMixedCase(at)))
                    return at + 1;
            }
            if (!token.IsWord)
                return next;
        }
        return next;
    }

    private int PlusFour(int next) =>
        next < _tokens.Count && _tokens[next] is { IsNumber: true, Text.Length: 4 } && Gap(_tokens[next - 1], _tokens[next]) is "-" ? next + 1 : next;

    /// <summary>"P.O. Box 123", "apartado postal 123".</summary>
    private Hit? PostBox(int i)
    {
        for (var box = i + 1; box <= i + 2 && box + 1 < _tokens.Count; box++)
        {
            if (_tokens[box].Text is "box" or "postal" && _tokens[box + 1].IsNumeric && (GapAfter(box) is " " or " #" or "# " || GapAfter(box).Length <= 2))
            {
                var words = string.Concat(_tokens.Skip(i).Take(box - i + 1).Select(token => token.Text));
                if (words is "pobox" or "apartadopostal" or "aptdopostal")
                    return Located(i, box + 2);
            }
        }
        return null;
    }

    /// <summary>"Calle Hidalgo 123", "Av. Juárez No. 456 Col. Centro C.P. 64000".</summary>
    private Hit? SpanishStreet(int i)
    {
        var type = _tokens[i].Text;
        if (type is "col" or "colonia" or "fracc" or "fraccionamiento")
        {
            var end = i + 1;
            while (end < _tokens.Count && end - i <= 3 && _tokens[end].IsWord && (IsTitle(_tokens[end]) || SpanishFillers.Contains(_tokens[end].Text)) && Gap(_tokens[end - 1], _tokens[end]) is " " or ". ")
                end++;
            return end > i + 1 && (type != "col" || GapAfter(i).StartsWith(".")) ? Located(i, end) : null;
        }
        if (!SpanishStreetTypes.Contains(type))
            return null;
        var names = 0;
        for (var at = i + 1; at < _tokens.Count && at - i <= MaxStreetWords + 2; at++)
        {
            var token = _tokens[at];
            var gap = Gap(_tokens[at - 1], token);
            if (token.Kind is not null || gap.Length > 3 || gap.IndexOfAnyExcept(" .,#") >= 0)
                return null;
            if (token.IsNumber && names > 0)
                return token.Text.Length <= 5 && !IsUnitAfter(at + 1) && !IsThousands(at) ? Located(i, SpanishRest(at + 1)) : null;
            if (token.Text is "no" or "num" or "numero" or "nro" && names > 0)
                continue;
            if (!token.IsWord || NoStreetWords.Contains(token.Text) || RedactionWords.Units.Contains(token.Text))
                return null;
            if (SpanishFillers.Contains(token.Text))
                continue;
            if (RedactionWords.IsCommon(token.Text) && !IsTitle(token) && WeakSpanishStreetTypes.Contains(type))
                return null;
            names++;
        }
        return null;
    }

    private int SpanishRest(int next)
    {
        next = WithUnit(next);
        if (next < _tokens.Count && _tokens[next].Text is "col" or "colonia" && Gap(_tokens[next - 1], _tokens[next]).Length <= 2)
        {
            var end = next + 1;
            while (end < _tokens.Count && end - next <= 3 && _tokens[end].IsWord && (Gap(_tokens[end - 1], _tokens[end]) is " " || end == next + 1 && Gap(_tokens[next], _tokens[end]) is ". ") && (IsTitle(_tokens[end]) || SpanishFillers.Contains(_tokens[end].Text) || end == next + 1))
                end++;
            next = end;
        }
        return next;
    }

    /// <summary>"TX 78040", "zip 78040", "C.P. 64000".</summary>
    private Hit? PostalCode(int i)
    {
        var token = _tokens[i];
        if (token.IsNumber && token.Text.Length == 5 && Follows(i, ZipLabels, ZipFillers, 3))
            return Tokens(PersonalData.Address, i, PlusFour(i + 1), token.Text);
        return token.Text.Length == 2 && RedactionWords.States.Contains(token.Text) && char.IsAsciiLetterUpper(_text[token.Start]) && char.IsAsciiLetterUpper(_text[token.Start + 1])
            && i + 1 < _tokens.Count && _tokens[i + 1] is { IsNumber: true, Text.Length: 5 } && GapAfter(i) is " " or ", " && !IsThousands(i + 1) && !IsUnitAfter(i + 2)
            && (GapBefore(i).Contains(',') || PlusFour(i + 2) > i + 2)
            ? Tokens(PersonalData.Address, i, PlusFour(i + 2), token.Text + _tokens[i + 1].Text)
            : null;
    }

    private static readonly HashSet<string> ZipLabels = RedactionWords.Set("zip zipcode cp postal");
    private static readonly HashSet<string> ZipFillers = RedactionWords.Set("code codigo is es no");
}
