using System.Globalization;
using Woflo.Domain.Enrichment;

namespace Woflo.Bench.Enrich;

/// <summary>Strings with fault codes as a shop floor writes them, and strings with numbers that are none, each with the truth.
/// Composed from printed forms and sentences; knows nothing of how the parser reads.</summary>
internal static class FaultCodeStrings
{
    /// <param name="Codes">"SPN 100 FMI 1", "SPN 100 FMI 1|sa 0|oc 3", "P0420", "MID 128 PID 110 FMI 0".</param>
    internal sealed record Sample(string Form, string Text, IReadOnlyList<string> Codes);

    /// <summary>A code found, written as the truth is.</summary>
    public static string Truth(FaultCode code) =>
        code.Code + (code.SourceAddress is { } source ? $"|sa {source}" : "") + (code.Occurrences is { } count ? $"|oc {count}" : "");

    private sealed record Pair(int Spn, int Fmi, int? Sa = null, int? Oc = null)
    {
        public string Expected => string.Create(CultureInfo.InvariantCulture, $"SPN {Spn} FMI {Fmi}") + (Sa is { } sa ? $"|sa {sa}" : "") + (Oc is { } oc ? $"|oc {oc}" : "");
    }

    private static readonly int[] Spns =
        [27, 84, 91, 94, 97, 100, 102, 105, 107, 110, 111, 157, 158, 168, 171, 190, 191, 411, 412, 521, 597, 629, 639, 641, 651, 656, 723, 789, 792, 1127, 1172, 1231, 1569, 1761, 2029, 2789, 2791, 2797,
         3031, 3216, 3226, 3241, 3242, 3246, 3251, 3361, 3362, 3363, 3364, 3510, 3521, 3556, 3597, 3609, 3610, 3696, 3703, 3719, 3720, 3936, 4076, 4094, 4331, 4334, 4354, 4360, 4364, 4376, 4765, 4766, 4792,
         5018, 5246, 5298, 5394, 5484, 5491, 5571, 5743, 5839, 6301, 6802, 7848, 516_210, 520_372, 523_613, 524_033];

    /// <summary>A form, and what it prints; <c>{0}</c> is the SPN, <c>{1}</c> the FMI.</summary>
    private static readonly (string Name, string Print)[] Forms =
    [
        ("spn fmi", "SPN {0} FMI {1}"), ("lower glued", "spn{0} fmi{1}"), ("glued dash", "spn{0}-fmi{1}"), ("colons", "SPN: {0}, FMI: {1}"), ("colons tight", "SPN:{0} FMI:{1}"),
        ("slash", "SPN {0}/{1}"), ("slash spaced", "SPN {0} / {1}"), ("dash", "SPN-{0}-{1}"), ("dash tight", "SPN {0}-{1}"), ("equals", "SPN={0};FMI={1}"), ("hash", "SPN#{0} FMI#{1}"),
        ("parens", "SPN {0} (FMI {1})"), ("brackets", "[SPN {0} FMI {1}]"), ("with", "SPN {0} with FMI {1}"), ("w/", "spn {0} w/ fmi {1}"), ("con", "SPN {0} con FMI {1}"),
        ("number first", "{0} FMI {1}"), ("number first slash", "{0}/FMI {1}"), ("code number fmi", "code {0} fmi {1}"), ("Spanish", "codigo SPN {0} FMI {1}"), ("Spanish accent", "código SPN {0}, FMI {1}"),
        ("code slash", "code {0}/{1}"), ("fault code slash", "fault code {0}/{1}"), ("dtc dot", "DTC {0}.{1}"), ("dtc dash", "DTC: {0}-{1}"), ("codigo slash", "codigo {0}/{1}"),
        ("s/f", "S/F {0} {1}"), ("s/f slash", "s/f {0}/{1}"), ("s f colons", "S:{0} F:{1}"), ("reversed", "FMI {1} SPN {0}"), ("reversed comma", "FMI: {1}, SPN: {0}"),
        ("lines", "SPN {0}\nFMI {1}"), ("lines colons", "SPN: {0}\r\nFMI: {1}\r\n"), ("tab", "SPN\t{0}\tFMI\t{1}"), ("spn/fmi", "SPN/FMI {0}/{1}"), ("spn fmi both", "SPN-FMI: {0}-{1}"),
        ("space", "SPN {0} {1}"), ("en dash", "SPN {0} \u2013 FMI {1}"), ("zeros", "SPN 00{0} FMI 0{1}"), ("dots", "S.P.N. {0} F.M.I. {1}"), ("no. ", "SPN no. {0} FMI no. {1}"), ("caps run", "SPN{0}FMI{1}"),
        ("semicolon", "spn {0}; fmi {1}"), ("underscore", "SPN_{0}_FMI_{1}"), ("comma no space", "SPN {0},FMI {1}"),
    ];

