using Woflo.Application.Settings;

namespace Woflo.Application.Scheduling;

/// <param name="SolverWorkers">Threads of one search.</param>
public sealed record SchedulingOptions(int SolverWorkers)
{
    public static SchedulingOptions Read(SettingsReader settings) => new(
        settings.Whole("WOFLO_SOLVER_WORKERS", Math.Clamp(Environment.ProcessorCount, 1, 64), 1, 64,
            "threads of one search for a plan; by default one a core"));
}
