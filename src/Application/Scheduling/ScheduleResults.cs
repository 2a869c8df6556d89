using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>A plan to be written with its job's completion, and what it was made from and how, so that it can be held against the shop once more.</summary>
/// <param name="Gone">Tasks of the plan that the shop does not know any more.</param>
public sealed record ScheduleResults(
    Guid ScheduleRunId, ShopProblem Problem, Objective Objective, PlanRequest Request, ShopPlan Plan, IReadOnlyList<string> Notes,
    IReadOnlyList<LeftOutItem> Gone)
{
    public IReadOnlyList<PlannedItem> Items { get; } = PlannedItem.All(Problem, Objective, Request.Way, Plan.Schedule);

    public IReadOnlyList<LeftOutItem> LeftOut { get; } =
        [.. Plan.Schedule.LeftOut.Select(l => new LeftOutItem(Problem.Tasks[l.Task].Id, Problem.Tasks[l.Task].Name, l.Reason)), .. Gone];

    /// <summary>Whether a task that could be planned is not, because the shop went on while the plan was made.</summary>
    public bool NeedsRepair => Plan.Schedule.LeftOut.Any(l => l.Reason.Code == LeftOutReason.Changed);

    /// <summary>The best other place of each task, where one was found.</summary>
    public IReadOnlyDictionary<Guid, PlannedAlternative> Alternatives { get; init; } = new Dictionary<Guid, PlannedAlternative>();

    /// <summary>With the alternatives, of as many tasks as there is time for.</summary>
    public ScheduleResults Explained(Func<bool> isTimeUp)
    {
        var explainer = new PlanExplainer(Problem, Objective, Plan.Schedule);
        var alternatives = new Dictionary<Guid, PlannedAlternative>();
        foreach (var item in Plan.Schedule.Items.OrderBy(i => i.StartMinute).TakeWhile(_ => !isTimeUp()))
        {
            if (explainer.BestAlternative(item.Task) is { } found)
                alternatives[Problem.Tasks[item.Task].Id] = PlannedAlternative.Of(Problem, found);
        }
        return this with { Alternatives = alternatives };
    }

    /// <summary>Another plan for the same shop.</summary>
    /// <param name="repaired">Made with the plan so far as what people were told.</param>
    public ScheduleResults With(ShopPlan repaired, string note) => new(
        ScheduleRunId, Problem, Objective, Request,
        repaired with
        {
            Cost = new ScheduleEvaluator(Problem, Objective).Evaluate(repaired.Schedule),
            Stages = [.. Plan.Stages, .. repaired.Stages],
            WallTimeMs = Plan.WallTimeMs + repaired.WallTimeMs,
            Bounds = null,
        },
        [.. Notes, note, .. repaired.Notes], Gone);

    /// <summary>The plan in the shop as it is now: what holds no more is left out, and what is fixed there is where people put it.</summary>
    public ScheduleResults In(ShopProblem now)
    {
        var items = StandingPlan.Legal(now, StandingPlan.Carry(Problem, Plan.Schedule.Items, now));
        var placed = items.Select(i => i.Task).ToHashSet();
        var before = LeftOut.ToDictionary(l => l.TaskId, l => l.Reason);
        var planned = Items.Select(i => i.TaskId).ToHashSet();
        var leftOut = Enumerable.Range(0, now.Tasks.Count).Where(t => !placed.Contains(t)).Select(t => new LeftOutTask(t, Why(now.Tasks[t])));
        var known = now.Tasks.Select(t => t.Id).ToHashSet();
        var schedule = new Schedule(items, [.. leftOut]);
        var cost = new ScheduleEvaluator(now, Objective).Evaluate(schedule);
        var results = new ScheduleResults(
            ScheduleRunId, now, Objective, Request,
            Plan with { Schedule = schedule, Cost = cost, Bounds = cost.Levels.SequenceEqual(Plan.Cost.Levels) ? Plan.Bounds : null }, Notes,
            [.. Gone, .. Items.Where(i => !known.Contains(i.TaskId)).Select(i => new LeftOutItem(
                i.TaskId, i.Name, new LeftOutReason(LeftOutReason.Changed, "It was finished, called off or deleted while the plan was made.")))]);
        var places = results.Items.Select(i => (i.TaskId, i.TechnicianId, i.StartAt)).ToHashSet();
        return results with
        {
            Alternatives = Items.Where(i => places.Contains((i.TaskId, i.TechnicianId, i.StartAt)) && Alternatives.ContainsKey(i.TaskId))
                .ToDictionary(i => i.TaskId, i => Alternatives[i.TaskId]),
        };

        LeftOutReason Why(WorkTask task) => task.MustStayOut ?? before.GetValueOrDefault(task.Id) ?? new LeftOutReason(
            LeftOutReason.Changed, planned.Contains(task.Id)
                ? "It, or what it was planned with, was changed while the plan was made, and its place did not hold."
                : "It came in while the plan was made.");
    }
}

