namespace Woflo.Domain.Scheduling;

/// <summary>A rule that a plan breaks.</summary>
/// <param name="Rows">The ids of the tasks, technicians and bays concerned.</param>
public sealed record Violation(string Rule, string Message, IReadOnlyList<Guid> Rows);

/// <summary>The judge of every plan, whoever made it: says what is illegal, and what the rest costs.
/// Knows nothing of how plans are made, so that it can catch whoever makes them.</summary>
public sealed class ScheduleEvaluator(ShopProblem problem, Objective objective)
{
    /// <summary>Every hard rule that <paramref name="schedule"/> breaks. What is held by people is never at fault:
    /// held times are free of hours and order, and held things may overlap one another.</summary>
    public IReadOnlyList<Violation> Check(Schedule schedule)
    {
        var found = new List<Violation>();
        var placed = new Dictionary<int, ScheduledTask>();
        foreach (var item in schedule.Items)
        {
            if (item.Task < 0 || item.Task >= problem.Tasks.Count || item.Technician < 0 || item.Technician >= problem.Technicians.Count
                || item.Bay < 0 || item.Bay >= problem.Bays.Count)
                found.Add(new Violation("unknown_row", "An item names a task, technician or bay that is not in the shop.", []));
            else if (!placed.TryAdd(item.Task, item))
                found.Add(Broken("placed_twice", item, "is placed twice"));
        }
        foreach (var item in placed.Values)
            found.AddRange(CheckAlone(item));
        CheckCompleteness(schedule, placed, found);
        CheckOrder(placed, found);
        CheckOverlaps(placed.Values.GroupBy(i => i.Technician), "technician_overlap", t => problem.Technicians[t].Id, found);
        CheckOverlaps(placed.Values.GroupBy(i => problem.Tasks[i.Task].WorkOrder), "work_order_overlap", w => problem.WorkOrders[w].Id, found);
        CheckBays(placed.Values, found);
        return found;
    }

    public Cost Evaluate(Schedule schedule)
    {
        var cost = new Cost();
        Charge(schedule, (_, term, penalty) => cost.Add(term, penalty));
        return cost;
    }

    /// <summary>The same cost by the task each part of it is due to: they sum to <see cref="Evaluate"/>'s exactly. A late work order
    /// is due to its task that ends last, a change of bay to the task after it, work begun above the limit to its first task.</summary>
    public IReadOnlyDictionary<int, Cost> Contributions(Schedule schedule)
    {
        var costs = new Dictionary<int, Cost>();
        Charge(schedule, (task, term, penalty) =>
        {
            if (!costs.TryGetValue(task, out var cost))
                costs[task] = cost = new Cost();
            cost.Add(term, penalty);
        });
        return costs;
    }

    private void Charge(Schedule schedule, Action<int, CostTerm, long> charge)
    {
        var placed = schedule.Items.ToDictionary(i => i.Task);
        var last = new (int Task, int End)?[problem.WorkOrders.Count];
        for (var i = 0; i < problem.Tasks.Count; i++)
        {
            var task = problem.Tasks[i];
            // A work order with work left out is not finished within the plan.
            var end = problem.Horizon.EndMinute;
            if (placed.TryGetValue(i, out var item))
            {
                end = item.EndMinute;
                charge(i, CostTerm.SkillMismatch, objective.Skill(task, problem.Technicians[item.Technician]));
                charge(i, CostTerm.PartsNotReady, task.PartsNotReady ? objective.PartsNotReady : 0);
                charge(i, CostTerm.Stability, objective.Stability(problem, task, item.Technician, item.Bay, item.StartMinute));
                charge(i, CostTerm.Priority, objective.Wait(problem, task, item.StartMinute));
                foreach (var worked in problem.Segments(item))
                    charge(i, CostTerm.Overtime, objective.Overtime(problem.Technicians[item.Technician], worked));
            }
            else
            {
                charge(i, CostTerm.LeftOut, objective.LeftOut(problem, task));
            }
            if (last[task.WorkOrder] is not { } latest || end > latest.End)
                last[task.WorkOrder] = (i, end);
        }
        for (var i = 0; i < last.Length; i++)
        {
            if (last[i] is not var (task, end))
                continue;
            var (due, commitment) = objective.Lateness(problem.WorkOrders[i], end);
            charge(task, CostTerm.DueDate, due);
            charge(task, CostTerm.Commitment, commitment);
        }
        foreach (var ofOne in placed.Values.GroupBy(i => problem.Tasks[i.Task].WorkOrder))
        {
            foreach (var moved in AfterBayChange(ofOne))
                charge(moved.Task, CostTerm.BayChange, objective.BayChange);
        }
        foreach (var ofOne in placed.Values.GroupBy(i => i.Technician))
        {
            foreach (var begun in BegunAboveLimit(problem, ofOne.Key, ofOne))
                charge(begun.Task, CostTerm.WorkInProgress, objective.WorkInProgress);
        }
    }

