using System.Globalization;
using static Woflo.Domain.Enrichment.FaultCodeTokens;

namespace Woflo.Domain.Enrichment;

/// <summary>Reads codes of J1939 and J1587 off a text's tokens. Every form begins with a label or, for a bare pair, asks for a number of the table.</summary>
internal sealed class FaultCodeScanner(string text, FaultCodeTable table)
{
    /// <summary>The standard's numbers begin here; a number that says it is an SPN may be lower.</summary>
    private const int MinSpn = 16;
    private const int MaxOccurrences = 126;
    private const int FirstMid = 128;
    private const int LastMid = 255;
    private const int MaxParameter = 65_535;

    /// <summary>So many codes are read; fewer are kept.</summary>
    private const int Enough = 512;

    private static readonly HashSet<string> SpnLabels = ["spn", "spns"];
    private static readonly HashSet<string> FmiLabels = ["fmi", "fmis"];
    private static readonly HashSet<string> CodeLabels =
        ["code", "codes", "fault", "faults", "dtc", "dtcs", "codigo", "codigos", "código", "códigos", "falla", "fallas", "error", "errors", "cod", "fc"];

    /// <summary>Between a code's label and its number.</summary>
    private static readonly HashSet<string> Fillers =
    [
        "no", "num", "number", "numbers", "nr", "numero", "número", "is", "are", "was", "were", "es", "son", "de", "active", "inactive", "act", "stored", "hist", "history",
        "pending", "activo", "activos", "activa", "activas", "code", "codes", "fault", "faults", "dtc", "falla", "fallas", "trouble", "read", "reads", "found", "shows", "showing", "present",
    ];

    private static readonly HashSet<string> Joints = ["with", "w", "and", "con", "y", "e", "&"];
    private static readonly HashSet<string> And = ["and", "y", "e", "&", "or", "o", "plus"];
    private static readonly HashSet<string> States =
        ["active", "inactive", "act", "stored", "hist", "history", "pending", "activo", "activa", "inactivo", "previously", "from", "source", "count", "w", "with", "con", "at"];

    private static readonly HashSet<string> SourceLabels = ["sa", "src", "source", "addr"];
    private static readonly HashSet<string> CountLabels = ["oc", "occ", "count", "cnt", "ct", "occurrence", "occurrences", "occurs", "ocurrencias", "conteo"];
    private static readonly HashSet<string> Times = ["x", "times", "veces", "occurrences", "occurrence", "counts", "ocurrencias", "occ", "oc"];
    private static readonly HashSet<string> ParameterLabels = ["pid", "sid", "ppid", "psid"];

    /// <summary>Before a bare pair: it is the number of something else.</summary>
    private static readonly HashSet<string> OtherNumbers =
    [
        "invoice", "inv", "part", "parts", "pn", "po", "ro", "wo", "unit", "units", "truck", "tractor", "trailer", "trk", "trl", "acct", "account", "order", "ticket", "model", "serial", "sn",
        "tire", "tires", "size", "torque", "ref", "load", "page", "lot", "plate", "ext", "apt", "suite", "box", "bin", "route", "rt", "hwy", "no", "number", "numbers", "num", "unidad", "factura",
        "parte", "orden", "camion", "bp", "psi", "date", "fecha", "phone", "tel", "case", "claim", "estimate", "quote", "check", "cheque", "bolt", "sku", "item", "n", "p", "at", "to", "of",
    ];

    /// <summary>After a number: it counts or measures, and is no part of a list of codes.</summary>
    private static readonly HashSet<string> Measures =
    [
        "psi", "volt", "volts", "v", "amp", "amps", "mile", "mi", "mph", "km", "hr", "h", "rpm", "deg", "degree", "gal", "gallon", "quart", "qt", "lb", "ft", "inch", "mm", "cm", "day", "week",
        "min", "am", "pm", "percent", "pct", "wheeler", "of", "th", "nd", "st", "rd", "x", "new", "old", "more", "other", "bad", "different", "axle", "cyl", "in1", "way", "year", "month", "hour", "tire",
        "de", "millas", "horas", "veces", "nuevas", "nuevos", "llantas", "dias", "foot", "k", "speed", "step", "man", "man-hours", "blown", "broken", "leaking", "loose", "missing", "each", "ea", "pcs",
    ];

