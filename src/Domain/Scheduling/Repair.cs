namespace Woflo.Domain.Scheduling;

/// <summary>Mends the last plan: keeps every promise that still can be kept, puts the rest in, and then lets few others move.</summary>
public sealed class Repair
{
    /// <summary>Of the tasks that could stay where they were promised, so many may move.</summary>
    private const double MayMove = 0.1;

    private const int StepsARound = 3_000;
    private const int LargestNeighbourhood = 30;

    private readonly ShopProblem _problem;
    private readonly Objective _objective;
    private readonly FreeTime _free;
    private readonly Dictionary<int, ScheduledTask> _promised = [];

    public Repair(ShopProblem problem, Objective objective, FreeTime free)
    {
        (_problem, _objective, _free) = (problem, objective, free);
        for (var i = 0; i < problem.Tasks.Count; i++)
        {
            if (Promised(i) is { } item)
                _promised.Add(i, item);
        }
    }

    /// <summary>How many tasks the plan moves that could stay.</summary>
    public int Moved(IReadOnlyList<ScheduledTask> plan)
    {
        var placed = plan.ToDictionary(i => i.Task);
        return _promised.Count(p => !placed.TryGetValue(p.Key, out var item) || item != p.Value);
    }

    /// <summary>A legal plan at once: promises kept, the rest inserted.</summary>
    public IReadOnlyList<ScheduledTask> Insert()
    {
        var kept = Together();
        while (true)
        {
            var plan = new ListConstructor(_problem, _objective, new FreeTime(_problem, kept)).Build();
            var placed = plan.Select(i => i.Task).ToHashSet();
            // Where what comes before does not fit before, what comes after has to give way.
            var orphans = kept.Where(i => !_problem.Tasks[i.Task].IsTimeHeld && _problem.Predecessors[i.Task].Any(p => !placed.Contains(p))).ToArray();
            if (orphans.Length == 0)
                return plan;
            kept = [.. kept.Except(orphans)];
        }
    }

    /// <summary>Searches around the change, as long as it may: again and again a few tasks are set free, all others frozen.</summary>
    public void Run(Incumbent best, int seed, int rounds, Func<bool> stop)
    {
        var random = new Random(seed);
        var plan = best.Current.Plan.Items;
        var most = Math.Max((int)(_promised.Count * MayMove), Moved(plan));
        for (var round = 0; round < rounds && !stop(); round++)
        {
            plan = best.Current.Plan.Items;
            var loose = Enumerable.Range(0, _problem.Tasks.Count).Where(t => !_free.Choices[t].IsEmpty).ToHashSet();
            var placed = plan.ToDictionary(i => i.Task);
            loose.RemoveWhere(t => _promised.TryGetValue(t, out var promised) && placed.TryGetValue(t, out var item) && item == promised);
            var room = Math.Min(most - Moved(plan), LargestNeighbourhood);
            foreach (var task in Around(placed, random).Where(t => !loose.Contains(t)).Take(Math.Max(0, room)).ToArray())
                loose.Add(task);
            var free = new FreeTime(_problem, plan.Where(i => !loose.Contains(i.Task)));
            var level = best.IsProven(1) ? 2 + (round % 2) : round % 3 == 2 ? 3 : 1;
            new IteratedSearch(_problem, _objective, free, best, random.Next()).Run(level, StepsARound, isAlone: true, stop);
        }
    }

