using System.Globalization;

namespace Woflo.Domain.Scheduling;

/// <summary>Says of each task that is not in a plan what keeps it out.</summary>
public sealed class LeftOutReasons(ShopProblem problem, FreeTime free)
{
    public Schedule Explain(IReadOnlyList<ScheduledTask> items)
    {
        var placed = items.Select(i => i.Task).ToHashSet();
        return new Schedule(items, [.. Enumerable.Range(0, problem.Tasks.Count)
            .Where(t => !placed.Contains(t))
            .Select(t => new LeftOutTask(t, Reason(t, items, placed)))]);
    }

    private LeftOutReason Reason(int index, IReadOnlyList<ScheduledTask> items, HashSet<int> placed)
    {
        var task = problem.Tasks[index];
        if (task.MustStayOut is { } must)
            return must;
        if (free.Choices[index].IsEmpty)
            return Impossible(index, task);
        return problem.Predecessors[index].Where(p => !placed.Contains(p)).Select(p => (int?)p).FirstOrDefault() is { } before && !task.IsTimeHeld
            ? new LeftOutReason(LeftOutReason.WaitsForTask, $"It waits for {problem.Tasks[before].Name}, which is left out.")
            : Capacity(index, task, items);
    }

    // Whatever else the plan held, the task would not fit. The first cause that explains it alone is the reason.
    private LeftOutReason Impossible(int index, WorkTask task)
    {
        var able = Enumerable.Range(0, problem.Technicians.Count).Where(t => problem.MayDo(task, t)).Select(t => problem.Technicians[t]).ToArray();
        if (able.Length == 0)
            return problem.HardSkillOf(task) is { } skill
                ? new(LeftOutReason.NoTechnicianWithSkill, $"No technician has the skill {skill}, which it needs.")
                : new(LeftOutReason.NoTechnician, "The shop has no technician.");
        var bays = problem.Bays.Where((_, b) => problem.MayStandIn(task, b)).ToArray();
        if (task.NeedsBay && bays.Length == 0)
            return task.BayType is { } type
                ? new(LeftOutReason.NoBayOfType, $"No bay of type {type} is in use, and it needs one.")
                : new(LeftOutReason.NoBay, "The shop has no bay in use, and it needs one.");
        if (task.IsTimeHeld)
            return new(LeftOutReason.Capacity, $"At its locked time nobody who may do it is free{(task.NeedsBay ? ", or no bay is" : "")}: other held work is in its way.");

        var shortest = able.Min(task.MinutesFor);
        if (task.PartsMinute > problem.Horizon.EndMinute - shortest)
            return new(LeftOutReason.Parts, $"Its parts are expected on {At(task.PartsMinute.Value)}, too late for this plan.");
        if (task.ReleaseMinute > problem.Horizon.EndMinute - shortest)
            return new(LeftOutReason.AfterHorizon, $"It cannot start before {At(task.ReleaseMinute)} and takes {shortest} min, which ends after this plan does.");
        if (task.ReleaseMinute > task.DeadlineMinute - shortest)
            return new(LeftOutReason.WindowTooShort, $"It takes {shortest} min, but lies between {At(task.ReleaseMinute)} and {At(task.DeadlineMinute)}.");

        var longest = able.Max(t => t.Windows.LongestMinutes);
        if (longest == 0)
            return new(LeftOutReason.NoTechnician, $"{Names(able)}, who could do it, {(able.Length == 1 ? "does" : "do")} not work during this plan.");
        if (able.All(t => t.Windows.LongestMinutes < task.MinutesFor(t)))
            return new(LeftOutReason.DoesNotFitAnyShift, $"It takes {shortest} min, longer than any shift of those who could do it ({Names(able)}: at most {longest} min at a stretch).");
        if (task.NeedsBay && bays.All(b => b.Windows.LongestMinutes < shortest))
            return new(LeftOutReason.DoesNotFitAnyShift, $"It takes {shortest} min, longer than any bay for it is open at a stretch.");
        if (Fits(task, able, bays, task.ReleaseMinute, task.DeadlineMinute) is false)
            return new(LeftOutReason.WindowTooShort, $"Between {At(task.ReleaseMinute)} and {At(task.DeadlineMinute)} nobody who could do it{(task.NeedsBay ? " and no bay for it" : "")} is at work for {shortest} min at a stretch.");
        var follower = problem.Successors[index].Where(s => problem.Tasks[s].IsFixed).Select(s => problem.Tasks[s])
            .MinBy(s => s.Hold!.StartMinute);
        return follower?.Hold?.StartMinute is { } start && !Fits(task, able, bays, task.ReleaseMinute, start)
            ? new(LeftOutReason.FollowerIsFixed, $"{follower.Name}, which comes after it, has begun or is locked, so there is no time before it.")
            : new(LeftOutReason.Capacity, "Locked work and work in progress leave no time for it.");
    }

    private static bool Fits(WorkTask task, Technician[] able, Bay[] bays, int from, int to) => able.Any(t =>
        task.NeedsBay
            ? bays.Any(b => t.Windows.Intersect(b.Windows).Clip(from, to).FirstFit(from, task.MinutesFor(t)) is not null)
            : t.Windows.Clip(from, to).FirstFit(from, task.MinutesFor(t)) is not null);

    private LeftOutReason Capacity(int index, WorkTask task, IReadOnlyList<ScheduledTask> items)
    {
        var choices = free.Choices[index];
        var able = choices.Technicians.Select(c => c.Technician).ToHashSet();
        var bays = choices.Slots.Select(s => free.Slots[s].Bay).ToHashSet();
        var inWay = items
            .Where(i => i.EndMinute > choices.ReleaseMinute && i.StartMinute < choices.DeadlineMinute
                && (able.Contains(i.Technician) || (i.Bay is { } bay && bays.Contains(bay))))
            .ToArray();
        var most = inWay.Where(i => able.Contains(i.Technician)).DefaultIfEmpty().MaxBy(i => i.Minutes.Length);
        return new LeftOutReason(LeftOutReason.Capacity,
            $"No room is left for it: {Names([.. able.Order().Select(t => problem.Technicians[t])])} could do it"
            + (bays.Count > 0 ? $" in {string.Join(", ", bays.Order().Take(3).Select(b => problem.Bays[b].Name))}{(bays.Count > 3 ? " and others" : "")}" : "")
            + $", but {inWay.Length} planned {(inWay.Length == 1 ? "task is" : "tasks are")} in its way"
            + (most.EndMinute > most.StartMinute ? $", the longest {problem.Tasks[most.Task].Name}." : "."));
    }

    private string At(int minute) => problem.Horizon.At(minute).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Names(Technician[] technicians) =>
        string.Join(", ", technicians.Take(3).Select(t => t.Name)) + (technicians.Length > 3 ? $" and {technicians.Length - 3} more" : "");
}