    private static readonly HashSet<string> NoPlurals =
        ["is", "this", "was", "has", "does", "comes", "keeps", "shows", "sets", "pops", "goes", "plus", "stays", "always", "unless", "says", "reads", "fmis", "spns", "appears", "returns", "as", "codes", "faults", "dtcs", "es", "activos", "activas"];

    private readonly List<Token> _tokens = Of(text);
    private readonly List<(int At, FaultCode Code)> _found = [];

    /// <summary>Tokens before this one are used up.</summary>
    private int _used;

    /// <summary>Where a list of pairs goes on without a label of its own.</summary>
    private int _listAt = int.MinValue;

    private bool? _speaksOfCodes;

    public IReadOnlyList<(int At, FaultCode Code)> Scan()
    {
        for (var i = 0; i < _tokens.Count && _found.Count < Enough;)
        {
            var next = Columns(i) ?? Labelled(i) ?? Reversed(i) ?? Mid(i) ?? Parameter(i, null, i) ?? NumberFirst(i) ?? AfterCodeLabel(i) ?? ShortLabels(i) ?? Bare(i);
            if (next is { } at && at > i)
                i = _used = at;
            else
                i++;
        }
        return _found;
    }

    // --- SPN first ------------------------------------------------------------------------------------------------

    /// <summary>"SPN 4364 FMI 18", "SPN: 3226, FMI: 9 (OC 3) SA 0", "SPN 3216 FMI 4, 9 and 13", "SPNs 3031/3361 FMI 7", "SPN 4364/18, 3216/4", "SPN 97".</summary>
    private int? Labelled(int i)
    {
        if (!IsWord(i, SpnLabels))
            return null;
        var isPlural = _tokens[i].Text == "spns";
        var first = AfterSigns(i + 1, Fillers);
        if (first is not { } at || !IsNumber(at))
            return null;
        var (value, end) = SpnNumber(at, isPlural);
        var spns = new List<int> { value };
        // A list of SPNs that share what follows.
        var listEnd = end;
        while (ListSign(listEnd, allowSlash: true) is { } item && IsNumber(item))
        {
            (value, var itemEnd) = SpnNumber(item, isPlural);
            spns.Add(value);
            listEnd = itemEnd;
        }
        if (FmiAfter(listEnd) is { } fmis)
            return spns.Exists(spn => !IsLabelledSpn(spn)) || fmis.Fmis is null ? fmis.End : Add(i, spns, fmis.Fmis, fmis.End);
        if (spns.Count > 1 && FmiAfter(end) is { } one)
            return !IsLabelledSpn(spns[0]) || one.Fmis is null ? one.End : Add(i, spns.GetRange(0, 1), one.Fmis, one.End);
        if (InlineFmi(end, allowSpace: true) is { } fmi)
            return IsLabelledSpn(spns[0]) ? Pairs(Add(i, [spns[0]], [_tokens[fmi].Value], fmi + 1)) : fmi + 1;
        if (isPlural && spns.TrueForAll(IsLabelledSpn))
            return Add(i, spns, null, listEnd);
        // A number of two or more FMIs' length after a slash is no FMI, and the SPN before it no code.
        return IsLabelledSpn(spns[0]) && !(IsSign(end, "/") && IsNumber(end + 1)) ? Add(i, [spns[0]], null, end) : end;
    }

    /// <summary>A number, perhaps with a comma for thousands: "5,246".</summary>
    private (int Value, int End) SpnNumber(int at, bool isPlural)
    {
        if (!isPlural && IsSign(at + 1, ",") && _tokens[at + 1].Glued && IsNumber(at + 2) && _tokens[at + 2] is { Glued: true, Text.Length: 3 } && _tokens[at].Text.Length <= 3)
        {
            var whole = _tokens[at].Value * 1_000 + _tokens[at + 2].Value;
            if (_tokens[at].Text.Length < 3 || whole >= FaultCodeTable.FirstManufacturerSpn)
                return (whole, at + 3);
        }
        return (_tokens[at].Value, at + 1);
    }

