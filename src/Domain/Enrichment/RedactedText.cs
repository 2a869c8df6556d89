namespace Woflo.Domain.Enrichment;

/// <summary>Text that has been through <see cref="Redaction"/>; only such text is analysed, stored or sent.</summary>
public sealed record RedactedText
{
    /// <summary>What is longer is cut: notes are typed by people, and everything has a bound.</summary>
    public const int MaxLength = 65_536;

    internal RedactedText(string value) => Value = value;

    public string Value { get; }
}
