using System.Diagnostics;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;
using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>The shop's rows, read. Rows of another organisation do not exist here.</summary>
public interface IShopReader
{
    /// <returns>Null where the organisation has no such run.</returns>
    Task<ScheduleRunRow?> ReadRun(Guid orgId, Guid scheduleRunId, CancellationToken cancellation);

    /// <summary>The whole shop as of one moment.</summary>
    Task<ShopReading> ReadShop(Guid orgId, Horizon horizon, CancellationToken cancellation);
}

/// <param name="Status">As stored: queued, running, succeeded, failed or canceled.</param>
/// <param name="Trigger">As stored: manual, auto_parts, auto_callout, auto_hot_job or override.</param>
/// <param name="SupersededBy">The newer run for which this one was called off.</param>
public sealed record ScheduleRunRow(
    Guid Id, string Status, string Trigger, DateTimeOffset HorizonStart, DateTimeOffset HorizonEnd, Guid? SupersededBy = null);

public abstract record ShopReading
{
    public sealed record Read(ShopFacts Facts) : ShopReading
    {
        /// <summary>The organisation's own weights, as <see cref="Woflo.Domain.Scheduling.Objective.With"/> reads them; null: it has none.</summary>
        public string? Objective { get; init; }
    }

    /// <summary>No plan can be right without knowing when the shop's day begins.</summary>
    public sealed record UnknownTimeZone(string Name) : ShopReading;

    /// <summary>The rows with all rules applied.</summary>
    /// <exception cref="JobFailedException">They say what cannot be planned, however often it is tried.</exception>
    public ShopProblem Problem(Horizon horizon) => this switch
    {
        UnknownTimeZone(var name) => throw new JobFailedException(JobFailure.InvalidInput($"The organisation's time zone '{name}' is not known.")),
        Read(var facts) => ShopProblemBuilder.Build(facts, horizon) switch
        {
            BuiltProblem.Contradiction(var message, _) =>
                throw new JobFailedException(new JobFailure(FailureClass.Infeasible, "Infeasible", message)),
            BuiltProblem.Ready(var problem) => problem,
            _ => throw new UnreachableException(),
        },
        _ => throw new UnreachableException(),
    };
}
