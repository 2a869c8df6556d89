using FluentValidation;
using MediatR;

namespace Woflo.Application.Jobs;

/// <summary>Lifts a pause of exactly this type and organisation.</summary>
/// <returns>False where there was none.</returns>
public sealed record ResumeJobs(string? Type, Guid? OrgId) : IRequest<bool>;

internal sealed class ResumeJobsValidator : AbstractValidator<ResumeJobs>
{
    public ResumeJobsValidator()
    {
        RuleFor(resume => resume).Must(resume => resume.Type is not null || resume.OrgId is not null)
            .WithMessage("name a type, an organisation, or both.");
        RuleFor(resume => resume.Type).KnownType();
    }
}

internal sealed class ResumeJobsHandler(IQueueKeeper keeper) : IRequestHandler<ResumeJobs, bool>
{
    public Task<bool> Handle(ResumeJobs request, CancellationToken cancellationToken) =>
        keeper.Resume(request.Type, request.OrgId, cancellationToken);
}
