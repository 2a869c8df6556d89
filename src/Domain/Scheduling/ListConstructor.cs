namespace Woflo.Domain.Scheduling;

/// <summary>Makes a legal plan in one pass: held work first, then task by task the earliest finish there is.
/// Quick, never without an answer, and the plan to fall back on.</summary>
public sealed class ListConstructor(ShopProblem problem, Objective objective, FreeTime free)
{
    // Which task goes first, the lowest number first. Each suits other shops, so each is tried.
    private static readonly IReadOnlyList<Func<Standing, double>> Rules =
    [
        s => s.SlackMinutes,
        s => s.SlackMinutes / s.Weight,
        s => -s.Weight * 1e6 + s.SlackMinutes,
        s => s.OrderMinutes / s.Weight,
        s => s.SlackMinutes + s.OrderMinutes,
    ];

    public ListConstructor(ShopProblem problem, Objective objective) : this(problem, objective, new FreeTime(problem)) { }

    /// <summary>The best of one plan a rule.</summary>
    public IReadOnlyList<ScheduledTask> Build()
    {
        var evaluator = new ScheduleEvaluator(problem, objective);
        IReadOnlyList<ScheduledTask>? best = null;
        Cost? bestCost = null;
        foreach (var rule in Rules)
        {
            var plan = Build([], rule);
            var cost = evaluator.Evaluate(new Schedule(plan));
            if (bestCost is not null && !cost.IsBetterThan(bestCost))
                continue;
            (best, bestCost) = (plan, cost);
        }
        return best!;
    }

    /// <summary>Adds to a legal plan what still fits into it.</summary>
    public IReadOnlyList<ScheduledTask> Complete(IReadOnlyList<ScheduledTask> plan) => Build(plan, Rules[0]);

    private List<ScheduledTask> Build(IReadOnlyList<ScheduledTask> plan, Func<Standing, double> rule)
    {
        var board = new Board(problem, objective, free);
        foreach (var item in plan.Where(i => !problem.Tasks[i.Task].IsFixed).OrderBy(i => i.StartMinute))
        {
            // Around held work, the places of a bay may have been shared out in a way that does not show: then nothing is added.
            if (!board.TryPut(item))
                return [.. plan];
        }
        foreach (var task in Sequence(rule))
        {
            if (!board.IsPlaced(task) && board.EarliestFinish(task) is { } item)
                board.TryPut(item);
        }
        return board.Items;
    }

    // Held times first, then as the rule says, but never a task before one that must precede it.
    private List<int> Sequence(Func<Standing, double> rule)
    {
        var open = Enumerable.Range(0, problem.Tasks.Count).Where(t => !free.Choices[t].IsEmpty).ToHashSet();
        var sequence = open.Where(t => problem.Tasks[t].IsTimeHeld).Order().ToList();
        var waitsFor = open.ToDictionary(t => t, t => problem.Predecessors[t].Count(open.Contains));
        var keys = Keys(rule);
        var ready = new PriorityQueue<int, (double Key, int Task)>();
        foreach (var task in open.Where(t => waitsFor[t] == 0))
            ready.Enqueue(task, (keys[task], task));
        while (ready.TryDequeue(out var task, out _))
        {
            if (!problem.Tasks[task].IsTimeHeld)
                sequence.Add(task);
            foreach (var next in problem.Successors[task].Where(open.Contains))
            {
                if (--waitsFor[next] == 0)
                    ready.Enqueue(next, (keys[next], next));
            }
        }
        return sequence;
    }

    private double[] Keys(Func<Standing, double> rule)
    {
        var work = new double[problem.WorkOrders.Count];
        for (var t = 0; t < problem.Tasks.Count; t++)
        {
            if (!free.Choices[t].IsEmpty)
                work[problem.Tasks[t].WorkOrder] += free.Choices[t].Technicians.Min(c => c.Minutes);
        }
        return [.. problem.Tasks.Select(task =>
        {
            var order = problem.WorkOrders[task.WorkOrder];
            var target = Math.Min(order.CommitmentMinute ?? int.MaxValue, order.DueMinute ?? int.MaxValue);
            var due = Math.Min(target, problem.Horizon.EndMinute + 10_000) - problem.Horizon.EarliestMinute;
            return rule(new Standing(Math.Max(due - work[task.WorkOrder], -1e5), work[task.WorkOrder], objective.LateMinute(order)));
        })];
    }

    /// <summary>What a rule looks at: the work order's minutes to spare, its minutes of work, its weight.</summary>
    private sealed record Standing(double SlackMinutes, double OrderMinutes, double Weight);

    /// <summary>The plan so far, and the time it leaves.</summary>
    private sealed class Board(ShopProblem problem, Objective objective, FreeTime free)
    {
        private readonly MinuteSet[] _technicians = [.. free.Technicians];
        private readonly MinuteSet[] _technicianBusy = [.. problem.Technicians.Select((_, i) => free.TechnicianBusy(i))];
        private readonly MinuteSet[] _slots = [.. free.Slots.Select(s => s.Windows)];
        private readonly MinuteSet[] _slotBusy = [.. free.Slots.Select(s => s.Busy)];
        private readonly MinuteSet[] _orderBusy = [.. problem.WorkOrders.Select((_, i) => free.OrderBusy(i))];
        private readonly Dictionary<int, ScheduledTask> _placed = free.FixedItems.ToDictionary(i => i.Task);

