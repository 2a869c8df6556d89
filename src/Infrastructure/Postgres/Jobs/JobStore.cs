using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Postgres.Jobs;

/// <summary>The queue in PostgreSQL.</summary>
internal sealed class JobStore(
    NpgsqlDataSource dataSource, RenewalSource renewals, QueueOptions options, IEnumerable<IJobEffects> effects) : IJobStore
{
    private const int ClaimTimeoutSeconds = 5;

    // Names this process, whatever WORKER_ID says: two workers of one name announce their sleep apart.
    private readonly Guid _instance = Guid.NewGuid();
    // Written by the lanes, read by whoever looks ahead.
    private readonly ConcurrentDictionary<string, Guid> _lastServed = new(JobTypes.All.Select(type => KeyValuePair.Create(type, Guid.Empty)));
    private readonly Dictionary<string, IJobEffects> _effects = effects.ToDictionary(effect => effect.JobType);

    public Task<LeasedJob?> Claim(string type, CancellationToken cancellation) => DatabaseErrors.Guard(async () =>
    {
        var fence = Guid.NewGuid();
        var exclusive = RunsAloneInItsOrganisation(type);
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        // One batch is one transaction and one round trip.
        // A claim under way is not cancelled at shutdown, so it must not take long to fail.
        await using var batch = new NpgsqlBatch(connection) { Timeout = ClaimTimeoutSeconds };
        if (exclusive)
        {
            var turn = new NpgsqlBatchCommand(JobSql.LockExclusiveType);
            Add(turn.Parameters, ("type", type));
            batch.BatchCommands.Add(turn);
        }
        var claim = new NpgsqlBatchCommand(JobSql.Claim);
        Add(claim.Parameters, ("type", type), ("after", _lastServed[type]), ("exclusive", exclusive), ("fence", fence),
            ("lease", options.Lease), ("worker", options.WorkerId));
        batch.BatchCommands.Add(claim);
        Job? job = null;
        await using (var reader = await batch.ExecuteReaderAsync(cancellation))
        {
            if (exclusive)
                await reader.NextResultAsync(cancellation);
            if (await reader.ReadAsync(cancellation))
                job = Row(reader);
            // To the end, so that an error of the commit is thrown here and not lost.
            while (await reader.NextResultAsync(cancellation))
            {
            }
        }
        if (job is null)
            return null;
        _lastServed[type] = job.OrgId;
        return new LeasedJob(job, fence);
    });

    public Task<bool> Start(LeasedJob leased, CancellationToken cancellation) => InTransaction(async (connection, transaction) =>
    {
        await using var held = Command(connection, JobSql.LockByFence, ("id", leased.Job.Id), ("fence", leased.Fence));
        if (await held.ExecuteScalarAsync(cancellation) is null)
            return false;
        await Apply(new JobEffect.Started(), leased.Job, transaction, cancellation);
        return true;
    }, cancellation);

    public Task<bool> End(LeasedJob leased, JobEnd end, JobFailure? failure, object? results, CancellationToken cancellation) =>
        InTransaction(async (connection, transaction) =>
        {
            await using var update = Command(
                connection, JobSql.End, ("id", leased.Job.Id), ("fence", leased.Fence), ("status", end.State.Name()),
                ("given_back", end.GivesBackAttempt), ("deferred", end is JobEnd.Deferred), ("delay", Delay(end)),
                ("error", failure?.Error), ("failure_class", failure?.Class.Name));
            if (await update.ExecuteNonQueryAsync(cancellation) == 0)
            {
                await using var mine = Command(connection, JobSql.EndedByMe, ("id", leased.Job.Id), ("fence", leased.Fence));
                return (bool)(await mine.ExecuteScalarAsync(cancellation))!;
            }
            await Apply(Effect(end, failure, results), leased.Job.After(end), transaction, cancellation);
            return true;
        }, cancellation);

    public Task<Renewal> Renew(IReadOnlyCollection<LeasedJob> held, CancellationToken cancellation) => DatabaseErrors.Guard(async () =>
    {
        await using var command = renewals.Source.CreateCommand(JobSql.Renew);
        // A renewal that hangs must fail in time for another try.
        command.CommandTimeout = Math.Max(1, (int)(options.Lease.TotalSeconds / 3));
        Add(command.Parameters, ("ids", held.Select(leased => leased.Job.Id).ToArray()),
            ("fences", held.Select(leased => leased.Fence).ToArray()), ("lease", options.Lease));
        HashSet<Guid> renewed = [], lost = [.. held.Select(leased => leased.Fence)];
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            lost.Remove(reader.GetGuid(0));
            if (reader.GetBoolean(1))
                renewed.Add(reader.GetGuid(0));
        }
        return new Renewal(renewed, lost);
    });

    public Task<EndedJob?> RescueNext(RetryPolicy retry, IReadOnlyCollection<Guid> skip, CancellationToken cancellation) => InTransaction(async (connection, transaction) =>
    {
        await using var next = Command(connection, JobSql.NextLost, ("legacy", options.LegacyLease), ("skip", skip.ToArray()));
        Job job;
        string? worker;
        await using (var reader = await next.ExecuteReaderAsync(cancellation))
        {
            if (!await reader.ReadAsync(cancellation))
                return null;
            job = Row(reader);
            worker = reader.IsDBNull(10) ? null : reader.GetString(10);
        }
        var end = job.Rescue(retry);
        var failure = new JobFailure(FailureClass.Lost, "WorkerLost", $"worker '{worker}' vanished while it ran this job.");
        await using var update = Command(
            connection, JobSql.Rescue, ("id", job.Id), ("status", end.State.Name()), ("given_back", end.GivesBackAttempt),
            ("error", failure.Error), ("failure_class", failure.Class.Name));
        try
        {
            await update.ExecuteNonQueryAsync(cancellation);
            await Apply(Effect(end, failure, null), job.After(end), transaction, cancellation);
        }
        catch (Exception exception) when (exception is not OperationCanceledException && DatabaseErrors.Translate(exception) is null)
        {
            throw new RescueFailedException(job.Id, exception);
        }
        return new EndedJob(job, end, worker);
    }, cancellation);

    public Task<Job?> Retry(Guid id, CancellationToken cancellation) => InTransaction(async (connection, transaction) =>
    {
        await using var find = Command(connection, JobSql.LockById, ("id", id));
        Job job;
        await using (var reader = await find.ExecuteReaderAsync(cancellation))
        {
            if (!await reader.ReadAsync(cancellation))
                return null;
            job = Row(reader);
        }
        if (job.State != JobState.Failed)
            return job;
        await using var update = Command(connection, JobSql.Retry, ("id", id));
        await update.ExecuteNonQueryAsync(cancellation);
        await Apply(new JobEffect.Requeued(), job.Retry(), transaction, cancellation);
        return job;
    }, cancellation);

    public Task<IReadOnlyList<Guid>> DeadLetters(string? type, string? failureClass, int limit, CancellationToken cancellation) =>
        DatabaseErrors.Guard(async () =>
        {
            await using var command = dataSource.CreateCommand(JobSql.DeadLetters);
            Add(command.Parameters, ("type", type), ("failure_class", failureClass), ("limit", limit));
            List<Guid> ids = [];
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
                ids.Add(reader.GetGuid(0));
            return (IReadOnlyList<Guid>)ids;
        });

    public Task<QueueOutlook> Look(IReadOnlyCollection<string> types, bool announce, CancellationToken cancellation) => DatabaseErrors.Guard(async () =>
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        var register = new NpgsqlBatchCommand(JobSql.Register);
        // Expires by itself: a killed worker must not have every insert notify for ever.
        Add(register.Parameters, ("instance", _instance), ("worker", options.WorkerId), ("types", types.ToArray()),
            ("expiry", (options.PollInterval * 2) + TimeSpan.FromSeconds(1)), ("asleep", announce));
        batch.BatchCommands.Add(register);
        var outlook = new NpgsqlBatchCommand(JobSql.Outlook);
        Add(outlook.Parameters, ("legacy", options.LegacyLease));
        batch.BatchCommands.Add(outlook);
        foreach (var type in types)
        {
            var due = new NpgsqlBatchCommand(JobSql.Due);
            Add(due.Parameters, ("type", type), ("after", _lastServed[type]), ("exclusive", RunsAloneInItsOrganisation(type)));
            batch.BatchCommands.Add(due);
        }
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        TimeSpan? nextDue = reader.IsDBNull(0) ? null : reader.GetTimeSpan(0);
        var anyLost = reader.GetBoolean(1);
        HashSet<string> dueTypes = [];
        foreach (var type in types)
        {
            await reader.NextResultAsync(cancellation);
            await reader.ReadAsync(cancellation);
            if (reader.GetBoolean(0))
                dueTypes.Add(type);
        }
        return new QueueOutlook(dueTypes, nextDue, anyLost);
    });

    // Two plans for one shop would fight over the same technicians.
    private static bool RunsAloneInItsOrganisation(string type) => type == JobTypes.ScheduleRun;

    private Task Apply(JobEffect effect, Job job, NpgsqlTransaction transaction, CancellationToken cancellation) =>
        _effects.TryGetValue(job.Type, out var module) ? module.Apply(effect, job, transaction, cancellation) : Task.CompletedTask;

    private static JobEffect Effect(JobEnd end, JobFailure? failure, object? results) => end switch
    {
        JobEnd.Succeeded => new JobEffect.Succeeded(results),
        JobEnd.DeadLettered => new JobEffect.DeadLettered(failure!),
        JobEnd.Cancelled => new JobEffect.Cancelled(),
        _ => new JobEffect.Requeued(),
    };

    private static TimeSpan? Delay(JobEnd end) => end switch
    {
        JobEnd.Retrying retrying => retrying.Delay,
        JobEnd.Deferred deferred => deferred.Delay,
        _ => null,
    };

    private static Job Row(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3),
        JobStates.Named(row.GetString(4)), row.GetInt32(5), row.GetInt32(6), row.GetInt32(7), row.GetTimeSpan(8), row.GetInt32(9));

    private Task<T> InTransaction<T>(Func<NpgsqlConnection, NpgsqlTransaction, Task<T>> work, CancellationToken cancellation) =>
        DatabaseErrors.Guard(async () =>
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            var result = await work(connection, transaction);
            await transaction.CommitAsync(cancellation);
            return result;
        });

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        Add(command.Parameters, values);
        return command;
    }

    // A null has no type of its own, so the nullable ones are named here.
    private static void Add(NpgsqlParameterCollection parameters, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        foreach (var (name, value) in values)
        {
            parameters.Add(new NpgsqlParameter(name, name == "delay" ? NpgsqlDbType.Interval : TypeOf(value)) { Value = value ?? DBNull.Value });
        }
    }

    private static NpgsqlDbType TypeOf(object? value) => value switch
    {
        Guid => NpgsqlDbType.Uuid,
        Guid[] => NpgsqlDbType.Array | NpgsqlDbType.Uuid,
        string[] => NpgsqlDbType.Array | NpgsqlDbType.Text,
        int => NpgsqlDbType.Integer,
        bool => NpgsqlDbType.Boolean,
        TimeSpan => NpgsqlDbType.Interval,
        _ => NpgsqlDbType.Text,
    };
}
