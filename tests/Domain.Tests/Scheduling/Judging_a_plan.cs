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
    public void Names_a_lock_that_is_moved_and_held_work_that_is_missing()
    {
        var shop = new AShop
        {
            Tasks =
            [
                AShop.Task(held: new Place(AShop.Ana, AShop.BayOne, AShop.At(600))),
                AShop.Task("paperwork", progress: TaskProgress.InProgress, published: new Place(AShop.Ben, null, AShop.At(-30))),
                AShop.Task(held: new Place(AShop.Ben, AShop.BayTwo, AShop.At(600))),
                AShop.Task(held: new Place(AShop.Ben, AShop.BayTwo)),
            ],
        };
        var found = new ScheduleEvaluator(shop.Problem, Objective.Default).Check(new Schedule([At(0, 0, 0, 700)]));
        Assert.Contains(found, v => v.Rule == "lock" && v.Rows.Contains(shop.Tasks[0].Id));
        Assert.Contains(found, v => v.Rule == "lock" && v.Rows.Contains(shop.Tasks[1].Id));
        Assert.Contains(found, v => v.Rule == "lock" && v.Rows.Contains(shop.Tasks[2].Id));
        Assert.DoesNotContain(found, v => v.Rule == "lock" && v.Rows.Contains(shop.Tasks[3].Id));
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

    // Ten hours by Ana, who works eight a day and two more on the first: split, in shifts without overtime.
    private static readonly AShop Long = new()
    {
        Technicians = [new(AShop.Ana, "Ana", 1, [], MinuteSet.Of([new(480, 960), new(1920, 2400)]), MinuteSet.Of(960, 1020))],
        Bays = [new(AShop.BayOne, "Bay 1", "heavy", 1, true, MinuteSet.Of(0, 2880))],
        Tasks = [AShop.Task(minutes: 600)],
    };

    public static TheoryData<string?, ScheduledTask> Split => new()
    {
        { null, new(0, 0, 0, 480, 2040) },
        { null, new(0, 0, 0, 840, 2400) },
        { "duration", new(0, 0, 0, 480, 1080) },
        { "duration", new(0, 0, 0, 480, 2041) },
        { "technician_hours", new(0, 0, 0, 470, 2040) },
        { "technician_hours", new(0, 0, 0, 480, 2500) },
        { "technician_hours", new(0, 0, 0, 970, 2400) },
    };

    [Theory, MemberData(nameof(Split))]
    public void Judges_work_over_several_shifts_by_its_stretches(string? rule, ScheduledTask item)
    {
        var found = new ScheduleEvaluator(Long.Problem, Objective.Default).Check(new Schedule([item]));
        if (rule is null)
            Assert.Empty(found);
        else
            Assert.Contains(found, v => v.Rule == rule);
    }

    [Fact]
    public void Lets_overtime_be_worked_to_its_end_and_charges_each_minute()
    {
        var shop = Long with { Tasks = [AShop.Task(minutes: 60)] };
        var evaluator = new ScheduleEvaluator(shop.Problem, Objective.Default);
        var late = new Schedule([new(0, 0, 0, 940, 1000)]);
        Assert.Empty(evaluator.Check(late));
        Assert.Equal(40 * 3, evaluator.Evaluate(late)[CostTerm.Overtime]);
        Assert.Contains(evaluator.Check(new Schedule([new(0, 0, 0, 970, 1030)])), v => v.Rule == "technician_hours");
        Assert.Equal(0, evaluator.Evaluate(new Schedule([new(0, 0, 0, 1920, 1980)]))[CostTerm.Overtime]);
    }

    [Fact]
    public void Charges_a_broken_promise_more_the_nearer_it_was_and_by_what_is_moved()
    {
        long Moved(int promised, ScheduledTask item)
        {
            var shop = new AShop { Tasks = [AShop.Task(published: new Place(AShop.Ana, AShop.BayOne, AShop.At(promised)))] };
            return new ScheduleEvaluator(shop.Problem, Objective.Default).Evaluate(new Schedule([item]))[CostTerm.Stability];
        }
        Assert.Equal(0, Moved(600, new(0, 0, 0, 600, 660)));
        Assert.Equal(4 * 5, Moved(600, new(0, 0, 0, 601, 661)));
        Assert.Equal(4 * 5 * 2, Moved(600, new(0, 0, 0, 570, 630)));
        Assert.Equal(4 * 60, Moved(600, new(0, 1, 0, 600, 660)));
        Assert.Equal(4 * 10, Moved(600, new(0, 0, 1, 600, 660)));
        Assert.Equal(3 * 60, Moved(1600, new(0, 1, 0, 1600, 1660)));
        // Promised for a time that has passed: as soon as can be is no change.
        Assert.Equal(0, Moved(-500, new(0, 0, 0, 0, 60)));
    }

    [Fact]
    public void Charges_work_orders_begun_above_a_technicians_limit_and_changes_of_bay()
    {
        Guid[] trucks = [Guid.NewGuid(), Guid.NewGuid()];
        var shop = new AShop
        {
            Technicians = [new(AShop.Ana, "Ana", 1, [], AShop.Day, WipLimit: 1), new(AShop.Ben, "Ben", 1, [], AShop.Day)],
            WorkOrders = [.. trucks.Select(t => new WorkOrderFacts(t, "unit", 3))],
            Tasks = [AShop.Task("diagnose", order: trucks[0]), AShop.Task("repair", order: trucks[0]), AShop.Task(order: trucks[1])],
        };
        Cost Cost(params ScheduledTask[] items) => new ScheduleEvaluator(shop.Problem, Objective.Default).Evaluate(new Schedule(items));
        // The second truck while the first is still open; then after it is done; then by another.
        Assert.Equal(100, Cost(new(0, 0, 0, 480, 540), new(2, 0, 1, 540, 600), new(1, 0, 0, 600, 660))[CostTerm.WorkInProgress]);
        Assert.Equal(0, Cost(new(0, 0, 0, 480, 540), new(1, 0, 0, 540, 600), new(2, 0, 1, 600, 660))[CostTerm.WorkInProgress]);
        Assert.Equal(0, Cost(new(0, 0, 0, 480, 540), new(2, 1, 1, 540, 600), new(1, 0, 0, 600, 660))[CostTerm.WorkInProgress]);
        Assert.Equal(30, Cost(new(0, 0, 0, 480, 540), new(1, 0, 1, 540, 600))[CostTerm.BayChange]);
        Assert.Equal(0, Cost(new(0, 0, 1, 480, 540), new(1, 0, 1, 540, 600))[CostTerm.BayChange]);
    }

    private static IReadOnlyList<Violation> Check(ScheduledTask[] items) =>
        new ScheduleEvaluator(Shop.Problem, Objective.Default).Check(new Schedule(items));

    private static ScheduledTask At(int task, int technician, int? bay, int start) => new(task, technician, bay, start, start + 60);
}
