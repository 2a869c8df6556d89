using FluentValidation;
using MediatR;
using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>What would become of the published plan, were the shop changed so. Writes nothing.</summary>
public sealed record TryChanges(Guid OrgId, IReadOnlyList<WhatIf> Changes, TimeSpan Budget) : IRequest<TriedChanges>;

/// <param name="Published">Where the newest plan has each task that is still open; by id, as the next two.</param>
/// <param name="Before">Where each would be now, were nothing changed: the same, as long as the shop is as it was when the plan was made.</param>
/// <param name="After">Where each would be with the change.</param>
/// <param name="LeftOut">Tasks that are not in the plan with the change.</param>
/// <param name="Lateness">Work orders that end later or sooner past what was asked for; the most changed first.</param>
/// <param name="Notes">What the changed shop has to say that the unchanged one has not.</param>
/// <param name="Names">Of technicians and bays.</param>
public sealed record TriedChanges(
    Guid RunId, IReadOnlyDictionary<Guid, PlannedItem> Published, IReadOnlyDictionary<Guid, PlannedItem> Before,
    IReadOnlyDictionary<Guid, PlannedItem> After, IReadOnlyList<LeftOutItem> LeftOut, IReadOnlyList<LatenessChange> Lateness,
    IReadOnlyList<long> LevelsBefore, IReadOnlyList<long> LevelsAfter, IReadOnlyList<string> Notes, IReadOnlyDictionary<Guid, string> Names)
{
    public PlanDifference Drift { get; } = Between(Published, Before);

    public PlanDifference Difference { get; } = Between(Before, After);

    private static PlanDifference Between(IReadOnlyDictionary<Guid, PlannedItem> before, IReadOnlyDictionary<Guid, PlannedItem> after) =>
        PlanDifference.Between(before.Values.Select(Place), after.Values.Select(Place));

    private static StoredPlace Place(PlannedItem item) => new(item.TaskId, item.TechnicianId, item.BayId, item.StartAt);
}

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
            ?? throw ShopTerms.Refused($"there is no plan to change yet; make one with: woflo schedule run --org {request.OrgId}");
        var published = await plans.Read(runId, cancellationToken) ?? throw ShopTerms.Refused($"run {runId} was deleted just now.");
        var now = time.GetUtcNow();
        if (published.HorizonEnd <= now)
            throw ShopTerms.Refused($"the newest plan ended at {published.HorizonEnd:u}; make one with: woflo schedule run --org {request.OrgId}");
        var horizon = published.Horizon(now);
        var reading = await shops.ReadShop(request.OrgId, horizon, cancellationToken);
        var unchanged = reading.ProblemFor(horizon);
        var (shop, objective) = (((ShopReading.Read)reading).Facts, options.ObjectiveOf(reading));
        ShopFacts Changed(ShopFacts from)
        {
            try
            {
                return request.Changes.Aggregate(from, (facts, change) => change.Apply(facts, horizon));
            }
            catch (FormatException exception)
            {
                throw ShopTerms.Refused(exception.Message);
            }
        }
        // Named wrong is said before anything is searched for.
        _ = Changed(shop);

        var basis = await Basis(unchanged, objective, published, request.Budget / 2, cancellationToken);
        // The change is held against what would have been without it.
        var changed = new ShopReading.Read(Changed(Promising(shop, unchanged, basis.Schedule))).ProblemFor(horizon);
        var plan = await planner.Plan(changed, objective, new PlanRequest(request.Budget / 2, PlanWay.Repair), CancellationToken.None, cancellationToken);
        var becomes = Items(changed, plan.Schedule);
        return new TriedChanges(
            runId, Stored(published, unchanged), Items(unchanged, basis.Schedule), becomes,
            [.. plan.Schedule.LeftOut.Select(l => new LeftOutItem(changed.Tasks[l.Task].Id, changed.Tasks[l.Task].Name, l.Reason))],
            LatenessChanges(unchanged, basis.Schedule, changed, plan.Schedule), basis.Cost.Levels, plan.Cost.Levels,
            [.. changed.Notes.Except(unchanged.Notes)],
            shop.Technicians.Select(t => (t.Id, t.Name)).Concat(shop.Bays.Select(b => (b.Id, b.Name))).ToDictionary(n => n.Id, n => n.Name));
    }

    // The published plan itself where it still holds; else what a repair makes of it.
    private async Task<(Schedule Schedule, Cost Cost)> Basis(
        ShopProblem problem, Objective objective, StoredPlan published, TimeSpan budget, CancellationToken cancellation)
    {
        var evaluator = new ScheduleEvaluator(problem, objective);
        var schedule = new LeftOutReasons(problem).Explain(StoredSchedule.Legal(published, problem));
        if (schedule.LeftOut.All(l => PlanDetails.Of(published).LeftOut.Any(o => o.TaskId == problem.Tasks[l.Task].Id)))
            return (schedule, evaluator.Evaluate(schedule));
        var plan = await planner.Plan(problem, objective, new PlanRequest(budget, PlanWay.Repair), CancellationToken.None, cancellation);
        return (plan.Schedule, plan.Cost);
    }

    private static ShopFacts Promising(ShopFacts shop, ShopProblem problem, Schedule schedule)
    {
        var items = Items(problem, schedule);
        return shop with
        {
            Tasks = [.. shop.Tasks.Select(t => t.Progress == TaskProgress.InProgress ? t : t with
            {
                Published = items.TryGetValue(t.Id, out var i) ? new Place(i.TechnicianId, i.BayId, i.StartAt, i.EndAt) : null,
            })],
        };
    }

    private static Dictionary<Guid, PlannedItem> Items(ShopProblem problem, Schedule schedule) =>
        schedule.Items.Select(i => PlannedItem.Of(problem, PlanWay.Repair, i, new Cost())).ToDictionary(i => i.TaskId);

    // What is done or gone by now is no part of the comparison.
    private static Dictionary<Guid, PlannedItem> Stored(StoredPlan plan, ShopProblem problem)
    {
        var open = problem.Tasks.ToDictionary(t => t.Id);
        return plan.Items.Where(i => open.ContainsKey(i.TaskId)).DistinctBy(i => i.TaskId).ToDictionary(i => i.TaskId, i => new PlannedItem(
            i.TaskId, open[i.TaskId].Name, i.TechnicianId, i.BayId, "", i.StartAt, i.EndAt, i.IsLocked, "", [], new Cost()));
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
}
