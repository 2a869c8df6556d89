namespace Woflo.Domain.Scheduling;

/// <summary>One place in a bay; a bay of capacity two has two.</summary>
public sealed record BaySlot(int Bay, MinuteSet Windows, MinuteSet Busy);

/// <summary>What the held work leaves: everyone's and every place's time, and when each open task could start in it.</summary>
public sealed class FreeTime
{
    private readonly ShopProblem _problem;
    private readonly MinuteSet _whole;
    private readonly int[] _groupOfSlot;
    private readonly MinuteSet[] _technicianBusy;
    private readonly MinuteSet[] _orderBusy;
    private readonly Dictionary<int, ScheduledTask> _fixed;
    private readonly Dictionary<(int Group, int Minutes), MinuteSet> _groupStarts = [];

    /// <param name="frozen">Items of a legal plan that shall stay where they are, besides what is held.</param>
    public FreeTime(ShopProblem problem, IEnumerable<ScheduledTask>? frozen = null)
    {
        _problem = problem;
        _whole = MinuteSet.Of(problem.Horizon.EarliestMinute, problem.Horizon.EndMinute);
        _fixed = problem.Tasks
            .Select((task, i) => (Task: task, Index: i))
            .Where(x => x.Task is { IsFixed: true, MustStayOut: null })
            .ToDictionary(x => x.Index, x => x.Task.FixedItem(x.Index, problem.Technicians));
        foreach (var item in frozen ?? [])
            _fixed.TryAdd(item.Task, item);
        FixedItems = [.. _fixed.Values.OrderBy(i => i.Task)];
        _technicianBusy = Busy(problem.Technicians.Count, i => i.Technician);
        _orderBusy = Busy(problem.WorkOrders.Count, i => problem.Tasks[i.Task].WorkOrder);
        Technicians = [.. problem.Technicians.Select((t, i) => t.Windows.Intersect(_whole).Subtract(_technicianBusy[i]))];
        Slots = [.. problem.Bays.SelectMany((_, i) => SlotsOf(i))];
        Groups = SlotGroup.Of(problem, Slots);
        _groupOfSlot = new int[Slots.Count];
        for (var g = 0; g < Groups.Count; g++)
        {
            foreach (var slot in Groups[g].Slots)
                _groupOfSlot[slot] = g;
        }
        Choices = [.. problem.Tasks.Select((_, i) => ChoicesOf(i))];
    }

    /// <summary>What is settled: held with nothing left to choose, or frozen.</summary>
    public IReadOnlyList<ScheduledTask> FixedItems { get; }

    public IReadOnlyList<MinuteSet> Technicians { get; }

    public IReadOnlyList<BaySlot> Slots { get; }

    public IReadOnlyList<SlotGroup> Groups { get; }

    public IReadOnlyList<int> GroupOfSlot => _groupOfSlot;

    /// <summary>One entry a task; empty for fixed ones.</summary>
    public IReadOnlyList<TaskChoices> Choices { get; }

    /// <summary>Which tasks can be chosen for: what follows something that cannot be placed cannot be placed either.</summary>
    public bool[] Placeable()
    {
        var isPlaceable = Choices.Select(c => !c.IsEmpty).ToArray();
        var left = new Queue<int>(Enumerable.Range(0, isPlaceable.Length).Where(i => !isPlaceable[i] && !IsFixed(i)));
        while (left.TryDequeue(out var without))
        {
            foreach (var next in _problem.Successors[without].Where(n => isPlaceable[n] && !_problem.Tasks[n].IsTimeHeld))
            {
                isPlaceable[next] = false;
                left.Enqueue(next);
            }
        }
        return isPlaceable;
    }

    public bool IsFixed(int task) => _fixed.ContainsKey(task);

    public MinuteSet TechnicianBusy(int technician) => _technicianBusy[technician];

    public MinuteSet OrderBusy(int order) => _orderBusy[order];

    /// <summary>When work of a technician in a slot of the group may be done at all, held work aside.</summary>
    internal MinuteSet Hours(int technician, int? group, bool isRegular)
    {
        int? bay = group is { } g ? Slots[Groups[g].Slots[0]].Bay : null;
        return (isRegular ? _problem.RegularWindows(technician, bay) : _problem.Windows(technician, bay)).Intersect(_whole);
    }

    private MinuteSet[] Busy(int count, Func<ScheduledTask, int> of)
    {
        var items = FixedItems.ToLookup(of, i => i.Minutes);
        return [.. Enumerable.Range(0, count).Select(i => MinuteSet.Of(items[i]))];
    }

