using Woflo.Domain.Enrichment;

namespace Woflo.Application.Enrichment;

public interface IWorkOrderReader
{
    /// <summary>The work order's text; null when the organisation has no such work order.</summary>
    Task<WorkOrderText?> Load(Guid orgId, Guid workOrderId, CancellationToken cancellation);

    /// <summary>For people, who have the work order and not its organisation; a job brings its own.</summary>
    Task<Guid?> OrganisationOf(Guid workOrderId, CancellationToken cancellation);
}
