using Woflo.Domain.Scheduling;

namespace Woflo.Domain.Tests.Scheduling;

public sealed class Honouring_overrides
{
    private static readonly Guid OtherTruck = Guid.NewGuid();

    [Theory]
    [InlineData("move")]
    [InlineData("assign")]
    [InlineData("lock")]
    public void Holds_what_the_newest_one_names_and_leaves_the_rest_free(string action)
    {
        var task = AShop.Task();
        var (shop, problem) = Shop(task, new Place(AShop.Ben, StartsAt: AShop.At(600)), action);
        Assert.Empty(problem.Refused);
        Assert.Equal(new Hold(1, null, 600, 660, IsInProgress: false, AShop.At(600), AShop.At(660)), problem.Tasks[0].Hold);
        Assert.Equal((1, 600), (shop.Plan().Items[0].Technician, shop.Plan().Items[0].StartMinute));
    }

    [Theory]
    [InlineData("unlock")]
    [InlineData("unassign")]
    public void Ends_earlier_ones_and_leaves_the_tasks_own_lock(string action)
    {
        var task = AShop.Task(held: new Place(AShop.Ben));
        Assert.Equal(new Hold(1, null, null, null, IsInProgress: false), Shop(task, new Place(AShop.Ana), action).Problem.Tasks[0].Hold);
    }

    [Fact]
    public void Goes_before_what_is_locked_where_both_name_something()
    {
        var task = AShop.Task(held: new Place(AShop.Ana, AShop.BayTwo, AShop.At(500), AShop.At(520)));
        var hold = Shop(task, new Place(AShop.Ben, StartsAt: AShop.At(600))).Problem.Tasks[0].Hold!;
        Assert.Equal((1, 1, 600, 660), (hold.Technician, hold.Bay, hold.StartMinute, hold.EndMinute));
    }

    [Fact]
    public void Holds_the_published_place_where_a_lock_names_none()
    {
        var task = AShop.Task(published: new Place(AShop.Ben, AShop.BayTwo, AShop.At(700)));
        var hold = Shop(task, null, "lock").Problem.Tasks[0].Hold!;
        Assert.Equal((1, 1, 700), (hold.Technician, hold.Bay, hold.StartMinute));
        hold = Shop(task with { Lock = new Place(AShop.Ana) }, null, "lock").Problem.Tasks[0].Hold!;
        Assert.Equal((0, 1, 700), (hold.Technician, hold.Bay, hold.StartMinute));
    }

    public static TheoryData<string, string, TaskFacts, Place?> Refused => new()
    {
        { "input", "move", AShop.Task(), null },
        { "input", "lock", AShop.Task(), null },
        { "input", "move", AShop.Task(), new Place(AShop.Ana, null, AShop.At(600), AShop.At(600)) },
        { "unknown_row", "assign", AShop.Task(), new Place(Guid.NewGuid()) },
        { "unknown_row", "move", AShop.Task(), new Place(null, Guid.NewGuid()) },
        { "hard_skill", "assign", AShop.Task(skill: "diesel", isHard: true), new Place(AShop.Ben) },
        { "hard_skill", "move", AShop.Task(skill: "diesel", isHard: true), new Place(AShop.Ben, AShop.BayOne, AShop.At(600)) },
        { "bay_type", "move", AShop.Task(bayType: "heavy"), new Place(null, AShop.BayTwo) },
        { "technician_hours", "move", AShop.Task(), new Place(AShop.Ana, null, AShop.At(930)) },
        { "technician_hours", "move", AShop.Task(), new Place(StartsAt: AShop.At(100)) },
        { "too_early", "move", AShop.Task() with { EarliestStart = AShop.At(700) }, new Place(StartsAt: AShop.At(600)) },
        { "too_early", "move", AShop.Task(), new Place(AShop.Ana, StartsAt: AShop.At(-100)) },
        { "too_late", "move", AShop.Task() with { LatestFinish = AShop.At(700) }, new Place(StartsAt: AShop.At(690)) },
        { "order", "move", AShop.Task("diagnose"), new Place(AShop.Ana, AShop.BayOne, AShop.At(860)) },
        { "work_order_overlap", "move", AShop.Task("road_test"), new Place(AShop.Ana, null, AShop.At(870)) },
        { "technician_overlap", "move", AShop.Task(order: OtherTruck), new Place(AShop.Ben, AShop.BayOne, AShop.At(860)) },
        { "bay_capacity", "move", AShop.Task(order: OtherTruck), new Place(AShop.Ana, AShop.BayTwo, AShop.At(860)) },
        { "in_progress", "assign", AShop.Task(order: OtherTruck, progress: TaskProgress.InProgress, published: new Place(AShop.Ben, AShop.BayOne, AShop.At(480))), new Place(AShop.Ana) },
    };

