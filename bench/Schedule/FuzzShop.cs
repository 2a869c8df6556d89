using Woflo.Domain.Scheduling;

namespace Woflo.Bench.Schedule;

/// <summary>Shops of 5 to 30 tasks with everything in them that a plan can trip over. The same seed is the same shop.</summary>
internal sealed class FuzzShop
{
    private const int DayMinutes = 1440;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Skills = ["diesel", "electric", "hydraulic"];
    private static readonly string[] BayTypes = ["light", "heavy"];

    private readonly SeededRandom _random;
    private readonly int _days;
    private readonly Horizon _horizon;
    private readonly TechnicianFacts[] _technicians;
    private readonly Bay[] _bays;

    private FuzzShop(int seed)
    {
        _random = new SeededRandom(seed);
        _days = _random.Next(2, 7);
        _horizon = new Horizon(Start, Start.AddDays(_days), Start.AddMinutes(_random.Next(-300, 600)));
        _technicians = [.. Enumerable.Range(0, _random.Next(1, 6)).Select(i => new TechnicianFacts(
            _random.Id(), $"Technician {i + 1}", OneIn(30) ? 0 : _random.Next(80, 130) / 100m,
            [.. Skills.Where(_ => !OneIn(3)).Select(s => new TechnicianSkill(s, _random.Next(1, 6), OneIn(12)))],
            OneIn(20) ? MinuteSet.Empty : Hours()))];
        _bays = [.. Enumerable.Range(0, _random.Next(1, 5)).Select(i => new Bay(
            _random.Id(), $"Bay {i + 1}", _random.Of(BayTypes), _random.Next(1, 3), !OneIn(10),
            OneIn(2) ? MinuteSet.Of(0, _horizon.EndMinute) : Hours()))];
    }

    /// <returns>Null where the shop's locks or its order contradict one another, which has no plan.</returns>
    public static ShopProblem? Problem(int seed) => new FuzzShop(seed).Problem();

    private ShopProblem? Problem()
    {
        var orders = new List<WorkOrderFacts>();
        var tasks = new List<TaskFacts>();
        for (var wanted = _random.Next(5, 31); tasks.Count < wanted;)
        {
            var order = _random.Id();
            Guid[] ids = [.. Enumerable.Range(0, Math.Min(_random.Next(1, 6), wanted - tasks.Count)).Select(_ => _random.Id())];
            // To tasks that are already there, so that only the course of work can close a circle.
            (Guid, Guid)[] dependencies = tasks.Count > 0 && OneIn(4) ? [(_random.Of(ids), _random.Of(tasks).Id)] : [];
            orders.Add(new WorkOrderFacts(
                order, $"unit {orders.Count + 1}", _random.Next(1, 6), OneIn(6), OneIn(3) ? _random.Of(BayTypes) : null,
                OneIn(2) ? _random.Next(-500, _days * DayMinutes) : null,
                OneIn(3) ? Start.AddMinutes(_random.Next(_days * DayMinutes)) : null,
                PartsRequired: OneIn(3), PartsReady: OneIn(2), PartsEta: OneIn(5) ? Start.AddMinutes(_random.Next(2_000)) : null,
                HasPartsWithoutEta: OneIn(8), Dependencies: dependencies));
            tasks.AddRange(ids.Select(id => Task(id, order)));
        }
        return ShopProblemBuilder.Build(new ShopFacts(_technicians, _bays, orders, tasks, []), _horizon) is BuiltProblem.Ready(var problem)
            ? WithPeoplesLimits(problem)
            : null;
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
            OneIn(6) ? Start.AddMinutes(_random.Next(1_000)) : null,
            OneIn(8) ? Start.AddMinutes(_random.Next(500, _days * DayMinutes)) : null,
            OneIn(6) || progress == TaskProgress.InProgress ? Place() : null,
            progress is TaskProgress.Scheduled or TaskProgress.InProgress && !OneIn(3) ? Place() : null);
    }

    private Domain.Scheduling.Place Place()
    {
        var at = Start.AddMinutes(_random.Next(-200, _days * DayMinutes)).AddSeconds(OneIn(3) ? 20 : 0);
        return new Domain.Scheduling.Place(
            OneIn(4) ? null : _random.Of(_technicians).Id, OneIn(3) ? null : _random.Of(_bays).Id, OneIn(4) ? null : at,
            OneIn(3) ? at.AddMinutes(_random.Next(1, 200)) : null);
    }

    // Overtime, limits and promises, put where the planner sees them whatever the rows say.
    private ShopProblem WithPeoplesLimits(ShopProblem problem)
    {
        Technician[] technicians = [.. problem.Technicians.Select(t =>
        {
            var overtime = OneIn(3)
                ? MinuteSet.Of(t.Windows.Ranges.Select(r => new MinuteRange(r.End, r.End + _random.Next(30, 180)))).Clip(0, _horizon.EndMinute).Subtract(t.Windows)
                : null;
            return t with
            {
                Windows = overtime is null ? t.Windows : t.Windows.Union(overtime),
                Overtime = overtime,
                WipLimit = OneIn(3) ? _random.Next(1, 4) : null,
            };
        })];
        WorkTask[] tasks = [.. problem.Tasks.Select(t => t.Promise is null && t.WasScheduled && !OneIn(3)
            ? t with { Promise = new Promise(_random.Next(technicians.Length), t.NeedsBay ? _random.Next(_bays.Length) : null, _random.Next(-200, _horizon.EndMinute)) }
            : t)];
        return new ShopProblem(problem.Horizon, [.. technicians.Select(Rebuilt)], problem.Bays, problem.WorkOrders, tasks, problem.Precedences, problem.Notes);
    }

    // A record's copy keeps what its constructor reckoned: the regular windows must be reckoned anew.
    private static Technician Rebuilt(Technician t) => new(t.Id, t.Name, t.Efficiency, t.Skills, t.Windows, t.Overtime, t.WipLimit);

    private MinuteSet Hours()
    {
        var start = _random.Next(600);
        return MinuteSet.Of(Enumerable.Range(0, _days).Select(d => new MinuteRange(d * DayMinutes + start, d * DayMinutes + start + _random.Next(200, 700))));
    }

    private bool OneIn(int times) => _random.Next(times) == 0;
}
