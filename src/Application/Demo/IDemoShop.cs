namespace Woflo.Application.Demo;

/// <summary>A made-up shop to try the worker on, and what came out of it.</summary>
public interface IDemoShop
{
    /// <summary>Whether the database holds nothing, or nothing but the demo shop; also before any migration.</summary>
    Task<bool> DatabaseIsOursOrEmpty(CancellationToken cancellation);

    /// <summary>Adds what is missing of the shop and moves its dates to the week of <paramref name="now"/>; changes nothing else.</summary>
    Task Load(DateTimeOffset now, CancellationToken cancellation);

    /// <summary>The jobs to enqueue: enrichment for each open work order that has none, and a plan for the coming week
    /// (its run is created here).</summary>
    Task<IReadOnlyList<DemoJob>> EnqueueWork(DateTimeOffset now, CancellationToken cancellation);

    Task<DemoReport> Read(CancellationToken cancellation);
}

/// <param name="Payload">A JSON object.</param>
public sealed record DemoJob(Guid OrgId, string Type, string Payload, int MaxAttempts);

/// <param name="Run">The newest run of the scheduler; null before the first.</param>
public sealed record DemoReport(
    IReadOnlyList<DemoEnrichment> Enrichments,
    DemoRun? Run,
    IReadOnlyList<DemoPlanRow> Plan,
    IReadOnlyList<DemoLeftOut> LeftOut,
    IReadOnlyList<DemoJobCount> JobCounts);

/// <summary>A work order's fields as they are now (a person's or enrichment's), and what enrichment found.</summary>
/// <param name="Category">The work order's; null while empty.</param>
/// <param name="FoundCategory">Enrichment's; null before it ran.</param>
/// <param name="OosRisk">none, possible or likely.</param>
/// <param name="Evidence">The words that the risk rests on.</param>
/// <param name="Error">Of the newest failed step, where nothing was found.</param>
public sealed record DemoEnrichment(
    Guid WorkOrderId, string Unit, string? Notes, string? Category, decimal? HoursLow, decimal? HoursHigh, string? BayType,
    string? FoundCategory, decimal? Confidence, string? OosRisk, string? Evidence, string? FaultCodes, string? Error);

public sealed record DemoRun(Guid Id, string Status, string? SolverStatus, string? InfeasibleReason, int TaskCount, int? SolverWallTimeMs);

/// <summary>One task's place, in the shop's own time.</summary>
public sealed record DemoPlanRow(
    string Technician, DateTime StartLocal, DateTime EndLocal, string Unit, Guid WorkOrderId, string TaskType, string Bay, bool IsLocked)
{
    public DateOnly Day => DateOnly.FromDateTime(StartLocal);
}

public sealed record DemoLeftOut(Guid TaskId, string? Unit, string? TaskType, string Reason);

public sealed record DemoJobCount(string Type, string Status, long Count);
