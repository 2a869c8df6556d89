using Npgsql;
using NpgsqlTypes;
using Woflo.Application.Jobs;

namespace Woflo.Infrastructure.Postgres.Jobs;

/// <summary>The way into the queue in PostgreSQL.</summary>
internal sealed class EnqueueStore(NpgsqlDataSource dataSource) : IEnqueueStore
{
    public Task<IReadOnlyList<EnqueuedJob>> Enqueue(IReadOnlyList<EnqueueJob> jobs, CancellationToken cancellation) => DatabaseErrors.Guard(async () =>
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        try
        {
            return await Enqueue(connection, jobs, cancellation);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            var missing = await MissingOrganisations(connection, jobs, cancellation);
            if (missing.Count == 0)
                throw;
            throw new NoSuchOrganisationException(missing);
        }
    });

    /// <summary>In the connection's transaction, or, where none is open, in one of its own: one batch is one transaction and one round trip.</summary>
    internal static async Task<IReadOnlyList<EnqueuedJob>> Enqueue(
        NpgsqlConnection connection, IReadOnlyList<EnqueueJob> jobs, CancellationToken cancellation)
    {
        if (jobs.Count == 0)
            return [];
        // Ascending, in the list's order.
        var ids = jobs.Select(_ => Guid.CreateVersion7()).Order().ToArray();
        // The first of a key in this list stands for the others.
        Dictionary<(Guid OrgId, string Type, string Key), int> firsts = [];
        var stoodFor = jobs.Select((job, n) => job.UniqueKey is not { } key || firsts.TryAdd((job.OrgId, job.Type, key), n) ? n : firsts[(job.OrgId, job.Type, key)])
            .ToArray();
        var inserted = stoodFor.Where((first, n) => first == n).ToArray();
        var keyed = firsts.OrderBy(first => first.Key.Key, StringComparer.Ordinal).ThenBy(first => first.Key.Type, StringComparer.Ordinal)
            .ThenBy(first => first.Key.OrgId).Select(first => first.Value).ToArray();

        await using var batch = new NpgsqlBatch(connection) { Timeout = 30 + (jobs.Count / 1_000) };
        if (keyed.Length > 0)
        {
            foreach (var sql in new[] { EnqueueSql.LockKeys, EnqueueSql.TakeOverKeys, EnqueueSql.ReadKeys })
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(sql)
                {
                    Parameters =
                    {
                        Of("key_org_ids", NpgsqlDbType.Uuid, keyed, n => jobs[n].OrgId),
                        Of("key_types", NpgsqlDbType.Text, keyed, n => jobs[n].Type),
                        Of("key_names", NpgsqlDbType.Text, keyed, n => jobs[n].UniqueKey),
                        Of("key_ids", NpgsqlDbType.Uuid, keyed, n => ids[n]),
                        Of("key_windows", NpgsqlDbType.Interval, keyed, n => jobs[n].UniqueFor ?? TimeSpan.Zero),
                    },
                });
            }
        }
        batch.BatchCommands.Add(new NpgsqlBatchCommand(keyed.Length > 0 ? EnqueueSql.InsertHolders : EnqueueSql.Insert)
        {
            Parameters =
            {
                Of("ids", NpgsqlDbType.Uuid, inserted, n => ids[n]),
                Of("org_ids", NpgsqlDbType.Uuid, inserted, n => jobs[n].OrgId),
                Of("types", NpgsqlDbType.Text, inserted, n => jobs[n].Type),
                Of("payloads", NpgsqlDbType.Jsonb, inserted, n => jobs[n].Payload),
                Of("delays", NpgsqlDbType.Interval, inserted, n => jobs[n].Delay ?? TimeSpan.Zero),
                Of("max_attempts", NpgsqlDbType.Integer, inserted, n => jobs[n].MaxAttempts),
                Of("keys", NpgsqlDbType.Text, inserted, n => jobs[n].UniqueKey),
            },
        });

        var holders = (Guid[])ids.Clone();
        await using (var reader = await batch.ExecuteReaderAsync(cancellation))
        {
            foreach (var n in keyed)
            {
                await reader.ReadAsync(cancellation);
                holders[n] = reader.GetGuid(0);
            }
            // To the end, so that an error of the insert or of the commit is thrown here and not lost.
            while (await reader.NextResultAsync(cancellation))
            {
            }
        }
        return [.. stoodFor.Select((first, n) => new EnqueuedJob(holders[first], WasThere: first != n || holders[first] != ids[first]))];
    }

    private static async Task<HashSet<Guid>> MissingOrganisations(
        NpgsqlConnection connection, IReadOnlyList<EnqueueJob> jobs, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(EnqueueSql.MissingOrganisations, connection)
        {
            Parameters = { Of("org_ids", NpgsqlDbType.Uuid, Enumerable.Range(0, jobs.Count), n => jobs[n].OrgId) },
        };
        HashSet<Guid> missing = [];
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            missing.Add(reader.GetGuid(0));
        return missing;
    }

    private static NpgsqlParameter Of<T>(string name, NpgsqlDbType type, IEnumerable<int> rows, Func<int, T> value) =>
        new(name, NpgsqlDbType.Array | type) { Value = rows.Select(value).ToArray() };
}
