using Google.OrTools.Sat;
using Woflo.Domain.Scheduling;
using CpDomain = Google.OrTools.Util.Domain;

namespace Woflo.Infrastructure.CpSat;

/// <summary>A shop as CP-SAT sees it, one level of its cost to be minimised. What is settled is not in the model: the time it takes
/// is subtracted from everyone else's. Knows nothing of time; <see cref="CpSatScheduleSolver"/> does.</summary>
internal sealed class CpSatModel
{
    private const int LatenessLevel = 1;

    private readonly ShopProblem _problem;
    private readonly FreeTime _free;
    private readonly Objective _objective;
    private readonly LowerBounds? _bounds;
    private readonly SettledWork _settled;
    private readonly List<OpenTask> _tasks = [];
    private readonly Dictionary<int, OpenTask> _byTask = [];
    private readonly List<Lateness> _lateness = [];

    /// <param name="atMost">What a plan in hand costs by level: no other may cost more up to <paramref name="level"/>.</param>
    public CpSatModel(ShopProblem problem, FreeTime free, Objective objective, LowerBounds? bounds, int level, IReadOnlyList<long> atMost)
    {
        (_problem, _free, _objective, _bounds) = (problem, free, objective, bounds);
        _settled = new SettledWork(problem, objective, free);
        var isPlaceable = free.Placeable();
        // With nothing left out that could be placed, nothing may be: a simpler model.
        var isAllPlaced = level > 0 && atMost[0] == _settled.Cost[0];
        for (var i = 0; i < problem.Tasks.Count; i++)
        {
            if (isPlaceable[i])
                AddTask(i, free.Choices[i], isAllPlaced);
        }
        AddOverlaps();
        AddOrder();
        var constants = Constants();
        if (level >= LatenessLevel)
            AddLateness();
        for (var above = 0; above <= level; above++)
        {
            if (above > 0 || !isAllPlaced)
                Model.Add(Level(above) <= atMost[above] - constants[above]);
        }
        Constant = constants[level];
        Model.Minimize(Level(level));
    }

    public CpModel Model { get; } = new();

    /// <summary>What the level costs besides what is minimised.</summary>
    public long Constant { get; }

    /// <summary>A complete hint: every variable gets the value it has in <paramref name="plan"/>.</summary>
    public void Hint(IReadOnlyList<ScheduledTask> plan)
    {
        var placed = plan.ToDictionary(i => i.Task);
        var groups = SlotGroup.Taken(_free, plan);
        foreach (var task in _tasks)
        {
            var isPlaced = placed.TryGetValue(task.Task, out var item);
            var group = isPlaced ? groups[task.Task] : -1;
            var start = isPlaced ? item.StartMinute : task.EarliestStart;
            var minutes = isPlaced ? item.Minutes.Length : task.Minutes[0];
            if (!task.IsRequired)
                Model.AddHint(task.Present, isPlaced);
            Model.AddHint(task.Start, start);
            Model.AddHint(task.End, start + minutes);
            if (task.Size is { } size)
                Model.AddHint(size, minutes);
            // The only choice's literal is the task's own, which has its hint.
            foreach (var (choice, literal) in task.Choices.Where(_ => task.Choices.Count > 1))
            {
                Model.AddHint(literal, isPlaced && choice.Technician == item.Technician && choice.Minutes == minutes
                    && choice.OnlyGroups?.Contains(group) != false && choice.Starts.Covers(start, start + 1));
            }
            foreach (var (index, literal) in task.Groups.Where(_ => task.Groups.Count > 1))
                Model.AddHint(literal, isPlaced && group == index);
        }
        foreach (var late in _lateness)
            Model.AddHint(late.Late, Math.Max(0, EndOf(late.Order, placed) - late.DueMinute));
    }

    /// <summary>The plan in a solution, what is settled included.</summary>
    public IReadOnlyList<ScheduledTask> Plan(Func<IntVar, long> value, Func<BoolVar, bool> isTrue)
    {
        var inGroup = new List<(int Group, ScheduledTask Item)>();
        foreach (var task in _tasks.Where(t => t.IsRequired || isTrue(t.Present)))
        {
            var choice = task.Choices.Count == 1 ? task.Choices[0].Choice : task.Choices.First(t => isTrue(t.Literal)).Choice;
            var start = (int)value(task.Start);
            var group = task.Groups.Count == 1 ? task.Groups[0].Group
                : task.Groups.Where(g => isTrue(g.Literal)).Select(g => g.Group).DefaultIfEmpty(-1).First();
            inGroup.Add((group, new ScheduledTask(task.Task, choice.Technician, null, start, start + choice.Minutes)));
        }
        return new BayColouring(_problem, _objective, _free).Colour(inGroup);
    }

