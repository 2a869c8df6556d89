using System.Runtime.InteropServices;

namespace Woflo.Domain.Scheduling.Search;

/// <summary>Who can do a task, and how long they take.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Ability(int Technician, int Minutes, int SkillPenalty);

/// <summary>A task that is the search's to place.</summary>
/// <param name="HeldStart">Null where the start is free; may lie before the horizon.</param>
/// <param name="Groups">Groups of bay slots it may stand in, those that fewest can use last; -1 where it needs no bay.</param>
/// <param name="Before">Open tasks that must end first.</param>
internal sealed record OpenTask(
    int Index, int Order, int Release, int Deadline, int? HeldStart, Ability[] Abilities, int[] Groups, int[] Before, int[] After,
    long LeftOutPenalty, int PartsPenalty, int WaitPenalty, Promise? Promise)
{
    public int AbilityOf(int technician) => Array.FindIndex(Abilities, a => a.Technician == technician);
}

/// <summary>A problem as the search's inner loop reads it: arrays by index, what is settled summed up in constants.</summary>
internal sealed class SearchShop
{
    private readonly MinuteSet[,] _hours;
    private readonly MinuteSet[,] _regularHours;
    private readonly int[,] _longest;
    private readonly (int Due, long DueWeight, int Commitment, long CommitmentWeight)[] _targets;

    public SearchShop(ShopProblem problem, Objective objective, FreeTime free)
    {
        (Problem, Objective, Free) = (problem, objective, free);
        var groups = free.Groups.Count;
        _hours = new MinuteSet[problem.Technicians.Count, groups + 1];
        _regularHours = new MinuteSet[problem.Technicians.Count, groups + 1];
        _longest = new int[problem.Technicians.Count, groups + 1];
        for (var t = 0; t < problem.Technicians.Count; t++)
        {
            for (var g = -1; g < groups; g++)
            {
                int? group = g < 0 ? null : g;
                _hours[t, g + 1] = free.Hours(t, group, isRegular: false);
                _regularHours[t, g + 1] = free.Hours(t, group, isRegular: true);
                _longest[t, g + 1] = problem.Windows(t, g < 0 ? null : free.Slots[free.Groups[g].Slots[0]].Bay).LongestMinutes;
            }
        }

        Tasks = new OpenTask?[problem.Tasks.Count];
        var isPlaceable = free.Placeable();
        var usersOfGroup = new int[groups];
        for (var i = 0; i < Tasks.Length; i++)
        {
            if (isPlaceable[i])
            {
                foreach (var g in GroupsOf(i))
                    usersOfGroup[g]++;
            }
        }
        for (var i = 0; i < Tasks.Length; i++)
        {
            if (isPlaceable[i])
                Tasks[i] = Open(i, isPlaceable, usersOfGroup);
        }
        TasksOfOrder = new int[problem.WorkOrders.Count][];
        var byOrder = Tasks.OfType<OpenTask>().ToLookup(t => t.Order, t => t.Index);
        for (var o = 0; o < TasksOfOrder.Length; o++)
            TasksOfOrder[o] = [.. byOrder[o]];
        HasSplitOrHeld = Tasks.OfType<OpenTask>().Any(t => t.HeldStart is not null || t.Abilities.Any(a => t.Groups.Any(g => IsSplit(a.Minutes, a.Technician, g))));
        (HorizonEnd, EarliestMinute) = (problem.Horizon.EndMinute, problem.Horizon.EarliestMinute);
        Overtime = [.. problem.Technicians.Select(t => t.Overtime)];
        // Half of the greatest number stands for never: differences to it do not overflow.
        _targets = [.. problem.WorkOrders.Select(w => (
            w.DueMinute ?? int.MaxValue / 2, (long)objective.LateMinute(w),
            w.CommitmentMinute ?? int.MaxValue / 2, (long)objective.LateMinute(w) * objective.CommitmentFactor))];
        Settled = new SettledWork(problem, objective, free, [.. Tasks.Select(t => t is not null)]);
        SettledEnd = [.. Settled.End];
    }

