namespace Woflo.Infrastructure.Postgres.Demo;

internal sealed record DemoTechnician(string Name, decimal Efficiency, string Shift, string Skills);

internal sealed record DemoWorkOrder(
    string Unit, int Priority, int DueInDays, string Notes, DemoTask[] Tasks,
    string Status = "triage", string Part = "", int? PartInDays = null, string? JobCategory = null, decimal? HoursLow = null, decimal? HoursHigh = null);

/// <param name="Skill">With a trailing <c>!</c> nobody without it may do the task.</param>
internal sealed record DemoTask(string Type, int MinutesLow, int MinutesHigh, string? Skill = null, string? Bay = null, bool Locked = false);

/// <summary>The demo shop: its people, bays, trucks and complaints. All made up.</summary>
internal static class DemoData
{
    public const string ShopName = "Woflo demo shop";
    public const string TimeZone = "America/Chicago";

    public static readonly DemoTechnician[] Technicians =
    [
        new("Dana Ruiz", 1.1m, "Day", "engine 5; aftertreatment 5; electrical 4; general 5"),
        new("Lee Okafor", 1.0m, "Day", "brakes 5*; steering_suspension 4*; tires 4; general 4; dot_inspection 4"),
        new("Sam Novak", 0.9m, "Late", "pm_service 4; tires 3; general 3; trailer 3"),
        new("Priya Raman", 1.0m, "Late", "electrical 5; hvac 4; aftertreatment 3; general 4"),
        new("Marcus Hill", 1.0m, "Day", "drivetrain 5; engine 4; brakes 3*; hydraulics 3; general 4"),
    ];

    public static readonly (string Name, string Type)[] Bays =
        [("Bay 1", "general"), ("Bay 2", "general"), ("Bay 3", "heavy"), ("Bay 4", "alignment")];

    public static readonly (string Name, string Start, string End)[] Shifts = [("Day", "07:00", "15:30"), ("Late", "11:30", "20:00")];

    /// <summary>Monday to Friday, and a short Saturday.</summary>
    public static readonly (int Day, string Start, string End)[] Hours =
        [(1, "07:00", "20:00"), (2, "07:00", "20:00"), (3, "07:00", "20:00"), (4, "07:00", "20:00"), (5, "07:00", "20:00"), (6, "08:00", "14:00")];

    public static readonly (string Number, string AssetType, string Customer)[] Units =
    [
        ("T-101", "tractor", "Prairie Line"), ("T-114", "tractor", "Prairie Line"), ("T-207", "tractor", "Blue Mesa Freight"),
        ("T-233", "tractor", "Blue Mesa Freight"), ("D-18", "dump_truck", "Hartwell Aggregates"), ("V-52", "box_truck", "Corner Bakery Co-op"),
        ("X-903", "trailer", "Prairie Line"), ("X-918", "trailer", "Blue Mesa Freight"),
    ];

    public static readonly DemoWorkOrder[] WorkOrders =
    [
        new("T-101", 5, 1, "Driver says brake pedal goes almost to the floor and she hears air leaking near the left rear chamber when stopped. Parked it at the yard, 388,400 miles. Call Ray at (512) 555-0142 before any parts.",
            [new("diagnose", 30, 60, "brakes!", "general"), new("repair", 90, 180, "brakes!", "general"), new("qa_test", 20, 30, "brakes"), new("road_test", 20, 30, "brakes"), new("paperwork", 10, 15)]),
        new("T-207", 4, 2, "Derated to 5 mph on I-35, check engine light on. Scanner shows SPN 4364 FMI 18 and SPN 3251 FMI 0. DEF was topped off yesterday. Was towed in.",
            [new("diagnose", 60, 90, "aftertreatment!", "general"), new("repair", 90, 180, "aftertreatment", "general"), new("qa_test", 20, 30, "aftertreatment"), new("paperwork", 10, 15)]),
        new("D-18", 4, 3, "El camión se jala a la derecha al frenar y el volante tiene mucho juego. Llanta delantera derecha gastada por dentro. 210,000 millas.",
            [new("diagnose", 45, 60, "steering_suspension!", "alignment"), new("repair", 120, 180, "steering_suspension!", "alignment"), new("road_test", 20, 30, "steering_suspension"), new("paperwork", 10, 15)]),
        new("T-114", 3, 4, "Coolant smell in the cab and the temp gauge climbs when pulling a grade loaded. Water pump weeping. Pump is on order.",
            [new("diagnose", 30, 45, "engine", "general"), new("repair", 180, 300, "engine", "general"), new("qa_test", 30, 30, "engine"), new("cleanup", 15, 20)],
            Status: "blocked_parts", Part: "Water pump kit", PartInDays: 3),
        new("V-52", 2, 5, "PM service due at 60,000 miles: oil and filters, grease, check brakes, tires and lights. No complaints from the driver.",
            [new("repair", 90, 120, "pm_service", "general"), new("qa_test", 15, 20), new("paperwork", 10, 15)]),
        new("X-903", 3, 3, "Annual DOT inspection due this month. Right marker light out, mud flap torn.",
            [new("diagnose", 60, 75, "dot_inspection!", "general"), new("repair", 30, 45, "electrical"), new("paperwork", 10, 15)]),
        new("T-233", 3, 4, "Clutch slips under load in the top gears, smells burnt after backing up to a dock. 512k on the odometer.",
            [new("diagnose", 45, 60, "drivetrain!", "heavy"), new("repair", 360, 480, "drivetrain!", "heavy"), new("qa_test", 20, 30, "drivetrain"), new("road_test", 30, 30, "drivetrain"), new("paperwork", 10, 15)]),
        new("X-918", 3, 5, "Cracked crossmember behind the landing gear, found while washing. Needs a certified welder.",
            [new("diagnose", 30, 45, "trailer", "general"), new("repair", 120, 240, "certified_welding!", "heavy"), new("qa_test", 20, 30)]),
        new("T-101", 2, 6, "A/C blows warm when idling in traffic, gets better on the highway. Sometimes a squeal from the belt side.",
            [new("diagnose", 30, 45, "hvac", "general"), new("repair", 60, 120, "hvac", "general"), new("qa_test", 15, 20, "hvac")]),
        new("D-18", 3, 4, "Dump bed raises slowly and drifts back down. Hydraulic oil on the frame rail under the hoist cylinder. PTO engages fine.",
            [new("diagnose", 30, 45, "hydraulics", "heavy"), new("repair", 90, 150, "hydraulics", "heavy"), new("cleanup", 20, 30)]),
        new("V-52", 3, 2, "Won't start in the morning, cranks slow, needed a jump twice this week. Batteries are four years old. Email shop@cornerbakery.example when done.",
            [new("diagnose", 20, 30, "electrical", "general", Locked: true), new("repair", 45, 75, "electrical", "general"), new("paperwork", 10, 10)]),
        new("T-114", 2, 6, "Driver complains again, see last visit.",
            [new("diagnose", 30, 60, "general", "general"), new("paperwork", 10, 10)],
            Status: "new", JobCategory: "body_cab", HoursLow: 0.5m, HoursHigh: 1m),
    ];
}
