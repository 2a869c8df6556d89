namespace Woflo.Domain.Scheduling;

public abstract record BuiltProblem
{
    public sealed record Ready(ShopProblem Problem) : BuiltProblem;

    /// <summary>The input contradicts itself: no plan can be right, and trying again does not help.</summary>
    /// <param name="Rows">The ids concerned, which <paramref name="Message"/> names too.</param>
    public sealed record Contradiction(string Message, IReadOnlyList<Guid> Rows) : BuiltProblem;
}

/// <summary>Applies the trade's rules to a shop's rows: what is held, what waits for what, what cannot be planned.</summary>
public sealed class ShopProblemBuilder
{
    private readonly ShopFacts _facts;
    private readonly Horizon _horizon;
    private readonly MinuteSet _plan;
    private readonly List<Bay> _bays = [];
    private readonly List<string> _notes;
    private readonly List<Technician> _technicians = [];
    private readonly Dictionary<Guid, int> _technicianIndex;
    private readonly Dictionary<Guid, int> _bayIndex;
    private readonly Dictionary<Guid, int> _orderIndex;
    private readonly Dictionary<Guid, TaskFacts> _taskFacts;

    private ShopProblemBuilder(ShopFacts facts, Horizon horizon)
    {
        _facts = facts;
        _horizon = horizon;
        _plan = MinuteSet.Of(horizon.EarliestMinute, horizon.EndMinute);
        _notes = [.. facts.Notes];
        _technicianIndex = Index(facts.Technicians, t => t.Id);
        _bayIndex = Index(facts.Bays, b => b.Id);
        _orderIndex = Index(facts.WorkOrders, w => w.Id);
        _taskFacts = facts.Tasks.ToDictionary(t => t.Id);
    }

    public static BuiltProblem Build(ShopFacts facts, Horizon horizon) => new ShopProblemBuilder(facts, horizon).Build();

    private BuiltProblem Build()
    {
        _technicians.AddRange(_facts.Technicians.Select(Technician));
        _bays.AddRange(_facts.Bays.Select(Bay));
        var order = new TaskOrder(_facts, NameOf);
        if (order.Cycle is { } cycle)
            return new BuiltProblem.Contradiction(
                $"These tasks wait for one another in a circle: {string.Join(" → ", cycle.Select(Described))}.", cycle);

        var tasks = new List<WorkTask>();
        foreach (var facts in _facts.Tasks.Where(t => t.Progress != TaskProgress.Blocked && !IsUnplacedProgress(t)))
            tasks.Add(Task(facts, order));
        var index = Index(tasks, t => t.Id);
        var precedences = order.Edges
            .Where(e => index.ContainsKey(e.Before) && index.ContainsKey(e.After))
            .Select(e => new Precedence(index[e.Before], index[e.After]))
            .ToArray();
        var problem = new ShopProblem(_horizon, _technicians, _bays, [.. _facts.WorkOrders.Select(WorkOrder)], tasks, precedences, _notes)
        {
            Clock = _facts.Clock ?? ShopProblem.UtcClock,
        };
        var held = Overridden(problem, index, order);
        return ClashOfLocks(held.Tasks) is { } clash ? clash : new BuiltProblem.Ready(held);
    }

    private ShopProblem Overridden(ShopProblem problem, Dictionary<Guid, int> index, TaskOrder order)
    {
        var overrides = new Overrides(problem);
        var asked = new List<(OverrideFacts Override, int Task, WorkTask Moved)>();
        foreach (var facts in _facts.Overrides.Where(o => o.Action is not ("unlock" or "unassign") && index.ContainsKey(o.TaskId)))
        {
            var (at, task) = (index[facts.TaskId], _taskFacts[facts.TaskId]);
            // A lock that names nothing holds what was published; where a column is locked, LockTo has it.
            var to = facts is { Action: "lock", To: null } ? Unlocked(task) : facts.To;
            if (InputFault(facts, to) is { } fault)
                overrides.Refuse(facts, at, fault.Rule, fault.Text);
            else if (!problem.Tasks[at].IsInProgress)
                asked.Add((facts, at, Held(problem.Tasks[at], task, LockTo(task, to!), order)));
            else if (IsElsewhere(problem.Tasks[at].Hold!, to!))
                overrides.Refuse(facts, at, "in_progress", "It is in progress and stays where it is.");
        }
        var tasks = overrides.Accept(asked);
        _notes.AddRange(overrides.Refused.Select(r => r.Text));
        return problem.With(tasks: tasks, refused: overrides.Refused);
    }

