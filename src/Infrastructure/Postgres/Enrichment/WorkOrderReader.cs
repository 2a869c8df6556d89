using System.Security.Cryptography;
using Dapper;
using Npgsql;
using Woflo.Application.Enrichment;
using Woflo.Domain.Enrichment;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Postgres.Enrichment;

internal sealed class WorkOrderReader(Bulkhead bulkhead) : IWorkOrderReader
{
    public Task<WorkOrderText?> Load(Guid orgId, Guid workOrderId, CancellationToken cancellation) => DatabaseErrors.Guard(() => bulkhead.Use(JobTypes.AiEnrich, async connection =>
    {
        var key = new { org_id = orgId, work_order_id = workOrderId, max_length = Redaction.MaxInput };
        var found = (await connection.QueryAsync<string?>(new CommandDefinition(EnrichmentSql.LoadNotes, key, cancellationToken: cancellation))).AsList();
        if (found.Count == 0)
            return null;
        var parts = await connection.QueryAsync<string>(new CommandDefinition(EnrichmentSql.LoadPartNames, key, cancellationToken: cancellation));
        return new WorkOrderText(found[0], parts.AsList(), new Pseudonyms(await Key(connection, orgId, cancellation)));
    }, cancellation));

    /// <summary>The organisation's key, made when it is first needed. Of two that make one, the first counts for both.</summary>
    private static async Task<byte[]> Key(NpgsqlConnection connection, Guid orgId, CancellationToken cancellation)
    {
        if (await Read() is { } known)
            return known;
        await connection.ExecuteAsync(new CommandDefinition(
            EnrichmentSql.MakeKey, new { org_id = orgId, key = RandomNumberGenerator.GetBytes(Pseudonyms.KeyBytes) }, cancellationToken: cancellation));
        return await Read() ?? throw new InvalidOperationException("The organisation's redaction key was deleted while it was made.");

        Task<byte[]?> Read() =>
            connection.ExecuteScalarAsync<byte[]>(new CommandDefinition(EnrichmentSql.LoadKey, new { org_id = orgId }, cancellationToken: cancellation));
    }

    public Task<Guid?> OrganisationOf(Guid workOrderId, CancellationToken cancellation) => DatabaseErrors.Guard(() => bulkhead.Use(JobTypes.AiEnrich, connection =>
        connection.ExecuteScalarAsync<Guid?>(new CommandDefinition(
            EnrichmentSql.OrganisationOf, new { work_order_id = workOrderId }, cancellationToken: cancellation)), cancellation));
}

internal sealed class AnswerReader(Bulkhead bulkhead) : IAnswerReader
{
    public Task<StepAnswer?> Find(StepRequest request, IReadOnlyList<AnswerSource> sources, CancellationToken cancellation) =>
        DatabaseErrors.Guard(() => bulkhead.Use(JobTypes.AiEnrich, async connection =>
        {
            var found = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(EnrichmentSql.FindAnswer, new
            {
                org_id = request.OrgId,
                work_order_id = request.WorkOrderId,
                step = Spelling.Of(request.Step),
                input = request.Text.Value,
                providers = sources.Select(source => source.Provider).ToArray(),
                models = sources.Select(source => source.Model).ToArray(),
                versions = sources.Select(source => source.PromptVersion).ToArray(),
            }, cancellationToken: cancellation));
            return found is not null && ResultJson.Read(request.Step, found.Result) is { } result
                ? new StepAnswer(result, found.Provider, found.Model, found.PromptVersion)
                : null;
        }, cancellation));

    private sealed record Row(string Provider, string Model, string PromptVersion, string Result);
}
