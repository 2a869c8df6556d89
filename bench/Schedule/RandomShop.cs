using Woflo.Domain.Scheduling;

namespace Woflo.Bench.Schedule;

/// <summary>Shops with everything in them that a plan can trip over, for the bench and for tests. The same seed is the same shop.</summary>
internal sealed class RandomShop
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private const int DayMinutes = 1440;

    private static readonly string[] Skills = ["diesel", "electric", "hydraulic"];
    private static readonly string[] BayTypes = ["light", "heavy"];
    private static readonly string[] Actions = ["move", "assign", "lock", "lock", "unlock"];

    private readonly SeededRandom _random;
    private readonly int _days;
    private readonly TechnicianFacts[] _technicians;
    private readonly Bay[] _bays;

    private RandomShop(int seed)
    {
        _random = new SeededRandom(seed);
        _days = _random.Next(1, 7);
        _technicians = [.. Enumerable.Range(0, _random.Next(1, 6)).Select(i => Technician($"Technician {i + 1}"))];
        _bays = [.. Enumerable.Range(0, _random.Next(1, 5)).Select(i => new Bay(
            _random.Id(), $"Bay {i + 1}", _random.Of(BayTypes), _random.Next(1, 3), !OneIn(10),
            OneIn(2) ? MinuteSet.Of(0, _days * DayMinutes) : Hours()))];
    }

    /// <returns>Null where the shop's locks or its order contradict one another, which has no plan.</returns>
    public static ShopProblem? Problem(int seed, int tasks = 30) =>
        Facts(seed, tasks) is var (facts, horizon) && ShopProblemBuilder.Build(facts, horizon) is BuiltProblem.Ready(var problem) ? problem : null;

    /// <param name="tasks">At most so many, and a sixth at least.</param>
    public static (ShopFacts Facts, Horizon Horizon) Facts(int seed, int tasks = 30) => new RandomShop(seed).Facts(tasks);

    private (ShopFacts, Horizon) Facts(int most)
    {
        var orders = new List<WorkOrderFacts>();
        var tasks = new List<TaskFacts>();
        for (var wanted = _random.Next(most / 6, most + 1); tasks.Count < wanted;)
        {
            var order = _random.Id();
            Guid[] ids = [.. Enumerable.Range(0, Math.Min(_random.Next(1, 6), wanted - tasks.Count)).Select(_ => _random.Id())];
            // To tasks that are already there, so that only the course of work can close a circle.
            (Guid, Guid)[] dependencies = tasks.Count > 0 && OneIn(4) ? [(_random.Of(ids), _random.Of(tasks).Id)] : [];
            orders.Add(new WorkOrderFacts(
                order, $"unit {orders.Count + 1}", _random.Next(1, 6), OneIn(6), OneIn(3) ? _random.Of(BayTypes) : null,
                OneIn(2) ? _random.Next(-500, _days * DayMinutes) : null, OneIn(3) ? Within(0, _days * DayMinutes) : null,
                PartsRequired: OneIn(3), PartsReady: OneIn(2), PartsEta: OneIn(5) ? Within(0, 2_000) : null,
                HasPartsWithoutEta: OneIn(8), Dependencies: dependencies));
            tasks.AddRange(ids.Select(id => Task(id, order)));
        }
        var overrides = tasks.Where(_ => OneIn(12)).Select(t => new OverrideFacts(
            _random.Id(), t.Id, _random.Of(Actions), OneIn(4) ? null : Place(), OneIn(20) ? "It is not readable." : null)).ToArray();
        return (
            new ShopFacts(_technicians, _bays, orders, tasks, []) { Overrides = overrides },
            new Horizon(Start, Start.AddDays(_days), Start.AddMinutes(_random.Next(-300, 600))));
    }

    private TechnicianFacts Technician(string name)
    {
        var hours = OneIn(20) ? MinuteSet.Empty : Hours();
        return new TechnicianFacts(
            _random.Id(), name, OneIn(30) ? 0 : _random.Next(80, 130) / 100m,
            [.. Skills.Where(_ => !OneIn(3)).Select(s => new TechnicianSkill(s, _random.Next(1, 6), OneIn(12)))], hours,
            OneIn(3) ? MinuteSet.Of(hours.Ranges.Select(r => new MinuteRange(r.End, r.End + _random.Next(30, 180)))) : null,
            OneIn(3) ? _random.Next(1, 4) : null);
    }

    private TaskFacts Task(Guid id, Guid order)
    {
        var progress = _random.Next(20) switch
        {
            0 => TaskProgress.Blocked,
            1 or 2 => TaskProgress.InProgress,
            < 10 => TaskProgress.Scheduled,
            _ => TaskProgress.Todo,
        };
        // One in six is longer than a shift.
        var low = OneIn(6) ? _random.Next(400, 1_500) : _random.Next(200);
        return new TaskFacts(
            id, order, _random.Of(TaskType.All), progress, low, _random.Next(Math.Max(1, low * 2)), OneIn(2) ? _random.Of(Skills) : null, OneIn(2),
            OneIn(5) ? _random.Of(BayTypes) : null,
            OneIn(6) ? Within(0, 1_000) : null,
            OneIn(8) ? Within(500, _days * DayMinutes) : null,
            OneIn(6) || progress == TaskProgress.InProgress ? Place() : null,
            progress is TaskProgress.Scheduled or TaskProgress.InProgress && !OneIn(3) ? Place() : null);
    }

    private Domain.Scheduling.Place Place()
    {
        var at = Within(-200, _days * DayMinutes).AddSeconds(OneIn(3) ? 20 : 0);
        return new Domain.Scheduling.Place(
            OneIn(4) ? null : _random.Of(_technicians).Id, OneIn(3) ? null : _random.Of(_bays).Id, OneIn(4) ? null : at,
            OneIn(3) ? at.AddMinutes(_random.Next(1, 200)) : null);
    }

    private MinuteSet Hours()
    {
        var start = _random.Next(600);
        return MinuteSet.Of(Enumerable.Range(0, _days).Select(d => new MinuteRange(d * DayMinutes + start, d * DayMinutes + start + _random.Next(200, 700))));
    }

    private DateTimeOffset Within(int from, int below) => Start.AddMinutes(_random.Next(from, below));

    private bool OneIn(int times) => _random.Next(times) == 0;
}
