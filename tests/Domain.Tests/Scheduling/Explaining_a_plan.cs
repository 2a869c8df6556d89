using CsCheck;
using Woflo.Bench.Schedule;
using Woflo.Domain.Scheduling;

namespace Woflo.Domain.Tests.Scheduling;

public sealed class Explaining_a_plan
{
    private static readonly Guid OtherTruck = Guid.NewGuid();

    [Fact]
    public void Shares_out_the_whole_cost_among_the_tasks() => Gen.Int[0, 100_000].Sample(seed =>
    {
        if (Plan(seed) is not var (problem, plan))
            return;
        var whole = new ScheduleEvaluator(problem, Objective.Default).Evaluate(plan);
        var explainer = new PlanExplainer(problem, Objective.Default, plan);
        var shares = Enumerable.Range(0, problem.Tasks.Count).Select(explainer.Contribution).ToArray();
        Assert.All(CostTerm.All, term => Assert.Equal(whole[term], shares.Sum(s => s[term])));
        Assert.All(plan.LeftOut, l => Assert.True(explainer.Contribution(l.Task)[CostTerm.LeftOut] > 0));
    }, iter: 500);

    [Fact]
    public void Offers_only_legal_alternatives_at_the_cost_the_evaluator_finds() => Gen.Int[0, 100_000].Sample(seed =>
    {
        if (Plan(seed) is not var (problem, plan))
            return;
        var evaluator = new ScheduleEvaluator(problem, Objective.Default);
        var explainer = new PlanExplainer(problem, Objective.Default, plan);
        var now = evaluator.Evaluate(plan).Levels;
        foreach (var item in plan.Items)
        {
            var found = explainer.Technicians(item.Task).Select(a => a.Alternative).Append(explainer.BestAlternative(item.Task)).OfType<Alternative>();
            foreach (var alternative in found)
            {
                var moved = plan with { Items = [.. plan.Items.Select(i => i.Task == item.Task ? alternative.Place : i)] };
                Assert.Empty(evaluator.Check(moved));
                Assert.Equal(evaluator.Evaluate(moved).Levels.Zip(now, (a, b) => a - b), alternative.CostDifference);
            }
        }
    }, iter: 300);

    [Fact]
    public void Says_of_each_technician_what_speaks_against_them()
    {
        Guid[] technicians = [.. Enumerable.Range(0, 5).Select(_ => Guid.NewGuid())];
        string[] names = ["Ana", "Ben", "Cid", "Dot", "Eve"];
        var shop = new AShop
        {
            Technicians = [.. technicians.Select((id, i) => new TechnicianFacts(id, names[i], 1, i == 1 ? [] : [new TechnicianSkill("diesel", 4)], i switch
            {
                2 => MinuteSet.Empty,
                3 => MinuteSet.Of(1000, 1400),
                _ => AShop.Day,
            }))],
            Tasks =
            [
                AShop.Task(skill: "diesel", isHard: true),
                AShop.Task("paperwork", order: OtherTruck, minutes: 450, held: new Place(technicians[4], null, AShop.At(480))),
            ],
            WorkOrders = [new(AShop.Truck, "unit 7", 3, DueMinute: 540), new(OtherTruck, "unit 8", 3)],
        };
        var plan = new Schedule([new ScheduledTask(0, 0, 0, 480, 540), new ScheduledTask(1, 4, null, 480, 930)]);
        Assert.Empty(new ScheduleEvaluator(shop.Problem, Objective.Default).Check(plan));
        var answers = new PlanExplainer(shop.Problem, Objective.Default, plan).Technicians(0);
        Assert.Equal([null, "hard_skill", "technician_hours", "bay_hours", "technician_hours"], answers.Select(a => a.Rule));
        Assert.All(answers.Zip(names), pair => Assert.StartsWith(pair.Second, pair.First.Text, StringComparison.Ordinal));
        Assert.All(answers[0].Alternative!.CostDifference, d => Assert.Equal(0, d));
    }

    [Fact]
    public void Offers_another_technician_first_and_else_another_time()
    {
        var shop = new AShop { Tasks = [AShop.Task(), AShop.Task(order: OtherTruck)], WorkOrders = [new(AShop.Truck, "unit 7", 3, DueMinute: 540), new(OtherTruck, "unit 8", 3)] };
        var plan = new Schedule([new(0, 0, 0, 480, 540), new(1, 1, 1, 480, 600 - 60)]);
        var best = new PlanExplainer(shop.Problem, Objective.Default, plan).BestAlternative(0)!;
        Assert.Equal(new ScheduledTask(0, 1, 0, 540, 600), best.Place);
        Assert.Equal(60 * 4, best.CostDifference[1]);
        var alone = shop with { Technicians = [shop.Technicians[0]], Tasks = [shop.Tasks[0]] };
        best = new PlanExplainer(alone.Problem, Objective.Default, new Schedule([plan.Items[0]])).BestAlternative(0)!;
        Assert.Equal((0, 540), (best.Place.Technician, best.Place.StartMinute));
    }

    [Fact]
    public void Tells_where_and_why_by_the_shops_clock()
    {
        var shop = new AShop { Tasks = [AShop.Task(held: new Place(AShop.Ana)), AShop.Task("paperwork")], Clock = at => $"<{at:HH:mm}>" };
        var explainer = new PlanExplainer(shop.Problem, Objective.Default,
            new Schedule([new(0, 0, 0, 480, 540)], [new LeftOutTask(1, new LeftOutReason(LeftOutReason.Capacity, "No room."))]));
        Assert.Equal(
            ["repair of unit 7 is planned with Ana in Bay 1 from <08:00> to <09:00>.", "Locked: technician.", "Its share of the plan's cost: priority 1440."],
            explainer.Sentences(0));
        Assert.Equal(["paperwork of unit 7 is left out. No room.", "Its share of the plan's cost: left out 4000, due date 7680."], explainer.Sentences(1));
    }

    [Fact]
    public void Tells_two_plans_apart()
    {
        Guid[] ids = [.. Enumerable.Range(0, 4).Select(i => new Guid(i, 0, 0, new byte[8]))];
        StoredPlace At(int task, int minute, Guid? bay = null) => new(ids[task], AShop.Ana, bay, AShop.At(minute));
        var difference = PlanDifference.Between([At(0, 1), At(1, 2), At(2, 3, AShop.BayOne)], [At(0, 1), At(2, 3, AShop.BayTwo), At(3, 4)]);
        Assert.Equal([ids[3], ids[2], ids[1]], [.. difference.Placed, .. difference.Moved, .. difference.Removed]);
    }

    private static (ShopProblem Problem, Schedule Plan)? Plan(int seed) => RandomShop.Problem(seed) is { } problem
        ? (problem, new LeftOutReasons(problem).Explain(new ListConstructor(problem, Objective.Default).Build()))
        : null;
}
