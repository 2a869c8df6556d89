using FluentValidation;
using MediatR;

namespace Woflo.Application.Enrichment;

/// <summary>Makes tasks of a work order's latest stored plan, because a person says so.</summary>
public sealed record ApplyPlan(Guid WorkOrderId) : IRequest<AppliedPlan>;

/// <param name="Tasks">How many were made; or, where there were some already, how many there are.</param>
/// <param name="IsDraft">The plan was one that a person had to look at.</param>
public sealed record AppliedPlan(PlanOutcome Outcome, int Tasks = 0, bool IsDraft = false);

public enum PlanOutcome
{
    Applied,
    NoWorkOrder,
    NoPlan,

    /// <summary>Whatever they are, a plan beside them would double the work.</summary>
    HasTasks,
}

public interface IPlanStore
{
    /// <summary>All in one transaction, which holds the work order: of two at once, one makes the tasks.</summary>
    Task<AppliedPlan> Apply(Guid workOrderId, CancellationToken cancellation);
}

internal sealed class ApplyPlanValidator : AbstractValidator<ApplyPlan>
{
    public ApplyPlanValidator() => RuleFor(apply => apply.WorkOrderId).NotEmpty();
}

internal sealed class ApplyPlanHandler(IPlanStore plans) : IRequestHandler<ApplyPlan, AppliedPlan>
{
    public Task<AppliedPlan> Handle(ApplyPlan request, CancellationToken cancellationToken) => plans.Apply(request.WorkOrderId, cancellationToken);
}
