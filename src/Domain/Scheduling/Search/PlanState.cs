using System.Runtime.InteropServices;

namespace Woflo.Domain.Scheduling.Search;

/// <summary>A plan under change: where each open task is, what time that leaves, and what it costs, all kept up by each step.
/// Bays are counted by group. What depends on the single bay, and work in progress, is not in the cost here.</summary>
internal sealed class PlanState
{
    /// <summary>In place of a start: left out, and paid for.</summary>
    public const int LeftOut = int.MinValue;

    /// <summary>In place of a start: not decided, and not paid for yet.</summary>
    public const int Pending = int.MinValue + 1;

    private readonly SearchShop _shop;
    private readonly Timeline[] _orders;

    // Closed hours are taken there.
    private readonly Timeline[] _technicians;
    private readonly Timeline[] _groups;

    // And here not: for work over several windows, and for held work. Null where there is none.
    private readonly Timeline[]? _dayAndNight;
    private readonly Timeline[]? _groupsDayAndNight;

    private readonly long[] _late;
    private readonly long[] _polish;

    public PlanState(SearchShop shop)
    {
        _shop = shop;
        var free = shop.Free;
        _orders = [.. shop.Problem.WorkOrders.Select((_, o) => new Timeline(1, free.OrderBusy(o)))];
        var always = MinuteSet.Of(-1_000_000_000, 1_000_000_000);
        _technicians = [.. free.Technicians.Select(hours => new Timeline(1, always.Subtract(hours)))];
        _groups = [.. free.Groups.Select(g => new Timeline(g.Slots.Count, always.Subtract(free.Slots[g.Slots[0]].Windows)))];
        if (shop.HasSplitOrHeld)
        {
            _dayAndNight = [.. shop.Problem.Technicians.Select((_, t) => new Timeline(1, free.TechnicianBusy(t)))];
            _groupsDayAndNight = [.. free.Groups.Select(g => new Timeline(g.Slots.Count, free.Slots[g.Slots[0]].Busy))];
        }
        var count = shop.Tasks.Length;
        Start = new int[count];
        End = new int[count];
        Ability = new int[count];
        Technician = new int[count];
        Group = new int[count];
        _polish = new long[count];
        _late = [.. shop.SettledEnd.Select((end, o) => shop.Lateness(o, end))];
        Array.Fill(Start, Pending);
        Cost = [.. shop.Settled.Cost];
    }

    public int[] Start { get; }
    public int[] End { get; }

    /// <summary>Index into the task's abilities.</summary>
    public int[] Ability { get; }

    public int[] Technician { get; }

    /// <summary>-1 where the task takes no bay.</summary>
    public int[] Group { get; }

    /// <summary>By level.</summary>
    public long[] Cost { get; }

    public long LatenessOf(int order) => _late[order];

    /// <summary>Serial schedule generation: places the task where it ends first, after those that must come before it.</summary>
    /// <param name="by">Who shall do each task and where, as <see cref="Hands"/> says. Where that cannot be, anyone anywhere.</param>
    public void Place(int index, int[] by)
    {
        if (Start[index] != Pending)
            return;
        var task = _shop.Tasks[index]!;
        if (task.HeldStart is null)
        {
            foreach (var before in task.Before)
                Place(before, by);
        }
        if (PlaceEarliest(index, by[index]) || by[index] < 0)
            return;
        Remove(index);
        PlaceEarliest(index, -1);
    }

    /// <summary>Puts in what of another plan can stand here as it is; the rest is pending.</summary>
    public void Load(IReadOnlyList<ScheduledTask> items)
    {
        for (var i = 0; i < Start.Length; i++)
        {
            if (_shop.Tasks[i] is not null)
                Remove(i);
        }
        foreach (var item in items.Where(i => _shop.Tasks[i.Task] is not null).OrderBy(i => i.StartMinute).ThenBy(i => i.Task))
        {
            foreach (var group in _shop.GroupsOfBay(item.Bay))
            {
                if (!CanStand(item.Task, item.Technician, item.StartMinute, group, out var place))
                    continue;
                Put(item.Task, place);
                break;
            }
        }
    }

    /// <summary>Any technician of those able, any group of bays.</summary>
    public const int Anyone = -1;

    private const int MostGroups = 4_096;

    /// <param name="group">Index into the task's groups; -1: any.</param>
    public static int Hands(int ability, int group) => (ability * MostGroups) + group + 1;

