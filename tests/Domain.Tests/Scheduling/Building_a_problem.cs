using Woflo.Domain.Scheduling;

namespace Woflo.Domain.Tests.Scheduling;

public sealed class Building_a_problem
{
    [Theory]
    [InlineData(60, 60, 1.0, 60)]
    [InlineData(60, 61, 1.0, 61)]
    [InlineData(60, 90, 1.25, 60)]
    [InlineData(60, 60, 1.1, 55)]
    [InlineData(90, 60, 1.0, 75)]
    [InlineData(0, 0, 1.0, 1)]
    [InlineData(60, 60, 0.0, 60)]
    [InlineData(60, 60, -2.0, 60)]
    public void Divides_the_mean_estimate_by_the_efficiency_and_rounds_up(int low, int high, double efficiency, int minutes)
    {
        var problem = new AShop
        {
            Technicians = [new(AShop.Ana, "Ana", (decimal)efficiency, [], AShop.Day)],
            Tasks = [AShop.Task() with { LowMinutes = low, HighMinutes = high }],
        }.Problem;
        Assert.Equal(minutes, problem.Tasks[0].MinutesFor(problem.Technicians[0]));
        Assert.Equal(low > high || high == 0 || efficiency <= 0 ? 1 : 0, problem.Notes.Count);
    }

    [Fact]
    public void Orders_the_tasks_of_a_work_order_by_their_course()
    {
        var problem = new AShop { Tasks = [AShop.Task("paperwork"), AShop.Task("repair"), AShop.Task("diagnose"), AShop.Task("repair")] }.Problem;
        Assert.Equal(
            [new(1, 0), new(2, 0), new(2, 1), new(2, 3), new(3, 0)],
            problem.Precedences.OrderBy(p => (p.Before, p.After)));
    }

    [Fact]
    public void Refuses_two_locks_on_one_technician_at_once_and_names_the_rows()
    {
        var shop = new AShop
        {
            Tasks =
            [
                AShop.Task(held: new Place(AShop.Ana, null, AShop.At(600))),
                AShop.Task("cleanup", held: new Place(AShop.Ana, null, AShop.At(630), AShop.At(640))),
            ],
        };
        var clash = Assert.IsType<BuiltProblem.Contradiction>(shop.Built);
        Assert.All(shop.Tasks.Select(t => t.Id).Append(AShop.Ana), id => Assert.Contains(id, clash.Rows));
        Assert.All(clash.Rows, id => Assert.Contains(id.ToString(), clash.Message));
    }

    [Fact]
    public void Refuses_a_circle_of_dependencies_and_names_it()
    {
        TaskFacts[] tasks = [AShop.Task("diagnose"), AShop.Task("repair")];
        var shop = new AShop { Tasks = tasks, WorkOrders = [new(AShop.Truck, "unit 7", 3, Dependencies: [(tasks[0].Id, tasks[1].Id)])] };
        var cycle = Assert.IsType<BuiltProblem.Contradiction>(shop.Built);
        Assert.Subset(cycle.Rows.ToHashSet(), tasks.Select(t => t.Id).ToHashSet());
    }

    [Fact]
    public void Ignores_dependencies_on_tasks_that_are_gone()
    {
        var task = AShop.Task();
        var shop = new AShop { Tasks = [task], WorkOrders = [new(AShop.Truck, "unit 7", 3, Dependencies: [(task.Id, Guid.NewGuid())])] };
        Assert.Empty(shop.Problem.Precedences);
    }

    [Fact]
    public void Makes_a_skill_hard_wherever_anyone_holds_it_as_safety_critical()
    {
        var shop = new AShop
        {
            Technicians = [new(AShop.Ana, "Ana", 1, [new TechnicianSkill("Brakes", 3, IsSafetyCritical: true)], MinuteSet.Empty), new(AShop.Ben, "Ben", 1, [], AShop.Day)],
            Tasks = [AShop.Task(skill: "brakes")],
        };
        Assert.Equal(LeftOutReason.NoTechnician, Assert.Single(shop.Plan().LeftOut).Reason.Code);
    }

    [Fact]
    public void Keeps_running_work_where_it_is_with_at_least_a_minute_left()
    {
        var shop = new AShop
        {
            Horizon = new Horizon(AShop.Midnight, AShop.Midnight.AddDays(1), AShop.At(600)),
            Tasks = [AShop.Task(progress: TaskProgress.InProgress, published: new Place(AShop.Ana, AShop.BayOne, AShop.At(490)))],
        };
        Assert.Equal(new ScheduledTask(0, 0, 0, 490, 601), Assert.Single(shop.Plan().Items));
    }

