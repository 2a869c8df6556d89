namespace Woflo.Domain.Scheduling;

/// <summary>Says of each task that is not in a plan what keeps it out, and checks it: with the cause taken away the task fits.
/// Causes that no plan could help are looked for in the shop without its other open work. Not for several threads at once.</summary>
public sealed class LeftOutReasons(ShopProblem problem)
{
    // From the plainest to the most general: the first that alone lets the task in is the reason.
    private static readonly IReadOnlyList<Cause> Causes =
    [
        new(LeftOutReason.WaitsForTask,
            (_, c) => c.Task.MustStayOut is { Code: LeftOutReason.WaitsForTask } must ? must.Text
                : c.Unplaceable is { } before ? $"It waits for {c.Problem.Tasks[before].Name}, which is left out." : null,
            (_, c) => c with { IgnoresMissing = true, Task = c.Task.MustStayOut is { Code: LeftOutReason.WaitsForTask } ? c.Task with { MustStayOut = null } : c.Task }),
        new(LeftOutReason.NoTechnicianWithSkill,
            (_, c) => c.Problem.HardSkillOf(c.Task) is { } skill && c.Able.Length == 0 ? $"No technician has the skill {skill}, which it needs." : null,
            (_, c) => c with { Task = c.Task with { RequiredSkill = null } }),
        new(LeftOutReason.NoBayOfType,
            (_, c) => c.Task is { NeedsBay: true, BayType: { } type } && c.Bays.Length == 0 && c.Problem.Bays.Any(b => b.IsOffered)
                ? $"No bay of type {type} is in use, and it needs one." : null,
            (_, c) => c with { Task = c.Task with { BayType = null } }),
        new(LeftOutReason.NoBay,
            (_, c) => c.Task.NeedsBay && c.Task.Hold?.Bay is null && !c.Problem.Bays.Any(b => b.IsOffered)
                ? "The shop has no bay in use, and it needs one." : null,
            (_, c) => c with { Task = c.Task with { NeedsBay = false } }),
        new(LeftOutReason.NoTechnician,
            (_, c) => c.Problem.Technicians.Count == 0 ? "The shop has no technician."
                : c.Able is { Length: > 0 } able && able.All(t => t.Windows.IsEmpty)
                    ? $"{Names(able)}, who could do it, {(able.Length == 1 ? "does" : "do")} not work during this plan." : null,
            (r, c) => c with
            {
                Problem = r.Lifted(c.Problem, LeftOutReason.NoTechnician, WithOneMore),
                Task = c.Task with { RequiredSkill = null, Hold = c.Task.Hold is { } hold ? hold with { Technician = null } : null },
            }),
        new(LeftOutReason.Parts,
            (_, c) => c.Task.PartsMinute is { } parts && parts > c.Task.ReleaseBarParts
                ? $"Its parts are expected on {c.Problem.Say(parts)}, too late for this plan." : null,
            (_, c) => c with { Task = c.Task with { ReleaseMinute = c.Task.ReleaseBarParts } }),
        new(LeftOutReason.FollowerIsFixed,
            (_, c) => c.Problem.Successors[c.Index].Select(s => c.Problem.Tasks[s]).Where(s => s.IsFixed).MinBy(s => s.Hold!.StartMinute) is { } follower
                ? $"{follower.Name}, which comes after it, has begun or is locked, so there is no time before it." : null,
            (_, c) => c with { IgnoresFixedFollowers = true }),
        new(LeftOutReason.Capacity,
            (_, c) => c.Task.IsTimeHeld
                ? $"At its locked time nobody who may do it is free{(c.Task.NeedsBay ? ", or no bay is" : "")}: other held work is in its way."
                : "Locked work and work in progress leave no time for it.",
            (_, c) => c with { IsWithoutFixed = true }),
        new(LeftOutReason.AfterHorizon,
            (_, c) => c.Task.MustStayOut is { Code: LeftOutReason.AfterHorizon } must ? must.Text
                : !c.HasHours ? null
                : c.Task.ReleaseMinute <= c.Problem.Horizon.EarliestMinute ? $"It takes {c.Shortest} min, for which this plan is too short."
                : $"It cannot start before {c.Problem.Say(c.Task.ReleaseMinute)} and takes {c.Shortest} min, which ends after this plan does.",
            (r, c) => r.Lifted(c.Problem, LeftOutReason.AfterHorizon, p => p.Longer()) is var longer ? c with
            {
                Problem = longer,
                Task = ShopProblem.Longer(c.Task, c.Problem.Horizon.EndMinute, longer.Horizon.EndMinute) with
                {
                    MustStayOut = c.Task.MustStayOut is { Code: LeftOutReason.AfterHorizon } ? null : c.Task.MustStayOut,
                },
            } : c),
        new(LeftOutReason.WindowTooShort,
            (_, c) => c.Task.IsTimeHeld ? null
                : $"It takes {c.Shortest} min; between {c.Problem.Say(c.Task.ReleaseMinute)} and {c.Problem.Say(c.Task.DeadlineMinute)} "
                    + $"nobody who could do it{(c.Task.NeedsBay ? " and no bay for it" : "")} is there for so long.",
            (_, c) => c with
            {
                Task = c.Task with
                {
                    ReleaseMinute = c.Problem.Horizon.EarliestMinute, DeadlineMinute = c.Problem.Horizon.EndMinute, LatestFinish = null,
                },
            }),
        new(LeftOutReason.DoesNotFitAnyShift,
            (_, c) => c.Task.IsTimeHeld || c.HasHours ? null
                : $"{Names(c.Able)}, who could do it, {(c.Able.Length == 1 ? "is" : "are")} never at work while a bay for it is open.",
            (r, c) => c with { Problem = r.Lifted(c.Problem, LeftOutReason.DoesNotFitAnyShift, AroundTheClock) }),
    ];

