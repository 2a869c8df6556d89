using System.Globalization;
using Woflo.Application.Scheduling;

namespace Woflo.Bench.Schedule;

/// <summary>A case of the bench: shops of one kind, and what is measured of their plans.</summary>
internal abstract record ScheduleRow(string Name, string Meaning)
{
    public abstract Task Measure(ScheduleRun run);
}

/// <summary>One run of the bench: what its cases share.</summary>
/// <param name="JobShops">The folder of the job-shop files; null: none.</param>
/// <param name="Raw">Every single figure, for the JSON file.</param>
internal sealed record ScheduleRun(
    ShopPlanner Planner, References References, Report Report, bool Quick, int? AskedSeeds, string? JobShops, List<object> Raw, Action<string> Say)
{
    public const int AllSeeds = 20;

    public IEnumerable<int> Seeds(int ofAQuickRun) => Enumerable.Range(1, AskedSeeds ?? (Quick ? ofAQuickRun : AllSeeds));

    public double Seconds(double full, double quick) => Quick ? quick : full;

    /// <summary>On so many seeds other models are measured beside ours.</summary>
    public bool HasOthers(int seed, double seconds) => seed <= (Quick ? seconds > 10 ? 0 : 1 : seconds > 10 ? 2 : 5);

    public void Share(string row, string name, IReadOnlyCollection<bool> of, double? atLeast = null)
    {
        if (of.Count > 0)
            Figure(row, name, "%", 100.0 * of.Count(x => x) / of.Count, atLeast, isAtMost: false, $"{of.Count(x => x)} of {of.Count}");
    }

    public void Mean(string row, string name, string unit, IReadOnlyCollection<double> values, double? atMost = null)
    {
        if (values.Count > 0)
            Figure(row, name, unit, values.Average(), atMost, isAtMost: true, Worst(values));
    }

    /// <summary>Median and 95th percentile; the goal is the latter's.</summary>
    public void Quantiles(string row, string name, string unit, IReadOnlyCollection<double> values, double? atMost = null)
    {
        if (values.Count == 0)
            return;
        Figure(row, $"{name}, p50", unit, Quantile(values, 0.5), null, isAtMost: true, "");
        Figure(row, $"{name}, p95", unit, Quantile(values, 0.95), atMost, isAtMost: true, Worst(values));
    }

    public void Figure(string row, string name, string unit, double value, double? goal, bool isAtMost, string note)
    {
        var isMet = goal is not { } limit || (isAtMost ? value <= limit : value >= limit);
        var verdict = goal is null ? "" : string.Create(CultureInfo.InvariantCulture, $"goal {(isAtMost ? "≤" : "≥")} {goal}: {(isMet ? "met" : "MISSED")}  ");
        Report.Add(row, name, unit, value, $"{verdict}{(note.Length > 0 ? $"({note})" : "")}");
    }

    private static string Worst(IReadOnlyCollection<double> values) => string.Create(CultureInfo.InvariantCulture, $"worst {values.Max():0.##} of {values.Count}");

    // The nearest rank, so that a missing proof counts as what it is.
    private static double Quantile(IReadOnlyCollection<double> values, double share) => values.Order().ElementAt((int)Math.Ceiling(share * values.Count) - 1);
}