    // The first place is taken while any held work stands in the bay, the second while two do, and so on: with more held work
    // than places, which is a fact to live with, all are taken.
    private IEnumerable<BaySlot> SlotsOf(int bay)
    {
        var held = FixedItems.Where(i => i.Bay == bay).ToArray();
        var moments = held.SelectMany(i => new[] { i.StartMinute, i.EndMinute }).Distinct().Order().ToArray();
        for (var slot = 0; slot < Math.Max(1, _problem.Bays[bay].Capacity); slot++)
        {
            var taken = moments.Zip(moments.Skip(1), (start, end) => new MinuteRange(start, end))
                .Where(r => held.Count(i => i.Minutes.Overlaps(r)) > slot);
            var busy = MinuteSet.Of(taken);
            yield return new BaySlot(bay, _problem.Bays[bay].Windows.Intersect(_whole).Subtract(busy), busy);
        }
    }

    private TaskChoices ChoicesOf(int index)
    {
        var task = _problem.Tasks[index];
        if (_fixed.ContainsKey(index) || task.MustStayOut is not null)
            return new TaskChoices(0, 0, [], [], IsFreeOfBayHours: false);

        var technicians = Enumerable.Range(0, _problem.Technicians.Count).Where(t => _problem.MayDo(task, t)).ToArray();
        var slots = task.NeedsBay
            ? Enumerable.Range(0, Slots.Count).Where(s => _problem.MayStandIn(task, Slots[s].Bay)).ToArray()
            : [];
        return task.Hold?.StartMinute is { } held
            ? HeldChoices(index, task, held, technicians, slots)
            : OpenChoices(index, task, technicians, slots);
    }

    private TaskChoices OpenChoices(int index, WorkTask task, int[] technicians, int[] slots)
    {
        var release = task.ReleaseMinute;
        var deadline = task.DeadlineMinute;
        foreach (var before in _problem.Predecessors[index])
        {
            if (_fixed.TryGetValue(before, out var item))
                release = Math.Max(release, item.EndMinute);
        }
        foreach (var after in _problem.Successors[index])
        {
            if (_fixed.TryGetValue(after, out var item))
                deadline = Math.Min(deadline, item.StartMinute);
        }
        var inOrder = MinuteSet.Of(release, deadline).Subtract(_orderBusy[task.WorkOrder]);
        var groups = slots.Select(s => GroupOfSlot[s]).Distinct().ToArray();
        var choices = new List<TechnicianChoice>();
        foreach (var technician in technicians)
        {
            var minutes = task.MinutesFor(_problem.Technicians[technician]);
            var whole = groups.Where(g => !IsSplit(task, technician, g)).ToArray();
            if (task.NeedsBay ? whole.Length > 0 : !IsSplit(task, technician, null))
            {
                var starts = Technicians[technician].Intersect(inOrder).StartsFor(minutes);
                if (task.NeedsBay)
                    starts = starts.Intersect(MinuteSet.Of(whole.SelectMany(g => GroupStarts(g, minutes).Ranges)));
                if (!starts.IsEmpty)
                    choices.Add(new TechnicianChoice(technician, minutes, starts, whole.Length < groups.Length ? whole : null));
            }
            if (task.NeedsBay)
            {
                foreach (var group in groups.Except(whole))
                    choices.AddRange(SplitChoices(task, technician, group, release, deadline));
            }
            else if (IsSplit(task, technician, null))
            {
                choices.AddRange(SplitChoices(task, technician, null, release, deadline));
            }
        }
        return new TaskChoices(release, deadline, choices, slots, IsFreeOfBayHours: false);
    }

    private bool IsSplit(WorkTask task, int technician, int? group) =>
        _problem.IsSplit(task, technician, group is { } g ? Slots[Groups[g].Slots[0]].Bay : null);

    private MinuteSet GroupStarts(int group, int minutes) => _groupStarts.TryGetValue((group, minutes), out var known)
        ? known
        : _groupStarts[(group, minutes)] = Slots[Groups[group].Slots[0]].Windows.StartsFor(minutes);