    private static readonly string[] Before =
    [
        "", "", "Truck has ", "Driver reports CEL on, ", "Check engine light. ", "Came in with ", "ECM shows ", "Active: ", "Hooked up laptop, found ", "Derated to 5 mph ", "Unit 4521 - ", "388,400 miles. ",
        "Camion trae ", "Sale ", "prende el foco del motor, ", "Low power on grades. ", "Towed in 10/26, ", "PM-A due. Also ", "Steer tires 295/75R22.5 at 6/32. ", "Inv 88213. ", "2018 Cascadia DD15: ", "Customer states regen fails;\n",
        "Insite pulled ", "stored ", "DEF light w/ ", "torqued lugs to 450 ft lbs, ", "p/n 4326868RX replaced last month. ",
    ];

    private static readonly string[] After =
    [
        "", "", ".", " active", " inactive", ", check and advise", " on scan", " after regen", " when cold", "; replace sensor", "\nCustomer waiting", " and low power", " - needs forced regen", " se apaga a veces", " please check",
        ". 250 psi oil", ". Call 3/4 done", ", truck derated", ", at 110 psi", ". Tread 7/32 LF", ", parked regen x2 failed", " keeps coming back", " y no tiene fuerza", "! 2 batteries bad too", ". PO 77120", ", came on 11/3",
    ];

    private static readonly string[] Negatives =
    [
        "Appointment {d}/{m}", "Completed {d}/{m}/2026 by night shift", "Wheel torque {t}/{u} ft lbs", "Tire size 295/75R22.5 on drives", "11R22.5 steer, {n}/32 tread", "275/70R22.5 and 255/70R22.5 mixed", "Odometer {k},{h} mi",
        "Odometer {k}{h}", "PSI {t} / {u} on both tanks", "Air builds 85-100 psi in {n} sec", "Use {n}/16 bolt and 3/4 socket", "1/2 tank fuel, 3/4 DEF", "Part number {k}-{n}", "P/N {h}{k}RX on order", "P/N C1{h}", "part B2{h}-{n}",
        "Unit {h} parked in bay {n}", "Unit {h}/{n} and trailer 53{h}", "Invoice {k}/{n}", "Invoice # {h}-{n}", "PO {h}/{n} approved", "RO {k}, page {n}/{m}", "Call ext {h}/{n}", "ask for 555-01{n}", "BP 120/80 driver physical {d}/{m}",
        "24/7 road call", "rate 3.73 rear, 18 speed", "18 wheeler, 2 axles, 8 lugs", "coolant mix 50/50", "Oil 15W-40, {n} gal", "Ratio 3.{h}", "Torque 100/110", "Battery 12.{n} volts, 650/700 CCA", "Load {h} to Dallas by {d}-{m}",
        "Seal 370/{n}65A", "bearing set 4{n}3 / 5{n}2", "MC {k}, DOT {h}{k}", "exit 24 mile {t}", "brakes 40/30 percent left", "hub seal 35{n}/{t}", "Labor 2.5 hrs @ {t}.50", "Total {h}.{n} due", "Serial {k}/{h}", "Grease every {k} mi",
        "Kenworth T680 2019/{n}", "Built 2021/{m}", "filter FF{h}, LF{k}", "belt 8PK{h}", "hose 3/8 to 5/8", "king pin .125/.250 play", "tow bill {h}.{n}", "code of door is {h}", "gate code {h}{n}", "zip code 75{n}01", "fault of driver, {n} days",
        "rim 22.5 x 8.25", "Model C1500 van", "Chevy C2500 shop truck", "Volvo D13, I-shift", "dock B12, door C104", "Spec {t}/{u}/{n}", "mid 2020 build", "side mid 128 box", "refund code needed", "DTC none", "no fault codes found, {n}/{m} checked",
        "No codes. Road tested {n} miles", "codes cleared {d}/{m}", "SPN unknown, FMI unknown", "SPN 999999 FMI 4", "SPN 100 FMI 77", "FMI 3", "spn?", "SA 0", "oc 4", "sid called at {n}", "S. {h} F St", "rev 5/{n}",
    ];

