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
        var stands = new IntervalVar[tasks.Count];
        var costs = LinearExpr.NewBuilder();
        for (var t = 0; t < tasks.Count; t++)
        {
            var task = tasks[t];
            var from = Math.Clamp(task.Hold?.StartMinute ?? task.ReleaseMinute, 0, horizon);
            starts[t] = model.NewIntVar(from, task.Hold?.StartMinute is null ? horizon : from, $"start {t}");
            ends[t] = model.NewIntVar(0, horizon, $"end {t}");
            placed[t] = model.NewBoolVar($"placed {t}");
            var length = model.NewIntVar(0, horizon, $"length {t}");
            stands[t] = model.NewOptionalIntervalVar(starts[t], length, ends[t], placed[t], $"stands {t}");
            ofOrder[task.WorkOrder].Add(stands[t]);
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
                model.Add(length == minutes).OnlyEnforceIf(isHis);
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
        // All bays, and those of each type that is asked for.
        foreach (var type in tasks.Select(t => t.BayType).Append(null).Distinct())
        {
            var places = model.AddCumulative(problem.Bays.Where(b => type is null || Skill.Same(b.Type, type)).Sum(b => b.Capacity));
            for (var t = 0; t < tasks.Count; t++)
            {
                if (tasks[t].NeedsBay && (type is null || tasks[t].BayType == type))
                    places.AddDemand(stands[t], 1);
            }
        }
        foreach (var bay in tasks.Where(t => t.Hold?.Bay is not null).Select(t => t.Hold!.Bay!.Value).Distinct())
            model.AddNoOverlap(Enumerable.Range(0, tasks.Count).Where(t => tasks[t].Hold?.Bay == bay).Select(t => stands[t]));
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
            .Select(c => new ScheduledTask(c.Task, c.Technician, null, (int)solver.Value(starts[c.Task]), (int)solver.Value(ends[c.Task])));
        return Result.Of(problem, InBays(problem, [.. items]));
    }

    // Locked ones first, then by their start; of free bays the one that suits fewest.
    private static List<ScheduledTask> InBays(ShopProblem problem, ScheduledTask[] items)
    {
        var inBays = new List<ScheduledTask>();
        var left = new HashSet<int>();
        foreach (var item in items.OrderBy(i => problem.Tasks[i.Task].Hold?.Bay is null).ThenBy(i => i.StartMinute))
        {
            var task = problem.Tasks[item.Task];
            if (problem.Predecessors[item.Task].Any(left.Contains))
            {
                left.Add(item.Task);
                continue;
            }
            if (!task.NeedsBay)
            {
                inBays.Add(item);
                continue;
            }
            var bay = Enumerable.Range(0, problem.Bays.Count).Where(b => problem.MayStandIn(task, b))
                .OrderBy(b => problem.Bays[b].Type == "heavy")
                .Where(b => !inBays.Any(o => o.Bay == b && o.Minutes.Overlaps(item.Minutes)))
                .Select(b => (int?)b).FirstOrDefault();
            if (bay is null)
                left.Add(item.Task);
            else
                inBays.Add(item with { Bay = bay });
        }
        return inBays;
    }

    private static MinuteSet Open(ShopProblem problem, WorkTask task) =>
        MinuteSet.Of(problem.Bays.Where((_, b) => problem.MayStandIn(task, b)).SelectMany(b => b.Windows.Ranges));

    private static Google.OrTools.Util.Domain Domain(MinuteSet starts) =>
        Google.OrTools.Util.Domain.FromIntervals([.. starts.Ranges.Select(r => new long[] { r.Start, r.End - 1 })]);
}