    public ShopProblem Problem { get; }
    public Objective Objective { get; }
    public FreeTime Free { get; }

    /// <summary>By task; null where nothing is left to choose or nothing can be chosen.</summary>
    public OpenTask?[] Tasks { get; }

    public int[][] TasksOfOrder { get; }

    public SettledWork Settled { get; }

    public int[] SettledEnd { get; }

    /// <summary>Whether any work may go over several windows, or is held in time but not in all else.</summary>
    public bool HasSplitOrHeld { get; }

    public MinuteSet?[] Overtime { get; }

    public int HorizonEnd { get; }

    public int EarliestMinute { get; }

    /// <param name="end">Least where nothing of the order has been decided.</param>
    public long Lateness(int order, int end)
    {
        if (end == int.MinValue)
            return 0;
        ref readonly var target = ref _targets[order];
        return ((long)Math.Max(0, end - target.Due) * target.DueWeight) + ((long)Math.Max(0, end - target.Commitment) * target.CommitmentWeight);
    }

    public bool IsSplit(int minutes, int technician, int group) => minutes > _longest[technician, group + 1];

    public MinuteSet Hours(int technician, int group) => _hours[technician, group + 1];

    public MinuteSet RegularHours(int technician, int group) => _regularHours[technician, group + 1];

    public IEnumerable<int> GroupsOfBay(int? bay) => bay is null
        ? [-1]
        : Enumerable.Range(0, Free.Slots.Count).Where(s => Free.Slots[s].Bay == bay).Select(s => Free.GroupOfSlot[s]).Distinct();

    /// <summary>A whole plan, with bays, out of the places of the open tasks.</summary>
    public List<ScheduledTask> Items(Func<int, Place> placeOf)
    {
        var items = new List<(int Group, ScheduledTask Item)>();
        foreach (var task in Tasks.OfType<OpenTask>())
        {
            var place = placeOf(task.Index);
            if (place.IsPlaced)
                items.Add((place.Group, new ScheduledTask(task.Index, task.Abilities[place.Ability].Technician, null, place.Start, place.End)));
        }
        return new BayColouring(Problem, Objective, Free).Colour(items);
    }

    private IEnumerable<int> GroupsOf(int task) => Free.Choices[task].Slots.Select(s => Free.GroupOfSlot[s]).Distinct();

    private OpenTask Open(int index, bool[] isPlaceable, int[] usersOfGroup)
    {
        var task = Problem.Tasks[index];
        var choices = Free.Choices[index];
        var abilities = choices.Technicians.Select(c => c.Technician).Distinct()
            .Select(t => new Ability(t, task.MinutesFor(Problem.Technicians[t]), Objective.Skill(task, Problem.Technicians[t])))
            // Of those who end at the same time, the one who does it best, and then who can do the least else.
            .OrderBy(a => a.SkillPenalty).ThenBy(a => Problem.Technicians[a.Technician].Skills.Count).ThenBy(a => a.Technician)
            .ToArray();
        return new OpenTask(
            index, task.WorkOrder, choices.ReleaseMinute, choices.DeadlineMinute, task.Hold?.StartMinute, abilities,
            task.NeedsBay ? [.. GroupsOf(index).OrderBy(g => (double)usersOfGroup[g] / Free.Groups[g].Slots.Count).ThenBy(g => g)] : [-1],
            [.. Problem.Predecessors[index].Where(p => isPlaceable[p] && !(task.IsTimeHeld && Problem.Tasks[p].IsTimeHeld))],
            [.. Problem.Successors[index].Where(s => isPlaceable[s] && !(task.IsTimeHeld && Problem.Tasks[s].IsTimeHeld))],
            // What frozen work follows cannot be left out: no price is high enough.
            Problem.Successors[index].Any(s => Free.IsFixed(s) && !Problem.Tasks[s].IsTimeHeld) ? 1_000_000_000L : Objective.LeftOut(Problem, task),
            task.PartsNotReady ? Objective.PartsNotReady : 0, Objective.WaitMinute(Problem, task), task.Promise);
    }
}
