namespace Woflo.Domain.Scheduling;

/// <summary>Lays what dispatchers asked for over a problem, as far as it breaks no rule.</summary>
internal sealed class Overrides(ShopProblem problem)
{
    // A rule's tale about the rest of the plan, which is not made yet; and a length that a dispatcher may well overrule.
    private static readonly string[] NotAsked = ["unaccounted", "duration"];

    private static readonly string[] OfTechnician = ["hard_skill"];
    private static readonly string[] OfBay = ["bay_type", "bay_inactive"];

    private readonly List<RefusedOverride> _refused = [];

    public IReadOnlyList<RefusedOverride> Refused => _refused;

    public void Refuse(OverrideFacts facts, int task, string rule, string why) => _refused.Add(new RefusedOverride(
        facts.Id, facts.TaskId, rule, $"The override ({facts.Action}) of {problem.Tasks[task].Name} is refused: {why}"));

    /// <param name="asked">The newest first: it goes before an older one that wants the same place.</param>
    /// <returns>The problem's tasks, held where they may be.</returns>
    public IReadOnlyList<WorkTask> Accept(IReadOnlyList<(OverrideFacts Override, int Task, WorkTask Moved)> asked)
    {
        // A task that is to move is in nobody's way where it is.
        var tasks = problem.Tasks.ToArray();
        foreach (var (_, task, _) in asked)
            tasks[task] = tasks[task] with { Hold = null };
        var accepted = new List<(OverrideFacts Override, int Task)>();
        foreach (var (facts, task, moved) in asked)
        {
            if (Fault(tasks, task, moved) is { } fault)
            {
                Refuse(facts, task, fault.Rule, fault.Message);
                tasks[task] = problem.Tasks[task];
            }
            else
            {
                tasks[task] = moved;
                accepted.Add((facts, task));
            }
        }
        // What was refused is back in its old place, and that may be where another was let in.
        for (var again = true; again;)
        {
            again = false;
            foreach (var (facts, task) in accepted.ToArray())
            {
                if (tasks[task].IsFixed && Fault(tasks, task, tasks[task]) is { } fault)
                {
                    Refuse(facts, task, fault.Rule, fault.Message);
                    tasks[task] = problem.Tasks[task];
                    accepted.Remove((facts, task));
                    again = true;
                }
            }
        }
        return tasks;
    }

    // The evaluator judges the task as though nobody held it, beside what is fixed.
    private Violation? Fault(WorkTask[] tasks, int index, WorkTask moved)
    {
        if (moved.MustStayOut is not null)
            return null;
        if (moved.IsTimeHeld && problem.Tasks[index] is { IsTimeHeld: false, MustStayOut: { } blocked })
            return new Violation("order", blocked.Text, [moved.Id]);
        var hold = moved.Hold!;
        var probe = Probe(tasks, index, moved);
        var evaluator = new ScheduleEvaluator(probe, Objective.Default);
        var others = Enumerable.Range(0, probe.Tasks.Count)
            .Where(t => t != index && probe.Tasks[t] is { IsFixed: true, MustStayOut: null })
            .Select(t => probe.Tasks[t].FixedItem(t, probe.Technicians)).ToArray();
        Violation? Broken(int technician, int? bay)
        {
            var start = hold.StartMinute ?? moved.ReleaseMinute;
            var end = hold.EndMinute ?? probe.EndOf(probe.Tasks[index], technician, bay, start) ?? start + moved.MinutesFor(problem.Technicians[technician]);
            return evaluator.Check(new Schedule([.. others, new ScheduledTask(index, technician, bay, start, end)]))
                .FirstOrDefault(v => v.Rows.Contains(moved.Id) && !NotAsked.Contains(v.Rule)
                    && !(bay is null && moved.NeedsBay && v.Rule == "bay_needed")
                    && (moved.IsTimeHeld || OfTechnician.Contains(v.Rule) || (bay is not null && OfBay.Contains(v.Rule))));
        }

        int[] technicians = hold.Technician is { } one ? [one] : [.. Enumerable.Range(0, probe.Technicians.Count).Where(t => probe.MayDo(probe.Tasks[index], t))];
        int[] bays = hold.Bay is { } standing ? [standing] : [.. Enumerable.Range(0, probe.Bays.Count).Where(b => probe.MayStandIn(probe.Tasks[index], b))];
        if (technicians.Length == 0)
            return new Violation("hard_skill", $"Nobody has the skill {moved.RequiredSkill}, which it needs.", [moved.Id]);
        var first = moved.NeedsBay && bays.Length == 0 ? new Violation("bay_type", "No bay in use suits it.", [moved.Id]) : null;
        foreach (var technician in technicians)
        {
            if (Broken(technician, null) is { } fault)
                first ??= fault;
            else if (!moved.NeedsBay)
                return null;
            else
                foreach (var bay in bays)
                {
                    if (Broken(technician, bay) is not { } inBay)
                        return null;
                    first ??= inBay;
                }
        }
        return first;
    }

    // The plan's end is nobody's rule: what reaches over it is judged in a longer plan.
    private ShopProblem Probe(WorkTask[] tasks, int index, WorkTask moved)
    {
        var probed = tasks.ToArray();
        probed[index] = moved with { Hold = null, MustStayOut = null };
        return problem.With(
            tasks: probed,
            precedences: [.. problem.Precedences.Where(p =>
                (p.Before == index && tasks[p.After].IsFixed) || (p.After == index && tasks[p.Before].IsFixed))]).Longer();
    }
}
