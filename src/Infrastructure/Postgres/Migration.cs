using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Woflo.Infrastructure.Postgres;

/// <summary>One numbered file of db/migrations. Its first line may give it a course of its own:
/// <c>-- concurrently: schema.index</c> (one statement, outside a transaction, that builds this index) or
/// <c>-- not additive</c> (programs that do not know it must not work with the result).</summary>
internal sealed partial record Migration(int Number, string Name, string Sql)
{
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Normalise(Sql))));

    public string? ConcurrentIndex { get; } = ConcurrentHeader().Match(Sql) is { Success: true } match ? match.Groups["index"].Value : null;

    public bool IsAdditive { get; } = !Sql.StartsWith("-- not additive", StringComparison.Ordinal);

    /// <summary>The files this program was built with, in order.</summary>
    public static IReadOnlyList<Migration> Embedded { get; } = Load(typeof(Migration).Assembly);

    private static Migration[] Load(Assembly assembly)
    {
        var migrations = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("migrations/", StringComparison.Ordinal))
            .Select(name =>
            {
                var file = name["migrations/".Length..];
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return new Migration(int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture), file, reader.ReadToEnd());
            })
            .OrderBy(migration => migration.Number)
            .ToArray();
        for (var i = 0; i < migrations.Length; i++)
        {
            if (migrations[i].Number != i + 1)
                throw new InvalidOperationException($"db/migrations: {migrations[i].Name} is file {i + 1}; numbers must be whole and without gaps.");
        }
        return migrations;
    }

    // The same file, checked out on another system, has other line endings.
    private static string Normalise(string sql) => sql.TrimStart('\uFEFF').ReplaceLineEndings("\n").TrimEnd();

    [GeneratedRegex(@"\A-- concurrently: (?<index>[a-z_]+\.[a-z_0-9]+)\s", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex ConcurrentHeader();
}