    private readonly Dictionary<(ShopProblem, string), ShopProblem> _lifted = [];
    private readonly Dictionary<(ShopProblem, bool), Insertion> _fixedOnly = [];

    // Whatever the plan, the same.
    private readonly Dictionary<int, LeftOutReason?> _impossible = [];

    public Schedule Explain(IReadOnlyList<ScheduledTask> items)
    {
        var placed = items.Select(i => i.Task).ToHashSet();
        var plan = new Lazy<Insertion>(() => new Insertion(problem, items));
        var longer = new Lazy<Insertion>(() => new Insertion(Lifted(problem, LeftOutReason.AfterHorizon, p => p.Longer()), items));
        return new Schedule(items, [.. Enumerable.Range(0, problem.Tasks.Count)
            .Where(t => !placed.Contains(t))
            .Select(t => new LeftOutTask(t, ImpossibleOnce(t) ?? Crowded(t, plan.Value, longer.Value)))]);
    }

    /// <summary>Whether the reason holds: as things are the task does not fit, and without what the reason names it does.</summary>
    public bool IsConfirmed(LeftOutTask leftOut, IReadOnlyList<ScheduledTask> items)
    {
        var (index, reason) = (leftOut.Task, leftOut.Reason);
        var asIs = new Case(problem, index, problem.Tasks[index]);
        if (Fit(asIs) is { } alone)
        {
            var plan = new Insertion(problem, items);
            if (InPlan(index, plan, ignoresMissing: false) is not null)
                return false;
            return reason.Code switch
            {
                LeftOutReason.Capacity => IsLegal(asIs, alone),
                LeftOutReason.WaitsForTask => InPlan(index, plan, ignoresMissing: true) is not null,
                _ => false,
            };
        }
        var without = reason.Also.Prepend(reason.Code)
            .Aggregate((Case?)asIs, (c, code) => c is null ? null : Causes.FirstOrDefault(x => x.Code == code)?.Lift(this, c));
        return without is not null && Fit(without) is { } fit && IsLegal(without, fit);
    }

    private LeftOutReason? ImpossibleOnce(int index) =>
        _impossible.TryGetValue(index, out var known) ? known : _impossible[index] = Impossible(index);

    // Even alone in the shop the task does not fit.
    private LeftOutReason? Impossible(int index)
    {
        var asIs = new Case(problem, index, problem.Tasks[index]);
        if (Fit(asIs) is not null)
            return null;
        asIs = asIs with { Unplaceable = FirstUnplaceable(asIs) };
        var possible = Causes.Select(c => (Cause: c, Text: c.Says(this, asIs))).Where(c => c.Text is not null).ToArray();
        foreach (var (cause, text) in possible)
        {
            if (Fit(cause.Lift(this, asIs)) is not null)
                return new LeftOutReason(cause.Code, text!);
        }
        // No cause alone: one after the other is taken away until the task fits, then those that were not needed are put back.
        var causes = new List<(Cause Cause, string Text)>();
        var left = asIs;
        foreach (var cause in Causes)
        {
            if (cause.Says(this, left) is not { } text)
                continue;
            causes.Add((cause, text));
            left = cause.Lift(this, left);
            if (Fit(left) is not null)
                break;
        }
        if (Fit(left) is not null)
        {
            foreach (var spared in causes.ToArray().Reverse())
            {
                var fewer = causes.Where(c => c != spared).ToList();
                if (Fit(fewer.Aggregate(asIs, (c, x) => x.Cause.Lift(this, c))) is not null)
                    causes = fewer;
            }
        }
        return new LeftOutReason(causes[0].Cause.Code, string.Join(' ', causes.Select(c => c.Text)))
        {
            Also = [.. causes.Skip(1).Select(c => c.Cause.Code)],
        };
    }