    // Window after window: the same stretch from first to last minute for all starts in one window that end in one other.
    private IEnumerable<TechnicianChoice> SplitChoices(WorkTask task, int technician, int? group, int release, int deadline)
    {
        var minutes = task.MinutesFor(_problem.Technicians[technician]);
        var hours = Hours(technician, group, isRegular: true).Ranges;
        var busy = _technicianBusy[technician].Union(_orderBusy[task.WorkOrder]);
        if (group is { } g)
            busy = busy.Union(Slots[Groups[g].Slots[0]].Busy);
        var bySpan = new SortedDictionary<int, List<MinuteRange>>();
        for (var first = 0; first < hours.Count; first++)
        {
            var between = 0;
            for (var last = first + 1; last < hours.Count && between < minutes; last++)
            {
                var from = hours[first].End - minutes + between;
                var span = hours[last].Start + minutes - hours[first].End - between;
                between += hours[last].Length;
                var starts = new MinuteRange(
                    Math.Max(Math.Max(hours[first].Start, from + 1), release),
                    Math.Min(Math.Min(hours[first].End, hours[first].End - minutes + between + 1), deadline - span + 1));
                if (starts.Length <= 0)
                    continue;
                if (!bySpan.TryGetValue(span, out var found))
                    bySpan[span] = found = [];
                found.Add(starts);
            }
        }
        foreach (var (span, ranges) in bySpan)
        {
            var starts = busy.Ranges.Aggregate(MinuteSet.Of(ranges), (left, taken) => left.Subtract(taken.Start - span + 1, taken.End));
            if (!starts.IsEmpty)
                yield return new TechnicianChoice(technician, span, starts, group is { } only ? [only] : null, IsSplit: true);
        }
    }

    // A held time stands, within hours where anyone can keep them, outside where nobody can.
    private TaskChoices HeldChoices(int index, WorkTask task, int held, int[] technicians, int[] slots)
    {
        var (release, deadline) = (End(_problem.Predecessors[index]), Start(_problem.Successors[index]));
        var choices = technicians
            .Select(t => new TechnicianChoice(t, task.MinutesFor(_problem.Technicians[t]), MinuteSet.Of(held, held + 1)))
            .Where(c => release <= held && held + c.Minutes <= deadline
                && !_technicianBusy[c.Technician].Overlaps(held, held + c.Minutes)
                && !_orderBusy[task.WorkOrder].Overlaps(held, held + c.Minutes))
            .ToArray();
        var withinHours = choices.Where(c => Technicians[c.Technician].Covers(held, held + c.Minutes)).ToArray();
        if (withinHours.Length > 0)
            choices = withinHours;
        var openSlots = slots.Where(s => choices.Any(c => Slots[s].Windows.Covers(held, held + c.Minutes))).ToArray();
        var freeSlots = slots.Where(s => choices.Any(c => !Slots[s].Busy.Overlaps(held, held + c.Minutes))).ToArray();
        if (task.NeedsBay && freeSlots.Length == 0)
            choices = [];
        var end = choices.Length == 0 ? held + 1 : held + choices.Max(c => c.Minutes);
        return new TaskChoices(held, end, choices, openSlots.Length > 0 ? openSlots : freeSlots, IsFreeOfBayHours: openSlots.Length == 0);

        // The order of two times that people hold is theirs; frozen work whose time nobody holds keeps to it.
        int End(IEnumerable<int> tasks) => Frozen(tasks).Select(i => i.EndMinute).DefaultIfEmpty(int.MinValue).Max();
        int Start(IEnumerable<int> tasks) => Frozen(tasks).Select(i => i.StartMinute).DefaultIfEmpty(int.MaxValue).Min();
        IEnumerable<ScheduledTask> Frozen(IEnumerable<int> tasks) => tasks.Where(t => IsFixed(t) && !_problem.Tasks[t].IsTimeHeld).Select(t => _fixed[t]);
    }
}

/// <param name="Minutes">From the first to the last minute. Work over several windows is one choice for each such length.</param>
/// <param name="Starts">Every minute the technician could start at, were no other open work planned.</param>
/// <param name="OnlyGroups">The groups of slots this holds for; null: all of the task's.</param>
public sealed record TechnicianChoice(
    int Technician, int Minutes, MinuteSet Starts, IReadOnlyList<int>? OnlyGroups = null, bool IsSplit = false);

/// <summary>What an open task can choose from.</summary>
/// <param name="Slots">Indices into <see cref="FreeTime.Slots"/>; empty where no bay is needed.</param>
public sealed record TaskChoices(
    int ReleaseMinute, int DeadlineMinute, IReadOnlyList<TechnicianChoice> Technicians, IReadOnlyList<int> Slots, bool IsFreeOfBayHours)
{
    public bool IsEmpty => Technicians.Count == 0;

    /// <summary>When the task, once it takes so long, could start in the slot, were no other open work planned.</summary>
    public MinuteSet StartsIn(BaySlot slot, int minutes) => IsFreeOfBayHours
        ? MinuteSet.Of(ReleaseMinute, DeadlineMinute).Subtract(slot.Busy).StartsFor(minutes)
        : slot.Windows.StartsFor(minutes);
}
