using System.Globalization;
using Google.OrTools.Sat;
using Woflo.Domain.Scheduling;

namespace Woflo.Bench.Schedule;

/// <summary>What one writes first: the whole shop as one CP-SAT model, one weighted sum, no plan to begin with, default parameters.
/// It knows all rules that generated shops have but one: it splits no work, so what fits no shift is left out.</summary>
internal static class PlainModel
{
    public const string Name = "plain CP-SAT";

    public static Result Plan(ShopProblem problem, double seconds)
    {
        var (objective, horizon) = (Objective.Default, problem.Horizon.EndMinute);
        var model = new CpModel();
        var tasks = problem.Tasks;
        var starts = new IntVar[tasks.Count];
        var ends = new IntVar[tasks.Count];
        var placed = new BoolVar[tasks.Count];
        var choices = new List<(int Task, int Technician, BoolVar Is)>();
        var ofTechnician = problem.Technicians.Select(_ => new List<IntervalVar>()).ToArray();
        var ofOrder = problem.WorkOrders.Select(_ => new List<IntervalVar>()).ToArray();
        var lengths = new IntVar[tasks.Count];
        var costs = LinearExpr.NewBuilder();
        for (var t = 0; t < tasks.Count; t++)
        {
            var task = tasks[t];
            var from = Math.Clamp(task.Hold?.StartMinute ?? task.ReleaseMinute, 0, horizon);
            starts[t] = model.NewIntVar(from, task.Hold?.StartMinute is null ? horizon : from, $"start {t}");
            ends[t] = model.NewIntVar(0, horizon, $"end {t}");
            placed[t] = model.NewBoolVar($"placed {t}");
            lengths[t] = model.NewIntVar(0, horizon, $"length {t}");
            ofOrder[task.WorkOrder].Add(model.NewOptionalIntervalVar(starts[t], lengths[t], ends[t], placed[t], $"order of {t}"));
            model.Add(ends[t] <= Math.Min(task.DeadlineMinute, horizon)).OnlyEnforceIf(placed[t]);
            var own = new List<BoolVar>();
            for (var who = 0; task.MustStayOut is null && who < problem.Technicians.Count; who++)
            {
                var (technician, minutes) = (problem.Technicians[who], task.MinutesFor(problem.Technicians[who]));
                var hours = (task.NeedsBay ? technician.Windows.Intersect(Open(problem, task)) : technician.Windows).StartsFor(minutes).Clip(from, horizon);
                if (!problem.MayDo(task, who) || hours.IsEmpty)
                    continue;
                var isHis = model.NewBoolVar($"{t} by {who}");
                model.AddLinearExpressionInDomain(starts[t], Domain(hours)).OnlyEnforceIf(isHis);
                model.Add(lengths[t] == minutes).OnlyEnforceIf(isHis);
                ofTechnician[who].Add(model.NewOptionalFixedSizeIntervalVar(starts[t], minutes, isHis, $"{t} of {who}"));
                costs.AddTerm(isHis, objective.Skill(task, technician));
                own.Add(isHis);
                choices.Add((t, who, isHis));
            }
            model.Add(LinearExpr.Sum(own) == placed[t]);
            costs.AddTerm(placed[t], -1_000_000L * objective.LeftOut(problem, task));
            costs.AddTerm(starts[t], objective.WaitMinute(problem, task));
        }
        foreach (var intervals in ofTechnician.Concat(ofOrder))
            model.AddNoOverlap(intervals);
        foreach (var (before, after) in problem.Precedences)
        {
            model.AddImplication(placed[after], placed[before]);
            model.Add(ends[before] <= starts[after]).OnlyEnforceIf(placed[after]);
        }
        // Bays that are alike are one resource; one that something is locked into is its own.
        var ownBays = tasks.Select(t => t.Hold?.Bay).OfType<int>().ToHashSet();
        var groups = Enumerable.Range(0, problem.Bays.Count).GroupBy(b => (problem.Bays[b].Type, Own: ownBays.Contains(b) ? b : -1)).Select(g => g.ToArray()).ToArray();
        var resources = groups.Select(g => model.AddCumulative(g.Sum(b => problem.Bays[b].Capacity))).ToArray();
        var inGroup = new Dictionary<(int Task, int Group), BoolVar>();
        for (var t = 0; t < tasks.Count; t++)
        {
            if (!tasks[t].NeedsBay)
                continue;
            for (var g = 0; g < groups.Length; g++)
            {
                if (!problem.MayStandIn(tasks[t], groups[g][0]))
                    continue;
                var isThere = inGroup[(t, g)] = model.NewBoolVar($"{t} in {g}");
                resources[g].AddDemand(model.NewOptionalIntervalVar(starts[t], lengths[t], ends[t], isThere, $"{t} stands in {g}"), 1);
            }
            model.Add(LinearExpr.Sum(inGroup.Where(i => i.Key.Task == t).Select(i => i.Value)) == placed[t]);
        }
        for (var w = 0; w < problem.WorkOrders.Count; w++)
        {
            var order = problem.WorkOrders[w];
            foreach (var (minute, weight) in new[] { (order.DueMinute, 1), (order.CommitmentMinute, objective.CommitmentFactor) })
            {
                if (minute is not { } due)
                    continue;
                var late = model.NewIntVar(0, horizon + Math.Abs((long)due), $"late {w}");
                for (var t = 0; t < tasks.Count; t++)
                {
                    if (tasks[t].WorkOrder == w)
                        model.Add(late >= ends[t] - due).OnlyEnforceIf(placed[t]);
                }
                costs.AddTerm(late, 1_000L * weight * objective.LateMinute(order));
            }
        }
        model.Minimize(costs);
        using var solver = new CpSolver
        {
            StringParameters = string.Create(CultureInfo.InvariantCulture, $"num_workers:{Environment.ProcessorCount} max_time_in_seconds:{seconds}"),
        };
        if (solver.Solve(model) is not (CpSolverStatus.Optimal or CpSolverStatus.Feasible))
            return Result.Of(problem, new FreeTime(problem).FixedItems);
        var items = choices.Where(c => solver.BooleanValue(c.Is))
            .Select(c => new ScheduledTask(c.Task, c.Technician, null, (int)solver.Value(starts[c.Task]), (int)solver.Value(ends[c.Task])))
            .OrderBy(i => i.StartMinute).ToArray();
        var free = problem.Bays.SelectMany((bay, b) => Enumerable.Repeat(b, bay.Capacity)).Select(b => (Bay: b, From: 0)).ToList();
        for (var i = 0; i < items.Length; i++)
        {
            var item = items[i];
            if (!tasks[item.Task].NeedsBay)
                continue;
            var group = groups[inGroup.Single(g => g.Key.Task == item.Task && solver.BooleanValue(g.Value)).Key.Group];
            var place = free.FindIndex(f => group.Contains(f.Bay) && f.From <= item.StartMinute);
            items[i] = item with { Bay = free[place].Bay };
            free[place] = (free[place].Bay, item.EndMinute);
        }
        return Result.Of(problem, items);
    }

    private static MinuteSet Open(ShopProblem problem, WorkTask task) =>
        MinuteSet.Of(problem.Bays.Where((_, b) => problem.MayStandIn(task, b)).SelectMany(b => b.Windows.Ranges));

    private static Google.OrTools.Util.Domain Domain(MinuteSet starts) =>
        Google.OrTools.Util.Domain.FromIntervals([.. starts.Ranges.Select(r => new long[] { r.Start, r.End - 1 })]);
}
