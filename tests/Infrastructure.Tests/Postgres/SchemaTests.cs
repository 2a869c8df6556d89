using System.Diagnostics;
using System.Text.RegularExpressions;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Postgres;

public sealed partial class SchemaTests
{
    private static string SchemaFile { get; } = Path.Combine(Repository.Root, "db", "schema.sql");

    [Fact]
    public async Task The_reviewed_schema_is_what_the_migrations_build()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var database = await TestDatabase.Create();
        var server = (await database.Scalar<string>("show server_version", cancellation))!.Split('.', ' ')[0];
        var pgDump = await FindPgDump(server, cancellation);
        if (pgDump is null)
            Assert.Skip($"no pg_dump of the server's major version {server} is here");

        var schema = Normalise(await Run(
            pgDump, ["--schema-only", "--no-owner", "--no-privileges", "--no-comments", database.Url], cancellation));

        // build/schema writes it; the next commit shows what changed.
        if (Environment.GetEnvironmentVariable("WOFLO_WRITE_SCHEMA") == "1")
            await File.WriteAllTextAsync(SchemaFile, schema, cancellation);
        Assert.True(schema == await File.ReadAllTextAsync(SchemaFile, cancellation), "db/schema.sql differs from what the migrations build: run build/schema and review the change.");
    }

    // Without what varies from one pg_dump to the next: comments, session settings, the random key of psql's restricted mode.
    private static string Normalise(string dump)
    {
        var lines = dump.ReplaceLineEndings("\n").Split('\n')
            .Where(line => !line.StartsWith("--", StringComparison.Ordinal) && !line.StartsWith("SET ", StringComparison.Ordinal)
                && !line.StartsWith("SELECT pg_catalog.set_config", StringComparison.Ordinal) && !line.StartsWith('\\'));
        return "-- What db/migrations build from an empty database. Written by build/schema; a test holds it to them.\n\n"
            + BlankLines().Replace(string.Join('\n', lines), "\n\n").Trim() + "\n";
    }

    private static async Task<string?> FindPgDump(string major, CancellationToken cancellation)
    {
        foreach (var candidate in new[] { $"/usr/lib/postgresql/{major}/bin/pg_dump", "pg_dump" })
        {
            try
            {
                if (Version().Match(await Run(candidate, ["--version"], cancellation)).Groups["major"].Value == major)
                    return candidate;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // Not there.
            }
        }
        return null;
    }

    private static async Task<string> Run(string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = process.StandardError.ReadToEndAsync(cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, $"{program}: {await said}");
        return output;
    }

    [GeneratedRegex(@"\n{3,}", RegexOptions.None, 10_000)]
    private static partial Regex BlankLines();

    [GeneratedRegex(@" (?<major>\d+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Version();
}
