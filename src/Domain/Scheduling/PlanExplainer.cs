using System.Globalization;

namespace Woflo.Domain.Scheduling;

/// <summary>Another place for one task, everything else staying where it is.</summary>
/// <param name="CostDifference">What the plan would cost more there, by level; the first that is not 0 decides.</param>
public sealed record Alternative(ScheduledTask Place, IReadOnlyList<long> CostDifference);

/// <summary>Whether a technician could do a task, and if not, which rule is in the way.</summary>
/// <param name="Alternative">Their best place for it; null where a rule rules them out.</param>
/// <param name="Rule">As in <see cref="Violation.Rule"/>.</param>
/// <param name="Text">For people: a sentence with names.</param>
public sealed record TechnicianAnswer(int Technician, Alternative? Alternative, string? Rule, string Text);

/// <summary>Answers about a finished plan: what each task costs and why, and what else could be done with it.
/// Alternatives are found by putting a task elsewhere while the others stay. Not for several threads at once.</summary>
public sealed class PlanExplainer
{
    private static readonly string[] LevelNames = ["work left out", "lateness", "skills and parts", "changes, overtime and waiting"];

    private readonly ShopProblem _problem;
    private readonly Objective _objective;
    private readonly Schedule _schedule;
    private readonly Insertion _plan;
    private readonly IReadOnlyDictionary<int, Cost> _contributions;
    private readonly int[] _leftOutOfOrder;
    private readonly Lazy<Insertion> _fixedOnly;

    /// <param name="schedule">Legal.</param>
    public PlanExplainer(ShopProblem problem, Objective objective, Schedule schedule)
    {
        (_problem, _objective, _schedule) = (problem, objective, schedule);
        _plan = new Insertion(problem, schedule.Items);
        _contributions = new ScheduleEvaluator(problem, objective).Contributions(schedule);
        _leftOutOfOrder = new int[problem.WorkOrders.Count];
        for (var t = 0; t < problem.Tasks.Count; t++)
            _leftOutOfOrder[problem.Tasks[t].WorkOrder] += _plan[t] is null ? 1 : 0;
        _fixedOnly = new(() => new Insertion(problem, schedule.Items.Where(i => problem.Tasks[i.Task].IsFixed)));
    }

    /// <summary>The part of the plan's cost that is due to the task, placed or left out. All together they are the plan's cost.</summary>
    public Cost Contribution(int task) => _contributions.GetValueOrDefault(task) ?? new Cost();

    /// <summary>The best place with another technician, else the best at another time with the same.</summary>
    /// <returns>Null where there is none, and for what is left out or held.</returns>
    public Alternative? BestAlternative(int task)
    {
        if (_plan[task] is not { } current || _problem.Tasks[task].IsFixed)
            return null;
        return Beside(task, now =>
        {
            Alternative? best = null;
            for (var technician = 0; technician < _problem.Technicians.Count; technician++)
            {
                if (technician != current.Technician && Best(task, technician, now) is { } found && (best is null || IsLess(found, best)))
                    best = found;
            }
            return best ?? Best(task, current.Technician, now, from: current.EndMinute) ?? Best(task, current.Technician, now, to: current.StartMinute);
        });
    }

    /// <summary>What speaks for or against each technician, in the problem's order.</summary>
    public IReadOnlyList<TechnicianAnswer> Technicians(int task) => Beside(task, now =>
        Enumerable.Range(0, _problem.Technicians.Count).Select(t => Answer(task, t, now)).ToArray());