    /// <summary>A label FMI and the numbers after it; null numbers where one is out of range.</summary>
    private (List<int>? Fmis, int End)? FmiAfter(int at)
    {
        if (AfterSigns(at, Joints) is not { } label || !IsWord(label, FmiLabels) || AfterSigns(label + 1, Fillers) is not { } first || !IsNumber(first))
            return null;
        if (_tokens[first].Value is < 0 or > FaultCodeTable.MaxFmi)
            return (null, first + 1);
        var fmis = new List<int> { _tokens[first].Value };
        var end = first + 1;
        while (ListSign(end, allowSlash: true) is { } item)
        {
            // The label may come again, unless it belongs to an SPN behind it.
            var again = IsWord(item, FmiLabels);
            if (again)
                item = AfterSigns(item + 1, null) ?? item;
            if (!IsNumber(item) || !IsFmi(item) || !EndsCleanly(item) || (AfterSigns(item + 1, Joints) is { } next && IsWord(next, again ? SpnLabels : FmiLabels)))
                break;
            fmis.Add(_tokens[item].Value);
            end = item + 1;
        }
        return (fmis, end);
    }

    /// <summary>The FMI right behind an SPN: "/18", "-18", ".18", ":18", " 18".</summary>
    private int? InlineFmi(int at, bool allowSpace)
    {
        if (at >= _tokens.Count)
            return null;
        if (_tokens[at].Kind == Kind.Sign && _tokens[at].Text is "/" or "-" or "." or ":" or "\u2013" or "\u2014" or "|" or "," or "\\")
        {
            var sign = _tokens[at];
            if (!IsNumber(at + 1) || !IsFmi(at + 1) || _tokens[at + 1].NewLine)
                return null;
            var isGlued = sign.Glued && _tokens[at + 1].Glued;
            if (sign.Text == "." && !isGlued)
                return null;
            return (isGlued && sign.Text != "," ? !IsGluedOn(at + 2) : EndsCleanly(at + 1)) ? at + 1 : null;
        }
        return allowSpace && IsNumber(at) && IsFmi(at) && !_tokens[at].NewLine && EndsCleanly(at) ? at : null;
    }

    /// <summary>More pairs behind a first one: ", 3216/4 and 3226/9".</summary>
    private int Pairs(int end)
    {
        while (ListSign(end, allowSlash: false) is { } item && IsNumber(item) && IsSpn(_tokens[item].Value) && InlineFmi(item + 1, IsKnown(item)) is { } fmi)
            end = Add(item, [_tokens[item].Value], [_tokens[fmi].Value], fmi + 1);
        _listAt = end;
        return end;
    }

    // --- Other orders ---------------------------------------------------------------------------------------------

    /// <summary>"FMI 18 SPN 4364".</summary>
    private int? Reversed(int i)
    {
        if (!IsWord(i, FmiLabels) || AfterSigns(i + 1, Fillers) is not { } fmi || !IsNumber(fmi) || AfterSigns(fmi + 1, Joints) is not { } label || !IsWord(label, SpnLabels)
            || AfterSigns(label + 1, Fillers) is not { } spn || !IsNumber(spn) || FmiAfter(spn + 1) is not null)
            return null;
        return IsFmi(fmi) && IsLabelledSpn(_tokens[spn].Value) ? Add(i, [_tokens[spn].Value], [_tokens[fmi].Value], spn + 1) : spn + 1;
    }

