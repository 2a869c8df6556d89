using System.Globalization;

namespace Woflo.Domain.Enrichment;

/// <summary>What work of a category usually asks for when nothing more is known.</summary>
/// <param name="BayType">Null when any bay does.</param>
/// <param name="RoadTest">The work ends with a drive: brakes, steering, suspension, wheels, driveline.</param>
internal sealed record CategoryProfile(
    decimal HoursLow, decimal HoursHigh, string? BayType, string Skill, bool RoadTest, params string[] Tools);

/// <summary>A job that shops know by its name: a line of jobs.txt.</summary>
internal sealed record KnownJob(string Name, JobCategory Category, decimal HoursLow, decimal HoursHigh);

/// <summary>Hours, bays, skills and tools, in one line each: the author's judgement of the trade, to be corrected by a shop's own history.</summary>
internal static class KnownJobs
{
    public static readonly IReadOnlyDictionary<JobCategory, CategoryProfile> Profiles = new Dictionary<JobCategory, CategoryProfile>
    {
        [JobCategory.Unknown] = new(1m, 3m, null, "general", false),
        [JobCategory.Engine] = new(3m, 8m, "heavy", "engine", false, "diagnostic_scanner", "torque_wrench"),
        [JobCategory.Fuel] = new(2m, 5m, "general", "engine", false, "fuel_pressure_gauge", "diagnostic_scanner"),
        [JobCategory.Cooling] = new(2m, 5m, "general", "engine", false, "cooling_pressure_tester"),
        [JobCategory.AirIntakeTurbo] = new(2.5m, 6m, "heavy", "engine", false, "boost_leak_tester", "diagnostic_scanner"),
        [JobCategory.Aftertreatment] = new(2m, 5m, "general", "aftertreatment", false, "diagnostic_scanner"),
        [JobCategory.Electrical] = new(1m, 3m, "general", "electrical", false, "multimeter", "diagnostic_scanner"),
        [JobCategory.Brakes] = new(2m, 5m, "general", "brakes", true, "brake_gauge", "wheel_dolly"),
        [JobCategory.Steering] = new(2m, 5m, "alignment", "steering_suspension", true, "dial_indicator", "alignment_rack"),
        [JobCategory.Suspension] = new(2m, 5m, "heavy", "steering_suspension", true, "jack_stands", "torque_wrench"),
        [JobCategory.TiresWheels] = new(1m, 3m, "general", "tires", true, "torque_wrench", "wheel_dolly"),
        [JobCategory.Drivetrain] = new(2.5m, 6m, "heavy", "drivetrain", true, "dial_indicator", "jack_stands"),
        [JobCategory.Transmission] = new(4m, 10m, "heavy", "drivetrain", true, "transmission_jack", "diagnostic_scanner"),
        [JobCategory.Hvac] = new(1.5m, 4m, "general", "hvac", false, "ac_manifold_gauge"),
        [JobCategory.BodyCab] = new(1m, 4m, "general", "body", false),
        [JobCategory.TrailerCoupling] = new(1.5m, 4m, "general", "trailer", false, "torque_wrench"),
        [JobCategory.HydraulicsPto] = new(2m, 5m, "general", "hydraulics", false, "hydraulic_pressure_gauge"),
        [JobCategory.PmService] = new(1.5m, 3m, "general", "pm_service", false, "grease_gun", "oil_drain"),
        [JobCategory.DotInspection] = new(1m, 2m, "inspection", "dot_inspection", false, "brake_gauge", "tread_depth_gauge"),
        [JobCategory.Other] = new(1m, 3m, null, "general", false),
    };

    private static readonly Lazy<Dictionary<(JobCategory, string), KnownJob>> Jobs = new(() => Read().ToDictionary(job => (job.Category, job.Name)));

    public static KnownJob Named(JobCategory category, string name) => Jobs.Value[(category, name)];

    /// <summary>"brake_chamber 1 2.4: phrases".</summary>
    private static IEnumerable<KnownJob> Read()
    {
        foreach (var (section, line) in Table.Read("jobs.txt"))
        {
            var head = line[..line.IndexOf(':', StringComparison.Ordinal)].Split(' ');
            var category = Spelling.Parse<JobCategory>(section) ?? throw new InvalidOperationException($"jobs.txt: no category {section}.");
            yield return new KnownJob(head[0], category, decimal.Parse(head[1], CultureInfo.InvariantCulture), decimal.Parse(head[2], CultureInfo.InvariantCulture));
        }
    }
}
