using System.Text.RegularExpressions;
using Woflo.Infrastructure.Postgres.Jobs;

namespace Woflo.Bench;

/// <summary>The worker's own hot statements as scripts of pgbench: what the server could do if the worker cost nothing.</summary>
internal static partial class Statements
{
    public const int Batch = 500;

    // What each of the statements' parameters is in a script; the translation refuses those it does not know.
    private static readonly string Claim = Translate(JobSql.Claim, new()
    {
        ["type"] = "'ai_enrich'",
        ["wanted"] = $"{Batch}",
        ["lease"] = "interval '30 seconds'",
        ["worker"] = "'bench'",
        ["after"] = ":after::uuid",
        ["ahead"] = ":ahead::integer",
        ["orgs"] = ":orgs",
        ["below"] = ":below",
        ["run_afters"] = ":run_afters",
    });

    private static readonly string Complete = Translate(JobSql.Succeed, new() { ["ids"] = ":ids::uuid[]", ["fences"] = ":fences::uuid[]" });

    private static readonly Dictionary<string, string> FromStart = new()
    {
        ["after"] = $"{Guid.Empty}",
        ["ahead"] = "1",
        ["orgs"] = "{}",
        ["below"] = $"{{{Guid.AllBitsSet}}}",
        ["run_afters"] = "{}",
    };

    // The places where the next claim goes on, as ClaimCursor keeps them: of each organisation a second before the last row taken.
    private const string Positions = """
        select coalesce(array_agg(org_id order by org_id), '{}')::text as orgs,
               (coalesce(array_agg((lpad(to_hex(('x' || right(org_id::text, 8))::bit(32)::int - 1), 32, '0'))::uuid order by org_id), '{}')
                 || 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)::text as below,
               coalesce(array_agg(run_after order by org_id), '{}')::text as run_afters
          from (select org_id, max(run_after) as run_after from (
                  select org_id, run_after - interval '1 second' as run_after from answered
                   union all
                  select * from unnest(:orgs::uuid[], :run_afters::timestamptz[])) taken
                 group by org_id) last
        """;

    private const string Served = """
        select coalesce(array_agg(id), '{}')::text as ids, coalesce(array_agg(fence), '{}')::text as fences,
               coalesce((array_agg(org_id order by org_id <= :after::uuid desc, org_id desc))[1]::text, :after) as after
          from answered
        """;

    /// <summary>Claims a batch and completes it.</summary>
    public static string Script => $"""
        {Answering(Claim, $"served.*, positions.*, {Ahead} as ahead from ({Served}) served, ({Positions}) positions")} \gset
        {Complete};
        """;

    private const string Ahead = "1 + (select count(*) from unnest(positions.orgs::uuid[]) org where org <= served.after::uuid)";

    /// <summary>The values that a script's variables begin with.</summary>
    public static IEnumerable<string> Variables => FromStart.SelectMany(variable => new[] { "-D", $"{variable.Key}={variable.Value}" });

    /// <summary>The claim as a client would send it that begins at the first organisation and has no positions.</summary>
    public static string ClaimOnce => FromStart.Aggregate(Claim, (sql, variable) => Regex.Replace(
        sql, $@"(?<!:):{variable.Key}\b", $"'{variable.Value}'", RegexOptions.None, TimeSpan.FromSeconds(1)));

    /// <summary>Has a statement answer with something else: its last part becomes the query <c>answered</c>, from which that is selected.</summary>
    private static string Answering(string statement, string columns)
    {
        var main = VerbOf(statement);
        var (with, last) = (statement[..main].TrimEnd(), statement[main..]);
        return Blank().Replace($"{(with.Length == 0 ? "with" : with + ",")} answered as ({last}) select {columns}", " ");
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

    private static string Translate(string sql, Dictionary<string, string> parameters)
    {
        var known = Parameter().Replace(Comment().Replace(sql, ""), parameter => parameters.TryGetValue(parameter.Groups["name"].Value, out var value)
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