    // Tasks near one that is late or, now and then, any: of its order first, then who shares its technician or bay about then.
    private IEnumerable<int> Around(Dictionary<int, ScheduledTask> placed, Random random)
    {
        var items = placed.Values.Where(i => !_free.IsFixed(i.Task)).OrderBy(i => i.Task).ToArray();
        if (items.Length == 0)
            return [];
        var late = items.GroupBy(i => _problem.Tasks[i.Task].WorkOrder)
            .Where(g => SettledWork.Lateness(_problem, _objective, g.Key, g.Max(i => i.EndMinute)) > 0)
            .SelectMany(g => g).ToArray();
        var missing = Enumerable.Range(0, _problem.Tasks.Count).Where(t => !placed.ContainsKey(t) && !_free.Choices[t].IsEmpty).ToArray();
        if (missing.Length > 0 && random.Next(2) == 0)
        {
            // Whoever could do what is left out, and when.
            var choices = _free.Choices[missing[random.Next(missing.Length)]];
            var able = choices.Technicians.Select(c => c.Technician).ToHashSet();
            return items.Where(i => able.Contains(i.Technician) && i.EndMinute > choices.ReleaseMinute && i.StartMinute < choices.DeadlineMinute)
                .OrderBy(_ => random.Next()).Select(i => i.Task);
        }
        var from = late.Length > 0 && random.Next(4) > 0 ? late : items;
        var seed = from[random.Next(from.Length)];
        return items
            .OrderBy(i => _problem.Tasks[i.Task].WorkOrder == _problem.Tasks[seed.Task].WorkOrder ? 0
                : (i.Technician == seed.Technician || (i.Bay is not null && i.Bay == seed.Bay) ? 1 : 4) * (60 + Math.Abs(i.StartMinute - seed.StartMinute)) * (0.5 + random.NextDouble()))
            .Select(i => i.Task);
    }

    // Where it was promised, if that is legal with all that is held.
    private ScheduledTask? Promised(int index)
    {
        var choices = _free.Choices[index];
        if (choices.IsEmpty || _problem.Tasks[index].Promise is not { } promise)
            return null;
        foreach (var choice in choices.Technicians.Where(c => c.Technician == promise.Technician))
        {
            if (!choice.Starts.Covers(promise.StartMinute, promise.StartMinute + 1))
                continue;
            var item = new ScheduledTask(index, promise.Technician, promise.Bay, promise.StartMinute, promise.StartMinute + choice.Minutes);
            if (promise.Bay is null ? !_problem.Tasks[index].NeedsBay : choices.Slots.Any(s => _free.Slots[s].Bay == promise.Bay
                && choice.OnlyGroups?.Contains(_free.GroupOfSlot[s]) != false
                && (choice.IsSplit || _problem.Tasks[index].IsTimeHeld
                    ? !_free.Slots[s].Busy.Overlaps(item.StartMinute, item.EndMinute)
                    : choices.StartsIn(_free.Slots[s], choice.Minutes).Covers(item.StartMinute, item.StartMinute + 1))))
                return item;
        }
        return null;
    }

    private static bool IsHeldInTime(WorkTask task) => task is { IsTimeHeld: true, IsFixed: false };

    // A time that people hold goes before any promise. Of promises that clash with one another, the one that starts first is kept.
    private List<ScheduledTask> Together()
    {
        var kept = new List<ScheduledTask>();
        if (_problem.Tasks.Any(IsHeldInTime))
            kept.AddRange(new ListConstructor(_problem, _objective, _free).Build().Where(i => IsHeldInTime(_problem.Tasks[i.Task])));
        foreach (var item in _promised.Values.Where(p => !IsHeldInTime(_problem.Tasks[p.Task])).OrderBy(i => i.StartMinute).ThenBy(i => i.Task))
        {
            var order = _problem.Tasks[item.Task].WorkOrder;
            var overlapping = kept.Where(k => k.Minutes.Overlaps(item.Minutes)).ToArray();
            if (overlapping.Any(k => k.Technician == item.Technician || _problem.Tasks[k.Task].WorkOrder == order)
                || (item.Bay is { } bay && MostAtOnce([.. overlapping.Concat(_free.FixedItems).Where(k => k.Bay == bay)], item) >= _problem.Bays[bay].Capacity)
                || kept.Any(k => IsOutOfOrder(k, item) || IsOutOfOrder(item, k)))
                continue;
            kept.Add(item);
        }
        return kept;
    }

    // Held times are free of order among themselves.
    private bool IsOutOfOrder(ScheduledTask before, ScheduledTask after) =>
        before.EndMinute > after.StartMinute && _problem.Predecessors[after.Task].Contains(before.Task)
        && !(_problem.Tasks[before.Task].IsTimeHeld && _problem.Tasks[after.Task].IsTimeHeld);

    private static int MostAtOnce(ScheduledTask[] inBay, ScheduledTask during) => inBay
        .Select(i => Math.Max(i.StartMinute, during.StartMinute)).Where(at => at < during.EndMinute)
        .Select(at => inBay.Count(i => i.StartMinute <= at && at < i.EndMinute))
        .DefaultIfEmpty(0).Max();
}