    /// <summary>By whom and where it is now.</summary>
    public int HandsOf(int index) =>
        IsPlaced(index) ? Hands(Ability[index], Array.IndexOf(_shop.Tasks[index]!.Groups, Group[index])) : Anyone;

    private bool PlaceEarliest(int index, int hands)
    {
        var task = _shop.Tasks[index]!;
        if (task.HeldStart is not null ? !FindHeld(task, out var place) : !FindEarliest(task, hands, out place))
        {
            Start[index] = LeftOut;
            Cost[0] += task.LeftOutPenalty;
            Reckon(task.Order);
            return false;
        }
        Put(index, place);
        return true;
    }

    public void Put(int index, Place place)
    {
        var task = _shop.Tasks[index]!;
        (Start[index], End[index], Ability[index], Group[index]) = (place.Start, place.End, place.Ability, place.Group);
        var ability = task.Abilities[place.Ability];
        Technician[index] = ability.Technician;
        _technicians[ability.Technician].Take(place.Start, place.End);
        _dayAndNight?[ability.Technician].Take(place.Start, place.End);
        _orders[task.Order].Take(place.Start, place.End);
        if (place.Group >= 0)
        {
            _groups[place.Group].Take(place.Start, place.End);
            _groupsDayAndNight?[place.Group].Take(place.Start, place.End);
        }
        Cost[2] += ability.SkillPenalty + task.PartsPenalty;
        Cost[3] += _polish[index] = Polish(task, ability.Technician, place);
        Reckon(task.Order);
    }

    /// <summary>Takes the task out of the plan, or from among those left out; it is pending then.</summary>
    public void Remove(int index)
    {
        var task = _shop.Tasks[index]!;
        if (IsPlaced(index))
        {
            var ability = task.Abilities[Ability[index]];
            _technicians[ability.Technician].Release(Start[index], End[index]);
            _dayAndNight?[ability.Technician].Release(Start[index], End[index]);
            _orders[task.Order].Release(Start[index], End[index]);
            if (Group[index] >= 0)
            {
                _groups[Group[index]].Release(Start[index], End[index]);
                _groupsDayAndNight?[Group[index]].Release(Start[index], End[index]);
            }
            Cost[2] -= ability.SkillPenalty + task.PartsPenalty;
            Cost[3] -= _polish[index];
        }
        else if (Start[index] == LeftOut)
        {
            Cost[0] -= task.LeftOutPenalty;
        }
        Start[index] = Pending;
        Reckon(task.Order);
    }

    /// <summary>Undoes what was done to a task: it is <paramref name="place"/>d, left out or pending as before.</summary>
    public void Restore(int index, Place place)
    {
        if (place.IsPlaced)
        {
            Put(index, place);
        }
        else if (place.Start == LeftOut)
        {
            Start[index] = LeftOut;
            Cost[0] += _shop.Tasks[index]!.LeftOutPenalty;
            Reckon(_shop.Tasks[index]!.Order);
        }
    }

    public bool IsPlaced(int index) => Start[index] > Pending;

    public Place PlaceOf(int index) => new(Start[index], End[index], Ability[index], Group[index]);

    /// <summary>Whether an item of another plan can stand here as it is, and where.</summary>
    private bool CanStand(int index, int technician, int start, int group, out Place place)
    {
        var task = _shop.Tasks[index]!;
        var ability = task.AbilityOf(technician);
        place = default;
        if (ability < 0 || Array.IndexOf(task.Groups, group) < 0 || !Bounds(task, out var release, out var deadline) || start < release)
            return false;
        if (task.HeldStart is not null)
        {
            var end = start + task.Abilities[ability].Minutes;
            place = new Place(start, end, ability, group);
            return start == task.HeldStart && end <= deadline && BlockedUntil(task, technician, group, start, end) is null;
        }
        return Fit(task, ability, group, start, deadline, out place) && place.Start == start;
    }

    private bool Bounds(OpenTask task, out int release, out int deadline)
    {
        (release, deadline) = (task.Release, task.Deadline);
        foreach (var before in task.Before)
        {
            if (IsPlaced(before))
                release = Math.Max(release, End[before]);
            else if (task.HeldStart is null)
                return false;
        }
        foreach (var after in task.After)
        {
            if (IsPlaced(after))
                deadline = Math.Min(deadline, Start[after]);
        }
        return true;
    }

    private bool FindEarliest(OpenTask task, int hands, out Place best)
    {
        best = default;
        return Bounds(task, out var release, out var deadline) && FindEarliest(task, hands, release, deadline, out best);
    }

