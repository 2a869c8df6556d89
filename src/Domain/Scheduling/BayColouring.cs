namespace Woflo.Domain.Scheduling;

/// <summary>Says which of its group's bays each item takes: interval colouring by start, which always finds one free,
/// and then exchanges between two bays while they lessen bay changes and broken promises.</summary>
public sealed class BayColouring(ShopProblem problem, Objective objective, FreeTime free)
{
    /// <summary>The whole plan, what is fixed included.</summary>
    /// <param name="items">Open items with their groups, -1 for those without bay.</param>
    public List<ScheduledTask> Colour(IReadOnlyList<(int Group, ScheduledTask Item)> items)
    {
        var placed = items.Select(i => i.Item).ToArray();
        var slotOf = new int[placed.Length];
        Array.Fill(slotOf, -1);
        var byStart = Enumerable.Range(0, placed.Length).OrderBy(i => placed[i].StartMinute).ThenBy(i => placed[i].Task).ToArray();
        var lastBay = new Dictionary<int, int>();
        foreach (var item in free.FixedItems.Where(i => i.Bay is not null).OrderBy(i => i.StartMinute))
            lastBay.TryAdd(problem.Tasks[item.Task].WorkOrder, item.Bay!.Value);
        var freeFrom = Enumerable.Repeat(int.MinValue, free.Slots.Count).ToArray();
        foreach (var i in byStart)
        {
            if (items[i].Group < 0)
                continue;
            var task = problem.Tasks[placed[i].Task];
            var promised = task.Promise?.Bay ?? -1;
            var last = lastBay.GetValueOrDefault(task.WorkOrder, -1);
            var slot = free.Groups[items[i].Group].Slots
                .Where(s => freeFrom[s] <= placed[i].StartMinute)
                .DefaultIfEmpty(free.Groups[items[i].Group].Slots[0])
                .MinBy(s => (free.Slots[s].Bay == promised ? 0 : 1, free.Slots[s].Bay == last ? 0 : 1, -freeFrom[s], s));
            slotOf[i] = slot;
            freeFrom[slot] = placed[i].EndMinute;
            placed[i] = placed[i] with { Bay = free.Slots[slot].Bay };
            lastBay[task.WorkOrder] = free.Slots[slot].Bay;
        }
        Exchange(items, placed, slotOf, byStart);
        return [.. free.FixedItems.Concat(placed).OrderBy(i => i.Task)];
    }

    // Kempe chains: items of two bays that overlap one another change places together, so that nothing ever clashes.
    private void Exchange(IReadOnlyList<(int Group, ScheduledTask Item)> items, ScheduledTask[] placed, int[] slotOf, int[] byStart)
    {
        if (objective is { BayChange: 0, MovedBay: 0 })
            return;
        var ofOrder = Enumerable.Range(0, placed.Length).ToLookup(i => problem.Tasks[placed[i].Task].WorkOrder);
        var fixedOfOrder = free.FixedItems.ToLookup(i => problem.Tasks[i.Task].WorkOrder);
        for (var round = 0; round < 3; round++)
        {
            var isBetter = false;
            foreach (var i in byStart)
            {
                if (items[i].Group < 0)
                    continue;
                foreach (var other in Wanted(i))
                {
                    var chain = Chain(i, other);
                    var orders = chain.Select(c => problem.Tasks[placed[c].Task].WorkOrder).Distinct().ToArray();
                    var before = orders.Sum(CostOf);
                    var own = slotOf[i];
                    Swap(chain, own, other);
                    if (orders.Sum(CostOf) < before)
                        isBetter = true;
                    else
                        Swap(chain, own, other);
                }
            }
            if (!isBetter)
                return;
        }

        // The bays that item i would rather be in.
        int[] Wanted(int i)
        {
            var task = problem.Tasks[placed[i].Task];
            var bays = ofOrder[task.WorkOrder].Select(j => placed[j].Bay).Append(task.Promise?.Bay).ToArray();
            return [.. free.Groups[items[i].Group].Slots.Where(s => s != slotOf[i] && bays.Contains(free.Slots[s].Bay))];
        }

        List<int> Chain(int start, int other)
        {
            var chain = new List<int> { start };
            for (var at = 0; at < chain.Count; at++)
            {
                var opposite = slotOf[chain[at]] == other ? slotOf[start] : other;
                for (var j = 0; j < placed.Length; j++)
                {
                    if (slotOf[j] == opposite && placed[j].Minutes.Overlaps(placed[chain[at]].Minutes) && !chain.Contains(j))
                        chain.Add(j);
                }
            }
            return chain;
        }

        void Swap(List<int> chain, int one, int other)
        {
            foreach (var j in chain)
            {
                slotOf[j] = slotOf[j] == one ? other : one;
                placed[j] = placed[j] with { Bay = free.Slots[slotOf[j]].Bay };
            }
        }

        long CostOf(int order)
        {
            var cost = 0L;
            int? last = null;
            foreach (var item in ofOrder[order].Select(j => placed[j]).Concat(fixedOfOrder[order]).OrderBy(i => i.StartMinute).ThenBy(i => i.Task))
            {
                cost += objective.Stability(problem, problem.Tasks[item.Task], item.Technician, item.Bay, item.StartMinute);
                if (item.Bay is null)
                    continue;
                if (last is { } bay && bay != item.Bay)
                    cost += objective.BayChange;
                last = item.Bay;
            }
            return cost;
        }
    }
}