    private static Place? Unlocked(TaskFacts task) => task is { Published: { } place, Lock: var held }
        ? new Place(
            held?.TechnicianId is null ? place.TechnicianId : null, held?.BayId is null ? place.BayId : null,
            held?.StartsAt is null && held?.EndsAt is null ? place.StartsAt : null)
        : task.Lock;

    private (string Rule, string Text)? InputFault(OverrideFacts facts, Place? to) =>
        facts.Fault is { } fault ? ("input", fault)
        : to is null or { TechnicianId: null, BayId: null, StartsAt: null, EndsAt: null }
            ? ("input", facts.Action == "lock" ? "It names no place, and there is no published one." : "It names neither technician, bay nor time.")
        : to.EndsAt <= to.StartsAt ? ("input", "It ends before it starts.")
        : to.TechnicianId is { } technician && !_technicianIndex.ContainsKey(technician)
            ? ("unknown_row", $"The shop has no technician {technician}.")
        : to.BayId is { } bay && !_bayIndex.ContainsKey(bay) ? ("unknown_row", $"The shop has no bay {bay}.")
        : null;

    private bool IsElsewhere(Hold hold, Place to) =>
        (to.TechnicianId is { } technician && hold.Technician != _technicianIndex[technician])
        || (to.BayId is { } bay && hold.Bay is { } standing && standing != _bayIndex[bay]);

    // What an override names goes before what is locked; its start does away with a locked end.
    private Hold? LockTo(TaskFacts facts, Place to)
    {
        var notes = _notes.Count;
        var hold = Lock(facts with
        {
            Lock = new Place(
                to.TechnicianId ?? facts.Lock?.TechnicianId, to.BayId ?? facts.Lock?.BayId, to.StartsAt ?? facts.Lock?.StartsAt,
                to.EndsAt ?? (to.StartsAt is null ? facts.Lock?.EndsAt : null)),
        }, Math.Max(2, Math.Max(0L, facts.LowMinutes) + Math.Max(0, facts.HighMinutes)));
        // What there is to say of it, its acceptance or refusal says.
        _notes.RemoveRange(notes, _notes.Count - notes);
        return hold;
    }

    private Technician Technician(TechnicianFacts facts)
    {
        if (facts.Efficiency <= 0)
            _notes.Add($"The efficiency of {facts.Name} is {facts.Efficiency:0.###}; counted as 1.");
        var overtime = facts.Overtime?.Subtract(facts.Windows).Intersect(_plan);
        return new Technician(
            facts.Id, facts.Name, facts.Efficiency > 0 ? facts.Efficiency : 1m, facts.Skills,
            facts.Windows.Intersect(_plan).Union(overtime ?? MinuteSet.Empty), overtime is { IsEmpty: true } ? null : overtime, facts.WipLimit)
        {
            Calendar = facts.Windows,
        };
    }

    private Bay Bay(Bay facts) => facts with { Windows = facts.Windows.Intersect(_plan), Calendar = facts.Windows };

    private WorkOrder WorkOrder(WorkOrderFacts facts) => new(
        facts.Id, facts.Name, Math.Clamp(facts.Priority, 1, 5), facts.DueMinute,
        facts.CommitmentAt is { } at ? _horizon.Floor(at) : null);