    /// <summary>"4364 FMI 18", "3216-fmi 4 x5".</summary>
    private int? NumberFirst(int i)
    {
        if (!IsNumber(i) || !IsSpn(_tokens[i].Value) || (i > 0 && _tokens[i].Glued && _tokens[i - 1].Text is "." or "," or "/" or "-" or "$" && !IsList(i)) || FmiAfter(i + 1) is not { } fmis
            || IsApart(i + 1))
            return null;
        // "Unit 4521, FMI 3 SPN 100" names its SPN behind.
        if (AfterSigns(fmis.End, Joints) is { } label && IsWord(label, SpnLabels) && i > 0 && OtherNumbers.Contains(_tokens[i - 1].Text))
            return null;
        return fmis.Fmis is null ? fmis.End : Add(i, [_tokens[i].Value], fmis.Fmis, fmis.End);
    }

    /// <summary>A sentence or a line ends before this token or with it.</summary>
    private bool IsApart(int at) => _tokens[at].NewLine
        || (_tokens[at].Text is "." or ";" && at + 1 < _tokens.Count && (!_tokens[at + 1].Glued || _tokens[at + 1].NewLine));

    private bool IsList(int i) => i == _listAt || i == _listAt + 1;

    /// <summary>"DTC 3031.9", "codes 4364/18, 3216/4 and 3226/9", "codigo 111-18".</summary>
    private int? AfterCodeLabel(int i)
    {
        if (!IsWord(i, CodeLabels) || AfterSigns(i + 1, Fillers) is not { } at || !IsNumber(at) || !IsSpn(_tokens[at].Value))
            return null;
        var digits = _tokens[at].Text.Length;
        if (InlineFmi(at + 1, IsKnown(at)) is not { } fmi)
            return null;
        var sign = _tokens[at + 1].Text;
        // "Flash code 12-5", "codes 24/7", "no codes found, 10/26".
        if ((digits < 3 && at > i + 2) || (digits < 3 && sign != "/" && !_tokens[i].Text.StartsWith("dtc", StringComparison.Ordinal)) || (_tokens[at].Value, _tokens[fmi].Value) == (24, 7))
            return null;
        return Pairs(Add(at, [_tokens[at].Value], [_tokens[fmi].Value], fmi + 1));
    }

    // Only such a number is taken for an SPN when a mere space parts it from its FMI.
    private bool IsKnown(int at) => _tokens[at].Text.Length >= 3 && table.Spn(_tokens[at].Value) is not null;

    /// <summary>"S/F 3251 2", "S:3251 F:2", "s3251/f2".</summary>
    private int? ShortLabels(int i)
    {
        if (!IsWord(i, "s") || (i > 0 && _tokens[i].Glued && _tokens[i - 1].Kind == Kind.Sign && _tokens[i - 1].Text is "'" or "\u2019" or "/"))
            return null;
        if (IsSign(i + 1, "/") && IsWord(i + 2, "f") && AfterSigns(i + 3, null) is { } both && IsNumber(both) && IsSpn(_tokens[both].Value))
            return InlineFmi(both + 1, allowSpace: true) is { } inline ? Pairs(Add(i, [_tokens[both].Value], [_tokens[inline].Value], inline + 1)) : null;
        if (AfterSigns(i + 1, null) is not { } spn || !IsNumber(spn) || !IsSpn(_tokens[spn].Value)
            || AfterSigns(spn + 1, null) is not { } label || !IsWord(label, "f") || AfterSigns(label + 1, null) is not { } fmi || !IsNumber(fmi) || !IsFmi(fmi))
            return null;
        return Add(i, [_tokens[spn].Value], [_tokens[fmi].Value], fmi + 1);
    }