    /// <summary>Where the task is and why, or why it is nowhere, in sentences.</summary>
    public IReadOnlyList<string> Sentences(int task)
    {
        var said = new List<string>();
        var name = _problem.Tasks[task].Name;
        if (_plan[task] is not { } item)
        {
            said.Add($"{name} is left out. {_schedule.LeftOut.FirstOrDefault(l => l.Task == task)?.Reason.Text}".TrimEnd());
        }
        else
        {
            said.Add($"{name} is planned with {_problem.Technicians[item.Technician].Name}{InBay(item.Bay)} from {_problem.Say(item.StartMinute)} to {_problem.Say(item.EndMinute)}.");
            if (_problem.Tasks[task].Hold is { } hold)
                said.Add(hold.IsInProgress ? "It is in progress and stays where it is."
                    : $"Locked: {string.Join(", ", Held(hold))}.");
            if (_problem.Segments(item) is { Count: > 1 } worked)
                said.Add($"It is longer than a shift and worked in {worked.Count} stretches: {string.Join(", ", worked.Select(w => $"{_problem.Say(w.Start)} for {w.Length} min"))}.");
        }
        var costs = CostTerm.All.Where(t => Contribution(task)[t] > 0)
            .Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Key.Replace("_penalty", "", StringComparison.Ordinal).Replace('_', ' ')} {Contribution(task)[t]}"));
        said.Add(costs.Any() ? $"Its share of the plan's cost: {string.Join(", ", costs)}." : "It costs nothing.");
        return said;
    }

    private static IEnumerable<string> Held(Hold hold) => new[]
    {
        hold.Technician is null ? null : "technician", hold.Bay is null ? null : "bay", hold.StartMinute is null ? null : "time",
    }.OfType<string>();

    private TechnicianAnswer Answer(int task, int technician, long[]? now)
    {
        var name = _problem.Technicians[technician].Name;
        if (_taken is { } current && current.Technician == technician)
            return new TechnicianAnswer(technician, new Alternative(current, new long[Objective.Levels]), null, $"{name} does it.");
        if (_problem.Tasks[task].IsFixed)
            return new TechnicianAnswer(technician, null, "lock", $"{name}: it is {(_problem.Tasks[task].IsInProgress ? "in progress" : "locked")} elsewhere.");
        if (Best(task, technician, now) is { } best)
        {
            var level = Enumerable.Range(0, Objective.Levels).FirstOrDefault(l => best.CostDifference[l] != 0, -1);
            var cost = level < 0 ? "which would be as good"
                : string.Create(CultureInfo.InvariantCulture, $"which would cost {Math.Abs(best.CostDifference[level])} {(best.CostDifference[level] > 0 ? "more" : "less")} in {LevelNames[level]}");
            return new TechnicianAnswer(technician, best, null,
                $"{name} could start on {_problem.Say(best.Place.StartMinute)}{InBay(best.Place.Bay)}{(now is null ? "" : $", {cost}")}.");
        }
        var (rule, text) = RuledOut(task, technician);
        return new TechnicianAnswer(technician, null, rule, text);
    }

    private (string Rule, string Text) RuledOut(int index, int technician)
    {
        var task = _problem.Tasks[index];
        var who = _problem.Technicians[technician];
        if (!_problem.MayDo(task, technician))
            return task.Hold?.Technician is not null ? ("lock", $"{who.Name}: it is locked to somebody else.")
                : ("hard_skill", $"{who.Name} lacks the skill {_problem.HardSkillOf(task)}, which it needs.");
        if (task.MustStayOut is { } must)
            return ("must_stay_out", $"{who.Name}: {must.Text}");
        if (_plan.Limits(index, task, ignoresMissing: task.IsTimeHeld) is not { } limits)
            return ("order", $"{who.Name}: what comes before it is left out.");
        var between = $"between {_problem.Say(limits.From)} and {_problem.Say(limits.To)}";
        if (task.IsTimeHeld)
            return ("technician_overlap", $"{who.Name} or every bay for it is taken at its locked time.");
        if (who.Windows.Clip(limits.From, limits.To).IsEmpty)
            return ("technician_hours", $"{who.Name} does not work {between}.");
        int[] bays = [.. Enumerable.Range(0, _problem.Bays.Count).Where(b => _problem.MayStandIn(task, b))];
        if (task.NeedsBay && bays.Length == 0)
            return ("bay_type", $"{who.Name}: no bay in use suits it.");
        if (task.NeedsBay && bays.All(b => _problem.Windows(technician, b).Clip(limits.From, limits.To).IsEmpty))
            return ("bay_hours", $"{who.Name} does not work while a bay for it is open {between}.");
        return _fixedOnly.Value.Earliest(index, task, technician, limits) is null
            ? ("technician_hours", $"{who.Name} is not there for {task.MinutesFor(who)} min at a stretch {between}, or locked work is in the way.")
            : ("technician_overlap", $"{who.Name} has no room for it {between} beside what is planned.");
    }

    private string InBay(int? bay) => bay is { } b ? $" in {_problem.Bays[b].Name}" : "";

    private ScheduledTask? _taken;

    // The task is out of the plan while it is looked at; now is what it costs where it is.
    private T Beside<T>(int task, Func<long[]?, T> look)
    {
        _taken = _plan.Take(task);
        try
        {
            return look(_taken is { } current ? Cost(current) : null);
        }
        finally
        {
            if (_taken is { } item)
                _plan.Put(item);
            _taken = null;
        }
    }

    private Alternative? Best(int index, int technician, long[]? now, int from = int.MinValue, int to = int.MaxValue)
    {
        var task = _problem.Tasks[index];
        if (!_problem.MayDo(task, technician) || task.MustStayOut is not null
            || _plan.Limits(index, task, ignoresMissing: task.IsTimeHeld) is not { } limits)
            return null;
        limits = (Math.Max(limits.From, from), Math.Min(limits.To, to));
        Alternative? best = null;
        foreach (var place in Places(index, task, technician, limits))
        {
            var cost = Cost(place);
            for (var level = 0; level < cost.Length; level++)
                cost[level] -= now?[level] ?? 0;
            var found = new Alternative(place, cost);
            if (best is null || IsLess(found, best))
                best = found;
        }
        return best;
    }

    // The earliest in each bay, and the earliest that keeps a promise. Of the bays that mean nothing to the task, only
    // as many as it takes to start as early as the technician can.
    private IEnumerable<ScheduledTask> Places(int index, WorkTask task, int technician, (int From, int To) limits)
    {
        var promised = Math.Max(limits.From, task.Promise?.StartMinute ?? int.MinValue);
        if (!task.NeedsBay)
        {
            foreach (var place in In(null))
                yield return place;
            yield break;
        }
        var order = _plan.OfOrder(task.WorkOrder);
        bool IsKnown(int bay) => bay == _taken?.Bay || bay == task.Promise?.Bay || order.Any(i => i.Bay == bay);
        var bound = task.IsTimeHeld ? null : _plan.First(index, task, technician, null, limits);
        if (!task.IsTimeHeld && bound is null)
            yield break;
        var isSettled = false;
        for (var pass = 0; pass < 2; pass++)
        {
            for (var bay = 0; bay < _problem.Bays.Count; bay++)
            {
                if (IsKnown(bay) != (pass == 0) || (isSettled && pass == 1) || !_problem.MayStandIn(task, bay))
                    continue;
                foreach (var place in In(bay))
                {
                    isSettled |= pass == 1 && place.EndMinute == bound?.EndMinute;
                    yield return place;
                }
            }
        }

        IEnumerable<ScheduledTask> In(int? bay)
        {
            if (_plan.First(index, task, technician, bay, limits) is not { } first)
                yield break;
            yield return first;
            if (first.StartMinute < promised && _plan.First(index, task, technician, bay, limits with { From = promised }) is { } kept)
                yield return kept;
        }
    }

    // What of the plan's cost depends on where the task is, by level, with the task out of the plan.
    private long[] Cost(ScheduledTask place)
    {
        var task = _problem.Tasks[place.Task];
        var technician = _problem.Technicians[place.Technician];
        var order = _plan.OfOrder(task.WorkOrder);
        var isOthersOut = _leftOutOfOrder[task.WorkOrder] - (_taken is null ? 1 : 0) > 0;
        var end = isOthersOut ? Math.Max(place.EndMinute, _problem.Horizon.EndMinute) : place.EndMinute;
        foreach (var item in order)
            end = Math.Max(end, item.EndMinute);
        var (due, commitment) = _objective.Lateness(_problem.WorkOrders[task.WorkOrder], end);
        long soft = _objective.Stability(_problem, task, place.Technician, place.Bay, place.StartMinute)
            + _objective.Wait(_problem, task, place.StartMinute)
            + ((long)_objective.BayChange * ScheduleEvaluator.AfterBayChange(order.Append(place)).Count());
        foreach (var worked in _problem.Segments(place))
            soft += _objective.Overtime(technician, worked);
        // Where the task is with another technician, that one has less open work.
        soft += _objective.WorkInProgress
            * (Begun(place.Technician, _plan.OfTechnician(place.Technician).Append(place)) - Begun(place.Technician, _plan.OfTechnician(place.Technician)));
        return [0, due + commitment, _objective.Skill(task, technician), soft];
    }

    private long Begun(int technician, IEnumerable<ScheduledTask> items) => ScheduleEvaluator.BegunAboveLimit(_problem, technician, items).Count();

    private static bool IsLess(Alternative a, Alternative b)
    {
        for (var level = 0; level < Objective.Levels; level++)
        {
            if (a.CostDifference[level] != b.CostDifference[level])
                return a.CostDifference[level] < b.CostDifference[level];
        }
        return (a.Place.StartMinute, a.Place.Technician, a.Place.Bay).CompareTo((b.Place.StartMinute, b.Place.Technician, b.Place.Bay)) < 0;
    }
}
