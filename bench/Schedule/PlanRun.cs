using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Woflo.Application;
using Woflo.Application.Scheduling;
using Woflo.Application.Settings;
using Woflo.Domain.Scheduling;
using Woflo.Infrastructure;

namespace Woflo.Bench.Schedule;

/// <summary>One plan that was made, and how it came about.</summary>
/// <param name="FirstMs">When there was a legal plan first.</param>
/// <param name="ProvenMs">When work left out and lateness were proven least; null: not.</param>
/// <param name="LatenessBound">What no plan with as little left out can be below, as far as the search knows.</param>
/// <param name="Seen">What the search told meanwhile, and when.</param>
internal sealed record PlanRun(
    ShopPlan Plan, double FirstMs, double? ProvenMs, long LatenessBound, double TookMs, IReadOnlyList<(double AtMs, PlanProgress Progress)> Seen)
{
    public IReadOnlyList<long> Levels => Plan.Cost.Levels;

    public long LeftOut => Levels[0];

    public long Lateness => Levels[1];

    public bool IsProven => ProvenMs is not null;

    /// <summary>The worker's planner as its own composition makes it.</summary>
    public static ShopPlanner Planner(int? threads = null)
    {
        var variables = new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = "postgresql://nobody@localhost/none",
            ["WOFLO_SOLVER_WORKERS"] = threads?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        return new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.None))
            .AddInfrastructure(new SettingsReader(name => variables.GetValueOrDefault(name)), "bench")
            .AddApplication()
            .BuildServiceProvider()
            .GetRequiredService<ShopPlanner>();
    }

    /// <param name="enough">With all placed and no more lateness than that the search may end.</param>
    /// <param name="untilProven">The search may end once work left out and lateness are proven.</param>
    public static async Task<PlanRun> Make(
        ShopPlanner planner, ShopProblem problem, Objective objective, double seconds, PlanWay way = PlanWay.Afresh, long enough = -1,
        bool untilProven = false)
    {
        using var windDown = new CancellationTokenSource();
        var progress = new Recorder(p => (p.Levels[0] == 0 && p.Levels[1] <= enough) || (untilProven && ShowsProof(p)) ? windDown : null);
        var plan = await planner.Plan(
            problem, objective, new PlanRequest(TimeSpan.FromSeconds(seconds), way, Progress: progress), windDown.Token, CancellationToken.None);
        var took = progress.Clock.Elapsed.TotalMilliseconds;
        var seen = progress.Seen;
        var isProven = plan.Status == "OPTIMAL";
        // Where the search did not tell, its stages do.
        var proven = seen.FirstOrDefault(p => ShowsProof(p.Progress)) is { Progress: not null } first
            ? first.AtMs
            : plan.Stages.Reverse().SkipWhile(s => !s.Name.Contains("lateness", StringComparison.Ordinal)).Sum(s => s.WallTimeMs);
        var bound = Math.Max(
            seen.Select(p => p.Progress.Bounds.ElementAtOrDefault(1)).DefaultIfEmpty(0).Max(),
            plan.Stages.Where(s => s.Name == "lateness").Select(s => s.Bound).DefaultIfEmpty(0).Max());
        return new PlanRun(
            plan, seen.Count > 0 ? seen[0].AtMs : took, isProven ? proven : null, isProven ? plan.Cost.Levels[1] : Math.Min(bound, plan.Cost.Levels[1]), took, seen);
    }

    private static bool ShowsProof(PlanProgress progress) =>
        progress is { Levels.Count: > 1, Bounds.Count: > 1 } && progress.Levels[0] <= progress.Bounds[0] && progress.Levels[1] <= progress.Bounds[1];

    // Told from any thread, at once: Progress<T> would tell later, in any order.
    private sealed class Recorder(Func<PlanProgress, CancellationTokenSource?> enough) : IProgress<PlanProgress>
    {
        private readonly List<(double AtMs, PlanProgress Progress)> _seen = [];

        public Stopwatch Clock { get; } = Stopwatch.StartNew();

        public IReadOnlyList<(double AtMs, PlanProgress Progress)> Seen
        {
            get
            {
                lock (_seen)
                    return [.. _seen];
            }
        }

        public void Report(PlanProgress value)
        {
            lock (_seen)
                _seen.Add((Clock.Elapsed.TotalMilliseconds, value));
            enough(value)?.Cancel();
        }
    }
}
