namespace Woflo.Domain.Enrichment;

/// <summary>The four steps, in the order in which they run.</summary>
public enum EnrichmentStep
{
    Extract,
    Classify,
    Estimate,
    Risk,
}

/// <summary>The part of a vehicle, or the kind of visit, that a work order is about.</summary>
public enum JobCategory
{
    Unknown,
    Engine,
    Fuel,
    Cooling,
    AirIntakeTurbo,
    Aftertreatment,
    Electrical,
    Brakes,
    Steering,
    Suspension,
    TiresWheels,
    Drivetrain,
    Transmission,
    Hvac,
    BodyCab,
    TrailerCoupling,
    HydraulicsPto,
    PmService,
    DotInspection,
    Other,
}

/// <summary>A suspicion that the vehicle may not be allowed on the road; never a verdict.</summary>
public enum OutOfServiceRisk
{
    None,
    Possible,
    Likely,
}

public enum Drivable
{
    Unknown,
    Yes,
    No,
}

/// <summary>The kinds of task a work order is made of, in the order in which they are done.</summary>
public enum PlannedTask
{
    Diagnose,
    Repair,
    QaTest,
    RoadTest,
    Cleanup,
    Paperwork,
}

/// <summary>Names as the database and the results spell them.</summary>
public static class Spelling
{
    /// <summary>snake_case: <c>AirIntakeTurbo</c> becomes <c>air_intake_turbo</c>.</summary>
    public static string Of<T>(T value) where T : struct, Enum
    {
        for (var i = 0; i < Names<T>.Values.Length; i++)
        {
            if (EqualityComparer<T>.Default.Equals(Names<T>.Values[i], value))
                return Names<T>.Spelled[i];
        }
        throw new ArgumentOutOfRangeException(nameof(value), value, "No such value.");
    }

    /// <summary>The value spelled so, exactly; null when there is none.</summary>
    public static T? Parse<T>(string? spelled) where T : struct, Enum
    {
        var at = Array.IndexOf(Names<T>.Spelled, spelled);
        return at < 0 ? null : Names<T>.Values[at];
    }

    /// <summary>Spelled once: tables name them by the thousand.</summary>
    private static class Names<T> where T : struct, Enum
    {
        public static readonly T[] Values = Enum.GetValues<T>();
        public static readonly string[] Spelled = [.. Values.Select(value => Snake(value.ToString()))];

        private static string Snake(string name) => string.Concat(name.Select((c, i) => char.IsAsciiLetterUpper(c)
            ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c)
            : c.ToString()));
    }
}