    /// <summary>The evaluator's level as an expression, its constant part left out.</summary>
    private LinearExpr Level(int level) => level switch
    {
        0 => LinearExpr.Sum(_tasks.Select(t => (1 - t.Present) * _objective.LeftOut(_problem, _problem.Tasks[t.Task]))),
        1 => LinearExpr.Sum(_lateness.Select(l => l.Late * l.Weight)),
        2 => LinearExpr.Sum(_tasks.SelectMany(SkillAndParts)),
        _ => throw new ArgumentOutOfRangeException(nameof(level)),
    };

    // Lateness is reckoned by work order: constant is that of work orders with nothing left to choose.
    private long[] Constants()
    {
        var open = _tasks.Select(t => _problem.Tasks[t.Task].WorkOrder).ToHashSet();
        return [.. _settled.Cost.Select((cost, level) => level != LatenessLevel ? cost
            : Enumerable.Range(0, _problem.WorkOrders.Count).Where(o => !open.Contains(o))
                .Sum(o => SettledWork.Lateness(_problem, _objective, o, _settled.End[o])))];
    }

    private void AddTask(int index, TaskChoices choices, bool isRequired)
    {
        var name = $"t{index}";
        var starts = MinuteSet.Of(choices.Technicians.SelectMany(c => c.Starts.Ranges));
        var canStart = _bounds is null ? starts : starts.Clip(_bounds.EarliestStart[index], int.MaxValue);
        var present = Model.NewBoolVar($"{name}_present");
        if (canStart.IsEmpty)
            Model.Add(present == 0);
        else
            starts = canStart;
        if (isRequired)
            Model.Add(present == 1);
        var minutes = choices.Technicians.Select(c => c.Minutes).Distinct().Order().ToArray();
        var start = Model.NewIntVarFromDomain(DomainOf(starts), $"{name}_start");
        var size = minutes.Length == 1 ? null : Model.NewIntVarFromDomain(CpDomain.FromValues([.. minutes.Select(m => (long)m)]), $"{name}_size");
        var end = Model.NewIntVar(starts.Ranges[0].Start + minutes[0], starts.Ranges[^1].End - 1 + minutes[^1], $"{name}_end");
        LinearExpr length = size is null ? LinearExpr.Constant(minutes[0]) : size;
        Model.Add(start + length == end);

        var literals = new List<(TechnicianChoice Choice, BoolVar Literal)>();
        foreach (var choice in choices.Technicians)
        {
            var literal = choices.Technicians.Count == 1 ? present : Model.NewBoolVar($"{name}_by{choice.Technician}_{choice.Minutes}");
            literals.Add((choice, literal));
            if (!choice.Starts.Equals(starts))
                Model.AddLinearExpressionInDomain(start, DomainOf(choice.Starts)).OnlyEnforceIf(literal);
            if (size is not null)
                Model.Add(size == choice.Minutes).OnlyEnforceIf(literal);
        }
        if (literals.Count > 1)
            Model.AddExactlyOne(literals.Select(t => (ILiteral)t.Literal).Append(present.Not()));

        var indices = choices.Slots.Select(s => _free.GroupOfSlot[s]).Distinct().ToArray();
        var groups = indices.Select(g => (Group: g, Literal: indices.Length == 1 ? present : Model.NewBoolVar($"{name}_in{g}"))).ToList();
        if (groups.Count > 1)
            Model.AddExactlyOne(groups.Select(g => (ILiteral)g.Literal).Append(present.Not()));
        foreach (var (group, literal) in groups)
        {
            foreach (var (choice, by) in literals)
            {
                if (choice.OnlyGroups?.Contains(group) == false)
                {
                    Model.AddBoolOr([by.Not(), literal.Not()]);
                    continue;
                }
                if (choice.IsSplit)
                    continue;
                var allowed = choice.Starts.Intersect(choices.StartsIn(_free.Slots[_free.Groups[group].Slots[0]], choice.Minutes));
                if (!allowed.Equals(choice.Starts))
                    Model.AddLinearExpressionInDomain(start, DomainOf(allowed)).OnlyEnforceIf([by, literal]);
            }
        }
        var task = new OpenTask(index, isRequired, present, start, end, size, minutes, starts.Ranges[0].Start, literals, groups);
        _tasks.Add(task);
        _byTask.Add(index, task);
    }

    private void AddOverlaps()
    {
        var perTechnician = _tasks
            .SelectMany(t => t.Choices.Select(c => (c.Choice.Technician,
                Interval: Model.NewOptionalFixedSizeIntervalVar(t.Start, c.Choice.Minutes, c.Literal, $"t{t.Task}_by{c.Choice.Technician}_i"))))
            .GroupBy(x => x.Technician, x => x.Interval);
        foreach (var intervals in perTechnician)
            Model.AddNoOverlap([.. intervals, .. Away(intervals.Key)]);

        foreach (var order in _tasks.GroupBy(t => _problem.Tasks[t.Task].WorkOrder).Where(g => g.Count() > 1))
            Model.AddNoOverlap(order.Select(t => Interval(t, t.Present, "order")));

        var perGroup = _tasks.SelectMany(t => t.Groups.Select(g => (g.Group, Task: t, g.Literal))).GroupBy(x => x.Group);
        foreach (var group in perGroup)
        {
            var intervals = group.Select(x => Interval(x.Task, x.Literal, $"in{group.Key}")).ToArray();
            var slots = _free.Groups[group.Key].Slots.Count;
            if (slots == 1)
                Model.AddNoOverlap(intervals);
            else if (intervals.Length > slots)
                Model.AddCumulative(slots).AddDemands(intervals, intervals.Select(_ => 1L));
        }
    }

