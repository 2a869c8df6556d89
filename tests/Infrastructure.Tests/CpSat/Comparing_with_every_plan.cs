using Microsoft.Extensions.Logging.Abstractions;
using Woflo.Application.Scheduling;
using Woflo.Domain.Scheduling;
using Woflo.Infrastructure.CpSat;

namespace Woflo.Infrastructure.Tests.CpSat;

/// <summary>Shops so small that all their legal plans can be tried: the evaluator alone says which those are.</summary>
public sealed class Comparing_with_every_plan
{
    private const int Shops = 300;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Finds_none_that_is_better_than_a_plan_that_is_called_optimal()
    {
        var planner = new ShopPlanner(new CpSatScheduleSolver(new SchedulingOptions(SolverWorkers: 1)), NullLogger<ShopPlanner>.Instance);
        var (shops, proven, contended) = (0, 0, 0);
        var wrong = new List<string>();
        for (var seed = 1; seed <= Shops; seed++)
        {
            if (TinyShop(seed) is not { } problem || new EveryPlan(problem).Best() is not { } best)
                continue;
            var way = seed % 4 == 0 ? PlanWay.Repair : PlanWay.Afresh;
            var plan = await planner.Plan(
                problem, Objective.Default, new PlanRequest(TimeSpan.FromMinutes(10), way, IsDeterministic: true, Seed: seed),
                CancellationToken.None, TestContext.Current.CancellationToken);
            shops++;
            proven += plan.Status == "OPTIMAL" ? 1 : 0;
            contended += best.Levels[0] + best.Levels[1] > 0 ? 1 : 0;
            var told = $"seed {seed}: {plan.Status} {string.Join(' ', plan.Cost.Levels)}, bounds {string.Join(' ', plan.Bounds!)}, least {string.Join(' ', best.Levels)}";
            // A bound speaks of the plans that are no worse on the levels above.
            var alike = plan.Bounds!.Zip(best.Levels).TakeWhile(l => l.First == l.Second).Count();
            if (new ScheduleEvaluator(problem, Objective.Default).Check(plan.Schedule).Count > 0
                || plan.Cost.IsBetterThan(best)
                || (plan.Status == "OPTIMAL" && !best.Levels.Take(2).SequenceEqual(plan.Cost.Levels.Take(2)))
                || (alike < Objective.Levels && plan.Bounds![alike] > best.Levels[alike]))
                wrong.Add(told);
        }
        Assert.Empty(wrong);
        Assert.True(proven > shops * 0.9 && contended > shops / 4, $"{shops} shops, {proven} proven, {contended} with something late or left out");
    }

    private static ShopProblem? TinyShop(int seed)
    {
        var random = new Random(seed);
        bool OneIn(int times) => random.Next(times) == 0;
        Guid Id()
        {
            var bytes = new byte[16];
            random.NextBytes(bytes);
            return new Guid(bytes);
        }
        var minutes = random.Next(6, 11);
        var horizon = new Horizon(Start, Start.AddMinutes(minutes), Start.AddMinutes(random.Next(-3, 3)));
        // Whole, or with a break in it, so that longer work goes on after it.
        MinuteSet Hours()
        {
            var (from, to) = (random.Next(3), random.Next(minutes - 2, minutes + 1));
            var pause = random.Next(from, to);
            var whole = MinuteSet.Of(from, to);
            return OneIn(3) ? whole.Subtract(pause, pause + 1) : whole;
        }
        var technicians = Enumerable.Range(0, random.Next(1, 3)).Select(i => new TechnicianFacts(
            Id(), $"Technician {i}", OneIn(4) ? 1.5m : 1, OneIn(2) ? [new TechnicianSkill("diesel", random.Next(1, 6), OneIn(5))] : [],
            Hours(), OneIn(4) ? MinuteSet.Of(minutes - 3, minutes) : null, OneIn(4) ? 1 : null)).ToArray();
        var bays = Enumerable.Range(0, random.Next(1, 3)).Select(i => new Bay(
            Id(), $"Bay {i}", OneIn(2) ? "light" : "heavy", OneIn(4) ? 2 : 1, !OneIn(10), Hours())).ToArray();
        Place Place()
        {
            var at = Start.AddMinutes(random.Next(-1, minutes));
            return new Place(
                OneIn(4) ? null : technicians[random.Next(technicians.Length)].Id, OneIn(3) ? null : bays[random.Next(bays.Length)].Id,
                OneIn(3) ? null : at, OneIn(4) ? at.AddMinutes(random.Next(1, 4)) : null);
        }
        var orders = new List<WorkOrderFacts>();
        var tasks = new List<TaskFacts>();
        for (var wanted = random.Next(2, 5); tasks.Count < wanted;)
        {
            var order = Id();
            Guid[] ids = [.. Enumerable.Range(0, Math.Min(random.Next(1, 3), wanted - tasks.Count)).Select(_ => Id())];
            orders.Add(new WorkOrderFacts(
                order, $"unit {orders.Count}", random.Next(1, 6), OneIn(8), OneIn(4) ? "heavy" : null, OneIn(2) ? random.Next(1, minutes) : null,
                OneIn(3) ? Start.AddMinutes(random.Next(1, minutes)) : null, OneIn(4), OneIn(2), OneIn(6) ? Start.AddMinutes(random.Next(minutes)) : null,
                OneIn(6), tasks.Count > 0 && OneIn(4) ? [(ids[0], tasks[0].Id)] : []));
            tasks.AddRange(ids.Select(id =>
            {
                var progress = OneIn(10) ? TaskProgress.InProgress : OneIn(3) ? TaskProgress.Scheduled : OneIn(20) ? TaskProgress.Blocked : TaskProgress.Todo;
                var low = random.Next(1, 4);
                return new TaskFacts(
                    id, order, TaskType.All[random.Next(TaskType.All.Count)], progress, low, low + random.Next(4), OneIn(3) ? "diesel" : null, OneIn(2),
                    OneIn(5) ? "light" : null, OneIn(6) ? Start.AddMinutes(random.Next(minutes)) : null, OneIn(6) ? Start.AddMinutes(random.Next(2, minutes)) : null,
                    OneIn(6) ? Place() : null, progress is TaskProgress.Scheduled or TaskProgress.InProgress && !OneIn(4) ? Place() : null);
            }));
        }
        OverrideFacts[] overrides = OneIn(4) ? [new OverrideFacts(Id(), tasks[0].Id, "move", Place())] : [];
        return ShopProblemBuilder.Build(new ShopFacts(technicians, bays, orders, tasks, []) { Overrides = overrides }, horizon) is BuiltProblem.Ready(var problem)
            ? problem
            : null;
    }

