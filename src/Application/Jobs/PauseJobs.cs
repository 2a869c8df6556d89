using FluentValidation;
using FluentValidation.Results;
using MediatR;

namespace Woflo.Application.Jobs;

/// <summary>Keeps every worker from starting jobs of a type, an organisation, or a type of an organisation; what runs goes on.</summary>
/// <param name="Lasting">How long, by the database's clock. Without it and <paramref name="Until"/>: until somebody resumes.</param>
/// <param name="Until">UTC.</param>
public sealed record PauseJobs(string? Type, Guid? OrgId, string? Reason = null, TimeSpan? Lasting = null, DateTime? Until = null) : IRequest<QueuePause>;

internal sealed class PauseJobsValidator : AbstractValidator<PauseJobs>
{
    public PauseJobsValidator(TimeProvider time)
    {
        RuleFor(pause => pause).Must(pause => pause.Type is not null || pause.OrgId is not null)
            .WithMessage("name a type, an organisation, or both.");
        RuleFor(pause => pause.Type).KnownType();
        RuleFor(pause => pause.Reason).Reason();
        RuleFor(pause => pause).Must(pause => pause.Lasting is null || pause.Until is null)
            .WithMessage("say how long, or until when, not both.");
        RuleFor(pause => pause.Lasting).Must(lasting => lasting is null || (lasting >= TimeSpan.FromSeconds(1) && lasting <= TimeSpan.FromDays(3660)))
            .WithMessage("for: not from a second to 3660 days.");
        // Against a slip of the hand only, so this machine's clock will do.
        RuleFor(pause => pause.Until).Must(until => until is null || until > time.GetUtcNow().UtcDateTime)
            .WithMessage(pause => FormattableString.Invariant($"until: {pause.Until:yyyy-MM-dd HH:mm:ss'Z'} is past."));
    }
}

internal sealed class PauseJobsHandler(IQueueKeeper keeper) : IRequestHandler<PauseJobs, QueuePause>
{
    public async Task<QueuePause> Handle(PauseJobs request, CancellationToken cancellationToken) =>
        await keeper.Pause(request with { Reason = string.IsNullOrWhiteSpace(request.Reason) ? "paused by hand" : request.Reason }, cancellationToken)
        ?? throw new ValidationException([new ValidationFailure(nameof(request.OrgId), $"org: there is no organisation {request.OrgId}.")]);
}
