using Woflo.Application.Settings;
using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <param name="SolverWorkers">Threads of one search.</param>
public sealed record SchedulingOptions(int SolverWorkers)
{
    public static readonly SchedulingOptions Default = new(Math.Clamp(Environment.ProcessorCount, 1, 64));

    /// <summary>How long a technician who may work overtime stays after a day's last shift.</summary>
    public int OvertimeMinutes { get; init; } = 120;

    /// <summary>Types of tasks that are not done in a bay.</summary>
    public IReadOnlyList<string> TypesWithoutBay { get; init; } = [.. TaskType.All.Where(t => !t.NeedsBay).Select(t => t.Name)];

    /// <summary>What makes a plan good, before an organisation's and a run's own weights.</summary>
    public Objective Objective { get; init; } = Objective.Default;

    public static SchedulingOptions Read(SettingsReader settings) => new(
        settings.Whole("WOFLO_SOLVER_WORKERS", Default.SolverWorkers, 1, 64, "threads of one search for a plan; by default one a core"))
    {
        OvertimeMinutes = settings.Whole("WOFLO_OVERTIME_MINUTES", Default.OvertimeMinutes, 0, 480,
            "how long technicians who may work overtime stay after a day's last shift"),
        TypesWithoutBay = settings.Choices("WOFLO_TYPES_WITHOUT_BAY", Default.TypesWithoutBay, [.. TaskType.All.Select(t => t.Name)],
            "types of tasks that are not done in a bay"),
        Objective = settings.Parsed("WOFLO_OBJECTIVE", Objective.Default, Objective.Default.With, o => o.ToJson().ToJsonString(),
            "weights of a plan's costs that differ from the defaults, as a JSON object"),
    };
}
