using NodaTime;
using Woflo.Domain.Scheduling;

namespace Woflo.Bench.Schedule;

/// <param name="Load">Minutes of the work that is due by some moment over technicians' minutes until then, where that is most.</param>
/// <param name="Locks">The share of tasks locked to where a quick plan has them.</param>
/// <param name="HasBottleneck">A quarter of the repairs needs a skill that one technician has.</param>
/// <param name="Impossible">So many tasks more that no plan can hold.</param>
/// <param name="HasClockChange">The days are those around a clock change, and the second shift is a night shift.</param>
internal sealed record ShopSpec(
    int Tasks, int Technicians, int Bays, double Load, double Locks = 0, bool HasBottleneck = false, int Impossible = 0, bool HasClockChange = false);

/// <summary>Makes repair shops as they are found. The same spec and seed give the same shop.</summary>
internal sealed class ShopGenerator
{
    private const int DayMinutes = 1440;
    private const int MostTasksOfAnOrder = 6;
    private const int OpenFrom = 6 * 60;
    private const int OpenTo = 22 * 60;
    private const double NearEnough = 0.03;

    private static readonly int[] Priorities = [5, 5, 4, 4, 4, 3, 3, 3, 2, 1];

    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["America/New_York"];

    private static readonly string[] Skills =
        ["brakes", "diesel", "drivetrain", "electrical", "hydraulics", "hvac", "suspension", "welding"];

    private readonly ShopSpec _spec;
    private readonly SeededRandom _random;
    private readonly LocalDate _firstDay;
    private readonly DateTimeOffset _start;

    private ShopGenerator(ShopSpec spec, int seed)
    {
        _spec = spec;
        _random = new SeededRandom(seed);
        // A Monday; or a Thursday before the Sunday on which clocks go forward.
        _firstDay = spec.HasClockChange ? new LocalDate(2026, 3, 5) : new LocalDate(2026, 6, 1);
        _start = At(_firstDay, 0);
    }

    public static GeneratedShop Generate(ShopSpec spec, int seed)
    {
        // Due dates are days, so not every load can be had of every shop: another is drawn until one comes near enough.
        GeneratedShop? nearest = null;
        for (var attempt = 0; attempt < 50; attempt++)
        {
            var shop = new ShopGenerator(spec, seed * 1_000 + attempt).Shop();
            if (nearest is null || Math.Abs(shop.Load - spec.Load) < Math.Abs(nearest.Load - spec.Load))
                nearest = shop;
            if (Math.Abs(nearest.Load - spec.Load) <= NearEnough)
                break;
        }
        return nearest!;
    }

    private GeneratedShop Shop()
    {
        var technicians = Technicians();
        var orders = Orders([.. technicians.SelectMany(t => t.Skills).Select(s => s.Name).Distinct().Order(StringComparer.Ordinal)]);
        var roster = technicians.Select(Days).ToArray();

        // The length of the "day" that lies between releases and due dates decides the load.
        var efficiency = (double)technicians.Average(t => t.Efficiency);
        var (scale, load) = Enumerable.Range(1, 80).Select(i => i * 0.05).Select(s => (Scale: s, Load: LoadAt(s))).MinBy(x => Math.Abs(x.Load - _spec.Load));
        var lastDue = orders.Max(o => DueMinute(o, scale));
        var days = Enumerable.Range(7, 40).First(d => d * DayMinutes >= lastDue + DayMinutes && roster.Sum(r => r.MinutesWithin(0, d * DayMinutes)) >= 1.8 * orders.Sum(o => o.Minutes) / efficiency);
        var horizon = new Horizon(_start, At(_firstDay.PlusDays(days), 0), _start);

        var workOrders = orders.Select(o => WorkOrder(o, scale)).ToList();
        var tasks = orders.SelectMany(o => o.Tasks).ToList();
        var impossible = AddImpossible(workOrders, tasks, horizon);
        var facts = new ShopFacts(
            [.. technicians.Select((t, i) => t with { Windows = roster[i].Clip(0, horizon.EndMinute) })],
            Bays(horizon), workOrders, tasks, []);
        if (_spec.Locks == 0)
            return new GeneratedShop(facts, horizon, load, impossible, []);
        var problem = GeneratedShop.Build(facts, horizon);
        var plan = QuickPlan.Of(problem);
        return new GeneratedShop(Locked(facts, problem, plan), horizon, load, impossible, plan);

        double LoadAt(double scale)
        {
            var due = 0.0;
            return orders.OrderBy(o => DueMinute(o, scale)).Max(o => (due += o.Minutes / efficiency) / roster.Sum(r => r.MinutesWithin(0, DueMinute(o, scale))));
        }
    }