    private WorkTask Task(TaskFacts facts, TaskOrder order)
    {
        var workOrder = _facts.WorkOrders[_orderIndex[facts.WorkOrderId]];
        var twiceMean = TwiceMeanMinutes(facts);
        var release = Math.Max(
            Math.Max(_horizon.EarliestMinute, UnplacedProgressEnd(facts.WorkOrderId)),
            facts.EarliestStart is { } earliest ? _horizon.Ceiling(earliest) : int.MinValue);
        var parts = workOrder.PartsEta is { } eta ? _horizon.Ceiling(eta) : (int?)null;
        var finish = facts.LatestFinish is { } latest ? _horizon.Floor(latest) : (int?)null;
        var task = new WorkTask(
            facts.Id, NameOf(facts.Id), _orderIndex[facts.WorkOrderId], facts.Type, twiceMean, Blank(facts.Skill), facts.SkillIsHard,
            NeedsBay: true, Blank(facts.BayType) ?? Blank(workOrder.BayType), Math.Max(release, parts ?? release),
            Math.Min(finish ?? _horizon.EndMinute, _horizon.EndMinute),
            workOrder is { PartsRequired: true, PartsReady: false } and ({ PartsEta: null } or { HasPartsWithoutEta: true }),
            facts.Progress == TaskProgress.Scheduled, parts)
        {
            ReleaseBarParts = release,
            LatestFinish = finish,
        };
        return Held(task, facts, facts.Progress == TaskProgress.InProgress ? Progress(facts, twiceMean) : Lock(facts, twiceMean), order);
    }

    private WorkTask Held(WorkTask task, TaskFacts facts, Hold? hold, TaskOrder order) => task with
    {
        Hold = hold,
        NeedsBay = hold switch
        {
            { Bay: not null } => true,
            { IsInProgress: true } => false,
            _ => facts.Type.NeedsBay && !_facts.WorkOrders[_orderIndex[facts.WorkOrderId]].IsInField,
        },
        MustStayOut = MustStayOut(facts, hold, order),
        Promise = Promise(facts, hold),
    };

    // What people hold is what they now expect, whatever the last plan said.
    private Promise? Promise(TaskFacts facts, Hold? hold) =>
        hold?.StartMinute is null && facts.Published is { TechnicianId: { } technicianId, StartsAt: { } at }
        && _technicianIndex.TryGetValue(technicianId, out var technician)
            ? new Promise(
                hold?.Technician ?? technician,
                hold?.Bay ?? (facts.Published.BayId is { } bayId && _bayIndex.TryGetValue(bayId, out var bay) ? bay : null),
                _horizon.Floor(at))
            : null;

    private long TwiceMeanMinutes(TaskFacts facts)
    {
        var (low, high) = (Math.Max(0, facts.LowMinutes), Math.Max(0, facts.HighMinutes));
        if (low > high)
            _notes.Add($"{NameOf(facts.Id)}: the low estimate ({low} min) is above the high one ({high} min); they were swapped.");
        if (low == 0 && high == 0)
            _notes.Add($"{NameOf(facts.Id)}: no duration; counted as one minute.");
        return Math.Max(2, (long)low + high);
    }

    // Work that is going on stays where it is. The published plan knows best; a lock is the next best.
    private Hold? Progress(TaskFacts facts, long twiceMean)
    {
        var place = KnownProgress(facts);
        if (place is not { TechnicianId: { } technicianId })
            return null;
        var technician = _technicianIndex[technicianId];
        var start = place.StartsAt is { } at ? _horizon.Floor(at) : _horizon.EarliestMinute;
        if (place.StartsAt is null)
            _notes.Add($"{NameOf(facts.Id)} is in progress since an unknown time; counted from now.");
        int? bay = place.BayId is { } bayId && _bayIndex.TryGetValue(bayId, out var index) ? index : null;
        var (end, isSplit) = EndOf(start, Minutes(twiceMean, technician), technician, bay);
        return new Hold(
            technician, bay, start, Math.Max(end, _horizon.EarliestMinute + 1), IsInProgress: true, place.StartsAt, IsSplit: isSplit);
    }

