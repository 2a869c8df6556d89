using Woflo.Application.Enrichment;
using Woflo.Application.Jobs;
using Woflo.Application.Scheduling;
using Woflo.Application.Settings;
using Woflo.Infrastructure.Postgres;
using Woflo.Worker;

namespace Woflo.Application.Tests.Settings;

/// <summary>The README's table of settings is written by hand and held to the lines that read them.</summary>
public sealed class The_readme
{
    /// <summary>Whose default depends on the machine or is long, and how the README puts it.</summary>
    private static readonly Dictionary<string, string> Said = new()
    {
        ["WOFLO_SOLVER_WORKERS"] = "one a core, at most 64",
        ["WOFLO_OBJECTIVE"] = "the table in [docs/scheduling.md](docs/scheduling.md)",
    };

    [Fact]
    public void Names_each_setting_once_with_its_default()
    {
        var settings = new SettingsReader(_ => null);
        QueueOptions.Read(settings);
        SchedulingOptions.Read(settings);
        EnrichmentOptions.Read(settings);
        WorkerOptions.Read(settings);
        settings.Secret(DatabaseUrl.Variable, "");
        var expected = settings.Read.DistinctBy(setting => setting.Name)
            .Select(setting => (setting.Name, Said.GetValueOrDefault(setting.Name, setting.Default.Length > 0 ? $"`{setting.Default}`" : "–")))
            .Order().ToList();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, Table().Order());
    }

    private static IEnumerable<(string Name, string Default)> Table() => File.ReadLines(Path.Combine(Root(), "README.md"))
        .SkipWhile(line => line != "## Settings").Skip(1)
        .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Select(cells => (cells[1].Trim('`'), cells[2]));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Woflo.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("Woflo.sln is in no folder above the tests.");
        return folder.FullName;
    }
}
