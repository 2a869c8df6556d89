namespace Woflo.Domain.Scheduling;

/// <summary>Where one more task could go in a plan whose other tasks stay where they are. Each answer is a legal place;
/// what it costs, others say. Not for several threads at once.</summary>
internal sealed class Insertion
{
    private readonly ShopProblem _problem;
    private readonly ScheduledTask?[] _placed;
    private readonly List<ScheduledTask>[] _ofTechnician;
    private readonly List<ScheduledTask>[] _ofBay;
    private readonly List<ScheduledTask>[] _ofOrder;
    private readonly MinuteSet?[] _technicianBusy;
    private readonly MinuteSet?[] _bayFull;
    // Per technician and bay; the last column is for work without a bay.
    private readonly MinuteSet?[,] _free;

    public Insertion(ShopProblem problem, IEnumerable<ScheduledTask> items)
    {
        _problem = problem;
        _placed = new ScheduledTask?[problem.Tasks.Count];
        _ofTechnician = Lists(problem.Technicians.Count);
        _ofBay = Lists(problem.Bays.Count);
        _ofOrder = Lists(problem.WorkOrders.Count);
        _technicianBusy = new MinuteSet?[problem.Technicians.Count];
        _bayFull = new MinuteSet?[problem.Bays.Count];
        _free = new MinuteSet?[problem.Technicians.Count, problem.Bays.Count + 1];
        foreach (var item in items)
            Put(item);
    }

    public ScheduledTask? this[int task] => _placed[task];

    public ShopProblem Problem => _problem;

    public IReadOnlyList<ScheduledTask> OfBay(int bay) => _ofBay[bay];

    public IReadOnlyList<ScheduledTask> OfTechnician(int technician) => _ofTechnician[technician];

    public IReadOnlyList<ScheduledTask> OfOrder(int order) => _ofOrder[order];

    public void Put(ScheduledTask item)
    {
        _placed[item.Task] = item;
        _ofTechnician[item.Technician].Add(item);
        _ofOrder[_problem.Tasks[item.Task].WorkOrder].Add(item);
        if (item.Bay is { } bay)
            _ofBay[bay].Add(item);
        Forget(item);
    }

    public ScheduledTask? Take(int task)
    {
        if (_placed[task] is not { } item)
            return null;
        _placed[task] = null;
        _ofTechnician[item.Technician].Remove(item);
        _ofOrder[_problem.Tasks[task].WorkOrder].Remove(item);
        if (item.Bay is { } bay)
            _ofBay[bay].Remove(item);
        Forget(item);
        return item;
    }

    /// <summary>Between what comes before it and what comes after it.</summary>
    /// <returns>Null where something that must come before it is not in the plan.</returns>
    public (int From, int To)? Limits(int index, WorkTask task, bool ignoresMissing = false, bool ignoresFixedFollowers = false)
    {
        var (from, to) = (task.ReleaseMinute, task.DeadlineMinute);
        foreach (var before in _problem.Predecessors[index])
        {
            if (_placed[before] is { } item)
                from = Math.Max(from, item.EndMinute);
            else if (!ignoresMissing)
                return null;
        }
        foreach (var after in _problem.Successors[index])
        {
            if (_placed[after] is { } item && !(ignoresFixedFollowers && _problem.Tasks[after].IsFixed))
                to = Math.Min(to, item.StartMinute);
        }
        return (from, to);
    }

    /// <summary>The place of the earliest end, whoever does it and wherever.</summary>
    public ScheduledTask? Earliest(int index, WorkTask task, (int From, int To) limits)
    {
        ScheduledTask? best = null;
        for (var technician = 0; technician < _problem.Technicians.Count; technician++)
        {
            if (_problem.MayDo(task, technician) && Earliest(index, task, technician, limits) is { } item && (best is null || item.EndMinute < best.Value.EndMinute))
                best = item;
        }
        return best;
    }

    public ScheduledTask? Earliest(int index, WorkTask task, int technician, (int From, int To) limits)
    {
        if (!task.NeedsBay)
            return First(index, task, technician, null, limits);
        ScheduledTask? best = null;
        // No bay can let the technician end earlier than they are free.
        var bound = task.IsTimeHeld ? null : First(index, task, technician, null, limits);
        for (var bay = 0; bay < _problem.Bays.Count; bay++)
        {
            if (!_problem.MayStandIn(task, bay) || First(index, task, technician, bay, limits) is not { } item
                || (best is not null && item.EndMinute >= best.Value.EndMinute))
                continue;
            best = item;
            if (item.EndMinute == bound?.EndMinute)
                break;
        }
        return best;
    }

