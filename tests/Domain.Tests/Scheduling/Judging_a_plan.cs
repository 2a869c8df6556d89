using Woflo.Domain.Scheduling;

namespace Woflo.Domain.Tests.Scheduling;

public sealed class Judging_a_plan
{
    private static readonly Guid OtherTruck = Guid.NewGuid();

    private static readonly AShop Shop = new()
    {
        Tasks = [AShop.Task("diagnose"), AShop.Task("repair", skill: "diesel", isHard: true, bayType: "heavy"), AShop.Task("road_test"), AShop.Task(order: OtherTruck)],
        WorkOrders = [new(AShop.Truck, "unit 7", 3, DueMinute: 960), new(OtherTruck, "unit 8", 5, CommitmentAt: AShop.At(560))],
    };

    // Task, technician, bay, start: Ana is 0, Ben 1.
    private static readonly ScheduledTask[] Legal = [At(0, 0, 0, 480), At(1, 0, 0, 540), At(2, 1, null, 600), At(3, 1, 1, 480)];

    public static TheoryData<string, int, ScheduledTask> Planted => new()
    {
        { "technician_overlap", 3, At(3, 0, 1, 500) },
        { "bay_capacity", 3, At(3, 1, 0, 500) },
        { "work_order_overlap", 1, At(1, 0, 0, 600) },
        { "order", 0, At(0, 0, 1, 700) },
        { "hard_skill", 1, At(1, 1, 0, 540) },
        { "bay_type", 1, At(1, 0, 1, 540) },
        { "bay_needed", 2, At(2, 1, 1, 600) },
        { "bay_needed", 3, At(3, 1, null, 480) },
        { "duration", 3, new ScheduledTask(3, 1, 1, 480, 500) },
        { "technician_hours", 3, At(3, 1, 1, 400) },
        { "bay_hours", 3, At(3, 1, 1, 930) },
        { "too_early", 0, At(0, 0, 0, -60) },
        { "too_late", 3, At(3, 1, 1, 2860) },
        { "unknown_row", 3, At(3, 9, 1, 480) },
        { "placed_twice", 3, At(0, 1, 1, 700) },
    };

    [Fact]
    public void Finds_nothing_wrong_with_a_legal_one() => Assert.Empty(Check(Legal));

    [Theory, MemberData(nameof(Planted))]
    public void Names_each_rule_that_is_broken(string rule, int index, ScheduledTask planted)
    {
        var found = Check([.. Legal.Select((item, i) => i == index ? planted : item)]);
        Assert.Contains(found, v => v.Rule == rule);
        if (rule is not "unknown_row")
            Assert.Contains(found.Where(v => v.Rule == rule), v => v.Rows.Contains(Shop.Problem.Tasks[planted.Task].Id));
    }

    [Fact]
    public void Names_a_task_that_is_neither_placed_nor_left_out_and_one_whose_predecessor_is()
    {
        var found = Check(Legal[1..]);
        Assert.Contains(found, v => v.Rule == "unaccounted" && v.Rows.Contains(Shop.Problem.Tasks[0].Id));
        Assert.Contains(found, v => v.Rule == "order" && v.Rows.Contains(Shop.Problem.Tasks[1].Id));
    }

    [Fact]
    public void Names_a_lock_that_is_moved_and_running_work_that_is_missing()
    {
        var shop = new AShop
        {
            Tasks = [AShop.Task(held: new Place(AShop.Ana, AShop.BayOne, AShop.At(600))), AShop.Task("paperwork", progress: TaskProgress.InProgress, published: new Place(AShop.Ben, null, AShop.At(-30)))],
        };
        var found = new ScheduleEvaluator(shop.Problem, Objective.Default).Check(new Schedule([At(0, 0, 0, 700)]));
        Assert.Contains(found, v => v.Rule == "lock" && v.Rows.Contains(shop.Tasks[0].Id));
        Assert.Contains(found, v => v.Rule == "lock" && v.Rows.Contains(shop.Tasks[1].Id));
    }

    [Fact]
    public void Charges_lateness_by_the_priority_of_the_work_order_and_promises_threefold()
    {
        var cost = new ScheduleEvaluator(Shop.Problem, Objective.Default)
            .Evaluate(new Schedule([At(0, 0, 0, 480), At(1, 0, 0, 540), At(2, 1, null, 930), At(3, 1, 1, 520)]));
        Assert.Equal(30 * 4, cost[CostTerm.DueDate]);
        Assert.Equal(20 * 16 * 3, cost[CostTerm.Commitment]);
        Assert.Equal((30 * 4) + (20 * 16 * 3), cost.Levels[1]);
        Assert.Equal(0, cost.Levels[0]);
        Assert.Equal(2, cost[CostTerm.SkillMismatch]);
        Assert.Equal(cost.Total, cost.Parts.Sum(p => p.Value));
    }

    [Fact]
    public void Caps_every_part_so_that_the_sum_fits_and_is_exact()
    {
        var late = new AShop
        {
            Tasks = [AShop.Task()],
            WorkOrders = [new(AShop.Truck, "unit 7", 5, DueMinute: -90_000_000, CommitmentAt: DateTimeOffset.MinValue)],
        };
        var cost = new ScheduleEvaluator(late.Problem, Objective.Default).Evaluate(new Schedule([At(0, 0, 0, 480)]));
        Assert.True(cost.Levels[1] > int.MaxValue);
        Assert.Equal(cost.Parts.Sum(p => (long)p.Value), cost.Total);
    }

    [Fact]
    public void Prefers_the_plan_that_is_better_on_the_first_level_that_differs()
    {
        var evaluator = new ScheduleEvaluator(Shop.Problem, Objective.Default);
        var late = evaluator.Evaluate(new Schedule([.. Legal[..3], At(3, 1, 1, 900)]));
        Assert.True(evaluator.Evaluate(new Schedule(Legal)).IsBetterThan(late));
        Assert.True(late.IsBetterThan(evaluator.Evaluate(new Schedule(Legal[..3]))));
    }

    private static IReadOnlyList<Violation> Check(ScheduledTask[] items) =>
        new ScheduleEvaluator(Shop.Problem, Objective.Default).Check(new Schedule(items));

    private static ScheduledTask At(int task, int technician, int? bay, int start) => new(task, technician, bay, start, start + 60);
}
