using System.Globalization;
using System.Text.RegularExpressions;

namespace Woflo.Bench;

/// <summary>Runs a script with pgbench, its statements prepared.</summary>
internal sealed partial class Pgbench(string program, string folder)
{
    /// <param name="length">For instance <c>-t 100</c> (transactions a client) or <c>-T 5</c> (seconds).</param>
    public async Task<Outcome> Run(Database database, string script, int clients, string length, IEnumerable<string>? variables = null)
    {
        var file = Path.Combine(folder, "script.pgb");
        await File.WriteAllTextAsync(file, script);
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(database.Dsn);
        var count = clients.ToString(CultureInfo.InvariantCulture);
        var threads = Math.Min(clients, Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture);
        var output = await Child.Output(
            "pgbench",
            [program, "-n", "-M", "prepared", "-f", file, "-c", count, "-j", threads, .. length.Split(' '), .. variables ?? []],
            new Dictionary<string, string>
            {
                ["PGHOST"] = settings.Host!,
                ["PGPORT"] = settings.Port.ToString(CultureInfo.InvariantCulture),
                ["PGUSER"] = settings.Username!,
                ["PGPASSWORD"] = settings.Password!,
                ["PGDATABASE"] = settings.Database!,
            });
        return new Outcome(
            Number(Rate().Match(output)),
            (int)Number(Transactions().Match(output)));
    }

    private static double Number(Match match) => double.Parse(match.Groups["n"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^tps = (?<n>[\d.]+) \(without initial", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Rate();

    [GeneratedRegex(@"actually processed: (?<n>\d+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Transactions();

    /// <param name="PerSecond">Transactions a second, connecting left out.</param>
    public sealed record Outcome(double PerSecond, int Transactions)
    {
        public double Seconds => Transactions / PerSecond;
    }
}