    /// <summary>"SPN/FMI 4364/18", and a scanner's columns: labels in one line, numbers in the lines below.</summary>
    private int? Columns(int i)
    {
        if (!IsWord(i, SpnLabels) || AfterSigns(i + 1, null) is not { } second || !IsWord(second, FmiLabels))
            return null;
        var labels = new List<string> { "spn", "fmi" };
        var at = second + 1;
        while (AfterSigns(at, null) is { } label && (IsWord(label, SourceLabels) || IsWord(label, CountLabels)))
        {
            labels.Add(SourceLabels.Contains(_tokens[label].Text) ? "sa" : "oc");
            at = label + 1;
        }
        var end = 0;
        while (AfterSigns(at, And) is { } row && IsNumber(row))
        {
            var values = new List<int>();
            var cell = row;
            while (values.Count < labels.Count && cell < _tokens.Count && IsNumber(cell) && (values.Count == 0 || !_tokens[cell].NewLine))
            {
                values.Add(_tokens[cell].Value);
                at = cell + 1;
                cell = AfterSigns(at, null) ?? _tokens.Count;
            }
            if (values.Count < labels.Count || !IsSpn(values[0]) || values[1] > FaultCodeTable.MaxFmi || IsGluedOn(at))
                break;
            var source = labels.IndexOf("sa");
            var count = labels.IndexOf("oc");
            if (labels.Count == 2)
                at = Add(row, [values[0]], [values[1]], at);
            else
                Add(row, values[0], values[1], source < 0 ? null : values[source], count < 0 ? null : values[count], row, at);
            end = at;
        }
        return end == 0 ? null : end;
    }

    /// <summary>A pair alone, "4364/18": taken where the table knows the number and nothing says that it is something else.</summary>
    private int? Bare(int i)
    {
        if (!IsNumber(i) || !IsSpn(_tokens[i].Value) || !IsSign(i + 1, "/") || !_tokens[i + 1].Glued || InlineFmi(i + 1, allowSpace: false) is not { } fmi || !_tokens[fmi].Glued)
            return null;
        var (value, digits) = (_tokens[i].Value, _tokens[i].Text.Length);
        if (IsList(i))
            return Pairs(Add(i, [value], [_tokens[fmi].Value], fmi + 1));
        if (i > 0 && (_tokens[i].Glued || OtherNumbers.Contains(_tokens[i - 1].Text) || _tokens[i - 1].Text is "#" or "$"
            || (_tokens[i - 1].Text is ":" or "." && i > 1 && OtherNumbers.Contains(_tokens[i - 2].Text))))
            return null;
        // Years, and what is counted.
        if (value is >= 1_900 and <= 2_099 || !EndsCleanly(fmi))
            return null;
        var isKnown = table.Spn(value) is not null;
        if (digits >= 4 ? !isKnown && !SpeaksOfCodes : !isKnown || !SpeaksOfCodes || digits < 3)
            return null;
        return Pairs(Add(i, [value], [_tokens[fmi].Value], fmi + 1));
    }

    private bool SpeaksOfCodes => _speaksOfCodes ??= _tokens.Exists(token =>
        token.Kind == Kind.Word && (SpnLabels.Contains(token.Text) || FmiLabels.Contains(token.Text) || CodeLabels.Contains(token.Text)));

    // --- J1587 ----------------------------------------------------------------------------------------------------

    /// <summary>"MID 128 PID 110 FMI 0, SID 254 FMI 12", "128 MID 245 PSID 4 FMI".</summary>
    private int? Mid(int i)
    {
        if (!IsWord(i, "mid"))
            return null;
        // Numbers before their labels.
        if (i > _used && IsNumber(i - 1) && IsMid(_tokens[i - 1].Value) && AfterSigns(i + 1, null) is { } number && IsNumber(number)
            && AfterSigns(number + 1, null) is { } kind && IsWord(kind, ParameterLabels))
        {
            var fmi = AfterSigns(kind + 1, null);
            if (fmi is not { } at || !IsNumber(at) || _tokens[at].NewLine)
                return AddParameter(i - 1, _tokens[i - 1].Value, _tokens[kind].Text, _tokens[number].Value, null, kind + 1);
            if (IsFmi(at) && AfterSigns(at + 1, null) is { } label && IsWord(label, FmiLabels) && !IsNumber(label + 1))
                return AddParameter(i - 1, _tokens[i - 1].Value, _tokens[kind].Text, _tokens[number].Value, _tokens[at].Value, label + 1);
        }
        if (AfterSigns(i + 1, Fillers) is not { } mid || !IsNumber(mid) || !IsMid(_tokens[mid].Value))
            return null;
        int? end = null;
        for (var next = AfterSigns(mid + 1, And); next is { } at && Parameter(at, _tokens[mid].Value, end is null ? i : at) is { } after; next = AfterSigns(after, And))
            end = after;
        return end;
    }

