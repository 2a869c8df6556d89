using System.Diagnostics;
using Woflo.Application.Scheduling;
using Woflo.Domain.Scheduling;
using Woflo.Domain.Tests.Scheduling;
using Woflo.Infrastructure.CpSat;

namespace Woflo.Infrastructure.Tests.CpSat;

public sealed class Solving_a_shop
{
    private static readonly CpSatScheduleSolver Solver = new(new SchedulingOptions(SolverWorkers: 2));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gives_legal_plans_that_are_never_worse_than_the_constructed_ones()
    {
        var (better, placed) = (0, 0);
        for (var seed = 1; seed <= 60; seed++)
        {
            if (RandomShop.Problem(seed) is not { } problem)
                continue;
            var free = new FreeTime(problem);
            var start = new ListConstructor(problem, Objective.Default, free).Build();
            var answer = await Solver.Solve(
                problem, free, Objective.Default, start, TimeSpan.FromSeconds(3), CancellationToken.None, Cancellation);

            var evaluator = new ScheduleEvaluator(problem, Objective.Default);
            var violations = evaluator.Check(new LeftOutReasons(problem, free).Explain(answer.Items));
            Assert.True(violations.Count == 0, $"seed {seed}: {string.Join(' ', violations.Select(v => v.Message))}");
            var (cost, startCost) = (evaluator.Evaluate(new Schedule(answer.Items)), evaluator.Evaluate(new Schedule(start)));
            Assert.False(startCost.IsBetterThan(cost), $"seed {seed}");
            Assert.All(answer.Stages, s => Assert.True(s.Status is "OPTIMAL" or "FEASIBLE" or "UNKNOWN", $"seed {seed}: {s}"));
            // Only the last plan of a proven level is the level's least: what a stage reports is what the evaluator says.
            foreach (var stage in answer.Stages.Where(s => s is { Status: "OPTIMAL", Name: not "urgent_early" }))
                Assert.True(stage.Bound == stage.Value, $"seed {seed}: {stage}");
            better += cost.IsBetterThan(startCost) ? 1 : 0;
            placed += answer.Items.Count;
        }
        Assert.True(better > 5, $"Better in {better} shops only.");
        Assert.True(placed > 200, $"{placed} tasks placed.");
    }

    [Fact]
    public async Task Takes_no_longer_than_its_budget_and_a_second()
    {
        var problem = Enumerable.Range(0, 50).Select(s => RandomShop.Problem(s, maxOrders: 60)).First(p => p?.Tasks.Count > 100)!;
        var free = new FreeTime(problem);
        var start = new ListConstructor(problem, Objective.Default, free).Build();
        var began = Stopwatch.GetTimestamp();
        await Solver.Solve(problem, free, Objective.Default, start, TimeSpan.FromSeconds(2), CancellationToken.None, Cancellation);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 3.5);
    }

    [Fact]
    public async Task Ends_with_its_best_plan_when_told_to_wind_down()
    {
        var problem = Enumerable.Range(0, 50).Select(s => RandomShop.Problem(s, maxOrders: 60)).First(p => p?.Tasks.Count > 100)!;
        var free = new FreeTime(problem);
        var start = new ListConstructor(problem, Objective.Default, free).Build();
        using var windDown = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var began = Stopwatch.GetTimestamp();
        var answer = await Solver.Solve(problem, free, Objective.Default, start, TimeSpan.FromSeconds(60), windDown.Token, Cancellation);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 3);
        Assert.Empty(new ScheduleEvaluator(problem, Objective.Default).Check(new LeftOutReasons(problem, free).Explain(answer.Items)));
    }

    [Fact]
    public async Task Throws_when_cancelled()
    {
        var problem = Enumerable.Range(0, 50).Select(s => RandomShop.Problem(s, maxOrders: 60)).First(p => p?.Tasks.Count > 100)!;
        var free = new FreeTime(problem);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Solver.Solve(
            problem, free, Objective.Default, new ListConstructor(problem, Objective.Default, free).Build(), TimeSpan.FromSeconds(60),
            CancellationToken.None, cancel.Token));
    }
}