    // Alone in the shop the task would fit: other open work is in its way.
    private LeftOutReason Crowded(int index, Insertion plan, Insertion longer)
    {
        var task = problem.Tasks[index];
        var missing = problem.Predecessors[index].Where(p => plan[p] is null).Order().ToArray();
        if (missing.Length > 0 && InPlan(index, plan, ignoresMissing: true) is not null)
            return new LeftOutReason(LeftOutReason.WaitsForTask, $"It waits for {problem.Tasks[missing[0]].Name}, which is left out.");

        var (from, to) = plan.Limits(index, task, ignoresMissing: true)!.Value;
        var able = Enumerable.Range(0, problem.Technicians.Count).Where(t => problem.MayDo(task, t)).ToArray();
        var bays = task.NeedsBay ? Enumerable.Range(0, problem.Bays.Count).Where(b => problem.MayStandIn(task, b)).ToArray() : [];
        var inWay = able.SelectMany(plan.OfTechnician).Concat(bays.SelectMany(plan.OfBay)).Distinct()
            .Where(i => i.EndMinute > from && i.StartMinute < to).ToArray();
        var most = inWay.OrderByDescending(i => i.Minutes.Length).ThenBy(i => i.Task).Select(i => problem.Tasks[i.Task].Name).FirstOrDefault();
        var text = $"No room is left for it: {Names([.. able.Select(t => problem.Technicians[t])])} could do it"
            + (bays.Length > 0 ? $" in {string.Join(", ", bays.Take(3).Select(b => problem.Bays[b].Name))}{(bays.Length > 3 ? " and others" : "")}" : "")
            + $", but {inWay.Length} planned {(inWay.Length == 1 ? "task is" : "tasks are")} in its way"
            + (most is null ? "." : $", the longest {most}.");
        return new LeftOutReason(LeftOutReason.Capacity, FirstRoom(index, longer) is { } room
            ? $"{text} There is room for it on {problem.Say(room.StartMinute)} with {problem.Technicians[room.Technician].Name}."
            : text);
    }

    // Beside the plan as it is: in it past the latest finish, or after it.
    private static ScheduledTask? FirstRoom(int index, Insertion longer)
    {
        var task = longer.Problem.Tasks[index];
        return task.IsTimeHeld || longer.Limits(index, task, ignoresMissing: true) is not var (from, _) ? null
            : longer.Earliest(index, task, (from, longer.Problem.Horizon.EndMinute));
    }

    private ScheduledTask? InPlan(int index, Insertion plan, bool ignoresMissing) =>
        plan.Limits(index, problem.Tasks[index], ignoresMissing || problem.Tasks[index].IsTimeHeld) is { } limits
            ? plan.Earliest(index, problem.Tasks[index], limits)
            : null;

    /// <summary>The task's place, and before it those of what must come before it, in a shop with nothing but held work.</summary>
    private List<ScheduledTask>? Fit(Case question)
    {
        if (question.Task.MustStayOut is not null)
            return null;
        var shop = FixedOnly(question);
        var fit = new List<ScheduledTask>();
        try
        {
            foreach (var before in question.IgnoresMissing || question.Task.IsTimeHeld ? [] : Before(question.Index))
            {
                if (Place(question, shop, before, question.Problem.Tasks[before]) is not { } item)
                    return null;
                shop.Put(item);
                fit.Add(item);
            }
            if (Place(question, shop, question.Index, question.Task) is not { } own)
                return null;
            return [.. fit, own];
        }
        finally
        {
            fit.ForEach(i => shop.Take(i.Task));
        }
    }

    private int? FirstUnplaceable(Case question) => Before(question.Index)
        .Select(before => (int?)before)
        .FirstOrDefault(before => Fit(new Case(question.Problem, before!.Value, question.Problem.Tasks[before.Value])) is null);

    private static ScheduledTask? Place(Case question, Insertion shop, int index, WorkTask task) =>
        task.MustStayOut is null
        && shop.Limits(index, task, question.IgnoresMissing || question.IsWithoutFixed || task.IsTimeHeld, question.IgnoresFixedFollowers) is { } limits
            ? shop.Earliest(index, task, limits)
            : null;

