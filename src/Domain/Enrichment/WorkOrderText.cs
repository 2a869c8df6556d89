namespace Woflo.Domain.Enrichment;

/// <summary>What people wrote about a work order: all that enrichment reads.</summary>
/// <remarks>The work order's own category, hours, bay and tools are left out on purpose: enrichment fills them,
/// so that reading them would turn its own answer into a new input and a second run into new rows.</remarks>
/// <param name="Pseudonyms">The organisation's.</param>
public sealed record WorkOrderText(string? Notes, IReadOnlyList<string> PartNames, Pseudonyms? Pseudonyms = null)
{
    /// <summary>What may be looked at, stored and sent.</summary>
    public RedactedText Redacted()
    {
        try
        {
            return Redaction.Redact(Compose(), Pseudonyms);
        }
        catch (Exception bug)
        {
            // Its message may quote the text, and everybody may read a job's error; so it is not passed on inside this one either.
#pragma warning disable MA0054
            throw new InvalidOperationException($"Redaction failed with {bug.GetType().Name}.");
#pragma warning restore MA0054
        }
    }

    /// <summary>Notes first, then one line with the parts asked for.</summary>
    public string Compose()
    {
        var notes = Notes?.Trim() ?? "";
        var parts = string.Join("; ", PartNames.Select(part => part.Trim()).Where(part => part.Length > 0));
        return (notes, parts) switch
        {
            (_, "") => notes,
            ("", _) => "Parts: " + parts,
            _ => notes + "\nParts: " + parts,
        };
    }

    /// <summary>A record would print its fields, and whatever logs it would log them.</summary>
    public override string ToString() => nameof(WorkOrderText);
}
