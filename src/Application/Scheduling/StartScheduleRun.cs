using FluentValidation;
using FluentValidation.Results;
using MediatR;

namespace Woflo.Application.Scheduling;

/// <summary>Asks for a plan as the API does: a run and its job, which is tried once, in one transaction.</summary>
/// <param name="From">Null: now, by the database's clock.</param>
/// <param name="Days">Of the shop's clock.</param>
public sealed record StartScheduleRun(Guid OrgId, DateTimeOffset? From, int Days, string Trigger, int TimeLimitSeconds) : IRequest<StartedRun>
{
    public static readonly IReadOnlyList<string> Triggers = ["manual", "auto_parts", "auto_callout", "auto_hot_job", "override"];
}

public sealed record StartedRun(Guid RunId, Guid JobId, DateTimeOffset HorizonStart, DateTimeOffset HorizonEnd);

public interface IScheduleRunStore
{
    /// <returns>Null where there is no such organisation; nothing was written then.</returns>
    /// <exception cref="UnknownTimeZoneException">Nothing was written.</exception>
    Task<StartedRun?> Start(StartScheduleRun run, CancellationToken cancellation);
}

public sealed class UnknownTimeZoneException(string message, Exception cause) : Exception(message, cause);

internal sealed class StartScheduleRunValidator : AbstractValidator<StartScheduleRun>
{
    public StartScheduleRunValidator()
    {
        RuleFor(run => run.Days).InclusiveBetween(1, 92);
        RuleFor(run => run.TimeLimitSeconds).InclusiveBetween(1, 300);
        RuleFor(run => run.Trigger).Must(StartScheduleRun.Triggers.Contains)
            .WithMessage(run => $"trigger: '{run.Trigger}' is none of {string.Join(", ", StartScheduleRun.Triggers)}.");
    }
}

internal sealed class StartScheduleRunHandler(IScheduleRunStore store) : IRequestHandler<StartScheduleRun, StartedRun>
{
    public async Task<StartedRun> Handle(StartScheduleRun request, CancellationToken cancellationToken)
    {
        try
        {
            return await store.Start(request, cancellationToken) ?? throw Refused($"org: there is no organisation {request.OrgId}.");
        }
        catch (UnknownTimeZoneException exception)
        {
            throw Refused($"org: its time zone is not known ({exception.Message}); expected a name such as America/Chicago in organizations.timezone.");
        }
    }

    private static ValidationException Refused(string message) => new([new ValidationFailure(nameof(StartScheduleRun.OrgId), message)]);
}