    // Their starts say it, too; said as intervals, what a technician has too little time for shows sooner.
    private IEnumerable<IntervalVar> Away(int technician)
    {
        var choices = _tasks.SelectMany(t => t.Choices, (t, c) => (Task: t, c.Choice)).Where(x => x.Choice.Technician == technician).ToArray();
        // Work over several windows goes on behind the hours between, and what is locked may lie outside of all.
        if (choices.Any(x => x.Choice.IsSplit || _problem.Tasks[x.Task.Task].IsTimeHeld))
            return [];
        var whole = MinuteSet.Of(choices.Min(x => x.Task.EarliestStart), choices.Max(x => x.Task.LatestEnd));
        return whole.Subtract(_free.Technicians[technician]).Ranges
            .Select((r, i) => Model.NewFixedSizeIntervalVar(r.Start, r.End - r.Start, $"away{technician}_{i}"));
    }

    private IntervalVar Interval(OpenTask task, BoolVar literal, string name) => task.Size is { } size
        ? Model.NewOptionalIntervalVar(task.Start, size, task.End, literal, $"t{task.Task}_{name}_i")
        : Model.NewOptionalFixedSizeIntervalVar(task.Start, task.Minutes[0], literal, $"t{task.Task}_{name}_i");

    private void AddOrder()
    {
        foreach (var (before, after) in _problem.Precedences)
        {
            // What follows something that is settled has it in its starts already.
            if (!_byTask.TryGetValue(after, out var second) || !_byTask.TryGetValue(before, out var first))
                continue;
            var isHeld = _problem.Tasks[after].IsTimeHeld;
            if (!isHeld && !first.IsRequired)
                Model.AddImplication(second.Present, first.Present);
            if (!(isHeld && _problem.Tasks[before].IsTimeHeld))
                Model.Add(first.End <= second.Start).OnlyEnforceIf([first.Present, second.Present]);
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
        var settled = _settled.End[order];
        var endAtMost = Math.Max(settled, Math.Max(_problem.Horizon.EndMinute, tasks.Max(t => t.LatestEnd)));
        if (endAtMost <= dueMinute || weight == 0)
            return;
        var endAtLeast = Math.Max(settled, _bounds?.OrderEnd[order] ?? settled);
        var late = Model.NewIntVar(Math.Max(0L, (long)endAtLeast - dueMinute), (long)endAtMost - dueMinute, $"w{order}_late{_lateness.Count}");
        foreach (var task in tasks)
        {
            Model.Add(late >= task.End - dueMinute).OnlyEnforceIf(task.Present);
            if (!task.IsRequired && _problem.Horizon.EndMinute > dueMinute)
                Model.Add(late >= _problem.Horizon.EndMinute - dueMinute).OnlyEnforceIf(task.Present.Not());
        }
        _lateness.Add(new Lateness(order, dueMinute, weight, late));
    }

    private int EndOf(int order, Dictionary<int, ScheduledTask> placed) => _tasks
        .Where(t => _problem.Tasks[t.Task].WorkOrder == order)
        .Select(t => placed.TryGetValue(t.Task, out var item) ? item.EndMinute : _problem.Horizon.EndMinute)
        .Append(_settled.End[order]).Max();

    private IEnumerable<LinearExpr> SkillAndParts(OpenTask task)
    {
        var facts = _problem.Tasks[task.Task];
        foreach (var (choice, literal) in task.Choices)
        {
            var penalty = _objective.Skill(facts, _problem.Technicians[choice.Technician]) + (facts.PartsNotReady ? _objective.PartsNotReady : 0);
            if (penalty != 0)
                yield return literal * penalty;
        }
    }

    private static CpDomain DomainOf(MinuteSet minutes) =>
        CpDomain.FromIntervals([.. minutes.Ranges.Select(r => new[] { (long)r.Start, r.End - 1L })]);

    private sealed record OpenTask(
        int Task, bool IsRequired, BoolVar Present, IntVar Start, IntVar End, IntVar? Size, int[] Minutes, int EarliestStart,
        IReadOnlyList<(TechnicianChoice Choice, BoolVar Literal)> Choices,
        IReadOnlyList<(int Group, BoolVar Literal)> Groups)
    {
        public int LatestEnd { get; } = Choices.Max(t => t.Choice.Starts.Ranges[^1].End - 1 + t.Choice.Minutes);
    }

    private sealed record Lateness(int Order, int DueMinute, long Weight, IntVar Late);
}
