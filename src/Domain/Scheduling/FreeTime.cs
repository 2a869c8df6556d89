namespace Woflo.Domain.Scheduling;

/// <summary>One place in a bay; a bay of capacity two has two.</summary>
public sealed record BaySlot(int Bay, MinuteSet Windows, MinuteSet Busy);

/// <summary>What the held work leaves: everyone's and every place's time, and when each open task could start in it.</summary>
public sealed class FreeTime
{
    private readonly ShopProblem _problem;
    private readonly MinuteSet _whole;
    private readonly MinuteSet[] _technicianBusy;
    private readonly MinuteSet[] _orderBusy;

    public FreeTime(ShopProblem problem)
    {
        _problem = problem;
        _whole = MinuteSet.Of(problem.Horizon.EarliestMinute, problem.Horizon.EndMinute);
        FixedItems = [.. problem.Tasks
            .Select((task, i) => (Task: task, Index: i))
            .Where(x => x.Task is { IsFixed: true, MustStayOut: null })
            .Select(x => x.Task.FixedItem(x.Index, problem.Technicians))];
        _technicianBusy = Busy(problem.Technicians.Count, i => i.Technician);
        _orderBusy = Busy(problem.WorkOrders.Count, i => problem.Tasks[i.Task].WorkOrder);
        Technicians = [.. problem.Technicians.Select((t, i) => t.Windows.Intersect(_whole).Subtract(_technicianBusy[i]))];
        Slots = [.. problem.Bays.SelectMany((_, i) => SlotsOf(i))];
        Choices = [.. problem.Tasks.Select((_, i) => ChoicesOf(i))];
    }

    public IReadOnlyList<ScheduledTask> FixedItems { get; }

    public IReadOnlyList<MinuteSet> Technicians { get; }

    public IReadOnlyList<BaySlot> Slots { get; }

    /// <summary>One entry a task; empty for fixed ones.</summary>
    public IReadOnlyList<TaskChoices> Choices { get; }

    public MinuteSet TechnicianBusy(int technician) => _technicianBusy[technician];

    public MinuteSet OrderBusy(int order) => _orderBusy[order];

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
        if (task.IsFixed || task.MustStayOut is not null)
            return new TaskChoices(0, 0, [], [], IsFreeOfBayHours: false);

        var technicians = Enumerable.Range(0, _problem.Technicians.Count).Where(t => _problem.MayDo(task, t)).ToArray();
        var slots = task.NeedsBay
            ? Enumerable.Range(0, Slots.Count).Where(s => _problem.MayStandIn(task, Slots[s].Bay)).ToArray()
            : [];
        return task.Hold?.StartMinute is { } held
            ? HeldChoices(task, held, technicians, slots)
            : OpenChoices(index, task, technicians, slots);
    }

    private TaskChoices OpenChoices(int index, WorkTask task, int[] technicians, int[] slots)
    {
        var release = task.ReleaseMinute;
        var deadline = task.DeadlineMinute;
        foreach (var item in FixedItems)
        {
            if (_problem.Predecessors[index].Contains(item.Task))
                release = Math.Max(release, item.EndMinute);
            if (_problem.Successors[index].Contains(item.Task))
                deadline = Math.Min(deadline, item.StartMinute);
        }
        var inOrder = MinuteSet.Of(release, deadline).Subtract(_orderBusy[task.WorkOrder]);
        var choices = new List<TechnicianChoice>();
        foreach (var technician in technicians)
        {
            var minutes = task.MinutesFor(_problem.Technicians[technician]);
            var starts = Technicians[technician].Intersect(inOrder).StartsFor(minutes);
            if (task.NeedsBay)
                starts = starts.Intersect(MinuteSet.Of(slots.SelectMany(s => Slots[s].Windows.StartsFor(minutes).Ranges)));
            if (!starts.IsEmpty)
                choices.Add(new TechnicianChoice(technician, minutes, starts));
        }
        return new TaskChoices(release, deadline, choices, slots, IsFreeOfBayHours: false);
    }

    // A held time stands, within hours where anyone can keep them, outside where nobody can.
    private TaskChoices HeldChoices(WorkTask task, int held, int[] technicians, int[] slots)
    {
        var choices = technicians
            .Select(t => new TechnicianChoice(t, task.MinutesFor(_problem.Technicians[t]), MinuteSet.Of(held, held + 1)))
            .Where(c => !_technicianBusy[c.Technician].Overlaps(held, held + c.Minutes)
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
    }
}

/// <param name="Starts">Every minute the technician could start at, were no other open work planned.</param>
public sealed record TechnicianChoice(int Technician, int Minutes, MinuteSet Starts);

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
