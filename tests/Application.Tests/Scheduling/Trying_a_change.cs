using FluentValidation;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using Woflo.Application.Scheduling;
using Woflo.Domain.Scheduling;

namespace Woflo.Application.Tests.Scheduling;

public sealed class Trying_a_change
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Horizon Horizon = new(Start, Start.AddDays(2), Start);
    private static readonly MinuteSet Day = MinuteSet.Of([new MinuteRange(480, 960), new MinuteRange(1920, 2400)]);
    private static readonly Guid Run = Guid.NewGuid();
    private static readonly OrganisationRow Org = new(Guid.NewGuid(), "Shop", "UTC");

    private readonly TechnicianFacts _ana = new(Guid.Parse("aaaa0000-0000-4000-8000-000000000001"), "Ana", 1, [], Day, MinuteSet.Of(900, 960));
    private readonly TechnicianFacts _ben = new(Guid.Parse("bbbb0000-0000-4000-8000-000000000001"), "Ben", 1, [], Day);
    private readonly WorkOrderFacts _truck = new(Guid.NewGuid(), "unit 7", 3, DueMinute: 960, PartsRequired: true, PartsEta: Start.AddDays(1), HasPartsWithoutEta: true);
    private readonly WorkOrderFacts _van = new(Guid.NewGuid(), "unit V-8", 3, DueMinute: 960);
    private readonly TaskFacts _repair;
    private readonly TaskFacts _paperwork;

    public Trying_a_change()
    {
        _repair = new TaskFacts(Guid.Parse("cccc0000-0000-4000-8000-000000000001"), _truck.Id, TaskType.Named("paperwork"), TaskProgress.Scheduled, 60, 60);
        _paperwork = new TaskFacts(Guid.Parse("cccc0000-0000-4000-8000-000000000002"), _van.Id, TaskType.Named("paperwork"), TaskProgress.Scheduled, 60, 60);
    }

    private ShopFacts Shop => new([_ana, _ben], [], [_truck, _van], [_repair, _paperwork], []);

    [Fact]
    public void Sends_a_technician_away_for_a_while_and_nobody_else()
    {
        var shop = new WhatIf.TechnicianOut(" ana ", Start.AddHours(10), Start.AddHours(15.5)).Apply(Shop, Horizon);
        Assert.Equal([new MinuteRange(480, 600), new MinuteRange(930, 960), new MinuteRange(1920, 2400)], shop.Technicians[0].Windows.Ranges);
        Assert.Equal([new MinuteRange(930, 960)], shop.Technicians[0].Overtime!.Ranges);
        Assert.Equal(Shop.Technicians[1], shop.Technicians[1]);
        Assert.Equal(Day, _ana.Windows);
    }

    [Fact]
    public void Lets_parts_arrive_later_or_be_there()
    {
        var later = new WhatIf.PartsArrive("7", Start.AddHours(5)).Apply(Shop, Horizon).WorkOrders[0];
        Assert.Equal((Start.AddHours(5), false, false), (later.PartsEta, later.HasPartsWithoutEta, later.PartsReady));
        var there = new WhatIf.PartsArrive("unit 7", Start).Apply(Shop, Horizon).WorkOrders[0];
        Assert.Equal((null, false, true), (there.PartsEta, there.HasPartsWithoutEta, there.PartsReady));
    }

    [Fact]
    public void Makes_a_work_order_urgent() =>
        Assert.Equal([5, 3], new WhatIf.Prioritised(_truck.Id.ToString(), 5).Apply(Shop, Horizon).WorkOrders.Select(w => w.Priority));

    [Fact]
    public void Holds_a_moved_task_and_keeps_what_was_held_before()
    {
        var shop = Shop with { Tasks = [_repair with { Lock = new Place(_ana.Id, null, Start.AddHours(9), Start.AddHours(10)) }] };
        Assert.Equal(
            new Place(_ana.Id, null, Start.AddHours(12)), new WhatIf.Moved("cccc", null, Start.AddHours(12)).Apply(shop, Horizon).Tasks[0].Lock);
        Assert.Equal(
            new Place(_ben.Id, null, Start.AddHours(9), Start.AddHours(10)), new WhatIf.Moved("cccc", "Ben", null).Apply(shop, Horizon).Tasks[0].Lock);
    }

    public static readonly TheoryData<WhatIf, string> Wrong = new()
    {
        { new WhatIf.TechnicianOut("Zoe", Start, Start.AddDays(1)), "no technician 'Zoe'" },
        { new WhatIf.TechnicianOut("Ana", Start.AddDays(1), Start), "before it begins" },
        { new WhatIf.PartsArrive("9", Start), "no open work order '9'" },
        { new WhatIf.Prioritised("7", 6), "1 to 5" },
        { new WhatIf.Moved("cccc", "Ben", null), "2 open tasks" },
        { new WhatIf.Moved("dddd", "Ben", null), "no open task 'dddd'" },
        { new WhatIf.Moved("cccc0000-0000-4000-8000-000000000001", null, null), "names a technician" },
        { new WhatIf.Moved("cccc0000-0000-4000-8000-000000000001", null, Start.AddDays(-1)), "has passed" },
    };

    [Theory, MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Names_what_is_not_there_or_cannot_be(WhatIf change, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => change.Apply(Shop, Horizon)).Message, StringComparison.Ordinal);

    [Fact]
    public void Moves_no_task_that_is_in_progress() => Assert.Contains("in progress", Assert.Throws<FormatException>(() =>
        new WhatIf.Moved("cccc", "Ben", null).Apply(Shop with { Tasks = [_repair with { Progress = TaskProgress.InProgress }] }, Horizon)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Holds_the_change_against_the_published_plan()
    {
        Published((_repair, _ana, 24 + 8), (_paperwork, _ben, 8));
        var tried = await Try(new WhatIf.TechnicianOut("Ana", Start, Start.AddDays(2)));
        Assert.Empty(tried.Drift.Moved);
        Assert.Equal([_repair.Id], tried.Difference.Moved);
        Assert.Equal(_ben.Id, tried.After[_repair.Id].TechnicianId);
        Assert.Empty(tried.Difference.Placed.Concat(tried.Difference.Removed));
        Assert.Equal("Ben", tried.Names[_ben.Id]);
    }

    [Fact]
    public async Task Says_who_gets_late_and_what_falls_out()
    {
        Published((_repair, _ana, 24 + 8), (_paperwork, _ben, 8));
        var tried = await Try(
            new WhatIf.TechnicianOut("Ana", Start, Start.AddDays(2)), new WhatIf.TechnicianOut("Ben", Start, Start.AddDays(1.5)));
        Assert.Contains(tried.Lateness, l => l is { WorkOrder: "unit V-8", Before: 0, After: > 900 });
        var gone = await Try(new WhatIf.TechnicianOut("Ana", Start, Start.AddDays(2)), new WhatIf.TechnicianOut("Ben", Start, Start.AddDays(2)));
        Assert.Equal([_repair.Id, _paperwork.Id], gone.Difference.Removed);
        Assert.All(gone.Difference.Removed, t => Assert.Contains(gone.LeftOut, l => l.TaskId == t && l.Reason.Code == LeftOutReason.NoTechnician));
    }

    [Fact]
    public async Task Tells_what_moves_without_the_change_from_what_moves_by_it()
    {
        // The plan has it with somebody who does not work then.
        Published((_repair, _ana, 24 + 8), (_paperwork, _ben, 20));
        var tried = await Try(new WhatIf.Prioritised("7", 5));
        Assert.Contains(_paperwork.Id, tried.Drift.Moved);
        Assert.DoesNotContain(_paperwork.Id, tried.Difference.Moved);
    }

    [Fact]
    public async Task Is_refused_without_a_plan_to_change()
    {
        var refusal = await Assert.ThrowsAsync<ValidationException>(() => Try(new WhatIf.Prioritised("7", 5)));
        Assert.Contains("no plan to change yet", refusal.Message, StringComparison.Ordinal);
    }

    private readonly IPlanReader _plans = Substitute.For<IPlanReader>();

    private void Published(params (TaskFacts Task, TechnicianFacts Technician, double StartHour)[] items)
    {
        _plans.PublishedRun(Org.Id, Arg.Any<CancellationToken>()).Returns(Run);
        _plans.Read(Run, Arg.Any<CancellationToken>()).Returns(new StoredPlan(
            Run, Org, "succeeded", "manual", Start, Start, Start.AddDays(2), items.Length, 1, 0, null, "OPTIMAL", null, null,
            [.. items.Select(i => new StoredItem(
                i.Task.Id, "paperwork", "scheduled", i.Task.WorkOrderId, "7", 3, null, i.Technician.Id, i.Technician.Name, null, null,
                Start.AddHours(i.StartHour), Start.AddHours(i.StartHour + 1), false, null, null, null))], []));
    }

    private Task<TriedChanges> Try(params WhatIf[] changes)
    {
        var shops = Substitute.For<IShopReader>();
        shops.ReadShop(Org.Id, Arg.Any<Horizon>(), Arg.Any<CancellationToken>()).Returns(new ShopReading.Read(Shop));
        var handler = new TryChangesHandler(
            _plans, shops, new ShopPlanner(Substitute.For<IScheduleSolver>(), NullLogger<ShopPlanner>.Instance), SchedulingOptions.Default, new FakeTimeProvider(Start));
        return handler.Handle(new TryChanges(Org.Id, changes, TimeSpan.FromSeconds(2)), TestContext.Current.CancellationToken);
    }
}
