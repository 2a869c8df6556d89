namespace Woflo.Domain.Enrichment;

/// <summary>How often answers with such a score were right.</summary>
internal static class Calibration
{
    /// <summary>That a text names no category: people were as often sure of one.</summary>
    public const decimal OfAbstention = 0.2m;

    public static decimal Of(int best, int second) => Math.Min(0.95m, Math.Round((decimal)best / (best + second + 2), 2));
}