    private static readonly string[] Obd =
        ["P0420", "P0087", "P0299", "P20EE", "P2463", "P0700", "U0100", "U0121", "U0073", "P203F", "P242F", "P0128", "P2002", "P0401", "P0171", "P1211", "U0155", "P0562"];

    private static readonly string[] Chassis = ["C0035", "C0265", "B1325", "B0001", "C1234", "C0110"];

    public static IReadOnlyList<Sample> Generate(int count, int seed)
    {
        var random = new Random(seed);
        var samples = new List<Sample>(count);
        while (samples.Count < count)
        {
            samples.Add((samples.Count % 20) switch
            {
                < 8 => Single(random),
                < 10 => WithExtras(random),
                < 13 => Several(random),
                13 => Misread(random),
                14 => ObdCode(random),
                15 => Older(random),
                _ => Negative(random),
            });
        }
        return samples;
    }

    private static Sample Single(Random random)
    {
        var (name, print) = Pick(random, Forms);
        var pair = APair(random);
        return Framed(random, name, Print(print, pair), [pair]);
    }

    private static Sample WithExtras(Random random)
    {
        var pair = APair(random) with { Sa = random.Next(3) > 0 ? Pick(random, [0, 3, 11, 61, 85]) : null, Oc = random.Next(3) > 0 ? random.Next(1, 127) : null };
        var (name, print) = Pick(random, Forms.Where(form => !form.Name.StartsWith("lines colons", StringComparison.Ordinal) && !form.Name.StartsWith("bracket", StringComparison.Ordinal)).ToArray());
        var text = Print(print, pair);
        var tail = new List<string>();
        if (pair.Sa is { } sa)
            tail.Add(Pick(random, [$"SA {sa}", $"SA: {sa}", $"sa{sa}", $"source {sa}", $"Source address {sa}", $"SRC {sa}", $"S/A {sa}"]));
        if (pair.Oc is { } oc)
            tail.Add(Pick(random, [$"OC {oc}", $"(OC {oc})", $"oc: {oc}", $"x{oc}", $"count {oc}", $"OC={oc}", $"{oc} times", $"({oc}x)", $"occurrences: {oc}", $"{oc} veces", $"occurrence count {oc}"]));
        if (random.Next(2) == 0)
            tail.Reverse();
        // A bare number behind a bare number ("SPN 100 1 5 times") nobody writes.
        var sign = Pick(random, [" ", ", ", " - ", "; "]);
        if (print.EndsWith(" {1}", StringComparison.Ordinal) && !print.Contains("FMI", StringComparison.OrdinalIgnoreCase) && tail.Count > 0 && char.IsAsciiDigit(tail[0][0]))
            sign = ", ";
        text += tail.Count == 0 ? "" : sign + string.Join(Pick(random, [" ", ", "]), tail);
        return Framed(random, name + " with extras", text, [pair]);
    }