    // --- Technicians and bays ---------------------------------------------------------------------------------------

    private TechnicianFacts[] Technicians()
    {
        var technicians = new TechnicianFacts[_spec.Technicians];
        for (var i = 0; i < technicians.Length; i++)
        {
            var skills = _random.Shuffled(_spec.HasBottleneck ? Skills[1..] : Skills).Take(_random.Next(3, 6));
            if (_spec.HasBottleneck && i == 0)
                skills = skills.Append(Skills[0]);
            technicians[i] = new TechnicianFacts(
                _random.Id(), $"Technician {i + 1}", _random.Next(90, 126) / 100m, [.. skills.Select(s => new TechnicianSkill(s, _random.Next(2, 6)))], MinuteSet.Empty);
        }
        return technicians;
    }

    // Half work on Saturdays, nobody on Sundays; one day in twenty each is away.
    private MinuteSet Days(TechnicianFacts technician, int index)
    {
        var (begins, ends) = (index % 2, _spec.HasClockChange) switch
        {
            (0, _) => (7 * 60, 15 * 60 + 30),
            (_, true) => (OpenTo, OpenTo + 8 * 60 + 30),
            _ => (13 * 60 + 30, OpenTo),
        };
        var worksSaturdays = index / 2 % 2 == 0;
        return MinuteSet.Of(
            from i in Enumerable.Range(0, 60)
            let day = _firstDay.PlusDays(i)
            where day.DayOfWeek != IsoDayOfWeek.Sunday && (worksSaturdays || day.DayOfWeek != IsoDayOfWeek.Saturday) && !_random.Chance(0.05)
            select new MinuteRange(Minute(day, begins), Minute(day, ends)));
    }

    private Bay[] Bays(Horizon horizon)
    {
        var open = _spec.HasClockChange
            ? MinuteSet.Of(0, horizon.EndMinute)
            : MinuteSet.Of(Enumerable.Range(0, 60).Select(i => _firstDay.PlusDays(i)).Where(IsOpen)
                .Select(d => new MinuteRange(Minute(d, OpenFrom), Minute(d, OpenTo)))).Clip(0, horizon.EndMinute);
        return [.. Enumerable.Range(0, _spec.Bays).Select(i => new Bay(_random.Id(), $"Bay {i + 1}", i % 4 == 0 ? "heavy" : "standard", 1, true, open))];
    }

    // --- Orders -----------------------------------------------------------------------------------------------------

    private List<Order> Orders(string[] skills)
    {
        var orders = new List<Order>();
        for (var left = _spec.Tasks; left > 0; left -= orders[^1].Tasks.Count)
        {
            var types = new List<string>();
            types.AddRange(Enumerable.Repeat("diagnose", _random.Chance(0.6) ? 1 : 0));
            types.AddRange(Enumerable.Repeat("repair", _random.Next(1, 4)));
            types.AddRange(Enumerable.Repeat("qa_test", _random.Chance(0.5) ? 1 : 0));
            types.AddRange(Enumerable.Repeat("road_test", _random.Chance(0.25) ? 1 : 0));
            types.AddRange(Enumerable.Repeat("cleanup", _random.Chance(0.3) ? 1 : 0));
            types.AddRange(Enumerable.Repeat("paperwork", _random.Chance(0.3) ? 1 : 0));
            var id = _random.Id();
            orders.Add(new Order(
                id, $"Unit {orders.Count + 1}", [.. types.Take(Math.Min(left, MostTasksOfAnOrder)).Select(t => TaskOf(id, t, skills))],
                Priorities[_random.Next(Priorities.Length)],
                _random.Chance(0.2), _random.Chance(0.25) ? _random.Between(0, 4) : (double?)null, _random.Between(1, 3), _random.Chance(0.3)));
        }
        return orders;
    }

    private TaskFacts TaskOf(Guid order, string type, string[] skills)
    {
        var minutes = Quarters(type switch
        {
            "repair" => _random.LogNormal(120, 0.6),
            "diagnose" => _random.LogNormal(45, 0.4),
            _ => _random.LogNormal(30, 0.3),
        });
        var low = (int)Math.Round(2 * minutes / (1 + _random.Between(1.2, 2)));
        var skill = type is not ("diagnose" or "repair") ? null
            : _spec.HasBottleneck && type == "repair" && _random.Chance(0.25) ? Skills[0]
            : _random.Of(skills);
        return new TaskFacts(
            _random.Id(), order, TaskType.Named(type), TaskProgress.Todo, low, 2 * minutes - low, skill, skill is not null && _random.Chance(0.7));
    }

