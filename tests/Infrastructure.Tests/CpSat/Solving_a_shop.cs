using Microsoft.Extensions.Logging.Abstractions;
using Woflo.Application.Scheduling;
using Woflo.Bench.Schedule;
using Woflo.Domain.Scheduling;
using Woflo.Infrastructure.CpSat;

namespace Woflo.Infrastructure.Tests.CpSat;

public sealed class Solving_a_shop
{
    private static readonly CpSatScheduleSolver Solver = new(new SchedulingOptions(SolverWorkers: 2));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Gives_legal_plans_that_are_never_worse_than_the_constructed_ones()
    {
        var better = 0;
        for (var seed = 1; seed <= 60; seed++)
        {
            if (RandomShop.Problem(seed) is not { } problem)
                continue;
            var free = new FreeTime(problem);
            var bounds = new LowerBounds(problem, Objective.Default, free);
            var best = new Incumbent(problem, Objective.Default, new ListConstructor(problem, Objective.Default, free).Build(), bounds.Levels)
            {
                Rejected = violation => Assert.Fail($"seed {seed}: {violation.Message}"),
            };
            var start = best.Current.Cost;
            for (var level = 0; level <= 2; level++)
            {
                var stage = Solver.Minimise(new SolverTask(problem, free, Objective.Default, bounds, level, TimeSpan.FromSeconds(3)), best, Cancellation);
                Assert.True(stage.Status is "OPTIMAL" or "FEASIBLE" or "UNKNOWN", $"seed {seed}: {stage}");
                // What a stage has proven least is what the evaluator says.
                if (stage.Status == "OPTIMAL" && (level == 0 || best.IsProven(level - 1)))
                    Assert.True(best.IsProven(level), $"seed {seed}: {stage}");
            }
            better += best.Current.Cost.IsBetterThan(start) ? 1 : 0;
        }
        Assert.True(better > 5, $"Better in {better} shops only.");
    }

    [Fact]
    public async Task Makes_the_same_plan_of_the_same_shop_where_asked_to()
    {
        for (var seed = 1; seed <= 6; seed++)
        {
            if (RandomShop.Problem(seed) is not { } problem)
                continue;
            var (one, other) = (await Plan(problem), await Plan(problem));
            Assert.Equal(one.Schedule.Items, other.Schedule.Items);
            Assert.Equal(one.Cost.Levels, other.Cost.Levels);
        }

        static Task<ShopPlan> Plan(ShopProblem problem) => new ShopPlanner(Solver, NullLogger<ShopPlanner>.Instance).Plan(
            problem, Objective.Default, new PlanRequest(TimeSpan.FromMinutes(10), IsDeterministic: true, Seed: 3), CancellationToken.None, Cancellation);
    }

    [Fact]
    public async Task Ends_with_its_best_plan_when_told_to_wind_down()
    {
        var problem = Enumerable.Range(0, 5_000).Select(s => RandomShop.Problem(s, tasks: 150)).First(p => p?.Tasks.Count > 60)!;
        using var windDown = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var plan = await new ShopPlanner(Solver, NullLogger<ShopPlanner>.Instance)
            .Plan(problem, Objective.Default, new PlanRequest(TimeSpan.FromMinutes(10)), windDown.Token, Cancellation);
        Assert.True(plan.WallTimeMs < 60_000);
        Assert.Empty(new ScheduleEvaluator(problem, Objective.Default).Check(plan.Schedule));
    }

    [Fact]
    public async Task Throws_when_cancelled()
    {
        var problem = Enumerable.Range(0, 5_000).Select(s => RandomShop.Problem(s, tasks: 150)).First(p => p?.Tasks.Count > 60)!;
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ShopPlanner(Solver, NullLogger<ShopPlanner>.Instance)
            .Plan(problem, Objective.Default, new PlanRequest(TimeSpan.FromMinutes(10)), CancellationToken.None, cancel.Token));
    }
}