    private static Sample Several(Random random)
    {
        var a = APair(random);
        var b = APair(random, a.Spn);
        var c = APair(random, a.Spn, b.Spn);
        var (f, g) = ((a.Fmi + 5) % 22, (a.Fmi + 9) % 22);
        (string Name, string Text, Pair[] Pairs)[] lists =
        [
            ("fmi list", $"SPN {a.Spn} FMI {a.Fmi}, {f} and {g}", [a, a with { Fmi = f }, a with { Fmi = g }]),
            ("fmi list &", $"SPN {a.Spn} FMI {a.Fmi} & {f}", [a, a with { Fmi = f }]),
            ("fmi list slash", $"SPN {a.Spn} FMI {a.Fmi}/{f}", [a, a with { Fmi = f }]),
            ("fmi list y", $"SPN {a.Spn} FMI {a.Fmi} y {f}", [a, a with { Fmi = f }]),
            ("spn list", $"SPNs {a.Spn}/{b.Spn} FMI {a.Fmi}", [a, b with { Fmi = a.Fmi }]),
            ("spn list and", $"SPN {a.Spn} and {b.Spn} FMI {a.Fmi}", [a, b with { Fmi = a.Fmi }]),
            ("spn list three", $"SPNs {a.Spn}, {b.Spn} and {c.Spn}, FMI {a.Fmi}", [a, b with { Fmi = a.Fmi }, c with { Fmi = a.Fmi }]),
            ("pairs", $"codes {a.Spn}/{a.Fmi}, {b.Spn}/{b.Fmi} and {c.Spn}/{c.Fmi}", [a, b, c]),
            ("pairs spn", $"SPN {a.Spn}/{a.Fmi}, {b.Spn}/{b.Fmi}", [a, b]),
            ("pairs amp", $"fault codes: {a.Spn}/{a.Fmi} & {b.Spn}/{b.Fmi}", [a, b]),
            ("labelled", $"SPN {a.Spn} FMI {a.Fmi}, SPN {b.Spn} FMI {b.Fmi}", [a, b]),
            ("labelled semicolon", $"spn{a.Spn} fmi{a.Fmi};spn{b.Spn} fmi{b.Fmi};spn{c.Spn} fmi{c.Fmi}", [a, b, c]),
            ("labelled lines", $"SPN {a.Spn} FMI {a.Fmi}\nSPN {b.Spn} FMI {b.Fmi}\nSPN {c.Spn} FMI {c.Fmi}", [a, b, c]),
            ("numbered lines", $"1) SPN {a.Spn} FMI {a.Fmi}\n2) SPN {b.Spn} FMI {b.Fmi}", [a, b]),
            ("number first", $"{a.Spn} FMI {a.Fmi}, {b.Spn} FMI {b.Fmi}", [a, b]),
            ("with counts", $"SPN {a.Spn} FMI {a.Fmi} x4, SPN {b.Spn} FMI {b.Fmi} x2", [a with { Oc = 4 }, b with { Oc = 2 }]),
            ("with addresses", $"SA 0 SPN {a.Spn} FMI {a.Fmi}, SA 61 SPN {b.Spn} FMI {b.Fmi}", [a with { Sa = 0 }, b with { Sa = 61 }]),
            ("columns", $"SPN FMI OC\n{a.Spn} {a.Fmi} 3\n{b.Spn} {b.Fmi} 1", [a with { Oc = 3 }, b with { Oc = 1 }]),
            ("columns bars", $"SA | SPN | FMI\n0 | {a.Spn} | {a.Fmi}", []),
            ("and also", $"SPN {a.Spn} FMI {a.Fmi} and also SPN {b.Spn} FMI {b.Fmi}", [a, b]),
            ("mixed", $"SPN {a.Spn} FMI {a.Fmi} and P0087", [a]),
        ];
        var (name, text, pairs) = Pick(random, lists.Where(list => list.Name != "columns bars").ToArray());
        var sample = Framed(random, "list: " + name, text, pairs);
        return name == "mixed" ? sample with { Codes = [.. sample.Codes, "P0087"] } : sample;
    }

    /// <summary>O for 0 and l for 1.</summary>
    private static Sample Misread(Random random)
    {
        var pair = APair(random);
        var spn = pair.Spn.ToString(CultureInfo.InvariantCulture);
        var fmi = pair.Fmi.ToString(CultureInfo.InvariantCulture);
        // The first digit of an SPN stays: a scanner's first digit misread makes it no number at all.
        var text = random.Next(4) switch
        {
            0 => $"SPN {spn[0]}{spn[1..].Replace('0', 'O')} FMI {fmi.Replace('0', 'O')}",
            1 => $"SPN {spn[0]}{spn[1..].Replace('0', 'o')} FMI {fmi}",
            2 => $"SPN {spn[0]}{spn[1..].Replace('1', 'l')} FMI {fmi}",
            _ => $"SPN:{spn[0]}{spn[1..].Replace('0', 'O').Replace('1', 'I')} FMI:{fmi}",
        };
        return Framed(random, "misread", text, [pair]);
    }