    private WorkOrderFacts WorkOrder(Order order, double scale)
    {
        var due = DueMinute(order, scale);
        return new WorkOrderFacts(
            order.Id, order.Name, order.Priority, BayType: order.IsHeavy ? "heavy" : null, DueMinute: due,
            CommitmentAt: order.IsPromised ? _start.AddMinutes(Math.Min(WantedMinute(order, scale) / 60 * 60, due)) : null,
            PartsRequired: order.ReleaseDays is not null,
            PartsEta: order.ReleaseDays is { } days ? _start.AddMinutes((int)(days * scale * DayMinutes)) : null);
    }

    // Work goes on while the shop is open, two thirds of the day.
    private static int WantedMinute(Order order, double scale) =>
        (int)(((order.ReleaseDays ?? 0) + order.DueDays) * scale * DayMinutes + order.Minutes * 1.5);

    private int DueMinute(Order order, double scale)
    {
        var day = Instant.FromDateTimeOffset(_start.AddMinutes(WantedMinute(order, scale))).InZone(Zone).Date;
        while (!IsOpen(day))
            day = day.PlusDays(1);
        return Minute(day, OpenTo);
    }

    // --- Variations -------------------------------------------------------------------------------------------------

    private Dictionary<Guid, string> AddImpossible(List<WorkOrderFacts> orders, List<TaskFacts> tasks, Horizon horizon)
    {
        var labels = new Dictionary<Guid, string>();
        for (var i = 0; i < _spec.Impossible; i++)
        {
            var order = new WorkOrderFacts(_random.Id(), $"Impossible {i + 1}", 3);
            var task = new TaskFacts(_random.Id(), order.Id, TaskType.Named("repair"), TaskProgress.Todo, 60, 120);
            var afterwards = horizon.At(horizon.EndMinute + DayMinutes);
            (order, task, var reason) = (i % 5) switch
            {
                0 => (order, task with { Skill = "stargazing", SkillIsHard = true }, LeftOutReason.NoTechnicianWithSkill),
                1 => (order with { BayType = "paint" }, task, LeftOutReason.NoBayOfType),
                2 => (order, task with { EarliestStart = horizon.At(600), LatestFinish = horizon.At(630) }, LeftOutReason.WindowTooShort),
                3 => (order with { PartsRequired = true, PartsEta = afterwards }, task, LeftOutReason.Parts),
                _ => (order, task with { EarliestStart = afterwards }, LeftOutReason.AfterHorizon),
            };
            orders.Add(order);
            tasks.Add(task);
            labels[task.Id] = reason;
        }
        return labels;
    }

    // What takes several shifts stays free: a locked time is one stretch.
    private ShopFacts Locked(ShopFacts facts, ShopProblem problem, IReadOnlyList<ScheduledTask> plan)
    {
        var places = plan.Where(i => !problem.IsSplit(problem.Tasks[i.Task], i.Technician, i.Bay) && _random.Chance(_spec.Locks)).ToDictionary(
            i => problem.Tasks[i.Task].Id,
            i => new Domain.Scheduling.Place(
                problem.Technicians[i.Technician].Id, i.Bay is { } bay ? problem.Bays[bay].Id : null,
                // One lock in three holds who does it and where, not when.
                _random.Chance(0.67) ? problem.Horizon.At(i.StartMinute) : null));
        return facts with { Tasks = [.. facts.Tasks.Select(t => places.TryGetValue(t.Id, out var place) ? t with { Lock = place } : t)] };
    }

    // --- Time -------------------------------------------------------------------------------------------------------

    private static bool IsOpen(LocalDate day) => day.DayOfWeek != IsoDayOfWeek.Sunday;

    private static int Quarters(double minutes) => Math.Max(15, (int)Math.Round(minutes / 15) * 15);

    private int Minute(LocalDate day, int minuteOfDay) => (int)(At(day, minuteOfDay) - _start).TotalMinutes;

    private static DateTimeOffset At(LocalDate day, int minuteOfDay) =>
        Zone.AtLeniently(day.AtMidnight().PlusMinutes(minuteOfDay)).ToDateTimeOffset();

    /// <param name="ReleaseDays">When its parts come; null: they are there.</param>
    /// <param name="DueDays">How long after its release and its work it is due.</param>
    private sealed record Order(
        Guid Id, string Name, IReadOnlyList<TaskFacts> Tasks, int Priority, bool IsHeavy, double? ReleaseDays, double DueDays, bool IsPromised)
    {
        public int Minutes { get; } = Tasks.Sum(t => t.LowMinutes + t.HighMinutes) / 2;
    }
}
