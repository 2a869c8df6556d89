namespace Woflo.Domain.Enrichment;

/// <summary>What work of a category usually asks for when nothing more is known.</summary>
/// <param name="BayType">Null when any bay does.</param>
/// <param name="RoadTest">The work ends with a drive: brakes, steering, suspension, wheels, driveline.</param>
internal sealed record CategoryProfile(
    decimal HoursLow, decimal HoursHigh, string? BayType, string Skill, bool RoadTest, params string[] Tools);

/// <summary>A job that shops know by its name.</summary>
internal sealed record KnownJob(string Name, JobCategory Category, decimal HoursLow, decimal HoursHigh, string Phrases);

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

    public static readonly IReadOnlyList<KnownJob> Jobs =
    [
        new("oil_change", JobCategory.PmService, 1m, 2m, "oil change; oil and filter*; cambio de aceite; pm a"),
        new("full_pm", JobCategory.PmService, 2.5m, 4m, "pm b; full service; full pm; pm service"),
        new("annual_inspection", JobCategory.DotInspection, 1m, 2m, "annual inspection; dot inspection; annual dot; federal inspection; inspeccion anual"),
        new("brake_reline", JobCategory.Brakes, 3m, 6m, "brake reline; reline; brake job; shoes and drums; replac* ~ brakes; brake shoe*; cambiar balatas"),
        new("brake_chamber", JobCategory.Brakes, 1m, 2.5m, "brake chamber*; spring brake can; camara de freno"),
        new("slack_adjuster", JobCategory.Brakes, 1m, 2.5m, "slack adjuster*"),
        new("air_dryer", JobCategory.Brakes, 1m, 2m, "air dryer"),
        new("wheel_seal", JobCategory.TiresWheels, 2m, 4m, "wheel seal*; hub seal"),
        new("tire_replacement", JobCategory.TiresWheels, 0.5m, 1.5m, "flat tire; replac* ~ tire*; mount ~ tire*; llanta ponchada; new tire*"),
        new("alignment", JobCategory.Steering, 1.5m, 3m, "alignment; alineacion"),
        new("king_pins", JobCategory.Steering, 6m, 10m, "king pin*; kingpin*"),
        new("clutch", JobCategory.Transmission, 7m, 12m, "clutch replac*; replac* ~ clutch; clutch slip*; new clutch; embrague"),
        new("turbo", JobCategory.AirIntakeTurbo, 4m, 8m, "turbo replac*; replac* ~ turbo*; turbo ~ seiz*; bad turbo"),
        new("charge_air_cooler", JobCategory.AirIntakeTurbo, 2m, 5m, "charge air cooler; cac; intercooler"),
        new("water_pump", JobCategory.Cooling, 3m, 6m, "water pump; bomba de agua"),
        new("radiator", JobCategory.Cooling, 5m, 9m, "radiator; radiador"),
        new("head_gasket", JobCategory.Engine, 16m, 30m, "head gasket"),
        new("overhaul", JobCategory.Engine, 40m, 80m, "overhaul; in frame; inframe; rebuild engine; engine rebuild"),
        new("valve_adjustment", JobCategory.Engine, 3m, 6m, "valve adjust*; valve set; overhead set"),
        new("injectors", JobCategory.Fuel, 4m, 8m, "injector*; inyector*"),
        new("fuel_filters", JobCategory.Fuel, 0.5m, 1.5m, "fuel filter*"),
        new("forced_regen", JobCategory.Aftertreatment, 1.5m, 3m, "forced regen*; parked regen*; regen*"),
        new("dpf_cleaning", JobCategory.Aftertreatment, 3m, 6m, "dpf clean*; clean ~ dpf; dpf replac*; replac* ~ dpf; ash load"),
        new("alternator", JobCategory.Electrical, 1m, 2.5m, "alternator; alternador"),
        new("starter", JobCategory.Electrical, 1m, 3m, "starter"),
        new("batteries", JobCategory.Electrical, 0.5m, 1.5m, "batteries; battery; bateria*"),
        new("u_joint", JobCategory.Drivetrain, 1.5m, 3m, "u joint*; ujoint*; crucet*; carrier bearing"),
        new("air_bag", JobCategory.Suspension, 1m, 2.5m, "air bag; air bags; bolsa de aire"),
        new("ac_service", JobCategory.Hvac, 1.5m, 3m, "a c; air conditioning; aire acondicionado; refrigerant"),
        new("windshield", JobCategory.BodyCab, 2m, 4m, "windshield; parabrisas"),
        new("fifth_wheel", JobCategory.TrailerCoupling, 2m, 5m, "fifth wheel; 5th wheel; quinta rueda"),
        new("hydraulic_hose", JobCategory.HydraulicsPto, 1m, 3m, "hydraulic hose; hydraulic line; manguera hidraulica"),
    ];

    public static readonly IReadOnlyDictionary<string, KnownJob> ByName = Jobs.ToDictionary(job => job.Name, StringComparer.Ordinal);

    public static IEnumerable<Term> Terms() => Jobs.SelectMany(job => LexiconTable.Phrases(TermKind.Job, job.Name, 1, job.Phrases));
}