    /// <summary>"PID 110 FMI 0": with a MID before it, or else with an FMI.</summary>
    private int? Parameter(int i, int? mid, int start)
    {
        if (!IsWord(i, ParameterLabels) || AfterSigns(i + 1, Fillers) is not { } number || !IsNumber(number) || _tokens[number].Value is < 0 or > MaxParameter)
            return null;
        if (FmiAfter(number + 1) is { } labelled)
        {
            if (labelled.Fmis is null)
                return labelled.End;
            var end = labelled.End;
            foreach (var fmi in labelled.Fmis)
                end = AddParameter(start, mid, _tokens[i].Text, _tokens[number].Value, fmi, labelled.End);
            return end;
        }
        if (mid is null)
            return null;
        var inline = InlineFmi(number + 1, allowSpace: true);
        return AddParameter(start, mid, _tokens[i].Text, _tokens[number].Value, inline is { } at ? _tokens[at].Value : null, inline + 1 ?? number + 1);
    }

    private int AddParameter(int start, int? mid, string kind, int number, int? fmi, int end)
    {
        var (_, count, after) = Attributes(end, wantsSource: false);
        var known = table.Parameter(kind, number);
        var code = string.Concat(
            mid is null ? "" : Invariant($"MID {mid} "), Invariant($"{kind.ToUpperInvariant()} {number}"), fmi is null ? "" : Invariant($" FMI {fmi}"));
        _found.Add((_tokens[start].Start, new FaultCode(
            "j1587", code, null, fmi, null, count, known?.Name, known?.Category ?? (mid is { } unit ? table.Mid(unit)?.Category : null), Span(start, after),
            mid, fmi is { } mode ? table.Fmi(mode)?.Name : null, mid is { } m ? table.Mid(m)?.Name : null)));
        return after;
    }

    // --- What goes with a code ------------------------------------------------------------------------------------

    private int Add(int start, List<int> spns, List<int>? fmis, int end)
    {
        var before = SourceBefore(start);
        var (source, count, after) = Attributes(end, before is null);
        source ??= before?.Value;
        var first = before?.Label ?? start;
        foreach (var spn in spns)
        {
            if (fmis is null)
                Add(start, spn, null, source, count, first, after);
            foreach (var fmi in fmis ?? [])
                Add(start, spn, fmi, source, count, first, after);
        }
        return after;
    }

    private void Add(int at, int spn, int? fmi, int? source, int? count, int first, int end)
    {
        source = source is >= 0 and <= FaultCodeTable.MaxSourceAddress ? source : null;
        var known = table.Spn(spn);
        _found.Add((_tokens[at].Start, new FaultCode(
            "j1939", fmi is null ? Invariant($"SPN {spn}") : Invariant($"SPN {spn} FMI {fmi}"), spn, fmi, source,
            count is >= 0 and <= MaxOccurrences ? count : null, known?.Name, known?.Category, Span(first, end),
            null, fmi is { } mode ? table.Fmi(mode)?.Name : null, source is { } address ? table.SourceAddress(address)?.Name : null)));
    }

    /// <summary>"SA 0: SPN 100": the address stands before, and no code before has taken it.</summary>
    private (int Value, int Label)? SourceBefore(int start)
    {
        var number = start - 1;
        while (number > _used && _tokens[number].Kind == Kind.Sign && _tokens[number].Text is ":" or "," or "-" or ")" or "|" or "/")
            number--;
        if (number <= _used || !IsNumber(number) || _tokens[number].Value is < 0 or > FaultCodeTable.MaxSourceAddress)
            return null;
        var label = number - 1;
        while (label > _used && _tokens[label].Kind == Kind.Sign && _tokens[label].Text is ":" or "#" or "=")
            label--;
        if (label > _used && (IsWord(label, "address") || IsWord(label, "addr")) && IsWord(label - 1, SourceLabels))
            label--;
        return label >= _used && IsWord(label, SourceLabels) ? (_tokens[number].Value, label) : null;
    }

