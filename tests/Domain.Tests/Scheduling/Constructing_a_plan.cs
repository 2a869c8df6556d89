using CsCheck;
using Woflo.Domain.Scheduling;

namespace Woflo.Domain.Tests.Scheduling;

public sealed class Constructing_a_plan
{
    [Fact]
    public void Is_legal_in_every_shop() => Gen.Int[0, 100_000].Sample(seed =>
    {
        if (RandomShop.Problem(seed) is not { } problem)
            return;
        var free = new FreeTime(problem);
        var constructor = new ListConstructor(problem, Objective.Default, free);
        var plan = new LeftOutReasons(problem, free).Explain(constructor.Build());
        Assert.Empty(new ScheduleEvaluator(problem, Objective.Default).Check(plan));
        Assert.All(plan.LeftOut, l => Assert.NotEmpty(l.Reason.Text));
    }, iter: 3_000);

    [Fact]
    public void Completes_a_plan_without_moving_what_is_in_it() => Gen.Int[0, 100_000].Sample(seed =>
    {
        if (RandomShop.Problem(seed) is not { } problem)
            return;
        var free = new FreeTime(problem);
        var constructor = new ListConstructor(problem, Objective.Default, free);
        var half = constructor.Build().Where((i, n) => problem.Tasks[i.Task].IsFixed || (n % 2 == 0 && !problem.Predecessors[i.Task].Any())).ToArray();
        var plan = new LeftOutReasons(problem, free).Explain(constructor.Complete(half));
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
