using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Woflo.Bench;

/// <summary>Every figure of a run, as a table and as JSON.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<Figure> _figures = [];
    private readonly List<Comparison> _comparisons = [];
    private readonly List<string> _notes = [];

    /// <summary>Nothing failed that was to be measured.</summary>
    public bool IsWhole { get; set; } = true;

    /// <summary>One round's figure. All rounds of one row and name are one line, their median counts; of their notes the last.</summary>
    public void Add(string row, string name, string unit, double value, string note = "")
    {
        var figure = _figures.FirstOrDefault(f => f.Row == row && f.Name == name);
        if (figure is null)
            _figures.Add(figure = new Figure(row, name, unit, []));
        figure.Rounds.Add(value);
        figure.Note = note;
    }

    /// <summary>A ratio of two medians of a row, if both are there.</summary>
    /// <param name="target">What it is meant to be; null where it is only shown.</param>
    public void Compare(string row, string name, string to, double? target = null, bool atMost = false)
    {
        if (Median(row, name) is { } value && Median(row, to) is { } other)
            _comparisons.Add(new Comparison(row, name, to, value / other, target, atMost));
    }

    public void Note(string note) => _notes.Add(note);

    public string Table()
    {
        var text = new StringBuilder();
        foreach (var row in _figures.GroupBy(figure => figure.Row))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"\n{row.Key}");
            foreach (var figure in row)
            {
                var rounds = figure.Rounds.Count > 1 ? $"({string.Join(' ', figure.Rounds.Select(Short))})" : "";
                Line(figure.Name, Short(figure.Median), $"{figure.Unit,-9} {rounds} {figure.Note}");
            }
            foreach (var comparison in _comparisons.Where(comparison => comparison.Row == row.Key))
                Line($"{comparison.Name} / {comparison.To}", comparison.Ratio.ToString("0.00", CultureInfo.InvariantCulture), comparison.Verdict);
        }
        foreach (var note in _notes)
            text.AppendLine(CultureInfo.InvariantCulture, $"\nNote: {note}");
        return text.ToString();

        void Line(string name, string value, string rest) => text.AppendLine($"  {name,-64} {value,10} {rest}".TrimEnd());
    }

    public string Json(object setting) => JsonSerializer.Serialize(
        new
        {
            setting,
            figures = _figures.Select(figure => new { figure.Row, figure.Name, figure.Unit, figure.Median, figure.Rounds, figure.Note }),
            ratios = _comparisons.Select(comparison => new { comparison.Row, comparison.Name, comparison.To, comparison.Ratio, comparison.Target, comparison.Met }),
            notes = _notes,
        },
        Readable);

    private double? Median(string row, string name) => _figures.FirstOrDefault(figure => figure.Row == row && figure.Name == name)?.Median;

    private static string Short(double value) => Math.Abs(value) switch
    {
        >= 1_000 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 20 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };

    private sealed record Figure(string Row, string Name, string Unit, List<double> Rounds)
    {
        public string Note { get; set; } = "";

        public double Median
        {
            get
            {
                List<double> sorted = [.. Rounds.Order()];
                return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
            }
        }
    }

    private sealed record Comparison(string Row, string Name, string To, double Ratio, double? Target, bool AtMost)
    {
        public bool? Met => Target is { } target ? AtMost ? Ratio <= target : Ratio >= target : null;

        public string Verdict => Target is { } target ? $"{(AtMost ? "at most" : "at least")} {Short(target)}: {(Met == true ? "met" : "MISSED")}" : "";
    }
}