    /// <summary>Source address and count behind a code, in any order: "SA 0 OC 3", "(x5)", "3 times".</summary>
    private (int? Source, int? Count, int End) Attributes(int end, bool wantsSource)
    {
        int? source = null;
        int? count = null;
        for (var more = true; more;)
        {
            more = false;
            // Skip signs and a word or two like "active", and come back when nothing follows.
            var at = end;
            for (var skipped = 0; skipped < 4 && at < _tokens.Count; skipped++, at++)
            {
                var token = _tokens[at];
                if (token.Kind == Kind.Sign ? token.Text is not ("," or ";" or "(" or ")" or "[" or "]" or "-" or "|" or "/" or "*" or "\u2013")
                    : token.Kind == Kind.Number || !States.Contains(token.Text) || IsWord(at, SourceLabels) || IsWord(at, CountLabels))
                    break;
            }
            if (at >= _tokens.Count)
                break;
            if (wantsSource && source is null && SourceNumber(at) is { } address)
            {
                (source, end, more) = (address.Value, address.End, true);
            }
            else if (count is null && CountNumber(at) is { } times)
            {
                (count, end, more) = (times.Value, times.End, true);
            }
        }
        return (source, count, end);
    }

    private (int Value, int End)? SourceNumber(int at)
    {
        var label = at;
        if (IsWord(at, "s") && IsSign(at + 1, "/") && IsWord(at + 2, "a"))
            label = at + 2;
        else if (!IsWord(at, SourceLabels))
            return null;
        if (IsWord(label + 1, "address") || IsWord(label + 1, "addr"))
            label++;
        if (AfterSigns(label + 1, null) is not { } number || !IsNumber(number))
            return null;
        // "0x3D"
        if (_tokens[number].Text == "0" && number + 1 < _tokens.Count && _tokens[number + 1] is { Glued: true, Kind: Kind.Word } x && x.Text.StartsWith('x'))
        {
            var hexEnd = x.End;
            while (hexEnd < text.Length && char.IsAsciiHexDigit(text[hexEnd]))
                hexEnd++;
            if (int.TryParse(text.AsSpan(x.Start + 1, hexEnd - x.Start - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) && hex <= FaultCodeTable.MaxSourceAddress)
            {
                var after = number + 1;
                while (after < _tokens.Count && _tokens[after].Start < hexEnd)
                    after++;
                return (hex, after);
            }
        }
        return _tokens[number].Value is >= 0 and <= FaultCodeTable.MaxSourceAddress ? (_tokens[number].Value, number + 1) : null;
    }

    private (int Value, int End)? CountNumber(int at)
    {
        if (IsWord(at, CountLabels) || IsWord(at, "x") || IsWord(at, "times"))
        {
            var label = at;
            if (IsWord(label + 1, "count") || IsWord(label + 1, "counts"))
                label++;
            return AfterSigns(label + 1, null) is { } number && IsNumber(number) && _tokens[number].Value is >= 0 and <= MaxOccurrences ? (_tokens[number].Value, number + 1) : null;
        }
        if (IsNumber(at) && _tokens[at].Value is >= 0 and <= MaxOccurrences && IsWord(at + 1, Times) && !((IsSign(at + 2, ":") || IsSign(at + 2, "=")) && IsNumber(at + 3)))
            return (_tokens[at].Value, at + 2);
        return null;
    }

    // --- Tokens ---------------------------------------------------------------------------------------------------

    /// <summary>The next token behind at most four signs and words that may stand between.</summary>
    private int? AfterSigns(int at, HashSet<string>? words)
    {
        for (var skipped = 0; at < _tokens.Count; skipped++, at++)
        {
            var token = _tokens[at];
            var isBetween = token.Kind == Kind.Sign
                ? token.Text is ":" or "#" or "=" or "-" or "." or "," or "_" or "(" or ")" or "[" or "]" or "/" or ";" or "|" or "*" or "&" or "\u2013" or "\u2014" or "~" or ">" or "\\" or "+"
                : token.Kind == Kind.Word && words is not null && words.Contains(token.Text);
            if (!isBetween)
                return at;
            if (skipped == 4)
                return null;
        }
        return null;
    }

    /// <summary>The token behind what parts the items of a list.</summary>
    private int? ListSign(int at, bool allowSlash)
    {
        var start = at;
        if (at < _tokens.Count && _tokens[at].Kind == Kind.Sign && (_tokens[at].Text is "," or "&" or ";" or "+" || (allowSlash && _tokens[at].Text is "/")))
            at++;
        if (IsWord(at, And))
            at++;
        return at > start && at < _tokens.Count ? at : null;
    }

    /// <summary>Nothing behind the number says that it counts or measures something, or goes on as a date or size.</summary>
    private bool EndsCleanly(int at)
    {
        var next = at + 1;
        if (next >= _tokens.Count || _tokens[next].NewLine)
            return true;
        var token = _tokens[next];
        if (token.Kind == Kind.Sign)
        {
            if (token.Text is "%" or "\"" or "'" or "\u00B0")
                return false;
            return !(token.Glued && token.Text is "/" or "-" or "." or "," or ":" && next + 1 < _tokens.Count && _tokens[next + 1].Glued && _tokens[next + 1].Kind == Kind.Number);
        }
        if (token.Glued)
            return false;
        return token.Kind == Kind.Number || (token.Text == "x" && IsNumber(next + 1) && _tokens[next + 1].Glued) || (!Measures.Contains(token.Text) && (!token.Text.EndsWith('s') || token.Text.Length < 4 || NoPlurals.Contains(token.Text)));
    }

    /// <summary>The number before goes on: "10/26/2026", "75R22", "31-A".</summary>
    private bool IsGluedOn(int at) => at < _tokens.Count && _tokens[at].Glued
        && (_tokens[at].Kind != Kind.Sign || (_tokens[at].Text is "/" or "-" or "." && at + 1 < _tokens.Count && _tokens[at + 1].Glued && _tokens[at + 1].Kind == Kind.Number));

    private bool IsNumber(int at) => at >= 0 && at < _tokens.Count && _tokens[at].Kind == Kind.Number;

    private bool IsSign(int at, string sign) => at < _tokens.Count && _tokens[at].Kind == Kind.Sign && _tokens[at].Text == sign;

    private bool IsWord(int at, string word) => at >= 0 && at < _tokens.Count && _tokens[at].Kind == Kind.Word && _tokens[at].Text == word;

    private bool IsWord(int at, HashSet<string> words) => at >= 0 && at < _tokens.Count && _tokens[at].Kind == Kind.Word && words.Contains(_tokens[at].Text);

    private bool IsFmi(int at) => _tokens[at].Value is >= 0 and <= FaultCodeTable.MaxFmi && _tokens[at].Text.Length <= 3;

    private static bool IsSpn(int value) => value is >= MinSpn and <= FaultCodeTable.MaxSpn;

    private static bool IsLabelledSpn(int value) => value is >= 1 and <= FaultCodeTable.MaxSpn;

    private static bool IsMid(int value) => value is >= FirstMid and <= LastMid;

    /// <summary>As written, with the bracket that closes what was opened.</summary>
    private string Span(int first, int end)
    {
        var span = text[_tokens[first].Start.._tokens[end - 1].End];
        return end < _tokens.Count && _tokens[end].Glued && _tokens[end].Text is ")" or "]" && (span.Contains('(', StringComparison.Ordinal) || span.Contains('[', StringComparison.Ordinal))
            ? text[_tokens[first].Start.._tokens[end].End]
            : span;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
