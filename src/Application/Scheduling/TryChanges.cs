using System.Diagnostics;
using FluentValidation;
using FluentValidation.Results;
using MediatR;
using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>What would become of the published plan, were the shop changed so. Writes nothing.</summary>
public sealed record TryChanges(Guid OrgId, IReadOnlyList<WhatIf> Changes, TimeSpan Budget) : IRequest<TriedChanges>;

/// <param name="Drift">What had to move before anything was changed, since the shop is no longer as it was when the plan was made.</param>
/// <param name="Difference">What the change does to what was left then.</param>
/// <param name="LeftOut">Tasks that the change puts out of the plan.</param>
/// <param name="Lateness">Work orders that end later or sooner past what was asked for; the most changed first.</param>
/// <param name="Notes">What the changed shop has to say that the unchanged one has not.</param>
/// <param name="Names">Of technicians and bays.</param>
public sealed record TriedChanges(
    Guid RunId, PlanDifference Drift, PlanDifference Difference, IReadOnlyList<LeftOutItem> LeftOut, IReadOnlyList<LatenessChange> Lateness,
    Cost Before, Cost After, IReadOnlyList<string> Notes, IReadOnlyDictionary<Guid, string> Names);

/// <param name="Before">Minutes late; likewise <paramref name="After"/>.</param>
public sealed record LatenessChange(string WorkOrder, int Before, int After);

internal sealed class TryChangesValidator : AbstractValidator<TryChanges>
{
    public TryChangesValidator()
    {
        RuleFor(change => change.Changes).NotEmpty().WithMessage("name a change.");
        RuleFor(change => change.Budget).InclusiveBetween(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(300));
    }
}

