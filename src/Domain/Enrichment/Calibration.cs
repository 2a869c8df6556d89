using System.Globalization;

namespace Woflo.Domain.Enrichment;

/// <summary>How often answers with such a score were right: the table calibration.txt, which says how it was made.</summary>
internal static class Calibration
{
    /// <summary>Where a text names no category: below everything that fills a field.</summary>
    public const decimal OfAbstention = 0.2m;

    /// <summary>So much stands against every category from the outset: one weak word is not sure of itself.</summary>
    private const int Doubt = 2;

    private static readonly Lazy<(decimal From, decimal Right)[]> Steps = new(() => Table.Read("calibration.txt")
        .Select(entry => entry.Line.Split(' '))
        .Select(fields => (decimal.Parse(fields[0], CultureInfo.InvariantCulture), decimal.Parse(fields[1], CultureInfo.InvariantCulture)))
        .ToArray());

    public static decimal Of(int best, int second)
    {
        var share = (decimal)best / (best + second + Doubt);
        return Steps.Value.Last(step => step.From <= share).Right;
    }
}