    /// <summary>The first place there within the limits.</summary>
    public ScheduledTask? First(int index, WorkTask task, int technician, int? bay, (int From, int To) limits)
    {
        var minutes = task.MinutesFor(_problem.Technicians[technician]);
        var order = _ofOrder[task.WorkOrder];
        if (task.Hold?.StartMinute is { } held)
            return IsFreeAt(index, technician, bay, held, held + minutes, order) ? new(index, technician, bay, held, held + minutes) : null;
        if (_problem.IsSplit(task, technician, bay))
            return FirstSplit(index, technician, bay, minutes, limits, order);
        var free = Free(technician, bay);
        for (var at = free.FirstFit(limits.From, minutes); at is { } start && start + minutes <= limits.To;)
        {
            if (EndOfClash(order, start, start + minutes) is not { } end)
                return new(index, technician, bay, start, start + minutes);
            at = free.FirstFit(end, minutes);
        }
        return null;
    }

    private ScheduledTask? FirstSplit(
        int index, int technician, int? bay, int minutes, (int From, int To) limits, List<ScheduledTask> order)
    {
        var windows = _problem.RegularWindows(technician, bay);
        for (var at = windows.FirstFit(limits.From, 1); at is { } start;)
        {
            if (windows.EndAfter(start, minutes) is not { } end || end > limits.To)
                return null;
            if ((Busy(technician).FirstOverlap(start, end)?.End
                ?? (bay is { } b ? Full(b).FirstOverlap(start, end)?.End : null)
                ?? EndOfClash(order, start, end)) is not { } next)
                return new(index, technician, bay, start, end);
            at = windows.FirstFit(next, 1);
        }
        return null;
    }

    // A held time is free of hours, and of the order with other held times.
    private bool IsFreeAt(int index, int technician, int? bay, int start, int end, List<ScheduledTask> order) =>
        !Busy(technician).Overlaps(start, end) && (bay is not { } b || !Full(b).Overlaps(start, end)) && EndOfClash(order, start, end) is null
        && _problem.Predecessors[index].All(p => _problem.Tasks[p].IsTimeHeld || _placed[p] is not { } item || item.EndMinute <= start)
        && _problem.Successors[index].All(s => _problem.Tasks[s].IsTimeHeld || _placed[s] is not { } item || item.StartMinute >= end);

    private static int? EndOfClash(List<ScheduledTask> items, int start, int end)
    {
        foreach (var item in items)
        {
            if (item.StartMinute < end && start < item.EndMinute)
                return item.EndMinute;
        }
        return null;
    }

    private MinuteSet Busy(int technician) =>
        _technicianBusy[technician] ??= MinuteSet.Of(_ofTechnician[technician].Select(i => i.Minutes));

    private MinuteSet Full(int bay) => _bayFull[bay] ??= _problem.Bays[bay].Capacity <= 1
        ? MinuteSet.Of(_ofBay[bay].Select(i => i.Minutes))
        : FullOfMany(_ofBay[bay], _problem.Bays[bay].Capacity);

    private static MinuteSet FullOfMany(List<ScheduledTask> items, int capacity)
    {
        var moments = items.SelectMany(i => new[] { i.StartMinute, i.EndMinute }).Distinct().Order().ToArray();
        return MinuteSet.Of(moments.Zip(moments.Skip(1), (start, end) => new MinuteRange(start, end))
            .Where(r => items.Count(i => i.Minutes.Overlaps(r)) >= capacity));
    }

    private MinuteSet Free(int technician, int? bay)
    {
        var column = bay ?? _problem.Bays.Count;
        if (_free[technician, column] is { } known)
            return known;
        var free = _problem.Windows(technician, bay).Subtract(Busy(technician));
        return _free[technician, column] = bay is { } b ? free.Subtract(Full(b)) : free;
    }

    private void Forget(ScheduledTask item)
    {
        _technicianBusy[item.Technician] = null;
        for (var column = 0; column <= _problem.Bays.Count; column++)
            _free[item.Technician, column] = null;
        if (item.Bay is not { } bay)
            return;
        _bayFull[bay] = null;
        for (var technician = 0; technician < _problem.Technicians.Count; technician++)
            _free[technician, bay] = null;
    }

    private static List<ScheduledTask>[] Lists(int count) => [.. Enumerable.Range(0, count).Select(_ => new List<ScheduledTask>())];
}