internal sealed class TryChangesHandler(IPlanReader plans, IShopReader shops, ShopPlanner planner, SchedulingOptions options, TimeProvider time)
    : IRequestHandler<TryChanges, TriedChanges>
{
    public async Task<TriedChanges> Handle(TryChanges request, CancellationToken cancellationToken)
    {
        var runId = await plans.PublishedRun(request.OrgId, cancellationToken)
            ?? throw Refused($"there is no plan to change yet; make one with: woflo schedule run --org {request.OrgId}");
        var published = await plans.Read(runId, cancellationToken) ?? throw Refused($"run {runId} was deleted just now.");
        var now = time.GetUtcNow();
        if (published.HorizonEnd <= now)
            throw Refused($"the newest plan ended at {published.HorizonEnd:u}; make one with: woflo schedule run --org {request.OrgId}");
        var horizon = published.Horizon(now);
        var (shop, objective) = await shops.ReadShop(request.OrgId, horizon, cancellationToken) switch
        {
            ShopReading.Read read => (read.Facts, WeightsOf(read)),
            ShopReading.UnknownTimeZone(var zone) => throw Refused($"the organisation's time zone '{zone}' is not known."),
            _ => throw new UnreachableException(),
        };
        ShopFacts Changed(ShopFacts from)
        {
            try
            {
                return request.Changes.Aggregate(from, (facts, change) => change.Apply(facts, horizon));
            }
            catch (FormatException exception)
            {
                throw Refused(exception.Message);
            }
        }
        // Named wrong is said before anything is searched for.
        _ = Changed(shop);

        var unchanged = Problem(shop, horizon);
        var basis = await Basis(unchanged, objective, published, request.Budget / 2, cancellationToken);
        // The change is held against what would have been without it.
        var changed = Problem(Changed(Promising(shop, unchanged, basis.Schedule)), horizon);
        var plan = await planner.Plan(changed, objective, new PlanRequest(request.Budget / 2, PlanWay.Repair), CancellationToken.None, cancellationToken);
        var asPlanned = PlannedItems(unchanged, basis.Schedule);
        var difference = PlanDifference.Of(asPlanned, PlannedItems(changed, plan.Schedule));
        return new TriedChanges(
            runId, PlanDifference.Of(Stored(published, unchanged), asPlanned), difference,
            [.. plan.Schedule.LeftOut.Select(l => new LeftOutItem(changed.Tasks[l.Task].Id, changed.Tasks[l.Task].Name, l.Reason))
                .Where(l => difference.Removed.Any(r => r.TaskId == l.TaskId))],
            LatenessChanges(unchanged, basis.Schedule, changed, plan.Schedule), basis.Cost, plan.Cost, [.. changed.Notes.Except(unchanged.Notes)],
            shop.Technicians.Select(t => (t.Id, t.Name)).Concat(shop.Bays.Select(b => (b.Id, b.Name))).ToDictionary(n => n.Id, n => n.Name));
    }

    private Objective WeightsOf(ShopReading.Read shop)
    {
        try
        {
            return shop.Objective is { } own ? options.Objective.With(own) : options.Objective;
        }
        catch (FormatException exception)
        {
            throw Refused($"the organisation's weights: {exception.Message}");
        }
    }

    // The published plan itself where it still holds; else what a repair makes of it.
    private async Task<(Schedule Schedule, Cost Cost)> Basis(
        ShopProblem problem, Objective objective, StoredPlan published, TimeSpan budget, CancellationToken cancellation)
    {
        var evaluator = new ScheduleEvaluator(problem, objective);
        var schedule = new LeftOutReasons(problem, new FreeTime(problem)).Explain(StoredSchedule.Of(published, problem));
        if (schedule.LeftOut.All(l => PlanDetails.Of(published).LeftOut.Any(o => o.TaskId == problem.Tasks[l.Task].Id)) && evaluator.Check(schedule).Count == 0)
            return (schedule, evaluator.Evaluate(schedule));
        var plan = await planner.Plan(problem, objective, new PlanRequest(budget, PlanWay.Repair), CancellationToken.None, cancellation);
        return (plan.Schedule, plan.Cost);
    }

    private static ShopFacts Promising(ShopFacts shop, ShopProblem problem, Schedule schedule)
    {
        var places = PlannedItems(problem, schedule).ToDictionary(i => i.TaskId, i => new Place(i.TechnicianId, i.BayId, i.StartAt, i.EndAt));
        return shop with
        {
            Tasks = [.. shop.Tasks.Select(t => t.Progress == TaskProgress.InProgress ? t : t with { Published = places.GetValueOrDefault(t.Id) })],
        };
    }

    private static PlannedItem[] PlannedItems(ShopProblem problem, Schedule schedule) => [.. schedule.Items.Select(i => PlannedItem.Of(problem, i))];

    // What is done or gone by now is no part of the comparison.
    private static IEnumerable<PlannedItem> Stored(StoredPlan plan, ShopProblem problem)
    {
        var open = problem.Tasks.ToDictionary(t => t.Id);
        return plan.Items.Where(i => open.ContainsKey(i.TaskId)).Select(i => new PlannedItem(
            i.TaskId, open[i.TaskId].Name, i.TechnicianId, i.BayId, "", i.StartAt, i.EndAt, i.IsLocked, ""));
    }

    private static LatenessChange[] LatenessChanges(ShopProblem before, Schedule was, ShopProblem after, Schedule becomes)
    {
        var (late, lateAfter) = (Late(before, was), Late(after, becomes));
        return [.. before.WorkOrders
            .Select(w => new LatenessChange(w.Name, late.GetValueOrDefault(w.Id), lateAfter.GetValueOrDefault(w.Id)))
            .Where(c => c.Before != c.After)
            .OrderByDescending(c => Math.Abs(c.After - c.Before)).ThenBy(c => c.WorkOrder, StringComparer.Ordinal)];
    }

    private static Dictionary<Guid, int> Late(ShopProblem problem, Schedule schedule)
    {
        var ends = schedule.Items.Select(i => (problem.Tasks[i.Task].WorkOrder, i.EndMinute))
            .Concat(schedule.LeftOut.Select(l => (problem.Tasks[l.Task].WorkOrder, problem.Horizon.EndMinute)));
        return ends.GroupBy(e => e.WorkOrder).ToDictionary(g => problem.WorkOrders[g.Key].Id, g =>
        {
            var order = problem.WorkOrders[g.Key];
            var end = g.Max(e => e.Item2);
            return Math.Max(0, end - Math.Min(order.DueMinute ?? end, order.CommitmentMinute ?? end));
        });
    }

    private static ShopProblem Problem(ShopFacts shop, Horizon horizon) => ShopProblemBuilder.Build(shop, horizon) switch
    {
        BuiltProblem.Ready(var problem) => problem,
        BuiltProblem.Contradiction(var message, _) => throw Refused(message),
        _ => throw new UnreachableException(),
    };

    private static ValidationException Refused(string message) => new([new ValidationFailure("", message)]);
}
