using FluentValidation;
using MediatR;
using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>Why a plan has a task where it has it, or nowhere, and what else could be done with it in the shop as it is now.</summary>
/// <param name="Task">Its id or the beginning of it.</param>
public sealed record ExplainTask(StoredPlan Plan, string Task) : IRequest<TaskExplanation>;

/// <param name="Sentences">Where it is and why, or why it is nowhere.</param>
/// <param name="Alternative">The next best place; null where there is none, and for what is held or left out.</param>
/// <param name="Technicians">What speaks for or against each, by name; empty where the task is no longer open.</param>
/// <param name="Changes">How the shop differs from the one that was planned.</param>
public sealed record TaskExplanation(
    Guid TaskId, string Task, IReadOnlyList<string> Sentences, PlaceOffer? Alternative, IReadOnlyList<TechnicianOffer> Technicians,
    IReadOnlyList<string> Changes);

/// <param name="CostDifference">What the plan would cost more there, by level.</param>
public sealed record PlaceOffer(string Technician, string? Bay, DateTimeOffset StartAt, DateTimeOffset EndAt, IReadOnlyList<long> CostDifference);

/// <param name="Offer">Their best place for it; null where a rule rules them out.</param>
/// <param name="Rule">The rule that does.</param>
public sealed record TechnicianOffer(Guid TechnicianId, string Technician, PlaceOffer? Offer, string? Rule, string Text);

internal sealed class ExplainTaskValidator : AbstractValidator<ExplainTask>
{
    public ExplainTaskValidator() => RuleFor(explain => explain.Task).MinimumLength(4)
        .WithMessage(explain => $"task '{explain.Task}': at least the first 4 characters of its id.");
}

internal sealed class ExplainTaskHandler(IShopReader shops, SchedulingOptions options) : IRequestHandler<ExplainTask, TaskExplanation>
{
    public async Task<TaskExplanation> Handle(ExplainTask request, CancellationToken cancellationToken)
    {
        var plan = request.Plan;
        var details = PlanDetails.Of(plan);
        var horizon = plan.Horizon(details.PlannedAt ?? plan.HorizonStart);
        var reading = await shops.ReadShop(plan.Organisation.Id, horizon, cancellationToken);
        var problem = reading.ProblemFor(horizon);
        var schedule = new LeftOutReasons(problem).Explain(StoredSchedule.Legal(plan, problem));
        var changes = Changes(plan, details, problem, schedule);

        var task = Find(request.Task, plan, details, problem);
        var stored = plan.Items.FirstOrDefault(i => i.TaskId == task);
        var index = problem.Tasks.Select((t, i) => (t.Id, Index: i)).Where(t => t.Id == task).Select(t => t.Index).DefaultIfEmpty(-1).First();
        if (index < 0)
        {
            return new TaskExplanation(
                task, stored is null ? details.LeftOut.First(l => l.TaskId == task).Task : $"{stored.TaskType} of unit {stored.Unit}",
                ["It is no longer open: it was finished, blocked, called off or deleted since the plan was made."], null, [], changes);
        }
        var explainer = new PlanExplainer(problem, options.ObjectiveOf(reading), schedule);
        var sentences = explainer.Sentences(index).ToList();
        if (details.LeftOut.FirstOrDefault(l => l.TaskId == task) is { } leftOut && sentences.TrueForAll(s => !s.Contains(leftOut.Reason, StringComparison.Ordinal)))
            sentences.Add($"When the plan was made, the reason was: {leftOut.Reason}");
        return new TaskExplanation(
            task, problem.Tasks[index].Name, sentences, explainer.BestAlternative(index) is { } best ? Offer(problem, best) : null,
            [.. explainer.Technicians(index)
                .Select(a => new TechnicianOffer(
                    problem.Technicians[a.Technician].Id, problem.Technicians[a.Technician].Name,
                    a.Alternative is { } place ? Offer(problem, place) : null, a.Rule, a.Text))
                .OrderBy(o => o.Technician, StringComparer.OrdinalIgnoreCase).ThenBy(o => o.TechnicianId)],
            changes);
    }

    private static PlaceOffer Offer(ShopProblem problem, Alternative alternative) => new(
        problem.Technicians[alternative.Place.Technician].Name, alternative.Place.Bay is { } bay ? problem.Bays[bay].Name : null,
        problem.Horizon.At(alternative.Place.StartMinute), problem.Horizon.At(alternative.Place.EndMinute), alternative.CostDifference);

    private static Guid Find(string named, StoredPlan plan, PlanDetails details, ShopProblem problem)
    {
        var known = plan.Items.Select(i => i.TaskId).Concat(details.LeftOut.Select(l => l.TaskId)).Concat(problem.Tasks.Select(t => t.Id)).Distinct();
        return known.Where(id => id.ToString().StartsWith(named.Trim(), StringComparison.OrdinalIgnoreCase)).ToArray() switch
        {
            [var only] => only,
            [] => throw ShopTerms.Refused($"task: neither run {plan.RunId} nor the shop has a task '{named}'; 'woflo schedule show {plan.RunId}' lists them."),
            var several => throw ShopTerms.Refused($"task: '{named}' is {several.Length} tasks: {string.Join(", ", several.Take(8))}."),
        };
    }

    private static List<string> Changes(StoredPlan plan, PlanDetails details, ShopProblem problem, Schedule schedule)
    {
        var open = problem.Tasks.Select(t => t.Id).ToHashSet();
        var now = schedule.Items.ToDictionary(i => problem.Tasks[i.Task].Id);
        var planned = plan.Items.Select(i => i.TaskId).ToHashSet();
        var closed = planned.Count(t => !open.Contains(t));
        var moved = plan.Items.Count(i => open.Contains(i.TaskId) && !(now.TryGetValue(i.TaskId, out var at)
            && problem.Technicians[at.Technician].Id == i.TechnicianId && problem.Horizon.Floor(i.StartAt) == at.StartMinute));
        var added = open.Count(t => !planned.Contains(t) && details.LeftOut.All(l => l.TaskId != t));
        return [.. new[]
        {
            (closed, "planned task is closed or gone", "planned tasks are closed or gone"),
            (moved, "planned task cannot stay where the plan has it, or was put elsewhere", "planned tasks cannot stay where the plan has them, or were put elsewhere"),
            (added, "open task is new", "open tasks are new"),
        }.Where(c => c.Item1 > 0).Select(c => $"{c.Item1} {(c.Item1 == 1 ? c.Item2 : c.Item3)}")];
    }
}