    [Fact]
    public void Counts_running_work_longer_than_a_shift_through_its_windows_since_it_began()
    {
        // Twenty hours, begun yesterday at eight: eight hours done then, eight today, four tomorrow.
        var days = MinuteSet.Of(Enumerable.Range(-3, 7).Select(d => new MinuteRange((d * 1440) + 480, (d * 1440) + 960)));
        var shop = new AShop
        {
            Technicians = [new(AShop.Ana, "Ana", 1, [], days)],
            Bays = [new(AShop.BayOne, "Bay 1", "heavy", 1, true, days)],
            Tasks = [AShop.Task(minutes: 1200, progress: TaskProgress.InProgress, published: new Place(AShop.Ana, AShop.BayOne, AShop.At(480 - 1440)))],
        };
        var item = Assert.Single(shop.Plan().Items);
        Assert.Equal(new ScheduledTask(0, 0, 0, 480 - 1440, 1440 + 720), item);
        Assert.Equal([new(480 - 1440, 960 - 1440), new(480, 960), new(1440 + 480, 1440 + 720)], shop.Problem.Segments(item));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ends_locked_work_longer_than_a_shift_with_its_windows(bool isTechnicianLocked)
    {
        var days = MinuteSet.Of([new(480, 960), new(1920, 2400)]);
        var shop = new AShop
        {
            Technicians = [new(AShop.Ana, "Ana", 1, [], days)],
            Tasks = [AShop.Task("paperwork", minutes: 600, held: new Place(isTechnicianLocked ? AShop.Ana : null, null, AShop.At(500)))],
        };
        Assert.Equal(new ScheduledTask(0, 0, null, 500, 1920 + 140), Assert.Single(shop.Plan().Items));
    }

    [Fact]
    public void Promises_what_the_published_plan_said_or_what_is_locked_since()
    {
        var published = new Place(AShop.Ana, AShop.BayOne, AShop.At(600));
        var shop = new AShop
        {
            Tasks =
            [
                AShop.Task(published: published),
                AShop.Task(published: published, held: new Place(AShop.Ben)),
                AShop.Task(published: published, held: new Place(StartsAt: AShop.At(700))),
                AShop.Task(published: published with { TechnicianId = Guid.NewGuid() }),
                AShop.Task("paperwork", published: published with { BayId = Guid.NewGuid() }),
            ],
        };
        Assert.Equal([new(0, 0, 600), new(1, 0, 600), null, null, new(0, null, 600)], shop.Problem.Tasks.Select(t => t.Promise));
    }

    [Fact]
    public void Lets_overtime_be_worked_and_counts_it_apart_from_the_shift()
    {
        var shop = new AShop
        {
            Technicians = [new(AShop.Ana, "Ana", 1, [], AShop.Day, MinuteSet.Of(960, 1080), 2)],
            Bays = [new(AShop.BayOne, "Bay 1", "heavy", 1, true, MinuteSet.Of(0, 2000))],
        };
        var ana = shop.Problem.Technicians[0];
        Assert.Equal(MinuteSet.Of(480, 1080), ana.Windows);
        Assert.Equal(MinuteSet.Of(480, 960), ana.RegularWindows);
        Assert.Equal(MinuteSet.Of(960, 1080), ana.Overtime);
        Assert.Equal(2, ana.WipLimit);
    }

    [Fact]
    public void Notes_running_work_that_nobody_is_known_to_do_and_lets_its_truck_wait_for_it()
    {
        var shop = new AShop { Tasks = [AShop.Task("diagnose", progress: TaskProgress.InProgress), AShop.Task("paperwork")], Technicians = [new(AShop.Ana, "Ana", 1, [], MinuteSet.Of(0, 960))] };
        Assert.Contains(shop.Problem.Notes, n => n.Contains("in progress", StringComparison.Ordinal));
        Assert.Equal(60, Assert.Single(shop.Plan().Items).StartMinute);
    }

    [Fact]
    public void Fixes_only_the_parts_of_a_lock_that_are_given()
    {
        Assert.Equal(1, Assert.Single(new AShop { Tasks = [AShop.Task(skill: "diesel", held: new Place(AShop.Ben))] }.Plan().Items).Technician);
        Assert.Equal(100, Assert.Single(new AShop { Tasks = [AShop.Task(held: new Place(StartsAt: AShop.At(100)))] }.Plan().Items).StartMinute);
        Assert.Equal(LeftOutReason.FollowerIsFixed, new AShop
        {
            Tasks = [AShop.Task(), AShop.Task("paperwork", held: new Place(AShop.Ana, null, AShop.At(100)))],
        }.Plan().LeftOut.Single().Reason.Code);
    }

    [Fact]
    public void Says_what_waits_for_what_is_left_out_or_blocked_and_what_finds_no_room()
    {
        Assert.Equal(LeftOutReason.WaitsForTask, new AShop { Tasks = [AShop.Task("diagnose", progress: TaskProgress.Blocked), AShop.Task()] }.Plan().LeftOut.Single().Reason.Code);
        Assert.Equal(
            [LeftOutReason.NoBayOfType, LeftOutReason.WaitsForTask],
            new AShop { Tasks = [AShop.Task("diagnose", bayType: "paint"), AShop.Task()] }.Plan().LeftOut.Select(l => l.Reason.Code));
        Assert.Equal(LeftOutReason.Parts, new AShop { Tasks = [AShop.Task()], WorkOrders = [new(AShop.Truck, "unit 7", 3, PartsEta: AShop.At(9000))] }.Plan().LeftOut.Single().Reason.Code);
        Assert.Equal(LeftOutReason.Capacity, new AShop { Tasks = [AShop.Task(minutes: 300), AShop.Task(minutes: 300)] }.Plan().LeftOut.Single().Reason.Code);
    }

    [Fact]
    public void Starts_nothing_before_now_rounded_up_to_the_minute()
    {
        var horizon = new Horizon(AShop.Midnight, AShop.Midnight.AddDays(1), AShop.At(600).AddSeconds(1));
        Assert.Equal(601, Assert.Single(new AShop { Horizon = horizon, Tasks = [AShop.Task()] }.Plan().Items).StartMinute);
        Assert.Equal(AShop.Midnight.AddMinutes(1), new Horizon(AShop.Midnight.AddSeconds(5), AShop.At(90), AShop.Midnight).Origin);
    }
}
