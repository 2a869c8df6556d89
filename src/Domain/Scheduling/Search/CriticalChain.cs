namespace Woflo.Domain.Scheduling.Search;

/// <summary>What made a work order as late as it is: back from its last task, what each task had to wait for.</summary>
internal sealed class CriticalChain(SearchShop shop, PlanState state, int[] sequence, int[] position, Random random)
{
    private const int Longest = 40;

    // What a task waited for began shortly before it, seen from the whole plan.
    private const int Reach = 120;

    /// <summary>Two tasks, of which the second waited for the first's technician or bay; could be the other way round.</summary>
    public (int First, int Second)[] Links { get; } = new (int, int)[Longest];

    public int Count { get; private set; }

    /// <returns>How many links there are.</returns>
    public int Find(int order)
    {
        Count = 0;
        var last = -1;
        foreach (var task in shop.TasksOfOrder[order])
        {
            if (state.IsPlaced(task) && (last < 0 || state.End[task] > state.End[last]))
                last = task;
        }
        for (var steps = 0; last >= 0 && steps < Longest; steps++)
        {
            var (blocker, isOrdered) = BlockerOf(last);
            if (blocker >= 0 && !isOrdered)
                Links[Count++] = (blocker, last);
            last = blocker;
        }
        return Count;
    }

    // Of those it may have waited for, the one that ended last; by chance among equals.
    private (int Task, bool IsOrdered) BlockerOf(int task)
    {
        var start = state.Start[task];
        var facts = shop.Tasks[task]!;
        var (best, bestEnd, isOrdered, equals) = (-1, int.MinValue, false, 0);
        if (start <= facts.Release)
            return (-1, false);
        for (var i = position[task] - 1; i >= Math.Max(0, position[task] - Reach); i--)
        {
            var other = sequence[i];
            if (!state.IsPlaced(other))
                continue;
            var end = state.End[other];
            if (end > start || end < bestEnd)
                continue;
            var isBefore = Array.IndexOf(facts.Before, other) >= 0;
            if (!isBefore && state.Technician[other] != state.Technician[task] && shop.Tasks[other]!.Order != facts.Order
                && (state.Group[other] < 0 || state.Group[other] != state.Group[task]))
                continue;
            if (end == bestEnd && random.Next(++equals) > 0)
                continue;
            if (end > bestEnd)
                equals = 1;
            (best, bestEnd, isOrdered) = (other, end, isBefore);
        }
        return (best, isOrdered);
    }
}
