using CsCheck;
using Woflo.Bench.Schedule;
using Woflo.Domain.Scheduling;

namespace Woflo.Domain.Tests.Scheduling;

public sealed class Searching_for_a_plan
{
    private static readonly Objective Objective = Objective.Default;

    [Fact]
    public void Stays_legal_and_only_improves_and_never_falls_below_the_bounds() => Gen.Int[0, 100_000].Sample(seed =>
    {
        if (RandomShop.Problem(seed) is not { } problem)
            return;
        var (free, best) = Start(problem);
        var before = best.Current.Cost;
        for (var level = 1; level <= 3; level++)
            new IteratedSearch(problem, Objective, free, best, seed).Run(level, 300, isAlone: true, () => false);
        var after = best.Current.Cost;
        Assert.False(before.IsBetterThan(after));
        Assert.True(after.Levels[0] >= best.Bounds[0]);
        if (after.Levels[0] == best.Bounds[0])
            Assert.All(Enumerable.Range(1, 2), level => Assert.True(after.Levels[level] >= best.Bounds[level], $"level {level}"));
    }, iter: 300);

    [Fact]
    public void Finds_the_same_plan_for_the_same_seed()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            if (RandomShop.Problem(seed, tasks: 40) is { } problem)
                Assert.Equal(Search(problem), Search(problem));
        }

        static IReadOnlyList<ScheduledTask> Search(ShopProblem problem)
        {
            var (free, best) = Start(problem);
            new IteratedSearch(problem, Objective, free, best, 7).Run(1, 500, isAlone: true, () => false);
            return best.Current.Plan.Items;
        }
    }

    [Fact]
    public void Works_long_work_in_consecutive_windows()
    {
        var shop = new AShop
        {
            Tasks = [AShop.Task(minutes: 700, skill: "diesel", isHard: true), AShop.Task("paperwork")],
            Technicians = [.. new AShop().Technicians.Select(t => t with { Windows = AShop.Day.Union(MinuteSet.Of(480 + 1440, 960 + 1440)) })],
            Bays = [.. new AShop().Bays.Select(b => b with { Windows = MinuteSet.Of(0, 2880) })],
        };
        var plan = shop.Plan();
        Assert.Empty(new ScheduleEvaluator(shop.Problem, Objective).Check(plan));
        var item = plan.Items.Single(i => i.Task == 0);
        Assert.Equal((480, 1920 + 220), (item.StartMinute, item.EndMinute));
        Assert.Equal(2, shop.Problem.Segments(item).Count);
    }

    [Fact]
    public void Keeps_every_promise_that_can_be_kept() => Gen.Int[0, 100_000].Sample(seed =>
    {
        if (RandomShop.Problem(seed) is not { } published)
            return;
        var plan = new ListConstructor(published, Objective).Build().ToDictionary(i => i.Task);
        var problem = new ShopProblem(
            published.Horizon, published.Technicians, published.Bays, published.WorkOrders,
            [.. published.Tasks.Select((t, i) => t with { Promise = plan.TryGetValue(i, out var item) ? new Promise(item.Technician, item.Bay, item.StartMinute) : null })],
            published.Precedences, []);
        var free = new FreeTime(problem);
        var repaired = new Repair(problem, Objective, free).Insert();
        Assert.All(plan.Values, promised => Assert.Contains(repaired, i => i == promised));
    }, iter: 300);

    [Fact]
    public void Repairs_around_a_technician_who_is_out_and_moves_few_others() => Gen.Int[0, 100_000].Sample(seed =>
    {
        if (RandomShop.Problem(seed, tasks: 50) is not { Technicians.Count: > 1 } published)
            return;
        var plan = new ListConstructor(published, Objective).Build().ToDictionary(i => i.Task);
        var problem = new ShopProblem(
            published.Horizon, [.. published.Technicians.Select((t, i) => i == 0 ? new Technician(t.Id, t.Name, t.Efficiency, t.Skills, MinuteSet.Empty) : t)],
            published.Bays, published.WorkOrders,
            [.. published.Tasks.Select((t, i) => t with { Promise = plan.TryGetValue(i, out var item) ? new Promise(item.Technician, item.Bay, item.StartMinute) : null })],
            published.Precedences, []);
        var free = new FreeTime(problem);
        var repair = new Repair(problem, Objective, free);
        var start = repair.Insert();
        var best = Incumbent(problem, free, start);
        repair.Run(best, seed, 3, () => false);
        Assert.False(new ScheduleEvaluator(problem, Objective).Evaluate(new Schedule(start)).IsBetterThan(best.Current.Cost));
        Assert.True(repair.Moved(best.Current.Plan.Items) <= Math.Max(repair.Moved(start), plan.Count / 10));
    }, iter: 100);

    private static (FreeTime Free, Incumbent Best) Start(ShopProblem problem)
    {
        var free = new FreeTime(problem);
        return (free, Incumbent(problem, free, new ListConstructor(problem, Objective, free).Build()));
    }

    private static Incumbent Incumbent(ShopProblem problem, FreeTime free, IReadOnlyList<ScheduledTask> start) =>
        new(problem, Objective, start, new LowerBounds(problem, Objective, free).Levels)
        {
            Rejected = violation => Assert.Fail(violation.Message),
        };
}
