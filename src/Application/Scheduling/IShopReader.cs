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
public sealed record ScheduleRunRow(Guid Id, string Status, DateTimeOffset HorizonStart, DateTimeOffset HorizonEnd);

public abstract record ShopReading
{
    public sealed record Read(ShopFacts Facts) : ShopReading
    {
        /// <summary>The organisation's own weights, as <see cref="Woflo.Domain.Scheduling.Objective.With"/> reads them; null: it has none.</summary>
        public string? Objective { get; init; }
    }

    /// <summary>No plan can be right without knowing when the shop's day begins.</summary>
    public sealed record UnknownTimeZone(string Name) : ShopReading;
}