    // What must come before, the first first; fixed work stands already.
    private List<int> Before(int index)
    {
        var found = new List<int>();
        var seen = new HashSet<int>();
        void Visit(int task)
        {
            foreach (var before in problem.Predecessors[task])
            {
                if (problem.Tasks[before].IsFixed || !seen.Add(before))
                    continue;
                Visit(before);
                found.Add(before);
            }
        }
        Visit(index);
        return found;
    }

    private Insertion FixedOnly(Case question)
    {
        if (_fixedOnly.TryGetValue((question.Problem, question.IsWithoutFixed), out var known))
            return known;
        var items = question.IsWithoutFixed ? [] : problem.Tasks.Select((t, i) => (Task: t, Index: i))
            .Where(x => x.Task is { IsFixed: true, MustStayOut: null })
            .Select(x => x.Task.FixedItem(x.Index, question.Problem.Technicians));
        return _fixedOnly[(question.Problem, question.IsWithoutFixed)] = new Insertion(question.Problem, items);
    }

    // The evaluator's word on it, in the shop as the cause's removal leaves it.
    private static bool IsLegal(Case question, List<ScheduledTask> fit)
    {
        var shop = question.Problem.With(
            tasks: [.. question.Problem.Tasks.Select((t, i) => i == question.Index ? question.Task : t)],
            precedences: [.. question.Problem.Precedences.Where(p =>
                !(question.IgnoresMissing && p.After == question.Index && !question.Problem.Tasks[p.Before].IsFixed)
                && !(question.IsWithoutFixed && question.Problem.Tasks[p.Before].IsFixed)
                && !(question.IgnoresFixedFollowers && p.Before == question.Index && question.Problem.Tasks[p.After].IsFixed))]);
        var items = question.IsWithoutFixed ? fit : [.. fit, .. shop.Tasks.Select((t, i) => (Task: t, Index: i))
            .Where(x => x.Task is { IsFixed: true, MustStayOut: null }).Select(x => x.Task.FixedItem(x.Index, shop.Technicians))];
        return new ScheduleEvaluator(shop, Objective.Default).Check(new Schedule(items))
            .All(v => v.Rule == "unaccounted" || !v.Rows.Contains(question.Task.Id));
    }

    private ShopProblem Lifted(ShopProblem from, string code, Func<ShopProblem, ShopProblem> lift) =>
        _lifted.TryGetValue((from, code), out var known) ? known : _lifted[(from, code)] = lift(from);

    private static ShopProblem WithOneMore(ShopProblem shop) => shop.With(technicians:
        [.. shop.Technicians, new Technician(Guid.Empty, "anyone", 1, [], MinuteSet.Of(shop.Horizon.EarliestMinute, shop.Horizon.EndMinute))]);

    private static ShopProblem AroundTheClock(ShopProblem shop)
    {
        var whole = MinuteSet.Of(shop.Horizon.EarliestMinute, shop.Horizon.EndMinute);
        return shop.With(
            technicians: [.. shop.Technicians.Select(t => t with { Windows = whole, Overtime = null })],
            bays: [.. shop.Bays.Select(b => b with { Windows = whole })]);
    }

    private static string Names(Technician[] technicians) =>
        string.Join(", ", technicians.Take(3).Select(t => t.Name)) + (technicians.Length > 3 ? $" and {technicians.Length - 3} more" : "");

    /// <summary>A task, in a shop from which something may have been taken away.</summary>
    /// <param name="IgnoresMissing">What comes before it and is not planned counts as done.</param>
    private sealed record Case(
        ShopProblem Problem, int Index, WorkTask Task, bool IgnoresMissing = false, bool IgnoresFixedFollowers = false,
        bool IsWithoutFixed = false, int? Unplaceable = null)
    {
        public Technician[] Able => [.. Problem.Technicians.Where((_, t) => Problem.MayDo(Task, t))];

        public Bay[] Bays => Task.NeedsBay ? [.. Problem.Bays.Where((_, b) => Problem.MayStandIn(Task, b))] : [];

        public int Shortest => Able.Length == 0 ? (int)Math.Min((Task.TwiceMeanMinutes + 1) / 2, WorkTask.LongestMinutes) : Able.Min(Task.MinutesFor);

        /// <summary>Somebody who could do it is at work while a bay for it is open.</summary>
        public bool HasHours => Able.Any(t => Task.NeedsBay ? Bays.Any(b => !t.Windows.Intersect(b.Windows).IsEmpty) : !t.Windows.IsEmpty);
    }

    /// <summary>One thing that may keep a task out.</summary>
    /// <param name="Says">Why, for people; null where it cannot be the cause.</param>
    /// <param name="Lift">The same without it.</param>
    private sealed record Cause(string Code, Func<LeftOutReasons, Case, string?> Says, Func<LeftOutReasons, Case, Case> Lift);
}
