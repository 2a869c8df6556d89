using Dapper;
using Woflo.Application.Enrichment;
using Woflo.Domain.Enrichment;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Postgres.Enrichment;

internal sealed class WorkOrderReader(Bulkhead bulkhead) : IWorkOrderReader
{
    public Task<WorkOrderText?> Load(Guid orgId, Guid workOrderId, CancellationToken cancellation) => DatabaseErrors.Guard(() => bulkhead.Use(JobTypes.AiEnrich, async connection =>
    {
        // Twice what is kept, so that redaction sees a number whole that the cut would go through.
        var key = new { org_id = orgId, work_order_id = workOrderId, max_length = 2 * RedactedText.MaxLength };
        var found = (await connection.QueryAsync<string?>(new CommandDefinition(EnrichmentSql.LoadNotes, key, cancellationToken: cancellation))).AsList();
        if (found.Count == 0)
            return null;
        var parts = await connection.QueryAsync<string>(new CommandDefinition(EnrichmentSql.LoadPartNames, key, cancellationToken: cancellation));
        return new WorkOrderText(found[0], parts.AsList());
    }, cancellation));
}
