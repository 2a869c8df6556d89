namespace Woflo.Domain.Enrichment;

/// <summary>Text that has been through <see cref="Redaction"/>; only such text is analysed, stored or sent.</summary>
public sealed record RedactedText
{
    /// <summary>What is longer is cut: notes are typed by people, and everything has a bound.</summary>
    public const int MaxLength = 65_536;

    private Reading? _reading;

    internal RedactedText(string value) => Value = value;

    public string Value { get; }

    /// <summary>What is found in it; looked for once, since a job's steps ask one after the other. Two at once find the same.</summary>
    internal Reading Read(FaultCodeTable codes) => _reading is { } read && read.Codes == codes ? read : _reading = Reading.Of(Value, codes);

    // What was found in it belongs to nobody's equality.
    public bool Equals(RedactedText? other) => other?.Value == Value;

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Nothing that is logged by mistake should hold it.</summary>
    public override string ToString() => nameof(RedactedText);
}