    /// <summary>The tasks of one work order that do not stand in the bay of the one before.</summary>
    internal static IEnumerable<ScheduledTask> AfterBayChange(IEnumerable<ScheduledTask> ofOneOrder)
    {
        var inBays = ofOneOrder.Where(i => i.Bay is not null).OrderBy(i => i.StartMinute).ThenBy(i => i.Task).ToArray();
        return inBays.Zip(inBays.Skip(1)).Where(pair => pair.First.Bay != pair.Second.Bay).Select(pair => pair.Second);
    }

    /// <summary>The first task of each work order that a technician begins with so many open already that the limit is passed.
    /// A work order is open for a technician from the start of their first task of it to the end of their last.</summary>
    internal static IEnumerable<ScheduledTask> BegunAboveLimit(ShopProblem problem, int technician, IEnumerable<ScheduledTask> ofOneTechnician)
    {
        if (problem.Technicians[technician].WipLimit is not { } limit)
            return [];
        var open = ofOneTechnician.GroupBy(i => problem.Tasks[i.Task].WorkOrder)
            .Select(g => (First: g.OrderBy(i => i.StartMinute).ThenBy(i => i.Task).First(), End: g.Max(i => i.EndMinute)))
            .OrderBy(o => o.First.StartMinute).ThenBy(o => o.End).ThenBy(o => o.First.Task).ToArray();
        return open.Where((o, i) => open.Take(i).Count(earlier => earlier.End > o.First.StartMinute) >= limit).Select(o => o.First);
    }

    private IEnumerable<Violation> CheckAlone(ScheduledTask item)
    {
        var task = problem.Tasks[item.Task];
        var technician = problem.Technicians[item.Technician];
        var hold = task.Hold;
        if (task.MustStayOut is not null)
            yield return Broken("must_stay_out", item, $"is placed, though: {task.MustStayOut.Text}");
        var isSplit = problem.IsSplit(task, item.Technician, item.Bay);
        var worked = isSplit ? problem.Segments(item).Sum(s => s.Length) : item.Minutes.Length;
        if (worked != task.MinutesFor(technician))
            yield return Broken("duration", item, $"takes {task.MinutesFor(technician)} min, not {worked}");
        if ((hold?.Technician ?? item.Technician) != item.Technician || (hold?.Bay ?? item.Bay) != item.Bay
            || (hold?.StartMinute ?? item.StartMinute) != item.StartMinute || (hold?.EndMinute ?? item.EndMinute) != item.EndMinute)
            yield return Broken("lock", item, "is moved away from where it is held");
        if (hold?.Technician is null && problem.HardSkillOf(task) is { } skill && technician.LevelOf(skill) == 0)
            yield return Broken("hard_skill", item, $"needs the skill {skill}, which {technician.Name} lacks");
        if (task.NeedsBay != item.Bay is not null)
            yield return Broken("bay_needed", item, task.NeedsBay ? "needs a bay and has none" : "needs no bay and has one");
        if (item.Bay is { } bay && hold?.Bay is null)
        {
            if (task.BayType is { } type && !Skill.Same(type, problem.Bays[bay].Type))
                yield return Broken("bay_type", item, $"needs a bay of type {type}, which {problem.Bays[bay].Name} is not");
            if (!problem.Bays[bay].IsOffered)
                yield return Broken("bay_inactive", item, $"is put into {problem.Bays[bay].Name}, which is not in use");
        }
        if (task.IsTimeHeld)
            yield break;
        if (item.StartMinute < task.ReleaseMinute)
            yield return Broken("too_early", item, $"starts at {problem.Say(item.StartMinute)}, before {problem.Say(task.ReleaseMinute)}");
        if (item.EndMinute > task.DeadlineMinute)
            yield return Broken("too_late", item, $"ends at {problem.Say(item.EndMinute)}, after {problem.Say(task.DeadlineMinute)}");
        if (isSplit)
        {
            // Its stretches lie in the hours of both by their making; what they do not show is a start or an end outside of them.
            if (problem.Segments(item) is not [var first, .., var last] || first.Start != item.StartMinute || last.End != item.EndMinute)
                yield return Broken("technician_hours", item, $"starts or ends outside the working hours of {technician.Name}");
            yield break;
        }
        if (!technician.Windows.Covers(item.StartMinute, item.EndMinute))
            yield return Broken("technician_hours", item, $"lies outside the working hours of {technician.Name}");
        if (item.Bay is { } closed && !problem.Bays[closed].Windows.Covers(item.StartMinute, item.EndMinute))
            yield return Broken("bay_hours", item, $"lies outside the hours of {problem.Bays[closed].Name}");
    }

