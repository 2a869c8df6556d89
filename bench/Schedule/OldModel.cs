using System.Globalization;
using Google.OrTools.Sat;
using Woflo.Application.Scheduling;
using Woflo.Domain.Scheduling;

namespace Woflo.Bench.Schedule;

/// <summary>The model of the product before: every task has one technician and one bay of its type, nothing overlaps, and the sum of lateness,
/// start times and mismatches is least. It knows no shifts, leave, bay hours, order of work, efficiency, parts that come later, nor that some
/// work takes no bay: so both it and our planner are given the shop without them, and are judged on that.</summary>
internal static class OldModel
{
    /// <summary>Its weights: 100 for each minute late times the priority. Only lateness is compared.</summary>
    private static readonly Objective Weights = Objective.Default with { LateMinuteByPriority = [100, 200, 300, 400, 500] };

    /// <param name="Theirs">Weighted lateness; null where it found no plan.</param>
    /// <param name="OutsideHours">The share of its tasks that lie outside their technician's working hours.</param>
    internal sealed record Comparison(long? Theirs, long Ours, double OutsideHours);

    public static async Task<Comparison> Compare(ShopPlanner planner, GeneratedShop shop, double seconds)
    {
        var known = AsItKnows(shop);
        var ours = await PlanRun.Make(planner, known, Weights, seconds, enough: 0);
        if (Plan(known, seconds) is not { } plan)
            return new Comparison(null, ours.Lateness, 0);
        var evaluator = new ScheduleEvaluator(known, Weights);
        if (evaluator.Check(new Domain.Scheduling.Schedule(plan)) is [var fault, ..])
            throw new BenchException($"The old model's plan breaks a rule it knows: {fault.Message}");
        return new Comparison(
            evaluator.Evaluate(new Domain.Scheduling.Schedule(plan)).Levels[1], ours.Lateness,
            plan.Count(i => !shop.Problem.Technicians[i.Technician].Windows.Covers(i.StartMinute, i.EndMinute)) / (double)plan.Count);
    }

    // Each task is an order of its own, since the order of work is what it does not know. What is impossible made it fail, and is not there;
    // locks neither, which last as long as their technician takes.
    private static ShopProblem AsItKnows(GeneratedShop shop)
    {
        var problem = shop.Problem;
        var always = MinuteSet.Of(0, problem.Horizon.EndMinute);
        WorkTask[] tasks = [.. problem.Tasks.Where(t => !shop.Impossible.ContainsKey(t.Id))];
        return new ShopProblem(
            problem.Horizon, [.. problem.Technicians.Select(t => new Technician(t.Id, t.Name, 1m, t.Skills, always))],
            [.. problem.Bays.Select(b => b with { Windows = always })],
            [.. tasks.Select(t => problem.WorkOrders[t.WorkOrder] with { CommitmentMinute = null })],
            [.. tasks.Select((t, i) => t with { WorkOrder = i, NeedsBay = true, ReleaseMinute = problem.Horizon.EarliestMinute, Hold = null, MustStayOut = null, PartsMinute = null })],
            [], []);
    }

    private static List<ScheduledTask>? Plan(ShopProblem problem, double seconds)
    {
        var (objective, horizon) = (Objective.Default, problem.Horizon.EndMinute);
        var model = new CpModel();
        var starts = new List<IntVar>();
        var technicians = new Dictionary<(int Task, int Technician), BoolVar>();
        var bays = new Dictionary<(int Task, int Bay), BoolVar>();
        var ofTechnician = problem.Technicians.Select(_ => new List<IntervalVar>()).ToArray();
        var ofBay = problem.Bays.Select(_ => new List<IntervalVar>()).ToArray();
        var costs = LinearExpr.NewBuilder();
        for (var t = 0; t < problem.Tasks.Count; t++)
        {
            var task = problem.Tasks[t];
            var (order, minutes) = (problem.WorkOrders[task.WorkOrder], task.MinutesFor(problem.Technicians[0]));
            var start = model.NewIntVar(task.ReleaseMinute, task.DeadlineMinute - minutes, $"start {t}");
            starts.Add(start);
            for (var who = 0; who < problem.Technicians.Count; who++)
            {
                if (!problem.MayDo(task, who))
                    continue;
                var isHis = technicians[(t, who)] = model.NewBoolVar($"{t} by {who}");
                ofTechnician[who].Add(model.NewOptionalFixedSizeIntervalVar(start, minutes, isHis, $"{t} of {who}"));
                costs.AddTerm(isHis, task.RequiredSkill is { } skill && problem.Technicians[who].LevelOf(skill) == 0 ? objective.SkillMissing : 0);
            }
            for (var bay = 0; bay < problem.Bays.Count; bay++)
            {
                if (!problem.MayStandIn(task, bay))
                    continue;
                var isThere = bays[(t, bay)] = model.NewBoolVar($"{t} in {bay}");
                ofBay[bay].Add(model.NewOptionalFixedSizeIntervalVar(start, minutes, isThere, $"{t} stands in {bay}"));
            }
            model.AddExactlyOne(technicians.Where(c => c.Key.Task == t).Select(c => c.Value));
            model.AddExactlyOne(bays.Where(c => c.Key.Task == t).Select(c => c.Value));
            var late = model.NewIntVar(0, horizon, $"late {t}");
            model.Add(late >= start + minutes - (order.DueMinute ?? horizon));
            costs.AddTerm(late, Weights.LateMinute(order));
            // The least urgent weighed most.
            costs.AddTerm(start, 6 - order.Priority);
        }
        foreach (var intervals in ofTechnician.Concat(ofBay))
            model.AddNoOverlap(intervals);
        model.Minimize(costs);
        using var solver = new CpSolver
        {
            StringParameters = string.Create(CultureInfo.InvariantCulture, $"num_workers:{Environment.ProcessorCount} max_time_in_seconds:{seconds}"),
        };
        if (solver.Solve(model) is not (CpSolverStatus.Optimal or CpSolverStatus.Feasible))
            return null;
        return [.. technicians.Where(c => solver.BooleanValue(c.Value)).Select(c => new ScheduledTask(
            c.Key.Task, c.Key.Technician, bays.First(b => b.Key.Task == c.Key.Task && solver.BooleanValue(b.Value)).Key.Bay,
            (int)solver.Value(starts[c.Key.Task]), (int)solver.Value(starts[c.Key.Task]) + problem.Tasks[c.Key.Task].MinutesFor(problem.Technicians[0])))];
    }
}