        public List<ScheduledTask> Items => [.. _placed.Values.OrderBy(i => i.Task)];

        public bool IsPlaced(int task) => _placed.ContainsKey(task);

        /// <returns>False where its bay has no place left.</returns>
        public bool TryPut(ScheduledTask item)
        {
            var slot = item.Bay is null ? -1 : Enumerable.Range(0, _slots.Length)
                .Where(s => free.Slots[s].Bay == item.Bay && !_slotBusy[s].Overlaps(item.StartMinute, item.EndMinute))
                .DefaultIfEmpty(-1).First();
            if (item.Bay is not null && slot < 0)
                return false;
            _placed[item.Task] = item;
            Take(ref _technicians[item.Technician], ref _technicianBusy[item.Technician], item);
            var order = problem.Tasks[item.Task].WorkOrder;
            _orderBusy[order] = _orderBusy[order].Union(MinuteSet.Of(item.StartMinute, item.EndMinute));
            if (slot >= 0)
                Take(ref _slots[slot], ref _slotBusy[slot], item);
            return true;
        }

        private static void Take(ref MinuteSet free, ref MinuteSet busy, ScheduledTask item)
        {
            free = free.Subtract(item.StartMinute, item.EndMinute);
            busy = busy.Union(MinuteSet.Of(item.StartMinute, item.EndMinute));
        }

        public ScheduledTask? EarliestFinish(int index)
        {
            var task = problem.Tasks[index];
            var choices = free.Choices[index];
            if (task.IsTimeHeld)
                return AtHeldTime(index, task, choices);
            if (problem.Predecessors[index].Any(p => !_placed.ContainsKey(p)))
                return null;
            var release = problem.Predecessors[index].Select(p => _placed[p].EndMinute).Append(choices.ReleaseMinute).Max();
            var deadline = problem.Successors[index].Where(_placed.ContainsKey).Select(s => _placed[s].StartMinute)
                .Append(choices.DeadlineMinute).Min();
            var order = MinuteSet.Of(release, deadline).Subtract(_orderBusy[task.WorkOrder]);
            ScheduledTask? best = null;
            var bestKey = (End: int.MaxValue, Skill: 0, Skills: 0);
            foreach (var choice in choices.Technicians)
            {
                // Of equals, the one who does it best, and then who can do the least else.
                var technician = problem.Technicians[choice.Technician];
                if (Fit(order, choice, choices.Slots, release) is not { } fit)
                    continue;
                var key = (fit.Start + choice.Minutes, objective.Skill(task, technician), technician.Skills.Count);
                if (key.CompareTo(bestKey) >= 0)
                    continue;
                bestKey = key;
                best = new ScheduledTask(index, choice.Technician, fit.Bay, fit.Start, fit.Start + choice.Minutes);
            }
            return best;
        }

        private (int Start, int? Bay)? Fit(MinuteSet order, TechnicianChoice choice, IReadOnlyList<int> slots, int from)
        {
            var together = order.Intersect(_technicians[choice.Technician]);
            var minutes = choice.Minutes;
            for (var start = together.FirstFit(from, minutes); start is { } at;)
            {
                if (slots.Count == 0)
                    return (at, null);
                var (first, bay) = slots
                    .Select(s => (Start: _slots[s].FirstFit(at, minutes) ?? int.MaxValue, free.Slots[s].Bay))
                    .MinBy(s => s.Start);
                if (first == int.MaxValue)
                    return null;
                if (first == at)
                    return (at, bay);
                start = together.FirstFit(first, minutes);
            }
            return null;
        }

        private bool IsOpenAndPlaced(int task) => !problem.Tasks[task].IsTimeHeld && _placed.ContainsKey(task);

        private ScheduledTask? AtHeldTime(int index, WorkTask task, TaskChoices choices)
        {
            var start = task.Hold!.StartMinute!.Value;
            var beforeEnd = problem.Predecessors[index].Where(IsOpenAndPlaced).Select(p => _placed[p].EndMinute).DefaultIfEmpty(start).Max();
            var nextStart = problem.Successors[index].Where(IsOpenAndPlaced).Select(s => _placed[s].StartMinute).DefaultIfEmpty(int.MaxValue).Min();
            if (beforeEnd > start)
                return null;
            foreach (var choice in choices.Technicians.OrderBy(c => objective.Skill(task, problem.Technicians[c.Technician])))
            {
                var end = start + choice.Minutes;
                if (end > nextStart || _technicianBusy[choice.Technician].Overlaps(start, end) || _orderBusy[task.WorkOrder].Overlaps(start, end))
                    continue;
                if (!task.NeedsBay)
                    return new ScheduledTask(index, choice.Technician, null, start, end);
                foreach (var slot in choices.Slots)
                {
                    if (!_slotBusy[slot].Overlaps(start, end))
                        return new ScheduledTask(index, choice.Technician, free.Slots[slot].Bay, start, end);
                }
            }
            return null;
        }
    }
}
