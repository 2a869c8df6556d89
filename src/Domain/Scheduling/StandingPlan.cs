namespace Woflo.Domain.Scheduling;

/// <summary>What remains of a plan in a shop that has gone on since it was made.</summary>
public static class StandingPlan
{
    /// <summary>The items in the terms of another reading of the shop; those whose task, technician or bay is gone are left away.</summary>
    public static IReadOnlyList<ScheduledTask> Carry(ShopProblem made, IEnumerable<ScheduledTask> items, ShopProblem now) => In(now, items.Select(i => (
        made.Tasks[i.Task].Id, made.Technicians[i.Technician].Id, i.Bay is { } bay ? made.Bays[bay].Id : (Guid?)null, i.Minutes)));

    /// <summary>The same of a plan that is known by ids.</summary>
    public static IReadOnlyList<ScheduledTask> In(ShopProblem now, IEnumerable<(Guid TaskId, Guid TechnicianId, Guid? BayId, MinuteRange Minutes)> items)
    {
        var (tasks, technicians, bays) = (Index(now.Tasks, t => t.Id), Index(now.Technicians, t => t.Id), Index(now.Bays, b => b.Id));
        return [.. from item in items
                   let task = tasks.GetValueOrDefault(item.TaskId, -1)
                   let technician = technicians.GetValueOrDefault(item.TechnicianId, -1)
                   let bay = item.BayId is { } id ? bays.GetValueOrDefault(id, -1) : (int?)null
                   where task >= 0 && technician >= 0 && bay is null or >= 0
                   select new ScheduledTask(task, technician, bay, item.Minutes.Start, item.Minutes.End)];
    }

    /// <summary>The shop with these items as what people were told, for a repair that keeps to them.</summary>
    public static ShopProblem Promised(ShopProblem problem, IEnumerable<ScheduledTask> items)
    {
        var promises = items.ToDictionary(i => i.Task, i => new Promise(i.Technician, i.Bay, i.StartMinute));
        return problem.With(tasks: [.. problem.Tasks.Select((t, index) => t with { Promise = t.IsTimeHeld ? null : promises.GetValueOrDefault(index) })]);
    }

    /// <summary>What of <paramref name="items"/> is legal together in <paramref name="problem"/>, with all that is fixed there in its place.</summary>
    public static IReadOnlyList<ScheduledTask> Legal(ShopProblem problem, IReadOnlyList<ScheduledTask> items)
    {
        var rows = Index(problem.Tasks, t => t.Id);
        var untold = new LeftOutReason(LeftOutReason.Changed, "");
        var evaluator = new ScheduleEvaluator(problem, Objective.Default);
        var kept = items.Where(i => !problem.Tasks[i.Task].IsFixed).ToDictionary(i => i.Task);
        for (var task = 0; task < problem.Tasks.Count; task++)
        {
            if (problem.Tasks[task] is { IsFixed: true, MustStayOut: null } held)
                kept[task] = held.FixedItem(task, problem.Technicians);
        }
        while (evaluator.Check(Schedule.Of(problem, [.. kept.Values], untold)) is [var first, ..] broken)
        {
            // What is wrong by itself goes first: it may be all that is wrong with others.
            var alone = broken.Where(v => v.Rows.Count == 1).ToArray();
            foreach (var violation in alone.Length > 0 ? alone : [first])
                kept.Remove(Culprit(violation));
        }
        return [.. kept.Values];

        // Never what is fixed, and what people hold only where nothing else would help.
        int Culprit(Violation violation) => violation.Rows
            .Select(row => rows.GetValueOrDefault(row, -1))
            .Where(task => task >= 0 && !problem.Tasks[task].IsFixed)
            .OrderBy(task => problem.Tasks[task].Hold is not null)
            .First();
    }

    private static Dictionary<Guid, int> Index<T>(IReadOnlyList<T> rows, Func<T, Guid> id) =>
        rows.Select((row, index) => (Id: id(row), index)).ToDictionary(x => x.Id, x => x.index);
}