    // Longer than any window there, work goes on window after window; where no hours are known any more, minute after minute.
    private (int End, bool IsSplit) EndOf(int start, int minutes, int technician, int? bay)
    {
        var (who, where) = (_technicians[technician], bay is { } at ? _bays[at] : null);
        var calendar = ShopProblem.Calendar(who, where);
        var longest = Math.Max(calendar.LongestMinutes, (where is null ? who.Windows : who.Windows.Intersect(where.Windows)).LongestMinutes);
        if (minutes <= longest || calendar.FirstFit(start, 1) is not { } first)
            return (start + minutes, false);
        var left = minutes - calendar.MinutesWithin(first, int.MaxValue);
        return (calendar.EndAfter(first, minutes) ?? calendar.Ranges[^1].End + left, true);
    }

    private Place? KnownProgress(TaskFacts facts) => new[] { facts.Published, facts.Lock }
        .FirstOrDefault(p => p?.TechnicianId is { } id && _technicianIndex.ContainsKey(id));

    private bool IsUnplacedProgress(TaskFacts facts) =>
        facts.Progress == TaskProgress.InProgress && KnownProgress(facts) is null;

    // Nobody knows who does it or where; what is certain is that its truck is taken.
    private int UnplacedProgressEnd(Guid workOrderId)
    {
        var end = int.MinValue;
        foreach (var facts in _facts.Tasks.Where(t => t.WorkOrderId == workOrderId && IsUnplacedProgress(t)))
        {
            var minutes = (int)((Math.Max(2, (long)facts.LowMinutes + facts.HighMinutes) + 1) / 2);
            end = Math.Max(end, _horizon.EarliestMinute + minutes);
            var note = $"{NameOf(facts.Id)} is in progress with nobody known to do it; it takes no technician here, and its work order goes on after it.";
            if (!_notes.Contains(note))
                _notes.Add(note);
        }
        return end;
    }

    private Hold? Lock(TaskFacts facts, long twiceMean)
    {
        if (facts.Lock is not { } held)
            return null;
        var name = NameOf(facts.Id);
        int? technician = Known(held.TechnicianId, _technicianIndex, $"{name} is locked to a technician this shop does not have; that part of the lock is ignored.");
        int? bay = Known(held.BayId, _bayIndex, $"{name} is locked to a bay this shop does not have; that part of the lock is ignored.");
        var (startsAt, endsAt) = (held.StartsAt, held.EndsAt);
        if (endsAt <= startsAt)
        {
            _notes.Add($"{name}: its lock ends before it starts; the end is ignored.");
            endsAt = null;
        }
        int? start = startsAt is { } s ? _horizon.Floor(s) : null;
        var isSplit = false;
        if (start is { } from && endsAt is null)
            (endsAt, isSplit) = LockedEnd(facts, technician, bay, startsAt!.Value, from, twiceMean);
        int? end = endsAt is { } e ? _horizon.Ceiling(e) : null;
        if (start is null && end is not null)
            start = end - Minutes(twiceMean, technician);
        if ((technician ?? bay ?? start) is null)
            return null;
        Remark(facts, name, technician, start, end ?? start + Minutes(twiceMean, technician), isSplit);
        return new Hold(technician, bay, start, end, IsInProgress: false, startsAt, endsAt, isSplit);
    }

    // With the technician known the end is, to the second; work over several windows ends with them, at the first who could do it.
    private (DateTimeOffset? EndsAt, bool IsSplit) LockedEnd(
        TaskFacts facts, int? technician, int? bay, DateTimeOffset startsAt, int start, long twiceMean)
    {
        var ends = (technician is { } one ? [one] : Enumerable.Range(0, _technicians.Count).Where(t => MayDo(facts, t)))
            .Select(t => EndOf(start, Minutes(twiceMean, t), t, bay)).ToArray();
        return ends.Length > 0 && ends.All(e => e.IsSplit) ? (_horizon.At(ends.Min(e => e.End)), true)
            : technician is not null ? (startsAt.AddMinutes(Minutes(twiceMean, technician)), false)
            : (null, false);
    }

    private bool MayDo(TaskFacts facts, int technician) => Blank(facts.Skill) is not { } skill || _technicians[technician].LevelOf(skill) > 0
        || !(facts.SkillIsHard || _technicians.Exists(t => t.Skills.Any(s => s.IsSafetyCritical && Skill.Same(s.Name, skill))));

