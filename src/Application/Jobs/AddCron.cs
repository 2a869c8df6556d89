using FluentValidation;
using FluentValidation.Results;
using MediatR;

namespace Woflo.Application.Jobs;

/// <summary>Adds a schedule that enqueues a job by the clock.</summary>
/// <param name="TimeZone">Null: the shop's, also when that changes.</param>
/// <param name="Job">What is enqueued each time.</param>
public sealed record AddCron(string Name, string Expression, string? TimeZone, EnqueueJob Job) : IRequest<AddedCron>;

/// <param name="Next">The next three instants, with the zone's offset.</param>
public sealed record AddedCron(string TimeZone, IReadOnlyList<DateTimeOffset> Next);

internal sealed class AddCronValidator : AbstractValidator<AddCron>
{
    public AddCronValidator(IValidator<EnqueueJob> job)
    {
        RuleFor(add => add.Name).Must(name => name.Length is > 0 and <= 100 && !name.Any(char.IsControl) && name.Trim() == name)
            .WithMessage("name: not 1 to 100 characters without control characters and spaces around them.");
        RuleFor(add => add.Job).SetValidator(job);
        // A schedule makes its own keys, and says itself when.
        RuleFor(add => add.Job.UniqueKey).Null();
        RuleFor(add => add.Job.Delay).Null();
    }
}

internal sealed class AddCronHandler(ICronStore crons) : IRequestHandler<AddCron, AddedCron>
{
    public async Task<AddedCron> Handle(AddCron request, CancellationToken cancellationToken)
    {
        var shop = await crons.Clock(request.Job.OrgId, cancellationToken)
            ?? throw Refusal($"org: there is no organisation {request.Job.OrgId}.");
        var zone = request.TimeZone ?? shop.TimeZone;
        List<DateTimeOffset> next = [];
        try
        {
            var schedule = CronSchedule.Parse(request.Expression, zone);
            while (next.Count < 3)
                next.Add(schedule.Next(next.Count > 0 ? next[^1] : shop.Now));
        }
        catch (FormatException exception)
        {
            throw Refusal(exception.Message);
        }
        return await crons.Add(request, next[0], cancellationToken)
            ? new AddedCron(zone, next)
            : throw Refusal($"name: organisation {request.Job.OrgId} has a schedule '{request.Name}' already; remove it first.");
    }

    private static ValidationException Refusal(string message) => new([new ValidationFailure(nameof(AddCron), message)]);
}
