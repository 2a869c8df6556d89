using Woflo.Domain.Scheduling;

namespace Woflo.Domain.Tests.Scheduling;

/// <summary>Of shops so small that every plan can be looked at.</summary>
public sealed class The_best_plan
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 12)];

    [Theory, MemberData(nameof(Seeds))]
    public void Gets_no_worse_with_one_more_technician(int seed)
    {
        var shop = Shop(seed);
        var more = shop with { Technicians = [.. shop.Technicians, new(Guid.NewGuid(), "More", 1, [], shop.Technicians[0].Windows)] };
        Assert.False(Best(shop.Problem).IsBetterThan(Best(more.Problem)));
    }

    // What is left out counts as late up to the plan's end, so that lateness is compared only where all work finds its place.
    [Theory, MemberData(nameof(Seeds))]
    public void Gets_no_worse_with_a_longer_horizon(int seed)
    {
        var (now, longer) = (Best(Shop(seed).Problem), Best(Shop(seed, minutes: 26).Problem));
        Assert.True(longer.Levels[0] <= now.Levels[0]);
        if (now.Levels[0] == 0)
            Assert.False(now.IsBetterThan(longer));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Costs_the_same_whatever_the_order_of_the_rows(int seed)
    {
        var shop = Shop(seed);
        var turned = shop with
        {
            Technicians = [.. shop.Technicians.Reverse()],
            Bays = [.. shop.Bays.Reverse()],
            WorkOrders = [.. shop.WorkOrders.Reverse()],
            Tasks = [.. shop.Tasks.Reverse()],
        };
        Assert.Equal(Best(shop.Problem).Levels, Best(turned.Problem).Levels);
    }

    private static AShop Shop(int seed, int minutes = 18)
    {
        var random = new Random(seed);
        Guid[] trucks = [AShop.Truck, Guid.NewGuid()];
        var windows = MinuteSet.Of([new(1, 8), new(11, minutes)]);
        return new AShop
        {
            Horizon = new Horizon(AShop.Midnight, AShop.At(minutes), AShop.Midnight),
            Technicians = [.. new[] { AShop.Ana, AShop.Ben }.Take(random.Next(1, 3)).Select(id => new TechnicianFacts(id, "Tech", 1, [new TechnicianSkill("diesel", random.Next(1, 6))], windows, MinuteSet.Of(8, 9), 1))],
            Bays = [new(AShop.BayOne, "Bay 1", "heavy", 1, true, MinuteSet.Of(0, minutes)), new(AShop.BayTwo, "Bay 2", "light", 1, true, windows)],
            WorkOrders = [.. trucks.Select(t => new WorkOrderFacts(t, "unit", random.Next(1, 6), DueMinute: random.Next(18)))],
            Tasks = [.. Enumerable.Range(0, 3).Select(i => AShop.Task(
                TaskType.All[random.Next(TaskType.All.Count)].Name, random.Next(2, 9), trucks[random.Next(2)], random.Next(2) == 0 ? "diesel" : null,
                bayType: random.Next(3) == 0 ? "heavy" : null, published: random.Next(2) == 0 ? new Place(AShop.Ana, AShop.BayOne, AShop.At(random.Next(18))) : null))],
        };
    }

    private static Cost Best(ShopProblem problem)
    {
        var evaluator = new ScheduleEvaluator(problem, Objective.Default);
        Cost? best = null;
        void Try(int task, List<ScheduledTask> items)
        {
            if (task < problem.Tasks.Count)
            {
                Try(task + 1, items);
                foreach (var place in Places(problem, task))
                    Try(task + 1, [.. items, place]);
                return;
            }
            // The cost first: it is the quicker to know.
            var plan = new Schedule(items, [.. Enumerable.Range(0, task).Except(items.Select(i => i.Task)).Select(t => new LeftOutTask(t, new LeftOutReason("", "")))]);
            var cost = evaluator.Evaluate(plan);
            if ((best is null || cost.IsBetterThan(best)) && evaluator.Check(plan).Count == 0)
                best = cost;
        }
        Try(0, []);
        return best!;
    }

    private static IEnumerable<ScheduledTask> Places(ShopProblem problem, int task) =>
        from technician in Enumerable.Range(0, problem.Technicians.Count)
        from bay in problem.Tasks[task].NeedsBay ? Enumerable.Range(0, problem.Bays.Count).Where(b => problem.MayStandIn(problem.Tasks[task], b)).Select(b => (int?)b) : [null]
        from start in Enumerable.Range(problem.Tasks[task].ReleaseMinute, problem.Horizon.EndMinute)
        where problem.EndOf(problem.Tasks[task], technician, bay, start) <= problem.Tasks[task].DeadlineMinute
        select new ScheduledTask(task, technician, bay, start, problem.EndOf(problem.Tasks[task], technician, bay, start)!.Value);
}
