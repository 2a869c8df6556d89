using Dapper;
using Npgsql;
using Woflo.Application.Enrichment;

namespace Woflo.Infrastructure.Postgres.Enrichment;

internal sealed class UsageReader(NpgsqlDataSource source) : IUsageReader
{
    public Task<IReadOnlyList<UsageLine>> Read(Guid? orgId, int days, CancellationToken cancellation) => DatabaseErrors.Guard<IReadOnlyList<UsageLine>>(async () =>
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        return [.. await connection.QueryAsync<UsageLine>(new CommandDefinition(
            LedgerSql.Usage, new { org_id = orgId, days }, cancellationToken: cancellation))];
    });
}
