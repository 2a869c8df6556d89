using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>A plan ready to be written with its job's completion: ids and instants, no indices.</summary>
/// <param name="Levels">The cost by level, exact; plans are compared by it.</param>
/// <param name="Penalties">The cost by key, each int4; their sum is <paramref name="TotalPenalty"/>.</param>
public sealed record ScheduleResults(
    Guid ScheduleRunId, DateTimeOffset PlannedAt, IReadOnlyList<PlannedItem> Items, IReadOnlyList<LeftOutItem> LeftOut,
    int LockedTaskCount, int SolverWallTimeMs, string SolverStatus, int TotalPenalty,
    IReadOnlyList<KeyValuePair<string, int>> Penalties, IReadOnlyList<long> Levels, IReadOnlyList<SolverStage> Stages,
    IReadOnlyList<string> Notes)
{
    public int TaskCount => Items.Count;

    public static ScheduleResults Of(
        Guid runId, ShopProblem problem, ShopPlan plan, IReadOnlyList<string> notes)
    {
        var items = plan.Schedule.Items.Select(i => PlannedItem.Of(problem, i)).OrderBy(i => i.StartAt).ThenBy(i => i.TaskId).ToArray();
        return new ScheduleResults(
            runId, problem.Horizon.Now, items,
            [.. plan.Schedule.LeftOut.Select(l => new LeftOutItem(problem.Tasks[l.Task].Id, problem.Tasks[l.Task].Name, l.Reason))],
            items.Count(i => i.IsLocked), plan.WallTimeMs, plan.Status, plan.Cost.Total, plan.Cost.Parts, plan.Cost.Levels, plan.Stages, notes);
    }
}

/// <param name="BayId">Null where <paramref name="BayUse"/> says that no bay is taken.</param>
/// <param name="Reason">optimized, locked or pinned (already in progress).</param>
public sealed record PlannedItem(
    Guid TaskId, string Name, Guid TechnicianId, Guid? BayId, string BayUse, DateTimeOffset StartAt, DateTimeOffset EndAt,
    bool IsLocked, string Reason)
{
    public const string BayTaken = "taken";
    public const string BayNotNeeded = "not_needed";

    /// <summary>Work in progress whose bay nobody recorded.</summary>
    public const string BayUnknown = "unknown";

    public static PlannedItem Of(ShopProblem problem, ScheduledTask item)
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
        return new PlannedItem(
            task.Id, task.Name, problem.Technicians[item.Technician].Id, item.Bay is { } bay ? problem.Bays[bay].Id : null, bayUse,
            start, end, task.Hold is { IsInProgress: false },
            task.Hold switch { null => "optimized", { IsInProgress: true } => "pinned", _ => "locked" });
    }
}

public sealed record LeftOutItem(Guid TaskId, string Name, LeftOutReason Reason);
