using Woflo.Bench.Schedule;
using Woflo.Domain.Scheduling;

namespace Woflo.Domain.Tests.Scheduling;

public sealed class Explaining_what_is_left_out
{
    private static readonly Guid OtherTruck = Guid.NewGuid();

    [Fact]
    public void Names_a_cause_that_lets_the_task_in_once_it_is_gone()
    {
        var (all, confirmed) = (0, 0);
        var missed = new List<string>();
        for (var seed = 0; seed < 600; seed++)
        {
            if (RandomShop.Problem(seed) is not { } problem)
                continue;
            var reasons = new LeftOutReasons(problem);
            var plan = reasons.Explain(new ListConstructor(problem, Objective.Default).Build());
            foreach (var leftOut in plan.LeftOut)
            {
                all++;
                if (reasons.IsConfirmed(leftOut, plan.Items))
                    confirmed++;
                else
                    missed.Add($"{seed}: {problem.Tasks[leftOut.Task].Name}: {leftOut.Reason.Code} + {string.Join('+', leftOut.Reason.Also)}: {leftOut.Reason.Text}");
            }
        }
        Assert.True(all > 300);
        Assert.True(confirmed >= 0.97 * all, $"{confirmed} of {all}\n{string.Join('\n', missed.Take(20))}");
    }

    [Fact]
    public void Does_not_confirm_a_cause_that_is_none()
    {
        var shop = new AShop { Tasks = [AShop.Task(skill: "hydrogen", isHard: true), AShop.Task(minutes: 300), AShop.Task(minutes: 300)] };
        var (reasons, items) = (new LeftOutReasons(shop.Problem), shop.Plan().Items);
        bool Holds(int task, string code) => reasons.IsConfirmed(new LeftOutTask(task, new LeftOutReason(code, "")), items);
        Assert.True(Holds(0, LeftOutReason.NoTechnicianWithSkill));
        Assert.False(Holds(0, LeftOutReason.NoBayOfType));
        Assert.False(Holds(0, LeftOutReason.Capacity));
        Assert.True(Holds(2, LeftOutReason.Capacity));
        Assert.False(Holds(2, LeftOutReason.NoTechnicianWithSkill));
        Assert.False(new LeftOutReasons(shop.Problem).IsConfirmed(new LeftOutTask(2, new LeftOutReason(LeftOutReason.Capacity, "")), [.. items.Where(i => i.Task != 1)]));
    }

    public static TheoryData<string, AShop> Causes => new()
    {
        { LeftOutReason.NoTechnicianWithSkill, new AShop { Tasks = [AShop.Task(skill: "hydrogen", isHard: true)] } },
        { LeftOutReason.NoBayOfType, new AShop { Tasks = [AShop.Task(bayType: "paint")] } },
        { LeftOutReason.NoBay, new AShop { Tasks = [AShop.Task()], Bays = [] } },
        { LeftOutReason.NoTechnician, new AShop { Tasks = [AShop.Task()], Technicians = [] } },
        { LeftOutReason.NoTechnician, new AShop { Tasks = [AShop.Task()], Technicians = [new(AShop.Ana, "Ana", 1, [], MinuteSet.Empty)] } },
        { LeftOutReason.Parts, new AShop { Tasks = [AShop.Task()], WorkOrders = [new(AShop.Truck, "unit 7", 3, PartsEta: AShop.At(9000))] } },
        { LeftOutReason.FollowerIsFixed, new AShop { Tasks = [AShop.Task(), AShop.Task("paperwork", held: new Place(AShop.Ana, null, AShop.At(100)))] } },
        { LeftOutReason.AfterHorizon, new AShop { Tasks = [AShop.Task() with { EarliestStart = AShop.At(4000) }] } },
        { LeftOutReason.AfterHorizon, new AShop { Tasks = [AShop.Task(held: new Place(StartsAt: AShop.At(4000)))] } },
        // Longer than all windows there are: worked over several shifts, and the plan ends before it does.
        { LeftOutReason.AfterHorizon, new AShop { Tasks = [AShop.Task(minutes: 500)] } },
        { LeftOutReason.WindowTooShort, new AShop { Tasks = [AShop.Task() with { EarliestStart = AShop.At(500), LatestFinish = AShop.At(550) }] } },
        { LeftOutReason.DoesNotFitAnyShift, new AShop { Tasks = [AShop.Task()], Technicians = [new(AShop.Ana, "Ana", 1, [], MinuteSet.Of(1000, 1400))] } },
        { LeftOutReason.Capacity, new AShop { Tasks = [AShop.Task(minutes: 480), AShop.Task("paperwork", order: OtherTruck, minutes: 480, held: new Place(AShop.Ana, null, AShop.At(480)))], Technicians = [new(AShop.Ana, "Ana", 1, [], AShop.Day)], WorkOrders = [new(AShop.Truck, "unit 7", 3), new(OtherTruck, "unit 8", 3)] } },
        { LeftOutReason.WaitsForTask, new AShop { Tasks = [AShop.Task("paperwork"), AShop.Task("diagnose", progress: TaskProgress.Blocked)] } },
    };

    [Theory, MemberData(nameof(Causes))]
    public void Finds_each_cause(string code, AShop shop)
    {
        var plan = shop.Plan();
        var leftOut = plan.LeftOut.Single(l => l.Task == 0);
        Assert.Equal((code, 0), (leftOut.Reason.Code, leftOut.Reason.Also.Count));
        Assert.True(new LeftOutReasons(shop.Problem).IsConfirmed(leftOut, plan.Items), leftOut.Reason.Text);
    }

    [Fact]
    public void Names_several_causes_where_none_alone_is_enough_and_no_more_than_it_takes()
    {
        var shop = new AShop { Tasks = [AShop.Task(skill: "hydrogen", isHard: true, bayType: "paint") with { EarliestStart = AShop.At(600) }] };
        var leftOut = Assert.Single(shop.Plan().LeftOut);
        Assert.Equal([LeftOutReason.NoTechnicianWithSkill, LeftOutReason.NoBayOfType], [leftOut.Reason.Code, .. leftOut.Reason.Also]);
        Assert.Contains("hydrogen", leftOut.Reason.Text, StringComparison.Ordinal);
        Assert.Contains("paint", leftOut.Reason.Text, StringComparison.Ordinal);
        Assert.True(new LeftOutReasons(shop.Problem).IsConfirmed(leftOut, []));
    }

    [Fact]
    public void Says_what_is_in_the_way_and_when_there_is_room()
    {
        var days = MinuteSet.Of([new(480, 960), new(4 * 1440, (4 * 1440) + 480)]);
        var shop = new AShop
        {
            Horizon = new Horizon(AShop.Midnight, AShop.Midnight.AddDays(1), AShop.Midnight),
            Technicians = [new(AShop.Ana, "Ana", 1, [], days)],
            Bays = [new(AShop.BayOne, "Bay 1", "heavy", 1, true, MinuteSet.Of(0, 9000))],
            Tasks = [AShop.Task(minutes: 300), AShop.Task(minutes: 300)],
        };
        var text = Assert.Single(shop.Plan().LeftOut).Reason.Text;
        Assert.Contains("1 planned task is in its way, the longest repair of unit 7", text, StringComparison.Ordinal);
        Assert.Contains("room for it on 2026-06-05 00:00 UTC with Ana", text, StringComparison.Ordinal);
    }
}
