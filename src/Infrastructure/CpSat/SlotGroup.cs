using Woflo.Domain.Scheduling;

namespace Woflo.Infrastructure.CpSat;

/// <summary>Bay slots that are the same to the planner: one type, one set of free hours, nothing asked for by name.
/// The model counts how many are taken; which one it is, colouring says afterwards.</summary>
internal sealed record SlotGroup(IReadOnlyList<int> Slots)
{
    public static List<SlotGroup> Of(ShopProblem problem, FreeTime free)
    {
        var named = problem.Tasks.Where(t => !t.IsFixed).Select(t => t.Hold?.Bay).OfType<int>().ToHashSet();
        // Time taken counts besides free time: work held outside opening hours looks at it.
        return [.. Enumerable.Range(0, free.Slots.Count)
            .GroupBy(s => (
                Type: problem.Bays[free.Slots[s].Bay].Type.Trim().ToUpperInvariant(), problem.Bays[free.Slots[s].Bay].IsOffered,
                free.Slots[s].Windows, free.Slots[s].Busy, Named: named.Contains(free.Slots[s].Bay) ? free.Slots[s].Bay : -1))
            .Select(g => new SlotGroup([.. g]))];
    }

    /// <summary>A bay for each item, so that no slot holds two at once.
    /// With no more at once than slots, taking them by start always finds one free.</summary>
    public static IEnumerable<ScheduledTask> Colour(
        FreeTime free, List<SlotGroup> groups, IEnumerable<(int Group, ScheduledTask Item)> items)
    {
        foreach (var inGroup in items.GroupBy(i => i.Group, i => i.Item))
        {
            if (inGroup.Key < 0)
            {
                foreach (var item in inGroup)
                    yield return item;
                continue;
            }
            var slots = groups[inGroup.Key].Slots;
            var freeFrom = Enumerable.Repeat(int.MinValue, slots.Count).ToArray();
            foreach (var item in inGroup.OrderBy(i => i.StartMinute).ThenBy(i => i.Task))
            {
                var slot = Math.Max(0, Array.FindIndex(freeFrom, f => f <= item.StartMinute));
                freeFrom[slot] = item.EndMinute;
                yield return item with { Bay = free.Slots[slots[slot]].Bay };
            }
        }
    }

    /// <summary>Which group each open item of a plan takes a slot of; -1 where it takes none.</summary>
    public static Dictionary<int, int> Place(
        ShopProblem problem, FreeTime free, List<SlotGroup> groups, IReadOnlyList<ScheduledTask> plan)
    {
        var busy = free.Slots.Select(s => s.Busy).ToArray();
        var placed = new Dictionary<int, int>();
        foreach (var item in plan.Where(i => !problem.Tasks[i.Task].IsFixed).OrderBy(i => i.StartMinute).ThenBy(i => i.Task))
        {
            var slot = item.Bay is null
                ? -1
                : Enumerable.Range(0, busy.Length)
                    .Where(s => free.Slots[s].Bay == item.Bay && !busy[s].Overlaps(item.StartMinute, item.EndMinute))
                    .DefaultIfEmpty(-1).First();
            placed[item.Task] = groups.FindIndex(g => g.Slots.Contains(slot));
            if (slot >= 0)
                busy[slot] = busy[slot].Union(MinuteSet.Of(item.StartMinute, item.EndMinute));
        }
        return placed;
    }
}
