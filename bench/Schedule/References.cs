using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Woflo.Bench.Schedule;

/// <summary>The best plans known of the generated shops, from long runs: a file of the repository, a line a shop.</summary>
internal sealed class References
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly string _file;
    private readonly SortedDictionary<string, Reference> _known;

    private References(string file)
    {
        _file = file;
        var known = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, Reference>>(File.ReadAllText(file), Json)! : [];
        _known = new SortedDictionary<string, Reference>(known, Comparer<string>.Create(ByNumber));
    }

    public static References Read() => new(Path.Combine(Root(), "bench/Schedule/references.json"));

    /// <summary>The repository's folder.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Woflo.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new BenchException("the bench runs from its repository only");
    }

    /// <summary>Null where none is known, or one of another shop by that name.</summary>
    public Reference? Of(string name, int seed, string shop) => _known.TryGetValue(Key(name, seed), out var reference) && reference.Shop == shop ? reference : null;

    /// <returns>Whether that is better than what was known, and now stands in the file.</returns>
    public bool Offer(string name, int seed, Reference found)
    {
        if (Of(name, seed, found.Shop) is { } known && !found.IsBetterThan(known) && (known.IsBetterThan(found) || known.IsProven || !found.IsProven))
            return false;
        _known[Key(name, seed)] = found;
        // All at once, so that an end meanwhile loses nothing.
        var lines = _known.Select(k => $"  {JsonSerializer.Serialize(k.Key)}: {JsonSerializer.Serialize(k.Value, Json)}");
        File.WriteAllText(_file + ".new", $"{{\n{string.Join(",\n", lines)}\n}}\n");
        File.Move(_file + ".new", _file, overwrite: true);
        return true;
    }

    private static string Key(string name, int seed) => string.Create(CultureInfo.InvariantCulture, $"{name}/{seed}");

    private static int ByNumber(string a, string b) => string.CompareOrdinal(Padded(a), Padded(b));

    private static string Padded(string key) => Regex.Replace(key, "[0-9]+", m => m.Value.PadLeft(6, '0'), RegexOptions.None, TimeSpan.FromSeconds(1));
}

/// <param name="Shop">The shop's fingerprint.</param>
/// <param name="LeftOut">Level 1.</param>
/// <param name="Lateness">Level 2.</param>
internal sealed record Reference(string Shop, long LeftOut, long Lateness, bool IsProven)
{
    public bool IsBetterThan(Reference other) => LeftOut < other.LeftOut || (LeftOut == other.LeftOut && Lateness < other.Lateness);
}
