using System.Text.RegularExpressions;
using Woflo.Infrastructure.Postgres.Jobs;

namespace Woflo.Bench;

/// <summary>The worker's own hot statements as scripts of pgbench: what the server could do if the worker cost nothing.</summary>
internal static partial class Statements
{
    private const int Wanted = 500;

    // What each of the statements' parameters is in a script. A new one has to be added here: the translation refuses those it does not know.
    private static readonly Dictionary<string, string> Parameters = new()
    {
        ["type"] = "'ai_enrich'",
        ["after"] = ":after::uuid",
        ["exclusive"] = "false",
        ["limit"] = $"{Wanted}",
        ["fence"] = Fence,
        ["fences"] = $"array_fill({Fence}, array[{Wanted}])",
        ["lease"] = "interval '30 seconds'",
        ["worker"] = "'bench'",
        ["id"] = "(:ids::uuid[])[1]",
        ["ids"] = ":ids::uuid[]",
        ["status"] = "'succeeded'",
        ["given_back"] = "false",
        ["deferred"] = "false",
        ["delay"] = "null::interval",
        ["error"] = "null::text",
        ["failure_class"] = "null::text",
    };

    // One fence a batch, from pgbench's own random numbers: asking the server for one would be a round trip more.
    private const string Fence = "lpad(to_hex(:fence::bigint), 32, '0')::uuid";

    /// <summary>How many jobs one claim takes.</summary>
    public static int Batch => Claim.Contains("@limit", StringComparison.Ordinal) ? Wanted : 1;

    private static string Claim => JobSql.Claim;

    private static string Complete => JobSql.End;

    /// <summary>Claims a batch and completes it; each statement begins with a comment that names it.</summary>
    /// <param name="more">A statement more a batch.</param>
    public static string Script(string more = "") => $"""
        \set fence random(1, 9223372036854775807)
        /*claim*/ {Answering(Line(Claim), "coalesce(array_agg(id), '{}')::text as ids, coalesce((array_agg(org_id))[count(*)], :after::uuid)::text as after")} \gset
        /*complete*/ {Line(Complete)};
        {more}
        """;

    /// <summary>The values that a script's variables begin with.</summary>
    public static IReadOnlyList<string> Variables => ["-D", $"after={Guid.Empty}"];

    /// <summary>The claim as one client would send it, which begins at the first organisation.</summary>
    public static string ClaimOnce => Line(Claim).Replace(":fence", "1", StringComparison.Ordinal).Replace(":after", $"'{Guid.Empty}'", StringComparison.Ordinal);

    /// <summary>Has a statement's rows, whatever they are, answered as one row: its last part becomes a query named of the others.</summary>
    private static string Answering(string statement, string columns)
    {
        var main = VerbOf(statement);
        var (with, last) = (statement[..main].TrimEnd(), statement[main..]);
        return $"{(with.Length == 0 ? "with" : with + ",")} answered as ({last}) select {columns} from answered";
    }

    // Where the statement's own verb stands, behind its common table expressions: the first one outside all parentheses.
    private static int VerbOf(string statement)
    {
        var depth = 0;
        for (var at = 0; at < statement.Length; at++)
        {
            depth += statement[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0 && Verb().IsMatch(statement.AsSpan(at)) && (at == 0 || !char.IsLetterOrDigit(statement[at - 1])))
                return at;
        }
        throw new BenchException($"No verb in: {statement}");
    }

    // pgbench reads a statement to its semicolon, and names it by its first line.
    private static string Line(string sql)
    {
        var known = Parameter().Replace(Comment().Replace(sql, ""), parameter => Parameters.TryGetValue(parameter.Groups["name"].Value, out var value)
            ? value
            : throw new BenchException($"The statement has a parameter {parameter.Value} that bench/Statements.cs does not know."));
        return Blank().Replace(known, " ").Trim();
    }

    [GeneratedRegex(@"\G(select|update|insert|delete)\b", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Verb();

    [GeneratedRegex(@"(?<!@)@(?<name>[a-z_]+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Parameter();

    [GeneratedRegex("--[^\n]*", RegexOptions.None, 1_000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1_000)]
    private static partial Regex Blank();
}