    // A road test of the same truck stands at 860 with Ben, in Bay 2.
    [Theory, MemberData(nameof(Refused))]
    public void Is_refused_with_the_rule_it_would_break_and_the_task_planned_without_it(string rule, string action, TaskFacts task, Place? to)
    {
        var (shop, problem) = Shop(task, to, action);
        var refused = Assert.Single(problem.Refused);
        Assert.Equal((rule, task.Id, shop.Overrides[0].Id), (refused.Rule, refused.TaskId, refused.OverrideId));
        Assert.Contains(refused.Text, problem.Notes);
        Assert.Equal((shop with { Overrides = [] }).Problem.Tasks[0].Hold, problem.Tasks[0].Hold);
    }

    [Fact]
    public void Is_refused_where_it_follows_blocked_work_but_may_name_who_will_do_it()
    {
        TaskFacts[] tasks = [AShop.Task("paperwork"), AShop.Task("diagnose", progress: TaskProgress.Blocked)];
        var shop = new AShop { Tasks = tasks, Overrides = [new(Guid.NewGuid(), tasks[0].Id, "move", new Place(AShop.Ana, null, AShop.At(600)))] };
        Assert.Equal("order", Assert.Single(shop.Problem.Refused).Rule);
        Assert.Empty((shop with { Overrides = [new(Guid.NewGuid(), tasks[0].Id, "assign", new Place(AShop.Ana))] }).Problem.Refused);
    }

    [Fact]
    public void Moves_a_task_out_of_the_plan_where_it_names_a_later_time()
    {
        var problem = Shop(AShop.Task(), new Place(StartsAt: AShop.At(9000))).Problem;
        Assert.Empty(problem.Refused);
        Assert.Equal(LeftOutReason.AfterHorizon, problem.Tasks[0].MustStayOut!.Code);
    }

    [Fact]
    public void Lets_two_tasks_change_places()
    {
        TaskFacts[] tasks =
        [
            AShop.Task(held: new Place(AShop.Ana, AShop.BayOne, AShop.At(500))),
            AShop.Task(order: OtherTruck, held: new Place(AShop.Ben, AShop.BayTwo, AShop.At(500))),
        ];
        var problem = Two(tasks, new Place(AShop.Ben, AShop.BayTwo, AShop.At(500)), new Place(AShop.Ana, AShop.BayOne, AShop.At(500))).Problem;
        Assert.Empty(problem.Refused);
        Assert.Equal([1, 0], problem.Tasks.Select(t => t.Hold!.Technician!.Value));
    }

    [Fact]
    public void Of_two_for_one_place_takes_the_newer()
    {
        var place = new Place(AShop.Ana, AShop.BayOne, AShop.At(500));
        var shop = Two([AShop.Task(), AShop.Task(order: OtherTruck)], place, place with { BayId = AShop.BayTwo });
        Assert.Equal((shop.Overrides[1].Id, "technician_overlap"), (Assert.Single(shop.Problem.Refused).OverrideId, shop.Problem.Refused[0].Rule));
    }

    [Fact]
    public void Gives_way_to_what_a_refused_one_puts_back_into_its_place()
    {
        // The second is to go where the first stands; the first, which wants outside of hours, has to stay.
        TaskFacts[] tasks = [AShop.Task(held: new Place(AShop.Ana, AShop.BayOne, AShop.At(500))), AShop.Task(order: OtherTruck)];
        var shop = Two(tasks, new Place(StartsAt: AShop.At(100)), new Place(AShop.Ana, AShop.BayTwo, AShop.At(500)));
        Assert.Equal(["technician_hours", "technician_overlap"], shop.Problem.Refused.Select(r => r.Rule));
    }

    private static AShop Two(TaskFacts[] tasks, Place first, Place second) => new()
    {
        Tasks = tasks,
        WorkOrders = [new(AShop.Truck, "unit 7", 3), new(OtherTruck, "unit 8", 3)],
        Overrides = [new(Guid.NewGuid(), tasks[0].Id, "move", first), new(Guid.NewGuid(), tasks[1].Id, "move", second)],
    };

    private static (AShop Shop, ShopProblem Problem) Shop(TaskFacts task, Place? to, string action = "move")
    {
        var shop = new AShop
        {
            WorkOrders = [new(AShop.Truck, "unit 7", 3), new(OtherTruck, "unit 8", 3)],
            Tasks = [task, AShop.Task("road_test", held: new Place(AShop.Ben, AShop.BayTwo, AShop.At(860)))],
            Overrides = [new(Guid.NewGuid(), task.Id, action, to)],
        };
        return (shop, shop.Problem);
    }
}
