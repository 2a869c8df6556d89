using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Woflo.Domain.Enrichment;

/// <summary>What a number of the standards means, in our own words or in the shop's.</summary>
public sealed record FaultCodeName(string Name, JobCategory? Category);

/// <summary>Names of fault codes: ours, and over them those of a shop's own table. A number that is in neither has no name.</summary>
public sealed class FaultCodeTable
{
    public const int MaxSpn = 524_287;
    public const int MaxFmi = 31;
    public const int MaxSourceAddress = 255;

    /// <summary>From here on numbers are for manufacturers to assign: only a shop's own table may name them.</summary>
    public const int FirstManufacturerSpn = 516_096;

    /// <summary>Up to here a PID of J1587 is the SPN of the same number.</summary>
    private const int LastSharedPid = 511;

    /// <summary>A shop's own table ends here.</summary>
    public const int MaxEntries = 100_000;

    private const int MaxNameLength = 200;

    // Read when it is first asked: not every program asks.
    private readonly Lazy<Dictionary<string, FaultCodeName>> _names;

    private FaultCodeTable(Func<Dictionary<string, FaultCodeName>> names, string fingerprint = "") => (_names, Fingerprint) = (new(names), fingerprint);

    public static FaultCodeTable Standard { get; } = new(Shipped);

    /// <summary>Tells a shop's own table from others; empty where it says nothing.</summary>
    public string Fingerprint { get; }

    public FaultCodeName? Spn(int number) => Find("spn", number);

    public FaultCodeName? Fmi(int number) => Find("fmi", number);

    public FaultCodeName? SourceAddress(int number) => Find("sa", number);

    public FaultCodeName? Mid(int number) => Find("mid", number);

    /// <summary>A PID or SID of J1587. What a PPID or PSID means is the manufacturer's: only a shop's own table names it.</summary>
    public FaultCodeName? Parameter(string kind, int number) =>
        Find(kind, number) ?? (kind == "pid" && number <= LastSharedPid ? Spn(number) : null);

    /// <param name="code">In capitals, without a failure type: <c>P0420</c>.</param>
    public FaultCodeName? Obd(string code) => _names.Value.GetValueOrDefault(code);

    /// <summary>Reads a shop's own table, CSV with a line an entry: <c>spn,520372,Name in your words,aftertreatment</c>.
    /// The first field is spn, fmi, sa, mid, pid, sid, ppid, psid or obd; the category may be left out. Bad lines are named, all of them.</summary>
    public static FaultCodeTable Parse(IEnumerable<string> lines, out IReadOnlyList<string> errors)
    {
        var names = new SortedDictionary<string, FaultCodeName>(StringComparer.Ordinal);
        var bad = new List<string>();
        var number = 0;
        var entries = 0;
        foreach (var line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.TrimStart()[0] == '#' || (number == 1 && line.TrimStart().StartsWith("kind", StringComparison.OrdinalIgnoreCase)))
                continue;
            if (++entries > MaxEntries)
            {
                bad.Add(string.Create(CultureInfo.InvariantCulture, $"line {number}: more than {MaxEntries} entries"));
                break;
            }
            if (Entry(Fields(line), out var key, out var name) is { } error)
                bad.Add(string.Create(CultureInfo.InvariantCulture, $"line {number}: {error}"));
            else
                names[key] = name;
        }
        errors = bad;
        return names.Count == 0 ? Standard : new FaultCodeTable(() => Over(names), FingerprintOf(names));
    }

    private static Dictionary<string, FaultCodeName> Over(IEnumerable<KeyValuePair<string, FaultCodeName>> names)
    {
        var all = new Dictionary<string, FaultCodeName>(Standard._names.Value, StringComparer.Ordinal);
        foreach (var (key, name) in names)
            all[key] = name;
        return all;
    }

    /// <summary>Of what it says, not of how the file is written.</summary>
    private static string FingerprintOf(IEnumerable<KeyValuePair<string, FaultCodeName>> names)
    {
        var said = string.Join('\n', names.Select(entry => $"{entry.Key},{entry.Value.Category},{entry.Value.Name}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said)).AsSpan(0, 4));
    }

    private static string? Entry(List<string> fields, out string key, out FaultCodeName name)
    {
        key = "";
        name = new FaultCodeName("", null);
        if (fields.Count is < 3 or > 4)
            return "expected kind,number,name and perhaps a category, separated by commas (a name with a comma stands in double quotes)";
        var kind = fields[0].ToLowerInvariant();
        if (kind == "obd")
        {
            key = fields[1].ToUpperInvariant();
            if (key.Length != 5 || key[0] is not ('P' or 'C' or 'B' or 'U') || key[1] is not (>= '0' and <= '3') || !key[2..].All(char.IsAsciiHexDigitUpper))
                return "the number of an obd code is a letter P, C, B or U, a digit 0 to 3 and three hexadecimal digits, as in P0420";
        }
        else
        {
            var most = kind switch { "spn" => MaxSpn, "fmi" => MaxFmi, "sa" or "mid" => MaxSourceAddress, "pid" or "sid" or "ppid" or "psid" => 65_535, _ => -1 };
            if (most < 0)
                return "the kind is one of spn, fmi, sa, mid, pid, sid, ppid, psid, obd";
            if (!int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value > most)
                return string.Create(CultureInfo.InvariantCulture, $"the number of a {kind} is a whole number from 0 to {most}");
            key = Key(kind, value);
        }
        if (fields[2].Length is 0 or > MaxNameLength || fields[2].Any(char.IsControl))
            return string.Create(CultureInfo.InvariantCulture, $"the name has 1 to {MaxNameLength} characters");
        JobCategory? category = null;
        if (fields.Count == 4 && fields[3].Length > 0)
        {
            category = Spelling.Parse<JobCategory>(fields[3].ToLowerInvariant());
            if (category is null)
                return "the category is not one of " + string.Join(", ", Enum.GetValues<JobCategory>().Select(Spelling.Of));
        }
        name = new FaultCodeName(fields[2], category);
        return null;
    }

    /// <summary>Commas part fields; within double quotes they do not, and two of those are one.</summary>
    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                field.Append(line[++i]);
            else if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == ',' && !quoted)
                Flush();
            else
                field.Append(line[i]);
        }
        Flush();
        return fields;

        void Flush()
        {
            fields.Add(field.ToString().Trim());
            field.Clear();
        }
    }

    private FaultCodeName? Find(string kind, int number) => _names.Value.GetValueOrDefault(Key(kind, number));

    private static string Key(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}{number}");

    private static Dictionary<string, FaultCodeName> Shipped()
    {
        var names = new Dictionary<string, FaultCodeName>(StringComparer.Ordinal);
        foreach (var (file, kind) in new[] { ("spns.txt", "spn"), ("fmis.txt", "fmi"), ("addresses.txt", "sa"), ("j1587.txt", ""), ("obd.txt", "") })
        {
            foreach (var (section, line) in Table.Read(file))
            {
                // "100 Oil pressure", "MID 128 Engine", "P0420 Catalyst efficiency".
                var key = file == "j1587.txt" ? line[..3].ToLowerInvariant() + line[4..line.IndexOf(' ', 4)] : kind + line[..line.IndexOf(' ', StringComparison.Ordinal)];
                var name = line[(line.IndexOf(' ', file == "j1587.txt" ? 4 : 0) + 1)..];
                names.Add(key, new FaultCodeName(name, Spelling.Parse<JobCategory>(section)));
            }
        }
        return names;
    }
}

