using FluentValidation;
using MediatR;

namespace Woflo.Application.Jobs;

/// <summary>Removes a schedule; what it has enqueued stays.</summary>
/// <returns>False where there was none.</returns>
public sealed record RemoveCron(Guid OrgId, string Name) : IRequest<bool>;

internal sealed class RemoveCronValidator : AbstractValidator<RemoveCron>
{
    public RemoveCronValidator() => RuleFor(remove => remove.Name).Must(name => !name.Contains('\0', StringComparison.Ordinal));
}

internal sealed class RemoveCronHandler(ICronStore crons) : IRequestHandler<RemoveCron, bool>
{
    public Task<bool> Handle(RemoveCron request, CancellationToken cancellationToken) => crons.Remove(request.OrgId, request.Name, cancellationToken);
}
