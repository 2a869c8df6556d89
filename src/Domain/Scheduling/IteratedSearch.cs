using System.Diagnostics;
using Woflo.Domain.Scheduling.Search;

namespace Woflo.Domain.Scheduling;

/// <summary>One thread of the domain's own search: anneals again and again, longer each time, from the best plan that any thread has.</summary>
public sealed class IteratedSearch(ShopProblem problem, Objective objective, FreeTime free, Incumbent best, int seed)
{
    private const int FirstCycle = 4_000;
    private const int Slice = 1_000;

    // Evaluating a plan costs as much as a hundred steps: better plans are told of a few times a second.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly SearchShop _shop = new(problem, objective, free);
    private readonly Random _random = new(seed);

    /// <summary>Minimises a level, those above it held.</summary>
    /// <param name="steps">At most; with <paramref name="isAlone"/> the outcome depends on nothing else.</param>
    /// <param name="isAlone">Takes no notice of other threads and of the clock.</param>
    public void Run(int level, long steps, bool isAlone, Func<bool> stop)
    {
        if (_shop.Tasks.All(t => t is null))
            return;
        var annealing = new Annealing(_shop, _random.Next());
        if (annealing.IsEmpty)
            return;
        annealing.MinimiseLevel(level);
        annealing.Load(best.Current.Plan.Items);
        var scale = annealing.TypicalWorsening();
        var lastOffer = Stopwatch.GetTimestamp();
        for (var cycle = FirstCycle; annealing.Steps < steps && !stop(); cycle = Math.Min(cycle * 2, 200_000))
        {
            var (hot, cold) = (scale * 0.1, scale * 0.0005);
            var isBetter = false;
            var slices = Math.Max(1, cycle / Slice);
            for (var i = 0; i < slices && annealing.Steps < steps && !stop(); i++)
            {
                isBetter |= annealing.Run(
                    hot * Math.Pow(cold / hot, (double)i / slices), hot * Math.Pow(cold / hot, (i + 1.0) / slices), Slice, stop);
                if (isBetter && !isAlone && Stopwatch.GetElapsedTime(lastOffer) > Pause)
                {
                    best.Offer(annealing.Best());
                    (isBetter, lastOffer) = (false, Stopwatch.GetTimestamp());
                }
            }
            if (isBetter)
                best.Offer(annealing.Best());
            if (!isAlone && annealing.IsBeatenBy(best.Current.Cost))
                annealing.Load(best.Current.Plan.Items);
            else
                annealing.Restart();
        }
    }
}
