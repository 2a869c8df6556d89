using System.Text;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using Woflo.Application.Enrichment;
using Woflo.Domain.Enrichment;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Postgres.Enrichment;

/// <summary>The ledger in PostgreSQL: what workers may spend together, and what was bought.</summary>
internal sealed class SpendingLedger(Bulkhead bulkhead, EnrichmentOptions options) : ISpendingLedger
{
    /// <summary>A request that took its worker down, or outlived it, so often is not sent again.</summary>
    private const int MostLost = 2;

    public Task<Reservation> Reserve(PlannedCall call, CancellationToken cancellation) => InTransaction(async (connection, transaction) =>
    {
        DateTime now;
        DateTimeZone zone;
        await using (var look = Batch(connection, transaction,
            Command(LedgerSql.Now, ("org_id", call.OrgId)),
            Command(LedgerSql.Answered, ("org_id", call.OrgId), ("request_hash", call.RequestHash)),
            Command(LedgerSql.Paused, ("route", call.Route.Id)),
            Command(LedgerSql.GiveUp, ("job_id", call.JobId), ("request_hash", call.RequestHash)),
            Command(LedgerSql.CountLost, ("job_id", call.JobId), ("request_hash", call.RequestHash))))
        {
            await using var row = await look.ExecuteReaderAsync(cancellation);
            await row.ReadAsync(cancellation);
            now = row.GetDateTime(0);
            zone = (row.IsDBNull(1) ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(row.GetString(1))) ?? DateTimeZone.Utc;
            await row.NextResultAsync(cancellation);
            if (await row.ReadAsync(cancellation))
            {
                return (Reservation)new Reservation.Answered(
                    row.GetGuid(0), new ModelReply(Outcome(row.GetString(1)), Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(2))));
            }
            await row.NextResultAsync(cancellation);
            if (await row.ReadAsync(cancellation))
                return new Reservation.Denied(CallOutcome.Paused, row.GetTimeSpan(0), Outcome(row.GetString(1)));
            await row.NextResultAsync(cancellation);
            await row.ReadAsync(cancellation);
            if (row.GetInt32(0) >= MostLost)
                return new Reservation.Denied(CallOutcome.Lost);
        }
        if (call.Tokens > options.DailyTokens || call.CostMicros > options.DailyCostMicros)
            return new Reservation.Denied(CallOutcome.TooLarge);
        var instant = Instant.FromDateTimeUtc(now);
        var day = instant.InZone(zone).Date;
        await using var reserve = Command(connection, transaction, LedgerSql.Reserve,
            ("org_id", call.OrgId), ("day", day.ToDateOnly()), ("tokens", call.Tokens), ("cost", call.CostMicros),
            ("token_limit", options.DailyTokens), ("cost_limit", options.DailyCostMicros), ("job_id", call.JobId), ("work_order_id", call.WorkOrderId),
            ("step", call.Step), ("provider", call.Route.Provider), ("model", call.Route.Model), ("prompt_version", call.PromptVersion),
            ("purpose", call.Purpose), ("request_hash", call.RequestHash));
        return await reserve.ExecuteScalarAsync(cancellation) is Guid id
            ? new Reservation.Granted(id)
            : new Reservation.Denied(CallOutcome.BudgetSpent, (zone.AtStartOfDay(day.PlusDays(1)).ToInstant() - instant).ToTimeSpan());
    }, cancellation);

    public Task Record(Guid callId, ModelReply reply, long? costMicros, RoutePause? pause, CancellationToken cancellation) =>
        InTransaction(async (connection, transaction) =>
        {
            await using var record = Command(connection, transaction, LedgerSql.Record,
                ("id", callId), ("outcome", Spelling.Of(reply.Outcome)), ("input", reply.Use?.Input), ("cached", reply.Use?.CachedInput),
                ("output", reply.Use?.Output), ("cost", costMicros), ("tokens", reply.IsFree ? 0L : reply.Use?.Total),
                ("answer", reply.IsAnswer ? Encoding.UTF8.GetBytes(reply.Text) : null));
            await record.ExecuteNonQueryAsync(cancellation);
            if (pause is not null)
            {
                await using var wait = Command(connection, transaction, LedgerSql.Pause,
                    ("route", pause.RouteId), ("for", pause.For), ("reason", Spelling.Of(pause.Reason)));
                await wait.ExecuteNonQueryAsync(cancellation);
            }
            return true;
        }, cancellation);

    private Task<T> InTransaction<T>(Func<NpgsqlConnection, NpgsqlTransaction, Task<T>> work, CancellationToken cancellation) =>
        DatabaseErrors.Guard(() => bulkhead.Use(JobTypes.AiEnrich, async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            var result = await work(connection, transaction);
            await transaction.CommitAsync(cancellation);
            return result;
        }, cancellation));

    // A row of a later version may hold what this one does not know.
    private static CallOutcome Outcome(string spelled) => Spelling.Parse<CallOutcome>(spelled) ?? CallOutcome.Garbage;

    private static NpgsqlBatch Batch(NpgsqlConnection connection, NpgsqlTransaction transaction, params ReadOnlySpan<NpgsqlBatchCommand> commands)
    {
        var batch = new NpgsqlBatch(connection, transaction);
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        return batch;
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        Add(command.Parameters, values);
        return command;
    }

    private static NpgsqlCommand Command(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = new NpgsqlCommand(sql, connection, transaction);
        Add(command.Parameters, values);
        return command;
    }

    // A null has no type of its own.
    private static void Add(NpgsqlParameterCollection parameters, ReadOnlySpan<(string Name, object? Value)> values)
    {
        foreach (var (name, value) in values)
        {
            parameters.Add(new NpgsqlParameter(name, value switch
            {
                Guid => NpgsqlDbType.Uuid,
                byte[] => NpgsqlDbType.Bytea,
                DateOnly => NpgsqlDbType.Date,
                TimeSpan => NpgsqlDbType.Interval,
                string => NpgsqlDbType.Text,
                _ => name == "answer" ? NpgsqlDbType.Bytea : NpgsqlDbType.Bigint,
            })
            { Value = value ?? DBNull.Value });
        }
    }
}