/// <param name="BayId">Null where <paramref name="BayUse"/> says that no bay is taken.</param>
/// <param name="Reason">locked, pinned (already in progress), repaired (moved by a repair) or optimized.</param>
/// <param name="Segments">The stretches it is worked in, where they are several.</param>
/// <param name="Share">The part of the plan's cost that is due to it.</param>
public sealed record PlannedItem(
    Guid TaskId, string Name, Guid TechnicianId, Guid? BayId, string BayUse, DateTimeOffset StartAt, DateTimeOffset EndAt,
    bool IsLocked, string Reason, IReadOnlyList<(DateTimeOffset Start, DateTimeOffset End)> Segments, Cost Share)
{
    public const string BayTaken = "taken";
    public const string BayNotNeeded = "not_needed";

    /// <summary>Work in progress whose bay nobody recorded.</summary>
    public const string BayUnknown = "unknown";

    /// <summary>By time.</summary>
    internal static IReadOnlyList<PlannedItem> All(ShopProblem problem, Objective objective, PlanWay way, Schedule schedule)
    {
        var shares = new ScheduleEvaluator(problem, objective).Contributions(schedule);
        return [.. schedule.Items.Select(i => Of(problem, way, i, shares.GetValueOrDefault(i.Task) ?? new Cost())).OrderBy(i => i.StartAt).ThenBy(i => i.TaskId)];
    }

    internal static PlannedItem Of(ShopProblem problem, PlanWay way, ScheduledTask item, Cost share)
    {
        var task = problem.Tasks[item.Task];
        var start = task.Hold?.ExactStart ?? problem.Horizon.At(item.StartMinute);
        var end = task.Hold switch
        {
            { ExactEnd: { } exact } => exact,
            { IsInProgress: false, ExactStart: { } from } => from.AddMinutes(item.Minutes.Length),
            _ => problem.Horizon.At(item.EndMinute),
        };
        var bayUse = item.Bay is not null ? BayTaken
            : task is { IsInProgress: true, Type.NeedsBay: true } ? BayUnknown
            : BayNotNeeded;
        var isMoved = task.Promise is { } promise && promise != new Promise(item.Technician, item.Bay, item.StartMinute);
        var segments = problem.Segments(item);
        return new PlannedItem(
            task.Id, task.Name, problem.Technicians[item.Technician].Id, item.Bay is { } bay ? problem.Bays[bay].Id : null, bayUse,
            start, end, task.Hold is { IsInProgress: false },
            task.Hold switch
            {
                { IsInProgress: true } => "pinned",
                not null => "locked",
                null => way == PlanWay.Repair && isMoved ? "repaired" : "optimized",
            },
            segments.Count < 2 ? [] : [.. segments.Select(s => (problem.Horizon.At(s.Start), problem.Horizon.At(s.End)))], share);
    }
}

public sealed record LeftOutItem(Guid TaskId, string Name, LeftOutReason Reason);

/// <param name="LevelDifferences">What the plan would cost more there, by level.</param>
public sealed record PlannedAlternative(
    Guid TechnicianId, Guid? BayId, DateTimeOffset StartAt, DateTimeOffset EndAt, IReadOnlyList<long> LevelDifferences)
{
    internal static PlannedAlternative Of(ShopProblem problem, Alternative found) => new(
        problem.Technicians[found.Place.Technician].Id, found.Place.Bay is { } bay ? problem.Bays[bay].Id : null,
        problem.Horizon.At(found.Place.StartMinute), problem.Horizon.At(found.Place.EndMinute), found.CostDifference);
}