    /// <summary>Where the task would end first, what comes before and after it left aside.</summary>
    public bool FindEarliest(OpenTask task, int hands, int release, int deadline, out Place best)
    {
        best = default;
        var isFound = false;
        var (ability, only) = hands < 0 ? (-1, -1) : (hands / MostGroups, (hands % MostGroups) - 1);
        var (first, last) = ability < 0 ? (0, task.Abilities.Length) : (ability, ability + 1);
        var (firstGroup, lastGroup) = only < 0 ? (0, task.Groups.Length) : (only, only + 1);
        for (var a = first; a < last; a++)
        {
            for (var g = firstGroup; g < lastGroup; g++)
            {
                // A later one has to end sooner to be better.
                if (Fit(task, a, task.Groups[g], release, isFound ? best.End - 1 : deadline, out var place))
                    (best, isFound) = (place, true);
            }
        }
        return isFound;
    }

    private bool Fit(OpenTask task, int ability, int group, int from, int latestEnd, out Place place)
    {
        var (technician, minutes, _) = task.Abilities[ability];
        if (_shop.IsSplit(minutes, technician, group))
            return FitSplit(task, ability, group, from, latestEnd, out place);
        var latest = latestEnd - minutes;
        var start = from;
        while (true)
        {
            var before = start = _technicians[technician].FirstGap(start, minutes, latest);
            if (start <= latest && group >= 0)
                start = _groups[group].FirstGap(start, minutes, latest);
            if (start <= latest)
                start = _orders[task.Order].FirstGap(start, minutes, latest);
            place = new Place(start, start + minutes, ability, group);
            if (start > latest)
                return false;
            if (start == before)
                return true;
        }
    }

    private bool FitSplit(OpenTask task, int ability, int group, int from, int latestEnd, out Place place)
    {
        var (technician, minutes, _) = task.Abilities[ability];
        var hours = _shop.RegularHours(technician, group);
        place = default;
        for (var start = from; ;)
        {
            if (start > latestEnd || hours.FirstFit(start, 1) is not { } at || hours.EndAfter(at, minutes) is not { } end || end > latestEnd)
                return false;
            if (BlockedUntil(task, technician, group, at, end) is not { } later)
            {
                place = new Place(at, end, ability, group);
                return true;
            }
            start = later;
        }
    }

    private bool FindHeld(OpenTask task, out Place place)
    {
        place = default;
        var start = task.HeldStart!.Value;
        if (!Bounds(task, out var release, out var deadline) || release > start)
            return false;
        for (var a = 0; a < task.Abilities.Length; a++)
        {
            var end = start + task.Abilities[a].Minutes;
            foreach (var group in task.Groups)
            {
                if (end > deadline || BlockedUntil(task, task.Abilities[a].Technician, group, start, end) is not null)
                    continue;
                place = new Place(start, end, a, group);
                return true;
            }
        }
        return false;
    }

    private int? BlockedUntil(OpenTask task, int technician, int group, int start, int end) =>
        _dayAndNight![technician].BlockedUntil(start, end)
        ?? (group >= 0 ? _groupsDayAndNight![group].BlockedUntil(start, end) : null)
        ?? _orders[task.Order].BlockedUntil(start, end);

    private void Reckon(int order)
    {
        var end = _shop.SettledEnd[order];
        foreach (var task in _shop.TasksOfOrder[order])
        {
            if (Start[task] != Pending)
                end = Math.Max(end, Start[task] == LeftOut ? _shop.HorizonEnd : End[task]);
        }
        var late = _shop.Lateness(order, end);
        Cost[1] += late - _late[order];
        _late[order] = late;
    }

    private long Polish(OpenTask task, int technician, Place place)
    {
        var cost = (long)Math.Max(0, place.Start - _shop.EarliestMinute) * task.WaitPenalty;
        if (task.Promise is { } promise)
            cost += _shop.Objective.Stability(_shop.Problem, _shop.Problem.Tasks[task.Index], technician, promise.Bay, place.Start);
        if (_shop.Overtime[technician] is { } overtime
            && (task.HeldStart is not null || place.End - place.Start == task.Abilities[place.Ability].Minutes))
            cost += (long)overtime.MinutesWithin(place.Start, place.End) * _shop.Objective.OvertimeMinute;
        return cost;
    }
}

/// <summary>Where a task is: by whom and in what group of bays. Held times may lie before the horizon, so a start may be negative.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Place(int Start, int End, int Ability, int Group)
{
    public bool IsPlaced => Start > PlanState.Pending;
}
