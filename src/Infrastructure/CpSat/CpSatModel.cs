using Google.OrTools.Sat;
using Woflo.Domain.Scheduling;
using CpDomain = Google.OrTools.Util.Domain;

namespace Woflo.Infrastructure.CpSat;

/// <summary>A shop as CP-SAT sees it. Held work is not in the model: the time it takes is subtracted from everyone else's.
/// Knows nothing of stages and time; <see cref="CpSatScheduleSolver"/> does.</summary>
internal sealed class CpSatModel
{
    private readonly ShopProblem _problem;
    private readonly FreeTime _free;
    private readonly Objective _objective;
    private readonly List<OpenTask> _tasks = [];
    private readonly Dictionary<int, OpenTask> _byTask = [];
    private readonly List<SlotGroup> _groups;
    private readonly List<Lateness> _lateness = [];

    public CpSatModel(ShopProblem problem, FreeTime free, Objective objective)
    {
        (_problem, _free, _objective) = (problem, free, objective);
        _groups = SlotGroup.Of(problem, free);
        for (var i = 0; i < problem.Tasks.Count; i++)
        {
            if (!free.Choices[i].IsEmpty)
                AddTask(i, free.Choices[i]);
        }
        AddOverlaps();
        AddOrder();
        AddLateness();
    }

    public CpModel Model { get; } = new();

    public bool IsEmpty => _tasks.Count == 0;

    /// <summary>The evaluator's level as an expression, its constant part left out.</summary>
    public LinearExpr Level(int level) => level switch
    {
        0 => LinearExpr.Sum(_tasks.Select(t => (1 - t.Present) * _objective.LeftOut(_problem, _problem.Tasks[t.Task]))),
        1 => LinearExpr.Sum(_lateness.Select(l => l.Late * l.Weight)),
        2 => LinearExpr.Sum(_tasks.SelectMany(SkillAndParts)),
        3 => LinearExpr.Sum(_tasks.Select(t => t.Wait * _objective.WaitMinute(_problem, _problem.Tasks[t.Task]))),
        _ => throw new ArgumentOutOfRangeException(nameof(level)),
    };

    /// <summary>From now on no plan may be worse on that level than one that costs <paramref name="value"/> of it.</summary>
    public void Bound(int level, long value, long constant)
    {
        Model.Add(Level(level) <= value - constant);
        if (level == 0 && value == constant)
        {
            foreach (var task in _tasks)
                Model.AddBoolOr([task.Present]);
        }
    }

    /// <summary>A complete hint: every variable gets the value it has in <paramref name="plan"/>.</summary>
    public void Hint(IReadOnlyList<ScheduledTask> plan)
    {
        Model.ClearHints();
        var placed = plan.ToDictionary(i => i.Task);
        var groupOfSlot = SlotGroup.Place(_problem, _free, _groups, plan);
        foreach (var task in _tasks)
        {
            var isPlaced = placed.TryGetValue(task.Task, out var item);
            var start = isPlaced ? item.StartMinute : task.EarliestStart;
            var minutes = isPlaced ? item.Minutes.Length : task.Minutes[0];
            Model.AddHint(task.Present, isPlaced);
            Model.AddHint(task.Start, start);
            Model.AddHint(task.End, start + minutes);
            if (task.Size is { } size)
                Model.AddHint(size, minutes);
            // The only technician's literal is the task's own, which has its hint.
            foreach (var (choice, literal) in task.Technicians.Where(_ => task.Technicians.Count > 1))
                Model.AddHint(literal, isPlaced && choice.Technician == item.Technician);
            foreach (var (group, literal) in task.Groups)
                Model.AddHint(literal, isPlaced && groupOfSlot[task.Task] == group);
            Model.AddHint(task.Wait, isPlaced ? start - _problem.Horizon.EarliestMinute : 0);
        }
        foreach (var late in _lateness)
            Model.AddHint(late.Late, late.Of(plan, placed, _problem));
    }

    /// <summary>The plan in a solution, held work included.</summary>
    public IReadOnlyList<ScheduledTask> Plan(Func<IntVar, long> value, Func<BoolVar, bool> isTrue)
    {
        var inGroup = new List<(int Group, ScheduledTask Item)>();
        foreach (var task in _tasks.Where(t => isTrue(t.Present)))
        {
            var choice = task.Technicians.First(t => isTrue(t.Literal)).Choice;
            var start = (int)value(task.Start);
            var group = task.Groups.Where(g => isTrue(g.Literal)).Select(g => g.Group).DefaultIfEmpty(-1).First();
            inGroup.Add((group, new ScheduledTask(task.Task, choice.Technician, null, start, start + choice.Minutes)));
        }
        return [.. _free.FixedItems.Concat(SlotGroup.Colour(_free, _groups, inGroup)).OrderBy(i => i.Task)];
    }