    private static Sample ObdCode(Random random)
    {
        var code = Pick(random, Obd);
        var (text, truth) = random.Next(11) switch
        {
            0 => (code, code),
            1 => (code.ToLowerInvariant(), code),
            2 => ($"code {code[0]} {code[1..]}", code),
            3 => ($"{code}-00", code + "-00"),
            4 => ($"code {code[0]}-{code[1..]}", code),
            5 => ($"{code[0]}{code[1..].Replace('0', 'O')}", code),
            6 => ($"codes {code}, C0035", code + ";C0035"),
            7 => ($"{code}/P0606", code + ";P0606"),
            8 => ($"dtc {Pick(random, Chassis)}", ""),
            9 => ($"({code})", code),
            _ => ($"DTC: {code};", code),
        };
        if (truth.Length == 0)
            truth = text[4..];
        // All letters where digits were read as such: nobody can tell.
        if (text.Count(char.IsAsciiDigit) < 2)
            (text, truth) = (code, code);
        return new Sample("obd", Pick(random, Before) + text + Pick(random, After), truth.Split(';').Distinct().ToArray());
    }

    private static Sample Older(Random random)
    {
        var mid = Pick(random, [128, 130, 136, 137, 140, 144]);
        var number = random.Next(1, 256);
        var fmi = random.Next(0, 15);
        var kind = Pick(random, ["PID", "SID", "PPID", "PSID"]);
        var truth = $"MID {mid} {kind} {number} FMI {fmi}";
        var (text, expected) = random.Next(8) switch
        {
            0 => ($"MID {mid} {kind} {number} FMI {fmi}", truth),
            1 => ($"mid{mid} {kind.ToLowerInvariant()}{number} fmi{fmi}", truth),
            2 => ($"MID: {mid}, {kind}: {number}, FMI: {fmi}", truth),
            3 => ($"MID {mid}/{kind} {number}/FMI {fmi}", truth),
            4 => ($"{mid} MID {number} {kind} {fmi} FMI", truth),
            5 => ($"{kind} {number} FMI {fmi}", $"{kind} {number} FMI {fmi}"),
            6 => ($"MID {mid}-{kind} {number}-FMI {fmi}", truth),
            _ => ($"MID {mid} {kind} {number} FMI {fmi}, SID 254 FMI 12", truth + $";MID {mid} SID 254 FMI 12"),
        };
        return new Sample("mid", Pick(random, Before) + text + Pick(random, After), expected.Split(';').Distinct().ToArray());
    }

    private static Sample Negative(Random random)
    {
        var parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, Negatives)).Distinct();
        return new Sample("none", Fill(random, string.Join(Pick(random, [". ", ", ", "\n", "; "]), parts)), []);
    }

    private static string Fill(Random random, string text)
    {
        foreach (var (mark, low, high) in new[] { ("{d}", 1, 13), ("{m}", 1, 32), ("{t}", 80, 200), ("{u}", 80, 500), ("{n}", 1, 17), ("{k}", 100, 990), ("{h}", 100, 1000) })
        {
            while (text.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at)
                text = string.Concat(text.AsSpan(0, at), random.Next(low, high).ToString(CultureInfo.InvariantCulture), text.AsSpan(at + mark.Length));
        }
        return text;
    }

    private static Sample Framed(Random random, string form, string text, IReadOnlyList<Pair> pairs) =>
        new(form, Pick(random, Before) + text + Pick(random, After), pairs.Select(pair => pair.Expected).Distinct().ToArray());

    private static string Print(string print, Pair pair) => string.Format(CultureInfo.InvariantCulture, print, pair.Spn, pair.Fmi);

    private static Pair APair(Random random, params int[] not)
    {
        while (true)
        {
            var spn = Pick(random, Spns);
            if (!not.Contains(spn))
                return new Pair(spn, random.Next(0, 22));
        }
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> of) => of[random.Next(of.Count)];
}
