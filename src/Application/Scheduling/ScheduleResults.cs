using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>A plan to be written with its job's completion, and what it was made from and how, so that it can be held against the shop once more.</summary>
/// <param name="Bounds">What no plan can be below, by level; null where that is not known, or was for the shop as it had been.</param>
/// <param name="Gone">Tasks of the plan that the shop does not know any more.</param>
public sealed record ScheduleResults(
    Guid ScheduleRunId, ShopProblem Problem, Objective Objective, PlanRequest Request, ShopPlan Plan, IReadOnlyList<string> Notes,
    IReadOnlyList<long>? Bounds, IReadOnlyList<LeftOutItem> Gone)
{
    public IReadOnlyList<PlannedItem> Items { get; } =
        [.. Plan.Schedule.Items.Select(i => PlannedItem.Of(Problem, Request.Way, i)).OrderBy(i => i.StartAt).ThenBy(i => i.TaskId)];

    public IReadOnlyList<LeftOutItem> LeftOut { get; } =
        [.. Plan.Schedule.LeftOut.Select(l => new LeftOutItem(Problem.Tasks[l.Task].Id, Problem.Tasks[l.Task].Name, l.Reason)), .. Gone];

    /// <summary>Whether a task that could be planned is not, because the shop went on while the plan was made.</summary>
    public bool NeedsRepair => Plan.Schedule.LeftOut.Any(l => l.Reason.Code == LeftOutReason.Changed);

    /// <summary>The shop with this plan as what people were told, for a repair that keeps to it.</summary>
    public ShopProblem Promised()
    {
        var promises = Plan.Schedule.Items.ToDictionary(i => i.Task, i => new Promise(i.Technician, i.Bay, i.StartMinute));
        return new ShopProblem(
            Problem.Horizon, Problem.Technicians, Problem.Bays, Problem.WorkOrders,
            [.. Problem.Tasks.Select((t, index) => t with { Promise = promises.GetValueOrDefault(index) })], Problem.Precedences, Problem.Notes);
    }

    /// <summary>Another plan for the same shop.</summary>
    /// <param name="repaired">Made for <see cref="Promised"/>.</param>
    public ScheduleResults With(ShopPlan repaired, string note) => new(
        ScheduleRunId, Problem, Objective, Request,
        repaired with
        {
            Cost = new ScheduleEvaluator(Problem, Objective).Evaluate(repaired.Schedule),
            Stages = [.. Plan.Stages, .. repaired.Stages],
            WallTimeMs = Plan.WallTimeMs + repaired.WallTimeMs,
        },
        [.. Notes, note, .. repaired.Notes], null, Gone);

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
        return new ScheduleResults(
            ScheduleRunId, now, Objective, Request, Plan with { Schedule = schedule, Cost = cost }, Notes,
            cost.Levels.SequenceEqual(Plan.Cost.Levels) ? Bounds : null,
            [.. Gone, .. Items.Where(i => !known.Contains(i.TaskId)).Select(i => new LeftOutItem(
                i.TaskId, i.Name, new LeftOutReason(LeftOutReason.Changed, "It was finished, called off or deleted while the plan was made.")))]);

        LeftOutReason Why(WorkTask task) => task.MustStayOut ?? before.GetValueOrDefault(task.Id) ?? new LeftOutReason(
            LeftOutReason.Changed, planned.Contains(task.Id)
                ? "It, or what it was planned with, was changed while the plan was made, and its place did not hold."
                : "It came in while the plan was made.");
    }
}

/// <param name="BayId">Null where <paramref name="BayUse"/> says that no bay is taken.</param>
/// <param name="Reason">locked, pinned (already in progress), repaired (moved by a repair) or optimized.</param>
/// <param name="Segments">The stretches it is worked in, where they are several.</param>
public sealed record PlannedItem(
    Guid TaskId, string Name, Guid TechnicianId, Guid? BayId, string BayUse, DateTimeOffset StartAt, DateTimeOffset EndAt,
    bool IsLocked, string Reason, IReadOnlyList<(DateTimeOffset Start, DateTimeOffset End)> Segments)
{
    public const string BayTaken = "taken";
    public const string BayNotNeeded = "not_needed";

    /// <summary>Work in progress whose bay nobody recorded.</summary>
    public const string BayUnknown = "unknown";

    public static PlannedItem Of(ShopProblem problem, PlanWay way, ScheduledTask item)
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
            segments.Count < 2 ? [] : [.. segments.Select(s => (problem.Horizon.At(s.Start), problem.Horizon.At(s.End)))]);
    }
}

public sealed record LeftOutItem(Guid TaskId, string Name, LeftOutReason Reason);