    private void AddTask(int index, TaskChoices choices)
    {
        var name = $"t{index}";
        var present = Model.NewBoolVar($"{name}_present");
        var allStarts = MinuteSet.Of(choices.Technicians.SelectMany(c => c.Starts.Ranges));
        var minutes = choices.Technicians.Select(c => c.Minutes).Distinct().Order().ToArray();
        var start = Model.NewIntVarFromDomain(DomainOf(allStarts), $"{name}_start");
        var size = minutes.Length == 1 ? null : Model.NewIntVarFromDomain(CpDomain.FromValues([.. minutes.Select(m => (long)m)]), $"{name}_size");
        var end = Model.NewIntVar(allStarts.Ranges[0].Start + minutes[0], allStarts.Ranges[^1].End - 1 + minutes[^1], $"{name}_end");
        LinearExpr length = size is null ? LinearExpr.Constant(minutes[0]) : size;
        Model.Add(start + length == end);

        var technicians = new List<(TechnicianChoice Choice, BoolVar Literal)>();
        foreach (var choice in choices.Technicians)
        {
            var literal = choices.Technicians.Count == 1 ? present : Model.NewBoolVar($"{name}_by{choice.Technician}");
            technicians.Add((choice, literal));
            if (!choice.Starts.Equals(allStarts))
                Model.AddLinearExpressionInDomain(start, DomainOf(choice.Starts)).OnlyEnforceIf(literal);
            if (size is not null)
                Model.Add(size == choice.Minutes).OnlyEnforceIf(literal);
        }
        if (technicians.Count > 1)
            Model.AddExactlyOne(technicians.Select(t => (ILiteral)t.Literal).Append(present.Not()));

        var groups = new List<(int Group, BoolVar Literal)>();
        foreach (var group in choices.Slots.Select(s => _groups.FindIndex(g => g.Slots.Contains(s))).Distinct().ToArray())
        {
            var fits = minutes.ToDictionary(m => m, m => StartsIn(choices, group, m));
            if (fits.Values.All(f => f.IsEmpty))
                continue;
            groups.Add((group, Model.NewBoolVar($"{name}_in{group}")));
        }
        if (groups.Count > 0)
            Model.AddExactlyOne(groups.Select(g => (ILiteral)g.Literal).Append(present.Not()));
        foreach (var (group, literal) in groups)
        {
            foreach (var sameMinutes in technicians.GroupBy(t => t.Choice.Minutes))
            {
                var starts = StartsIn(choices, group, sameMinutes.Key);
                foreach (var (choice, by) in sameMinutes)
                {
                    var allowed = choice.Starts.Intersect(starts);
                    if (!allowed.Equals(choice.Starts))
                        Model.AddLinearExpressionInDomain(start, DomainOf(allowed)).OnlyEnforceIf([by, literal]);
                }
            }
        }
        // A task whose absence costs least waits nowhere: without it, its start alone would be charged.
        var wait = Model.NewIntVar(0, Math.Max(0, allStarts.Ranges[^1].End - _problem.Horizon.EarliestMinute), $"{name}_wait");
        Model.Add(wait >= start - _problem.Horizon.EarliestMinute).OnlyEnforceIf(present);

        var task = new OpenTask(index, present, start, end, size, minutes, allStarts.Ranges[0].Start, technicians, groups, wait);
        _tasks.Add(task);
        _byTask.Add(index, task);
    }

    private MinuteSet StartsIn(TaskChoices choices, int group, int minutes) =>
        choices.StartsIn(_free.Slots[_groups[group].Slots[0]], minutes);

    private void AddOverlaps()
    {
        var perTechnician = _tasks
            .SelectMany(t => t.Technicians.Select(c => (c.Choice.Technician,
                Interval: Model.NewOptionalFixedSizeIntervalVar(t.Start, c.Choice.Minutes, c.Literal, $"t{t.Task}_by{c.Choice.Technician}_i"))))
            .GroupBy(x => x.Technician, x => x.Interval);
        foreach (var intervals in perTechnician)
            Model.AddNoOverlap(intervals);

        foreach (var order in _tasks.GroupBy(t => _problem.Tasks[t.Task].WorkOrder).Where(g => g.Count() > 1))
            Model.AddNoOverlap(order.Select(t => Interval(t, t.Present, "order")));

        var perGroup = _tasks.SelectMany(t => t.Groups.Select(g => (g.Group, Task: t, g.Literal))).GroupBy(x => x.Group);
        foreach (var group in perGroup)
        {
            var intervals = group.Select(x => Interval(x.Task, x.Literal, $"in{group.Key}")).ToArray();
            if (_groups[group.Key].Slots.Count == 1)
                Model.AddNoOverlap(intervals);
            else if (intervals.Length > _groups[group.Key].Slots.Count)
                Model.AddCumulative(_groups[group.Key].Slots.Count).AddDemands(intervals, intervals.Select(_ => 1L));
        }
    }

