using Woflo.Domain.Scheduling;

namespace Woflo.Domain.Tests.Scheduling;

/// <summary>Small shops with everything in them that a plan can trip over. The same seed is the same shop.</summary>
internal static class RandomShop
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Skills = ["diesel", "electric", "hydraulic"];
    private static readonly string[] BayTypes = ["light", "heavy"];

    /// <summary>Null where the shop's locks contradict one another.</summary>
    public static ShopProblem? Problem(int seed, int maxOrders = 7) =>
        Facts(seed, maxOrders) is var (facts, horizon) && ShopProblemBuilder.Build(facts, horizon) is BuiltProblem.Ready(var problem)
            ? problem
            : null;

    public static (ShopFacts Facts, Horizon Horizon) Facts(int seed, int maxOrders = 7)
    {
        var random = new Random(seed);
        var days = random.Next(1, 4);
        var horizon = new Horizon(Start, Start.AddDays(days), Start.AddMinutes(random.Next(-300, 600)));
        var technicians = Enumerable.Range(0, random.Next(1, 5)).Select(i => new TechnicianFacts(
            Id(random), $"Tech {i}", random.Next(80, 130) / 100m,
            [.. Skills.Where(_ => random.Next(2) == 0).Select(s => new TechnicianSkill(s, random.Next(1, 6), random.Next(12) == 0))],
            Hours(random, days))).ToArray();
        var bays = Enumerable.Range(0, random.Next(1, 4)).Select(i => new Bay(
            Id(random), $"Bay {i}", BayTypes[random.Next(2)], random.Next(1, 3), random.Next(10) > 0,
            random.Next(2) == 0 ? MinuteSet.Of(0, horizon.EndMinute) : Hours(random, days))).ToArray();
        var orders = new List<WorkOrderFacts>();
        var tasks = new List<TaskFacts>();
        for (var i = random.Next(1, maxOrders + 1); i > 0; i--)
        {
            var order = Id(random);
            var ids = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Id(random)).ToArray();
            orders.Add(new WorkOrderFacts(
                order, $"unit {i}", random.Next(1, 6), random.Next(6) == 0, random.Next(3) == 0 ? BayTypes[random.Next(2)] : null,
                random.Next(2) == 0 ? random.Next(-500, days * 1440) : null,
                random.Next(3) == 0 ? Start.AddMinutes(random.Next(days * 1440)) : null,
                random.Next(3) == 0, random.Next(2) == 0, random.Next(5) == 0 ? Start.AddMinutes(random.Next(2000)) : null));
            tasks.AddRange(ids.Select(id => Task(random, id, order, days, technicians, bays)));
        }
        return (new ShopFacts(technicians, bays, orders, tasks, []), horizon);
    }

    private static TaskFacts Task(Random random, Guid id, Guid order, int days, TechnicianFacts[] technicians, Bay[] bays)
    {
        var progress = random.Next(20) switch { 0 => TaskProgress.Blocked, 1 or 2 => TaskProgress.InProgress, < 10 => TaskProgress.Scheduled, _ => TaskProgress.Todo };
        var at = Start.AddMinutes(random.Next(-200, days * 1440)).AddSeconds(random.Next(3) == 0 ? 20 : 0);
        var place = new Place(
            random.Next(4) > 0 ? technicians[random.Next(technicians.Length)].Id : null,
            random.Next(3) > 0 ? bays[random.Next(bays.Length)].Id : null,
            random.Next(4) > 0 ? at : null, random.Next(3) == 0 ? at.AddMinutes(random.Next(1, 200)) : null);
        return new TaskFacts(
            id, order, TaskType.All[random.Next(TaskType.All.Count)], progress, random.Next(0, 200), random.Next(0, 300),
            random.Next(2) == 0 ? Skills[random.Next(3)] : null, random.Next(2) == 0, random.Next(5) == 0 ? BayTypes[random.Next(2)] : null,
            random.Next(6) == 0 ? Start.AddMinutes(random.Next(1000)) : null,
            random.Next(8) == 0 ? Start.AddMinutes(random.Next(500, days * 1440)) : null,
            random.Next(6) == 0 || progress == TaskProgress.InProgress ? place : null);
    }

    private static MinuteSet Hours(Random random, int days)
    {
        var start = random.Next(0, 600);
        return MinuteSet.Of(Enumerable.Range(0, days).Select(d => new MinuteRange(d * 1440 + start, d * 1440 + start + random.Next(200, 700))));
    }

    private static Guid Id(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
