using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>Runs and their plans as a person looks at them. Reads only, and locks nothing.</summary>
public interface IPlanReader
{
    /// <summary>The one of that id, or all of that name; case and outer blanks do not count.</summary>
    Task<IReadOnlyList<OrganisationRow>> Organisations(string idOrName, CancellationToken cancellation);

    /// <returns>The newest run that succeeded; null where there is none.</returns>
    Task<Guid?> PublishedRun(Guid orgId, CancellationToken cancellation);

    /// <returns>Null where there is no such run.</returns>
    Task<StoredPlan?> Read(Guid runId, CancellationToken cancellation);

    /// <returns>The queued or running job that makes the run's plan; null where there is none.</returns>
    Task<Guid?> OpenJob(Guid runId, CancellationToken cancellation);
}

public sealed record OrganisationRow(Guid Id, string Name, string TimeZone);

/// <summary>A run with its plan, as stored. <paramref name="Breakdown"/> and <paramref name="Details"/> are JSON, as text.</summary>
public sealed record StoredPlan(
    Guid RunId, OrganisationRow Organisation, string Status, string Trigger, DateTimeOffset CreatedAt,
    DateTimeOffset HorizonStart, DateTimeOffset HorizonEnd, int TaskCount, int? SolverWallTimeMs, decimal? ObjectiveValue,
    string? Breakdown, string? SolverStatus, string? InfeasibleReason, string? Details,
    IReadOnlyList<StoredItem> Items, IReadOnlyList<CalendarRow> Calendar)
{
    /// <summary>A plan that succeeded with tasks in it, of which none is left: whoever deletes a plan's items replaces it.</summary>
    public bool WasDeleted => Status == "succeeded" && TaskCount > 0 && Items.Count == 0;

    public bool HasPlan => Status == "succeeded" && !WasDeleted;

    /// <summary>The plan's span, no longer than any plan is.</summary>
    public Horizon Horizon(DateTimeOffset now) => new(
        HorizonStart, HorizonEnd - HorizonStart > Domain.Scheduling.Horizon.Longest ? HorizonStart + Domain.Scheduling.Horizon.Longest : HorizonEnd, now);
}

/// <summary>One task's place. <paramref name="Why"/> is JSON, as text.</summary>
/// <param name="Bay">Null where the task takes none.</param>
public sealed record StoredItem(
    Guid TaskId, string TaskType, string TaskStatus, Guid WorkOrderId, string Unit, int Priority, string? Customer,
    Guid TechnicianId, string Technician, Guid? BayId, string? Bay, DateTimeOffset StartAt, DateTimeOffset EndAt, bool IsLocked, string? Why,
    string? DueDate, DateTimeOffset? CommitmentAt);

/// <param name="TechnicianId">Null: the whole shop.</param>
public sealed record CalendarRow(Guid? TechnicianId, string Type, DateTimeOffset StartAt, DateTimeOffset EndAt);
