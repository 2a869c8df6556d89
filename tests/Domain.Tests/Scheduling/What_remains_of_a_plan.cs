using Woflo.Bench.Schedule;
using Woflo.Domain.Scheduling;

namespace Woflo.Domain.Tests.Scheduling;

public sealed class What_remains_of_a_plan
{
    private const int Shops = 200;

    [Fact]
    public void Is_all_of_it_where_nothing_has_changed()
    {
        foreach (var seed in Enumerable.Range(0, Shops / 4))
        {
            if (RandomShop.Problem(seed) is not { } problem)
                continue;
            var plan = Plan(problem);
            var again = RandomShop.Problem(seed)!;
            Assert.Equal(plan.OrderBy(i => i.Task), Remains(problem, plan, again).OrderBy(i => i.Task));
        }
    }

    [Fact]
    public void Is_legal_whatever_was_edited_and_keeps_what_has_begun_where_it_is()
    {
        var kept = 0;
        foreach (var seed in Enumerable.Range(0, Shops))
        {
            if (RandomShop.Problem(seed) is not { } problem || Edited(seed) is not { } now)
                continue;
            var items = Remains(problem, Plan(problem), now);
            var placed = items.Select(i => i.Task).ToHashSet();
            var leftOut = Enumerable.Range(0, now.Tasks.Count).Where(t => !placed.Contains(t)).Select(t => new LeftOutTask(t, new LeftOutReason(LeftOutReason.Changed, "")));
            Assert.Empty(new ScheduleEvaluator(now, Objective.Default).Check(new Schedule(items, [.. leftOut])));
            Assert.All(now.Tasks.Select((t, i) => (t, i)).Where(x => x.t.IsInProgress), x => Assert.Contains(x.i, placed));
            kept += items.Count(i => !now.Tasks[i.Task].IsFixed);
        }
        Assert.True(kept > Shops);
    }

    [Fact]
    public void Makes_room_for_what_was_locked_meanwhile()
    {
        var (early, late) = (AShop.Task(order: Guid.NewGuid()), AShop.Task(order: Guid.NewGuid()));
        var shop = new AShop
        {
            Technicians = [new(AShop.Ana, "Ana", 1m, [], AShop.Day)],
            WorkOrders = [new(early.WorkOrderId, "unit 1", 5), new(late.WorkOrderId, "unit 2", 1)],
            Tasks = [early, late],
        };
        var plan = Plan(shop.Problem);
        var now = shop with { Tasks = [early, late with { Lock = new Place(AShop.Ana, AShop.BayOne, AShop.At(480)) }] };
        Assert.Equal([new ScheduledTask(1, 0, 0, 480, 540)], Remains(shop.Problem, plan, now.Problem));
    }

    private static IReadOnlyList<ScheduledTask> Remains(ShopProblem problem, IReadOnlyList<ScheduledTask> plan, ShopProblem now) =>
        StandingPlan.Legal(now, StandingPlan.Carry(problem, plan, now));

    private static IReadOnlyList<ScheduledTask> Plan(ShopProblem problem) => new ListConstructor(problem, Objective.Default).Build();

    private static ShopProblem? Edited(int seed)
    {
        var random = new Random(seed);
        var (facts, horizon) = RandomShop.Facts(seed);
        var tasks = facts.Tasks.ToList();
        for (var edits = random.Next(1, 4); edits > 0 && tasks.Count > 0; edits--)
        {
            var at = random.Next(tasks.Count);
            var task = tasks[at];
            var place = new Place(
                facts.Technicians[random.Next(facts.Technicians.Count)].Id, facts.Bays[random.Next(facts.Bays.Count)].Id,
                RandomShop.Start.AddMinutes(random.Next(1440)));
            switch (random.Next(8))
            {
                case 0: tasks.RemoveAt(at); break;
                case 1: tasks[at] = task with { HighMinutes = task.HighMinutes + 45 }; break;
                case 2: tasks[at] = task with { Skill = "diesel", SkillIsHard = true }; break;
                case 3: tasks[at] = task with { BayType = "heavy" }; break;
                case 4: tasks[at] = task with { EarliestStart = RandomShop.Start.AddMinutes(700) }; break;
                case 5: tasks[at] = task with { Lock = place }; break;
                case 6: tasks[at] = task with { Progress = TaskProgress.InProgress, Lock = place }; break;
                default: tasks.Add(task with { Id = Guid.NewGuid() }); break;
            }
        }
        facts = facts with { Tasks = tasks };
        facts = random.Next(6) switch
        {
            0 when facts.Technicians.Count > 1 => facts with { Technicians = [.. facts.Technicians.Skip(1)] },
            1 when facts.Bays.Count > 1 => facts with { Bays = [.. facts.Bays.Skip(1)] },
            2 => facts with { Technicians = [.. facts.Technicians.Select(t => t with { Windows = t.Windows.Subtract(MinuteSet.Of(600, 700)) })] },
            _ => facts,
        };
        return ShopProblemBuilder.Build(facts, horizon) is BuiltProblem.Ready(var problem) ? problem : null;
    }
}
