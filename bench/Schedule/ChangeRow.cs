using System.Globalization;
using Woflo.Application.Scheduling;
using Woflo.Domain.Scheduling;

namespace Woflo.Bench.Schedule;

/// <summary>A published plan, a morning of work, and then one change: a technician called out, a hot job, or parts that come late.</summary>
internal sealed record ChangeRow() : ScheduleRow("change", "one change on 200 tasks, repaired in 2 s; beside it, planned afresh for 60 s")
{
    private const int DayMinutes = 1440;

    // Half past nine of the second day.
    private const int ChangeMinute = DayMinutes + 9 * 60 + 30;

    // What comes after the search, and the goal is for all of it.
    private const double RepairSeconds = 1.8;

    public override async Task Measure(ScheduleRun run)
    {
        var (first, final, moved, worse, drops) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), 0);
        foreach (var seed in run.Seeds(2))
        {
            var shop = ShopGenerator.Generate(new ShopSpec(200, 9, 8, 0.7), seed);
            var published = await PlanRun.Make(run.Planner, shop.Problem, Objective.Default, 4);
            var (changed, affected, what) = Changed(shop, published.Plan.Schedule, seed);
            var repaired = await PlanRun.Make(run.Planner, changed, Objective.Default, RepairSeconds, PlanWay.Repair);
            var afresh = await PlanRun.Make(run.Planner, changed, Objective.Default, run.Seconds(60, 15));
            var share = MovedShare(changed, affected, repaired.Plan.Schedule);
            first.Add(repaired.FirstMs);
            final.Add(repaired.TookMs);
            moved.Add(100 * share);
            if (repaired.LeftOut > afresh.LeftOut)
                drops++;
            else
                worse.Add(100.0 * (repaired.Levels.Sum() - afresh.Levels.Sum()) / Math.Max(1, afresh.Levels.Sum()));
            run.Raw.Add(new { row = Name, seed, what, repaired.FirstMs, repaired.TookMs, moved = share, movedAfresh = MovedShare(changed, affected, afresh.Plan.Schedule), repaired = repaired.Levels, afresh = afresh.Levels });
            run.Say(string.Create(CultureInfo.InvariantCulture,
                $"{Name}/{seed}: {what}; {changed.Tasks.Count} tasks, valid in {repaired.FirstMs:0} ms, final in {repaired.TookMs:0} ms, {share:0.0%} moved, levels {string.Join(' ', repaired.Levels)}, afresh {string.Join(' ', afresh.Levels)}"));
        }
        run.Quantiles(Name, "first valid plan", "ms", first, 50);
        run.Quantiles(Name, "final plan", "ms", final, 2_000);
        run.Mean(Name, "unaffected tasks moved", "%", moved, 10);
        run.Mean(Name, string.Create(CultureInfo.InvariantCulture, $"worse than {run.Seconds(60, 15)} s afresh, all penalties"), "%", worse, 2);
        run.Figure(Name, "plans that leave out more than afresh", "", drops, 0, isAtMost: true, "");
    }

    private static (ShopProblem Problem, HashSet<Guid> Affected, string What) Changed(GeneratedShop shop, Domain.Scheduling.Schedule published, int seed)
    {
        var (facts, problem) = (shop.Facts, shop.Problem);
        var random = new SeededRandom(seed);
        var horizon = new Horizon(shop.Horizon.Origin, shop.Horizon.At(shop.Horizon.EndMinute), shop.Horizon.At(ChangeMinute));
        var items = published.Items.ToDictionary(i => problem.Tasks[i.Task].Id);
        var tasks = facts.Tasks.Where(t => !items.TryGetValue(t.Id, out var item) || item.EndMinute > ChangeMinute).Select(t => items.TryGetValue(t.Id, out var item)
            ? t with
            {
                Progress = item.StartMinute < ChangeMinute ? TaskProgress.InProgress : TaskProgress.Scheduled,
                Published = new Domain.Scheduling.Place(
                    problem.Technicians[item.Technician].Id, item.Bay is { } bay ? problem.Bays[bay].Id : null, horizon.At(item.StartMinute), horizon.At(item.EndMinute)),
            }
            : t).ToList();
        var coming = items.Where(i => i.Value.StartMinute >= ChangeMinute && i.Value.StartMinute < ChangeMinute + DayMinutes)
            .OrderBy(i => i.Value.StartMinute).ThenBy(i => i.Value.Task).ToArray();
        var affected = new HashSet<Guid>();
        string what;
        switch (seed % 3)
        {
            case 0:
                var busiest = coming.GroupBy(i => i.Value.Technician).MaxBy(g => g.Sum(i => i.Value.Minutes.Length))!;
                var back = ChangeMinute / DayMinutes * DayMinutes + DayMinutes;
                facts = facts with
                {
                    Technicians = [.. facts.Technicians.Select((t, i) => i == busiest.Key ? t with { Windows = t.Windows.Subtract(ChangeMinute, back) } : t)],
                };
                affected.UnionWith(busiest.Where(i => i.Value.StartMinute < back).Select(i => i.Key));
                what = "a technician is out for the day";
                break;
            case 1:
                var hot = new WorkOrderFacts(random.Id(), "Hot job", 5, DueMinute: ChangeMinute / DayMinutes * DayMinutes + 22 * 60, CommitmentAt: horizon.At(ChangeMinute + 6 * 60));
                tasks.AddRange(new[] { ("diagnose", 45), ("repair", 120) }.Select(t =>
                    new TaskFacts(random.Id(), hot.Id, TaskType.Named(t.Item1), TaskProgress.Todo, t.Item2, t.Item2)));
                facts = facts with { WorkOrders = [.. facts.WorkOrders, hot] };
                what = "a hot job comes in";
                break;
            default:
                var begun = items.Where(i => i.Value.StartMinute < ChangeMinute).Select(i => problem.Tasks[i.Value.Task].WorkOrder).ToHashSet();
                var late = coming.Where(i => !begun.Contains(problem.Tasks[i.Value.Task].WorkOrder)).DefaultIfEmpty(coming[0]).First();
                var order = problem.Tasks[late.Value.Task].WorkOrder;
                var eta = horizon.At(late.Value.StartMinute + 2 * DayMinutes);
                facts = facts with
                {
                    WorkOrders = [.. facts.WorkOrders.Select((w, i) => i == order ? w with { PartsRequired = true, PartsReady = false, PartsEta = eta } : w)],
                };
                affected.UnionWith(problem.Tasks.Where(t => t.WorkOrder == order).Select(t => t.Id));
                what = "parts come two days late";
                break;
        }
        return (WithPromises(GeneratedShop.Build(facts with { Tasks = tasks }, horizon), items), affected, what);
    }

    // The builder reads promises from the published plan; where it does not, they are what the plan says.
    private static ShopProblem WithPromises(ShopProblem problem, Dictionary<Guid, ScheduledTask> items)
    {
        if (problem.Tasks.Any(t => t.Promise is not null))
            return problem;
        return new ShopProblem(
            problem.Horizon, problem.Technicians, problem.Bays, problem.WorkOrders,
            [.. problem.Tasks.Select(t => t.Hold is null && items.TryGetValue(t.Id, out var item) ? t with { Promise = new Promise(item.Technician, item.Bay, item.StartMinute) } : t)],
            problem.Precedences, problem.Notes);
    }

    private static double MovedShare(ShopProblem problem, HashSet<Guid> affected, Domain.Scheduling.Schedule plan)
    {
        var items = plan.Items.ToDictionary(i => i.Task);
        var unaffected = problem.Tasks.Select((task, i) => (Task: task, Index: i))
            .Where(x => x.Task is { Promise: not null, Hold: null } && !affected.Contains(x.Task.Id)).ToArray();
        var moved = unaffected.Count(x => !items.TryGetValue(x.Index, out var item)
            || new Promise(item.Technician, item.Bay, item.StartMinute) != x.Task.Promise);
        return moved / (double)Math.Max(1, unaffected.Length);
    }
}
