using Woflo.Domain.Scheduling.Search;

namespace Woflo.Domain.Scheduling;

/// <summary>What no plan can be below: each work order as if the shop had nothing else to do.</summary>
public sealed class LowerBounds
{
    // Orders of tasks to try for one work order, beyond which the chain of predecessors alone is the bound.
    private const int Patience = 2_000;

    private readonly SearchShop _shop;
    private readonly PlanState _empty;
    private readonly int[] _earliestStart;
    private readonly int[] _earliestEnd;
    private int _tries;

    public LowerBounds(ShopProblem problem, Objective objective, FreeTime free)
    {
        var shop = new SearchShop(problem, objective, free);
        (_shop, _empty) = (shop, new PlanState(shop));
        _earliestStart = new int[shop.Tasks.Length];
        _earliestEnd = new int[shop.Tasks.Length];
        var levels = shop.Settled.Cost.ToArray();
        var isDone = new bool[shop.Tasks.Length];
        for (var i = 0; i < shop.Tasks.Length; i++)
            Reckon(i, isDone);
        OrderEnd = [.. shop.TasksOfOrder.Select((tasks, o) => Math.Max(shop.Settled.End[o], tasks.Length == 0 ? int.MinValue : EndOf(tasks)))];
        levels[0] += shop.Tasks.OfType<OpenTask>().Where(t => EarliestEnd[t.Index] == int.MaxValue).Sum(t => t.LeftOutPenalty);
        levels[1] = OrderEnd.Select((end, o) => shop.Lateness(o, end)).Sum();
        // The least each costs by whoever does it; a plan that leaves more out than it must is worse for that.
        levels[2] += shop.Tasks.OfType<OpenTask>().Where(t => EarliestEnd[t.Index] < int.MaxValue)
            .Sum(t => (long)t.Abilities.Min(a => a.SkillPenalty) + t.PartsPenalty);
        Levels = levels;
    }

    /// <summary>By level. The third speaks of plans that leave out no more than the first says.</summary>
    public IReadOnlyList<long> Levels { get; }

    public IReadOnlyList<int> EarliestStart => _earliestStart;

    /// <summary>Greatest where the task cannot be placed at all.</summary>
    public IReadOnlyList<int> EarliestEnd => _earliestEnd;

    public IReadOnlyList<int> OrderEnd { get; }

    private void Reckon(int index, bool[] isDone)
    {
        if (isDone[index] || _shop.Tasks[index] is not { } task)
            return;
        isDone[index] = true;
        var release = task.HeldStart ?? task.Release;
        foreach (var before in task.Before)
        {
            Reckon(before, isDone);
            if (task.HeldStart is null)
                release = Math.Max(release, EarliestEnd[before]);
        }
        _earliestStart[index] = release;
        _earliestEnd[index] = task.HeldStart is not null ? release + task.Abilities.Min(a => a.Minutes)
            : release < int.MaxValue && _empty.FindEarliest(task, -1, release, task.Deadline, out var place) ? place.End
            : int.MaxValue;
    }

    // One truck, one task at a time: the best of all orders its tasks can be done in.
    private int EndOf(int[] tasks)
    {
        var chain = tasks.Max(t => Math.Min(EarliestEnd[t], _shop.HorizonEnd));
        if (tasks.Any(t => EarliestEnd[t] == int.MaxValue))
            return Math.Max(chain, _shop.HorizonEnd);
        _tries = 0;
        var best = Math.Max(chain, _shop.HorizonEnd);
        var free = tasks.Where(t => _shop.Tasks[t]!.HeldStart is null).ToArray();
        return Try(free, new bool[free.Length], 0, int.MinValue, chain, ref best) ? best : chain;
    }

    private bool Try(int[] tasks, bool[] isDone, int count, int now, int chain, ref int best)
    {
        if (++_tries > Patience)
            return false;
        if (count == tasks.Length)
        {
            best = Math.Min(best, Math.Max(now, chain));
            return true;
        }
        for (var i = 0; i < tasks.Length; i++)
        {
            var task = _shop.Tasks[tasks[i]]!;
            if (isDone[i] || tasks.Where((t, j) => !isDone[j] && Array.IndexOf(task.Before, t) >= 0).Any())
                continue;
            if (!_empty.FindEarliest(task, -1, Math.Max(now, EarliestStart[tasks[i]]), Math.Min(task.Deadline, best), out var place))
                continue;
            isDone[i] = true;
            var isDecided = Try(tasks, isDone, count + 1, place.End, chain, ref best);
            isDone[i] = false;
            if (!isDecided)
                return false;
        }
        return true;
    }
}