    private void Remark(TaskFacts facts, string name, int? technician, int? start, int? end, bool isSplit)
    {
        if (start < _horizon.EarliestMinute)
            _notes.Add($"{name} is locked to a time that has passed; the lock is kept.");
        if (technician is not { } index)
            return;
        if (start is { } from && end is { } to && !isSplit && !IsAtWork(index, from, to))
            _notes.Add($"{name} is locked to {_technicians[index].Name} outside working hours; the lock is kept.");
        if (Blank(facts.Skill) is { } skill && _technicians[index].LevelOf(skill) == 0)
            _notes.Add($"{name} is locked to {_technicians[index].Name}, who lacks the skill {skill}; the lock is kept.");
    }

    private bool IsAtWork(int technician, int from, int to) =>
        _technicians[technician].Calendar.Union(_technicians[technician].Windows).Covers(from, to);

    private LeftOutReason? MustStayOut(TaskFacts facts, Hold? hold, TaskOrder order)
    {
        if (hold?.StartMinute is { } start)
            return hold.IsInProgress || start < _horizon.EndMinute
                ? null
                : new LeftOutReason(LeftOutReason.AfterHorizon, "It is locked to a time after the end of this plan.");
        return order.BlockedBefore(facts.Id) is { } blocked
            ? new LeftOutReason(LeftOutReason.WaitsForTask, $"It waits for {NameOf(blocked)}, which is blocked.")
            : null;
    }

    // Nobody is in two places at once. Running work is a fact, however, not a contradiction.
    private BuiltProblem.Contradiction? ClashOfLocks(IReadOnlyList<WorkTask> tasks)
    {
        var locked = tasks
            .Where(t => t.Hold is { IsInProgress: false, Technician: not null, StartMinute: not null })
            .Select(t => (Task: t, Start: ExactStart(t), End: ExactEnd(t)));
        foreach (var ofOne in locked.GroupBy(l => l.Task.Hold!.Technician!.Value))
        {
            var sorted = ofOne.OrderBy(l => l.Start).ToArray();
            for (var i = 1; i < sorted.Length; i++)
            {
                var before = sorted[..i].MaxBy(l => l.End);
                if (before.End > sorted[i].Start)
                    return new BuiltProblem.Contradiction(
                        $"{_technicians[ofOne.Key].Name} ({_technicians[ofOne.Key].Id}) is locked to two tasks at once: " +
                        $"{Described(before.Task.Id)} and {Described(sorted[i].Task.Id)}.",
                        [_technicians[ofOne.Key].Id, before.Task.Id, sorted[i].Task.Id]);
            }
        }
        return null;
    }

    private DateTimeOffset ExactStart(WorkTask task) => task.Hold!.ExactStart ?? _horizon.At(task.Hold.StartMinute!.Value);

    private DateTimeOffset ExactEnd(WorkTask task) =>
        task.Hold!.ExactEnd ?? ExactStart(task).AddMinutes(task.MinutesFor(_technicians[task.Hold.Technician!.Value]));

    private int Minutes(long twiceMean, int? technician) => (int)Math.Clamp(
        Math.Ceiling(twiceMean / (2m * (technician is { } index ? _technicians[index].Efficiency : 1m))), 1, WorkTask.LongestMinutes);

    private int? Known(Guid? id, Dictionary<Guid, int> index, string noteOtherwise)
    {
        if (id is not { } known)
            return null;
        if (index.TryGetValue(known, out var at))
            return at;
        _notes.Add(noteOtherwise);
        return null;
    }

    private string NameOf(Guid taskId) =>
        _taskFacts[taskId] is var task ? $"{task.Type.Name} of {_facts.WorkOrders[_orderIndex[task.WorkOrderId]].Name}" : "";

    private string Described(Guid taskId) => $"{NameOf(taskId)} ({taskId})";

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static Dictionary<Guid, int> Index<T>(IReadOnlyList<T> rows, Func<T, Guid> id) =>
        rows.Select((row, i) => (Id: id(row), Index: i)).ToDictionary(x => x.Id, x => x.Index);
}
