using CsCheck;
using Woflo.Bench.Schedule;
using Woflo.Domain.Scheduling;

namespace Woflo.Domain.Tests.Scheduling;

public sealed class Constructing_a_plan
{
    // Locked to a minute and to nobody.
    [Fact]
    public void Keeps_a_held_time_that_lies_before_the_horizon()
    {
        var shop = new AShop { Tasks = [AShop.Task(held: new Place(StartsAt: AShop.At(-60))), AShop.Task()] };
        var plan = shop.Plan();
        Assert.Empty(new ScheduleEvaluator(shop.Problem, Objective.Default).Check(plan));
        Assert.Equal(-60, plan.Items.Single(i => i.Task == 0).StartMinute);
    }

    [Fact]
    public void Is_legal_in_every_shop() => Gen.Int[0, 100_000].Sample(seed =>
    {
        if (RandomShop.Problem(seed) is not { } problem)
            return;
        var free = new FreeTime(problem);
        var constructor = new ListConstructor(problem, Objective.Default, free);
        var plan = new LeftOutReasons(problem).Explain(constructor.Build());
        Assert.Empty(new ScheduleEvaluator(problem, Objective.Default).Check(plan));
        Assert.All(plan.LeftOut, l => Assert.NotEmpty(l.Reason.Text));
    }, iter: 3_000);

    [Fact]
    public void Adds_nothing_to_a_bay_that_holds_more_locked_work_than_it_has_room_for()
    {
        // From 595 to 600 two of three locked tasks stand in the bay for two; the third left at 595.
        Guid[] trucks = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];
        Guid[] technicians = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];
        (int Start, int End)[] locks = [(500, 600), (550, 595), (590, 620)];
        var shop = new AShop
        {
            Technicians = [.. technicians.Select(t => new TechnicianFacts(t, "Tech", 1, [], MinuteSet.Of(595, 960)))],
            Bays = [new(AShop.BayOne, "Bay 1", "heavy", 2, true, AShop.Day)],
            WorkOrders = [.. trucks.Select(t => new WorkOrderFacts(t, "unit", 3))],
            Tasks =
            [
                .. locks.Select((l, i) => AShop.Task(order: trucks[i], held: new Place(technicians[i], AShop.BayOne, AShop.At(l.Start), AShop.At(l.End)))),
                AShop.Task(order: trucks[3]),
            ],
        };
        var plan = shop.Plan();
        Assert.Empty(new ScheduleEvaluator(shop.Problem, Objective.Default).Check(plan));
        Assert.Equal(600, plan.Items.Single(i => i.Task == 3).StartMinute);
    }

    // Work before it has gone past the time that it is held to.
    [Fact]
    public void Adds_nothing_that_is_held_to_a_time_before_what_must_come_first()
    {
        var shop = new AShop { Tasks = [AShop.Task(type: "diagnose"), AShop.Task(type: "cleanup", held: new Place(StartsAt: AShop.At(500)))] };
        var first = shop.Problem.Technicians.Select((_, t) => new ScheduledTask(0, t, 0, 580, 580 + shop.Problem.Tasks[0].MinutesFor(shop.Problem.Technicians[t]))).First();
        Assert.Equal([first], new ListConstructor(shop.Problem, Objective.Default).Complete([first]));
    }

    [Fact]
    public void Completes_a_plan_without_moving_what_is_in_it() => Gen.Int[0, 100_000].Sample(seed =>
    {
        if (RandomShop.Problem(seed) is not { } problem)
            return;
        var free = new FreeTime(problem);
        var constructor = new ListConstructor(problem, Objective.Default, free);
        var half = constructor.Build().Where((i, n) => problem.Tasks[i.Task].IsFixed || (n % 2 == 0 && !problem.Predecessors[i.Task].Any())).ToArray();
        var plan = new LeftOutReasons(problem).Explain(constructor.Complete(half));
        Assert.Empty(new ScheduleEvaluator(problem, Objective.Default).Check(plan));
        Assert.Subset(plan.Items.ToHashSet(), half.ToHashSet());
    }, iter: 2_000);

    [Fact]
    public void Sums_its_cost_exactly() => Gen.Int[0, 100_000].Sample(seed =>
    {
        if (RandomShop.Problem(seed) is not { } problem)
            return;
        var cost = new ScheduleEvaluator(problem, Objective.Default)
            .Evaluate(new Schedule(new ListConstructor(problem, Objective.Default).Build()));
        Assert.Equal(cost.Total, cost.Parts.Sum(p => p.Value));
        Assert.Equal(cost.Levels.Sum(), CostTerm.All.Sum(t => cost[t]));
        Assert.All(cost.Parts, p => Assert.True(p.Value >= 0));
    }, iter: 500);
}