    private sealed class EveryPlan(ShopProblem problem)
    {
        private const int MostPlans = 2_000_000;

        private readonly ScheduleEvaluator _evaluator = new(problem, Objective.Default);
        private readonly FreeTime _free = new(problem);
        private readonly ScheduledTask[][] _places = new ScheduledTask[problem.Tasks.Count][];
        private readonly Dictionary<(ScheduledTask, ScheduledTask), bool> _clashes = [];
        private readonly ScheduledTask?[] _chosen = new ScheduledTask?[problem.Tasks.Count];
        private Cost? _best;

        /// <returns>Null where there are more plans than there is time for.</returns>
        public Cost? Best()
        {
            for (var t = 0; t < _places.Length; t++)
                _places[t] = [.. Places(t)];
            if (_places.Aggregate(1L, (plans, places) => plans * (places.Length + 1)) > MostPlans)
                return null;
            Try(0, 0);
            return _best;
        }

        private void Try(int task, long leftOut)
        {
            if (leftOut > _best?.Levels[0])
                return;
            if (task == _places.Length)
            {
                var plan = Plan([.. _chosen.OfType<ScheduledTask>()]);
                var cost = _evaluator.Evaluate(plan);
                if ((_best is null || cost.IsBetterThan(_best)) && _evaluator.Check(plan).Count == 0)
                    _best = cost;
                return;
            }
            foreach (var place in _places[task])
            {
                if (_chosen[..task].Any(other => other is { } before && Clash(before, place)))
                    continue;
                _chosen[task] = place;
                Try(task + 1, leftOut);
            }
            _chosen[task] = null;
            Try(task + 1, leftOut + Objective.Default.LeftOut(problem, problem.Tasks[task]));
        }

        private IEnumerable<ScheduledTask> Places(int task) =>
            from technician in Enumerable.Range(0, problem.Technicians.Count)
            from bay in Enumerable.Range(-1, problem.Bays.Count + 1)
            from start in Enumerable.Range(-2, problem.Horizon.EndMinute + 3)
            from length in Enumerable.Range(1, problem.Horizon.EndMinute + 2)
            let place = new ScheduledTask(task, technician, bay < 0 ? null : bay, start, start + length)
            where bay < 0 != problem.Tasks[task].NeedsBay && !Broken(place).Any(v => v.Rule != "order")
                // A rule of the search alone: a held time goes to those who are at work then, where there are any.
                && (!problem.Tasks[task].IsTimeHeld || _free.Choices[task].IsEmpty || _free.Choices[task].Technicians.Any(c => c.Technician == technician))
            select place;

        private bool Clash(ScheduledTask a, ScheduledTask b) => _clashes.TryGetValue((a, b), out var known)
            ? known
            : _clashes[(a, b)] = Broken(a, b).Any(v => v.Rows.Contains(problem.Tasks[b.Task].Id));

        // What is wrong with the first, or with all of them together.
        private IEnumerable<Violation> Broken(params ScheduledTask[] items) =>
            _evaluator.Check(Plan(items)).Where(v => v.Rows.Contains(problem.Tasks[items[0].Task].Id) && v.Rule != "unaccounted");

        private Schedule Plan(ScheduledTask[] items) => Schedule.Of(problem, items, new LeftOutReason("", ""));
    }
}