    private void CheckCompleteness(Schedule schedule, Dictionary<int, ScheduledTask> placed, List<Violation> found)
    {
        var leftOut = schedule.LeftOut.Select(l => l.Task).ToHashSet();
        for (var i = 0; i < problem.Tasks.Count; i++)
        {
            if (placed.ContainsKey(i) == leftOut.Contains(i))
                found.Add(new Violation("unaccounted",
                    $"{problem.Tasks[i].Name} is {(leftOut.Contains(i) ? "both placed and left out" : "neither placed nor left out with a reason")}.",
                    [problem.Tasks[i].Id]));
            if (problem.Tasks[i] is { IsFixed: true, MustStayOut: null } held && !placed.ContainsKey(i))
                found.Add(new Violation("lock", $"{held.Name} is {(held.IsInProgress ? "in progress" : "locked")} and not in the plan.", [held.Id]));
        }
    }

    private void CheckOrder(Dictionary<int, ScheduledTask> placed, List<Violation> found)
    {
        foreach (var (before, after) in problem.Precedences)
        {
            if (!placed.TryGetValue(after, out var second))
                continue;
            var isHeld = problem.Tasks[after].IsTimeHeld;
            if (!placed.TryGetValue(before, out var first))
            {
                if (!isHeld)
                    found.Add(Broken("order", second, $"is placed, though {problem.Tasks[before].Name}, which comes before it, is left out"));
            }
            else if (first.EndMinute > second.StartMinute && !(isHeld && problem.Tasks[before].IsTimeHeld))
            {
                found.Add(Broken("order", second, $"starts before {problem.Tasks[before].Name} ends", problem.Tasks[before].Id));
            }
        }
    }

    private void CheckOverlaps(IEnumerable<IGrouping<int, ScheduledTask>> groups, string rule, Func<int, Guid> idOf, List<Violation> found)
    {
        foreach (var group in groups)
        {
            var sorted = group.OrderBy(i => i.StartMinute).ToArray();
            for (var i = 0; i < sorted.Length; i++)
            {
                for (var j = i + 1; j < sorted.Length && sorted[j].StartMinute < sorted[i].EndMinute; j++)
                {
                    if (!(IsGiven(sorted[i]) && IsGiven(sorted[j])))
                        found.Add(Broken(rule, sorted[i], $"overlaps {problem.Tasks[sorted[j].Task].Name}",
                            problem.Tasks[sorted[j].Task].Id, idOf(group.Key)));
                }
            }
        }
    }

    private void CheckBays(IEnumerable<ScheduledTask> items, List<Violation> found)
    {
        foreach (var inBay in items.Where(i => i.Bay is not null).GroupBy(i => i.Bay!.Value))
        {
            var bay = problem.Bays[inBay.Key];
            foreach (var item in inBay)
            {
                var together = inBay.Where(i => i.StartMinute <= item.StartMinute && item.StartMinute < i.EndMinute).ToArray();
                if (together.Length > bay.Capacity && !together.All(IsGiven))
                    found.Add(Broken("bay_capacity", item, $"is one of {together.Length} at once in {bay.Name}, which holds {bay.Capacity}",
                        [bay.Id, .. together.Where(i => i != item).Select(i => problem.Tasks[i.Task].Id)]));
            }
        }
    }

    private bool IsGiven(ScheduledTask item) => problem.Tasks[item.Task].IsFixed;

    private Violation Broken(string rule, ScheduledTask item, string what, params Guid[] others) =>
        new(rule, $"{problem.Tasks[item.Task].Name} {what}.", [problem.Tasks[item.Task].Id, .. others]);
}