    private IntervalVar Interval(OpenTask task, BoolVar literal, string name) => task.Size is { } size
        ? Model.NewOptionalIntervalVar(task.Start, size, task.End, literal, $"t{task.Task}_{name}_i")
        : Model.NewOptionalFixedSizeIntervalVar(task.Start, task.Minutes[0], literal, $"t{task.Task}_{name}_i");

    private void AddOrder()
    {
        foreach (var (before, after) in _problem.Precedences)
        {
            if (!_byTask.TryGetValue(after, out var second))
                continue;
            var isHeld = _problem.Tasks[after].IsTimeHeld;
            if (_byTask.TryGetValue(before, out var first))
            {
                if (!isHeld)
                    Model.AddImplication(second.Present, first.Present);
                if (!(isHeld && _problem.Tasks[before].IsTimeHeld))
                    Model.Add(first.End <= second.Start).OnlyEnforceIf([first.Present, second.Present]);
            }
            else if (!isHeld && (!_problem.Tasks[before].IsFixed || _problem.Tasks[before].MustStayOut is not null))
            {
                Model.Add(second.Present == 0);
            }
        }
    }

    private void AddLateness()
    {
        foreach (var order in _tasks.GroupBy(t => _problem.Tasks[t.Task].WorkOrder))
        {
            var workOrder = _problem.WorkOrders[order.Key];
            var weight = _objective.LateMinute(workOrder);
            if (workOrder.DueMinute is { } due)
                AddLateness(order.Key, [.. order], due, weight);
            if (workOrder.CommitmentMinute is { } promised)
                AddLateness(order.Key, [.. order], promised, weight * _objective.CommitmentFactor);
        }
    }

    private void AddLateness(int order, OpenTask[] tasks, int dueMinute, long weight)
    {
        // What is held or cannot be placed at all ends when it ends.
        var settled = _problem.Tasks
            .Select((t, i) => (Task: t, Index: i))
            .Where(x => x.Task.WorkOrder == order && !_byTask.ContainsKey(x.Index))
            .Select(x => x.Task is { IsFixed: true, MustStayOut: null }
                ? x.Task.FixedItem(x.Index, _problem.Technicians).EndMinute
                : _problem.Horizon.EndMinute)
            .DefaultIfEmpty(int.MinValue).Max();
        var endAtMost = Math.Max(settled, Math.Max(_problem.Horizon.EndMinute, tasks.Max(t => t.LatestEnd)));
        if (endAtMost <= dueMinute)
            return;
        var late = Model.NewIntVar(Math.Max(0L, (long)settled - dueMinute), (long)endAtMost - dueMinute, $"w{order}_late{_lateness.Count}");
        foreach (var task in tasks)
        {
            Model.Add(late >= task.End - dueMinute).OnlyEnforceIf(task.Present);
            if (_problem.Horizon.EndMinute > dueMinute)
                Model.Add(late >= _problem.Horizon.EndMinute - dueMinute).OnlyEnforceIf(task.Present.Not());
        }
        _lateness.Add(new Lateness(order, dueMinute, weight, late));
    }

    private IEnumerable<LinearExpr> SkillAndParts(OpenTask task)
    {
        var facts = _problem.Tasks[task.Task];
        foreach (var (choice, literal) in task.Technicians)
        {
            var penalty = _objective.Skill(facts, _problem.Technicians[choice.Technician]) + (facts.PartsNotReady ? _objective.PartsNotReady : 0);
            if (penalty != 0)
                yield return literal * penalty;
        }
    }

    private static CpDomain DomainOf(MinuteSet minutes) =>
        CpDomain.FromIntervals([.. minutes.Ranges.Select(r => new[] { (long)r.Start, r.End - 1L })]);

    private sealed record OpenTask(
        int Task, BoolVar Present, IntVar Start, IntVar End, IntVar? Size, int[] Minutes, int EarliestStart,
        IReadOnlyList<(TechnicianChoice Choice, BoolVar Literal)> Technicians,
        IReadOnlyList<(int Group, BoolVar Literal)> Groups, IntVar Wait)
    {
        public int LatestEnd { get; } = Technicians.Max(t => t.Choice.Starts.Ranges[^1].End - 1 + t.Choice.Minutes);
    }

    private sealed record Lateness(int Order, int DueMinute, long Weight, IntVar Late)
    {
        public long Of(IReadOnlyList<ScheduledTask> plan, Dictionary<int, ScheduledTask> placed, ShopProblem problem)
        {
            var end = plan.Where(i => problem.Tasks[i.Task].WorkOrder == Order).Select(i => i.EndMinute).DefaultIfEmpty(int.MinValue).Max();
            if (problem.Tasks.Where((t, i) => t.WorkOrder == Order && !placed.ContainsKey(i)).Any())
                end = Math.Max(end, problem.Horizon.EndMinute);
            return Math.Max(0L, (long)end - DueMinute);
        }
    }
}
