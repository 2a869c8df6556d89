using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Woflo.Application.Scheduling;
using Woflo.Domain.Scheduling;

namespace Woflo.Bench.Schedule;

/// <summary>Plans many small random shops and has the domain's evaluator look for what is wrong with the plans.</summary>
internal static class FuzzBench
{
    private const string Help = """
        bench fuzz: plans random shops of 5 to 30 tasks and checks every plan: no rule broken, a reason for all that is left out.

        Usage: ./build/bench fuzz [--shops N] [--seed N] [--seconds S]
          --shops N    so many shops (10000)
          --seed N     the first shop's seed (1); --seed N --shops 1 plans one shop again
          --seconds S  for each plan (0.1)
          --help       print this

        Ends with 1 where anything was found.
        """;

    private const int MostShown = 20;

    public static async Task<int> Run(string[] args)
    {
        if (args.Contains("--help") || args.Contains("-h"))
        {
            Console.WriteLine(Help);
            return 0;
        }
        var (shops, seed, seconds) = (10_000, 1, 0.1);
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--shops" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out shops) && shops > 0:
                case "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed):
                case "--seconds" when double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds):
                    i++;
                    break;
                default:
                    return QueueBench.Usage($"{args[i]} is no option of fuzz, or lacks its number", "fuzz");
            }
        }
        var found = new Findings();
        var clock = Stopwatch.StartNew();
        var planner = PlanRun.Planner(threads: 1);
        var next = seed - 1;
        var planned = 0;
        // One plan a core at a time, each with one thread.
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref planned) <= shops)
            {
                ShopProblem? problem;
                int at;
                do
                {
                    at = Interlocked.Increment(ref next);
                    problem = RandomShop.Problem(at);
                }
                while (problem is null);
                await Plan(planner, problem, at, seconds, found);
                if (planned % 500 == 0)
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,5:0} s  {planned} shops, {found.Faults.Count} with faults"));
            }
        })));

        foreach (var (at, what) in found.Faults.OrderBy(f => f.Seed).Take(MostShown))
            Console.WriteLine($"seed {at}: {what}\n  again: ./build/bench fuzz --seed {at} --shops 1");
        if (found.Faults.Count > MostShown)
            Console.WriteLine($"... and {found.Faults.Count - MostShown} more");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {shops} shops, {found.Tasks} tasks in {clock.Elapsed.TotalMinutes:0.0} minutes, seeds {seed} to {next}
              shops with a violation or a failure     {found.Faults.Count,7}   goal 0: {(found.Faults.IsEmpty ? "met" : "MISSED")}
              plans of the search refused             {found.Refused.Count,7}   {string.Join(", ", found.Refused.OrderBy(r => r.Seed).Take(MostShown).Select(r => $"seed {r.Seed}: {r.What}"))}
              proven optimal                          {found.Proven,7}
              tasks left out                          {found.LeftOut,7}   {string.Join(", ", found.Reasons.OrderByDescending(r => r.Value).Select(r => $"{r.Key} {r.Value}"))}
                without a reason                      {found.WithoutReason,7}   goal 0: {(found.WithoutReason == 0 ? "met" : "MISSED")}
                fit once the cause is lifted          {Share(found.Confirmed, found.LeftOut),7:0.0} % goal 95: {(Share(found.Confirmed, found.LeftOut) >= 95 ? "met" : "MISSED")}   {string.Join(", ", found.Unconfirmed.OrderByDescending(r => r.Value).Select(r => $"not: {r.Key} {r.Value}"))}
            """));
        return found.Faults.IsEmpty && found.WithoutReason == 0 ? 0 : 1;
    }

    private static double Share(int part, int whole) => whole == 0 ? 100 : 100.0 * part / whole;

    private static async Task Plan(ShopPlanner planner, ShopProblem problem, int seed, double seconds, Findings found)
    {
        try
        {
            var way = problem.Tasks.Any(t => t.Promise is not null) && seed % 2 == 0 ? PlanWay.Repair : PlanWay.Afresh;
            var plan = await planner.Plan(
                problem, Objective.Default, new PlanRequest(TimeSpan.FromSeconds(seconds), way, Seed: seed), CancellationToken.None, CancellationToken.None);
            var evaluator = new ScheduleEvaluator(problem, Objective.Default);
            if (evaluator.Check(plan.Schedule) is [var first, ..] all)
                found.Faults.Add((seed, $"{all.Count} violations, first {first.Rule}: {first.Message}"));
            else if (!evaluator.Evaluate(plan.Schedule).Levels.SequenceEqual(plan.Cost.Levels))
                found.Faults.Add((seed, "the plan's cost is not what the evaluator says"));
            Interlocked.Add(ref found.Tasks, problem.Tasks.Count);
            Interlocked.Add(ref found.LeftOut, plan.Schedule.LeftOut.Count);
            var reasons = new LeftOutReasons(problem);
            foreach (var leftOut in plan.Schedule.LeftOut)
            {
                if (reasons.IsConfirmed(leftOut, plan.Schedule.Items))
                    Interlocked.Increment(ref found.Confirmed);
                else
                    found.Unconfirmed.AddOrUpdate(leftOut.Reason.Code, 1, (_, before) => before + 1);
            }
            foreach (var reason in plan.Schedule.LeftOut.GroupBy(l => l.Reason.Code))
                found.Reasons.AddOrUpdate(reason.Key, reason.Count(), (_, before) => before + reason.Count());
            Interlocked.Add(ref found.WithoutReason, plan.Schedule.LeftOut.Count(l => l.Reason.Code.Length == 0 || l.Reason.Text.Length == 0));
            Interlocked.Add(ref found.Proven, plan.Status == "OPTIMAL" ? 1 : 0);
            if (plan.Notes.FirstOrDefault(n => n.Contains("broke the rule", StringComparison.Ordinal)) is { } refused)
                found.Refused.Add((seed, refused));
        }
        catch (Exception e)
        {
            var cause = e.GetBaseException();
            var where = cause.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Woflo.", StringComparison.Ordinal))?.Trim();
            found.Faults.Add((seed, $"{cause.GetType().Name}: {cause.Message.Split('\n')[0]} {where}"));
        }
    }

    private sealed class Findings
    {
        public ConcurrentBag<(int Seed, string What)> Faults { get; } = [];

        public ConcurrentDictionary<string, int> Reasons { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, int> Unconfirmed { get; } = new(StringComparer.Ordinal);

        public ConcurrentBag<(int Seed, string What)> Refused { get; } = [];

        public int Tasks;
        public int LeftOut;
        public int WithoutReason;
        public int Proven;
        public int Confirmed;
    }
}
