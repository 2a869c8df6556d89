namespace Woflo.Domain.Enrichment;

/// <summary>A diagnostic code that the text names.</summary>
/// <param name="System"><c>j1939</c> (SPN and FMI), <c>j1587</c> (MID, PID, SID) or <c>obd</c> (P-, C-, B- and U-codes).</param>
/// <param name="Code">In one spelling: <c>SPN 4364 FMI 18</c>, <c>MID 128 PID 110 FMI 0</c>, <c>P0420</c>.</param>
/// <param name="Occurrences">How often the controller has seen it.</param>
/// <param name="Name">Null when the number is not in the table: never guessed. The same holds for the other names.</param>
public sealed record FaultCode(
    string System, string Code, int? Spn, int? Fmi, int? SourceAddress, int? Occurrences, string? Name, JobCategory? Category, string Evidence,
    int? Mid = null, string? FmiName = null, string? SourceName = null);

/// <summary>Finds fault codes and looks them up. Numbers outside the standards' ranges are no codes.</summary>
public static class FaultCodes
{
    /// <summary>Codes beyond this many are dropped: a list that long is a scanner's dump, not a complaint.</summary>
    public const int MaxCodes = 64;

    public static IReadOnlyList<FaultCode> Find(RedactedText text) => Find(text, FaultCodeTable.Standard);

    public static IReadOnlyList<FaultCode> Find(RedactedText text, FaultCodeTable table) => text.Read(table).FaultCodes;

    internal static FaultCode[] Find(string text, FaultCodeTable table) =>
        new FaultCodeScanner(text, table).Scan()
            .Concat(ObdCodes.Find(text, table))
            .OrderBy(found => found.At)
            .Select(found => found.Code)
            .DistinctBy(code => (code.Code, code.SourceAddress))
            .Take(MaxCodes)
            .ToArray();
}
