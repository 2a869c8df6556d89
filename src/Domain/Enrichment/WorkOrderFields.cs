namespace Woflo.Domain.Enrichment;

/// <summary>What enrichment would enter into a work order's empty fields. Null: nothing to say.</summary>
public sealed record WorkOrderFields(
    JobCategory? Category, decimal? HoursLow, decimal? HoursHigh, string? RequiredBayType, IReadOnlyList<string>? RequiredTools)
{
    /// <summary>Below it an answer is kept as a result, and the field stays empty for a person.</summary>
    public const decimal MinConfidence = 0.5m;

    public static readonly WorkOrderFields Nothing = new(null, null, null, null, null);

    public static WorkOrderFields From(IEnumerable<StepResult> results)
    {
        var fields = Nothing;
        foreach (var result in results.Where(result => result.Confidence >= MinConfidence))
        {
            fields = result switch
            {
                Classification { Category: not JobCategory.Unknown } classified => fields with { Category = classified.Category },
                Estimate estimate => fields with
                {
                    HoursLow = estimate.HoursLow,
                    HoursHigh = estimate.HoursHigh,
                    RequiredBayType = estimate.RequiredBayType,
                    RequiredTools = estimate.Tools.Count > 0 ? estimate.Tools : null,
                },
                _ => fields,
            };
        }
        return fields;
    }
}
