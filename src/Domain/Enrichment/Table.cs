namespace Woflo.Domain.Enrichment;

/// <summary>A table of ours, shipped inside the assembly: a line an entry, <c>#</c> begins a comment, <c>[section]</c> holds for the lines below it.</summary>
internal static class Table
{
    public static IEnumerable<(string Section, string Line)> Read(string name)
    {
        using var stream = typeof(Table).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly holds no table {name}.");
        using var reader = new StreamReader(stream);
        var section = "";
        while (reader.ReadLine() is { } line)
        {
            line = line.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] == '[')
                section = line[1..^1];
            else
                yield return (section, line);
        }
    }
}
