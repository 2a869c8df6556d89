namespace Woflo.Domain.Scheduling;

/// <summary>Bay slots that are the same to the planner: one type, one set of hours, the same held work, nothing asked for by name.
/// Searches count how many of a group are taken; which one it is, <see cref="BayColouring"/> says afterwards.</summary>
public sealed record SlotGroup(IReadOnlyList<int> Slots)
{
    public static IReadOnlyList<SlotGroup> Of(ShopProblem problem, IReadOnlyList<BaySlot> slots)
    {
        var named = problem.Tasks.Where(t => !t.IsFixed).Select(t => t.Hold?.Bay).OfType<int>().ToHashSet();
        // Opening hours and time taken count besides free time: split work looks at the first, work held outside hours at the second.
        return [.. Enumerable.Range(0, slots.Count)
            .GroupBy(s => (
                Type: problem.Bays[slots[s].Bay].Type.Trim().ToUpperInvariant(), problem.Bays[slots[s].Bay].IsOffered,
                Hours: problem.Bays[slots[s].Bay].Windows, slots[s].Windows, slots[s].Busy,
                Named: named.Contains(slots[s].Bay) ? slots[s].Bay : -1))
            .Select(g => new SlotGroup([.. g]))];
    }

    /// <summary>Which group each open item of a plan takes a slot of; -1 where it takes none.</summary>
    public static IReadOnlyDictionary<int, int> Taken(FreeTime free, IReadOnlyList<ScheduledTask> plan)
    {
        var busy = free.Slots.Select(s => s.Busy).ToArray();
        var taken = new Dictionary<int, int>();
        foreach (var item in plan.Where(i => !free.IsFixed(i.Task)).OrderBy(i => i.StartMinute).ThenBy(i => i.Task))
        {
            var slot = item.Bay is null ? -1 : Enumerable.Range(0, busy.Length)
                .Where(s => free.Slots[s].Bay == item.Bay && !busy[s].Overlaps(item.StartMinute, item.EndMinute))
                .DefaultIfEmpty(-1).First();
            taken[item.Task] = slot < 0 ? -1 : free.GroupOfSlot[slot];
            if (slot >= 0)
                busy[slot] = busy[slot].Union(MinuteSet.Of(item.StartMinute, item.EndMinute));
        }
        return taken;
    }
}
