using Npgsql;
using NpgsqlTypes;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Postgres.Jobs;

/// <summary>The queue in PostgreSQL. Claims, and ends that write nothing but the job's row, are gathered: see <see cref="Gathering{TRequest,TAnswer}"/>.</summary>
internal sealed class JobStore : IJobStore
{
    /// <summary>Rows one gathered statement takes at most.</summary>
    private const int Gathered = 500;
    private const int ClaimTimeoutSeconds = 5;

    private readonly NpgsqlDataSource _dataSource;
    private readonly RenewalSource _renewals;
    private readonly QueueOptions _options;
    private readonly PoolerWatch _pooler;
    private readonly Bulkhead _bulkhead;
    private readonly TimeProvider _time;
    // Names this process, whatever WORKER_ID says: two workers of one name announce their sleep apart.
    private readonly Guid _instance = Guid.NewGuid();
    private readonly Dictionary<string, IJobEffects> _effects;
    private readonly Dictionary<string, ClaimCursor> _cursors;
    private readonly Dictionary<string, Gathering<string, LeasedJob?>> _claims;
    private readonly Gathering<Ending, bool> _ends;

    public JobStore(
        NpgsqlDataSource dataSource, RenewalSource renewals, QueueOptions options, IEnumerable<IJobEffects> effects, PoolerWatch pooler,
        Bulkhead bulkhead, TimeProvider time)
    {
        (_dataSource, _renewals, _options, _pooler, _bulkhead, _time) = (dataSource, renewals, options, pooler, bulkhead, time);
        _effects = effects.ToDictionary(effect => effect.JobType);
        _cursors = JobTypes.All.ToDictionary(type => type, _ => new ClaimCursor(options.PollInterval, time));
        _claims = JobTypes.All.ToDictionary(
            type => type, type => new Gathering<string, LeasedJob?>(Gathered, 1, waiting => ClaimMany(type, waiting.Count)));
        _ends = new Gathering<Ending, bool>(Gathered, 2, EndMany);
    }

    public Task<LeasedJob?> Claim(string type, CancellationToken cancellation) => _claims[type].Ask(type).WaitAsync(cancellation);

    private Task<IReadOnlyList<LeasedJob?>> ClaimMany(string type, int wanted) => DatabaseErrors.Guard(async () =>
    {
        var cursor = _cursors[type];
        await using var connection = await _dataSource.OpenConnectionAsync();
        // One batch is one transaction and one round trip.
        // A claim under way is not cancelled at shutdown, so it must not take long to fail.
        await using var batch = new NpgsqlBatch(connection) { Timeout = ClaimTimeoutSeconds };
        Add(batch, JobSql.LockCappedType, ("type", type));
        cursor.ForClaim(Add(batch, JobSql.Claim, ("type", type), ("wanted", wanted), ("lease", _options.Lease), ("worker", _options.WorkerId)).Parameters);
        await Prepare(batch);
        List<ClaimedRow> rows = [];
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            await reader.NextResultAsync();
            while (await reader.ReadAsync())
                rows.Add(new ClaimedRow(Row(reader), reader.GetGuid(10), reader.GetDateTime(11), reader.GetDateTime(12)));
            // To the end, so that an error of the commit is thrown here and not lost.
            while (await reader.NextResultAsync())
            {
            }
        }
        // Fewer than wanted is no end of the queue: shares are equal, and others hold rows. None is.
        if (rows.Count == 0)
            return (IReadOnlyList<LeasedJob?>)new LeasedJob?[wanted];
        cursor.Advance(rows);
        return [.. rows.OrderBy(row => (row.RunAfter, row.CreatedAt)).Select(row => new LeasedJob(row.Job, row.Fence))];
    });

    public Task<bool> Start(LeasedJob leased, CancellationToken cancellation)
    {
        var effect = new JobEffect.Started();
        return !Writes(effect, leased.Job) ? Task.FromResult(true) : InTransaction(leased.Job.Type, async (connection, transaction) =>
        {
            await using var held = Command(connection, JobSql.LockByFence, ("id", leased.Job.Id), ("fence", leased.Fence));
            if (await held.ExecuteScalarAsync(cancellation) is null)
                return false;
            await Apply(effect, leased.Job, transaction, cancellation);
            return true;
        }, cancellation);
    }

    public Task<bool> End(LeasedJob leased, JobEnd end, JobFailure? failure, object? results)
    {
        var effect = Effect(end, failure, results);
        var ending = new Ending(leased, end, failure);
        return !Writes(effect, leased.Job) ? _ends.Ask(ending) : InTransaction(leased.Job.Type, async (connection, transaction) =>
        {
            await using var update = Command(connection, JobSql.End, Values(ending));
            if (await update.ExecuteNonQueryAsync() == 0)
                return (await EndedByMe(connection, [leased])).Count > 0;
            await Apply(effect, leased.Job.After(end), transaction, CancellationToken.None);
            return true;
        }, CancellationToken.None);
    }

    private Task<IReadOnlyList<bool>> EndMany(IReadOnlyList<Ending> endings) => DatabaseErrors.Guard(async () =>
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        var succeeded = endings.Where(ending => ending.End is JobEnd.Succeeded).Select(ending => ending.Leased).ToList();
        if (succeeded.Count > 0)
            Add(batch, JobSql.Succeed, Keys(succeeded));
        foreach (var ending in endings.Where(ending => ending.End is not JobEnd.Succeeded))
            Add(batch, JobSql.End, Values(ending));
        await Prepare(batch);
        var written = await Fences(batch);
        if (written.Count < endings.Count)
            written.UnionWith(await EndedByMe(connection, [.. endings.Select(ending => ending.Leased).Where(leased => !written.Contains(leased.Fence))]));
        return (IReadOnlyList<bool>)[.. endings.Select(ending => written.Contains(ending.Leased.Fence))];
    });

    private static async Task<HashSet<Guid>> EndedByMe(NpgsqlConnection connection, IReadOnlyCollection<LeasedJob> unwritten)
    {
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, JobSql.EndedByMe, Keys(unwritten));
        return await Fences(batch);
    }

    private static async Task<HashSet<Guid>> Fences(NpgsqlBatch batch)
    {
        HashSet<Guid> fences = [];
        await using var reader = await batch.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
                fences.Add(reader.GetGuid(0));
        }
        while (await reader.NextResultAsync());
        return fences;
    }

    private static (string, object?)[] Keys(IReadOnlyCollection<LeasedJob> leased) =>
        [("ids", leased.Select(one => one.Job.Id).ToArray()), ("fences", leased.Select(one => one.Fence).ToArray())];

    private static (string, object?)[] Values(Ending ending) =>
    [
        ("id", ending.Leased.Job.Id), ("fence", ending.Leased.Fence), ("status", ending.End.State.Name()),
        ("given_back", ending.End.GivesBackAttempt), ("deferred", ending.End is JobEnd.Deferred), ("delay", Delay(ending.End)),
        ("error", ending.Failure?.Error), ("failure_class", ending.Failure?.Class.Name),
    ];

    public Task<Renewal> Renew(
        IReadOnlyCollection<LeasedJob> held, IReadOnlyDictionary<Guid, string> progress, CancellationToken cancellation) => DatabaseErrors.Guard(async () =>
    {
        await using var command = _renewals.Source.CreateCommand(JobSql.Renew);
        // A renewal that hangs must fail in time for another try.
        command.CommandTimeout = Math.Max(1, (int)(_options.Lease.TotalSeconds / 3));
        Add(command.Parameters, [.. Keys(held), ("lease", _options.Lease),
            ("progress", $"{{{string.Join(',', progress.Select(of => $"\"{of.Key}\":{of.Value}"))}}}")]);
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
        // A shop's row that somebody holds keeps this job from being rescued, and must not keep the others.
        await using (var patience = Command(connection, "set local lock_timeout = '1s'"))
            await patience.ExecuteNonQueryAsync(cancellation);
        await using var next = Command(connection, JobSql.NextLost, ("legacy", _options.LegacyLease), ("skip", skip.ToArray()));
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
        catch (Exception exception) when (
            exception is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable }
            || (exception is not OperationCanceledException && DatabaseErrors.Translate(exception) is null))
        {
            throw new RescueFailedException(job.Id, exception);
        }
        return new EndedJob(job, end, worker);
    }, cancellation);

    public Task<Job?> Retry(Guid id, CancellationToken cancellation) => InTransaction(async (connection, transaction) =>
    {
        var job = await Lock(id, connection, cancellation);
        if (job is not { State: JobState.Failed })
            return job;
        await using var update = Command(connection, JobSql.Retry, ("id", id));
        await update.ExecuteNonQueryAsync(cancellation);
        await Apply(new JobEffect.Requeued(), job.Retry(), transaction, cancellation);
        return job;
    }, cancellation);

    public Task<Job?> Cancel(Guid id, JobFailure failure, bool onlyQueued, CancellationToken cancellation) =>
        InTransaction(async (connection, transaction) =>
        {
            var job = await Lock(id, connection, cancellation);
            if (job is not { State: JobState.Queued or JobState.Running } || (onlyQueued && job.State != JobState.Queued))
                return job;
            var end = job.Cancel();
            await using var update = Command(
                connection, JobSql.Cancel, ("id", id), ("status", end.State.Name()), ("error", failure.Error), ("failure_class", failure.Class.Name));
            await update.ExecuteNonQueryAsync(cancellation);
            await Apply(Effect(end, failure, null), job.After(end), transaction, cancellation);
            return job;
        }, cancellation);

    public Task<IReadOnlyList<Guid>> Queued(string? type, Guid? orgId, int limit, CancellationToken cancellation) =>
        Ids(JobSql.Queued, cancellation, ("type", type), ("org", orgId), ("limit", limit));

    public Task<IReadOnlyList<Guid>> DeadLetters(string? type, string? failureClass, int limit, CancellationToken cancellation) =>
        Ids(JobSql.DeadLetters, cancellation, ("type", type), ("failure_class", failureClass), ("limit", limit));

    public Task<QueueOutlook> Look(
        IReadOnlyCollection<string> types, IReadOnlyCollection<string> waitsFor, bool thoroughly, CancellationToken cancellation) => DatabaseErrors.Guard(async () =>
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        // Expires by itself: a killed worker must not have every insert notify for ever. Looks rest a while after one that took long.
        Add(batch, JobSql.Look, ("types", types.ToArray()), ("legacy", _options.LegacyLease), ("instance", _instance), ("worker", _options.WorkerId),
            ("expiry", (_options.PollInterval * 2) + TimeSpan.FromSeconds(5)), ("waits_for", waitsFor.ToArray()));
        HashSet<string> fromStart = [];
        foreach (var type in types)
        {
            if (_cursors[type].ForLook(Add(batch, JobSql.Due, ("type", type), ("wanted", 1)).Parameters, thoroughly))
                fromStart.Add(type);
        }
        await Prepare(batch);
        var sentAt = _time.GetTimestamp();
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var (anyLost, anyCronDue, next) = (reader.GetBoolean(0), reader.GetBoolean(1), Soonest(null, reader, 2));
        HashSet<string> due = [];
        foreach (var type in types)
        {
            await reader.NextResultAsync(cancellation);
            await reader.ReadAsync(cancellation);
            if (reader.GetBoolean(0))
                due.Add(type);
            next = Soonest(next, reader, 1);
            if (fromStart.Contains(type))
                _cursors[type].Looked(_time.GetElapsedTime(sentAt), due.Contains(type));
        }
        return new QueueOutlook(due, next, anyLost, anyCronDue);

        static TimeSpan? Soonest(TimeSpan? known, NpgsqlDataReader row, int column) =>
            row.IsDBNull(column) || row.GetTimeSpan(column) > known ? known : row.GetTimeSpan(column);
    });

    public Task Leave(CancellationToken cancellation) => DatabaseErrors.Guard(async () =>
    {
        await using var command = _dataSource.CreateCommand(JobSql.Leave);
        command.Parameters.AddWithValue("instance", _instance);
        return await command.ExecuteNonQueryAsync(cancellation);
    });

    private bool Writes(JobEffect effect, Job job) => _effects.TryGetValue(job.Type, out var module) && module.Writes(effect);

    private Task Apply(JobEffect effect, Job job, NpgsqlTransaction transaction, CancellationToken cancellation) =>
        Writes(effect, job) ? _effects[job.Type].Apply(effect, job, transaction, cancellation) : Task.CompletedTask;

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

    private static async Task<Job?> Lock(Guid id, NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var find = Command(connection, JobSql.LockById, ("id", id));
        await using var reader = await find.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Row(reader) : null;
    }

    private Task<IReadOnlyList<Guid>> Ids(string sql, CancellationToken cancellation, params (string Name, object? Value)[] values) =>
        DatabaseErrors.Guard<IReadOnlyList<Guid>>(async () =>
        {
            await using var command = _dataSource.CreateCommand(sql);
            Add(command.Parameters, values);
            List<Guid> ids = [];
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
                ids.Add(reader.GetGuid(0));
            return ids;
        });

    private Task<T> InTransaction<T>(Func<NpgsqlConnection, NpgsqlTransaction, Task<T>> work, CancellationToken cancellation) =>
        DatabaseErrors.Guard(async () =>
        {
            await using var connection = await _dataSource.OpenConnectionAsync(cancellation);
            return await InTransaction(connection, work, cancellation);
        });

    private Task<T> InTransaction<T>(string jobType, Func<NpgsqlConnection, NpgsqlTransaction, Task<T>> work, CancellationToken cancellation) =>
        DatabaseErrors.Guard(() => _bulkhead.Use(jobType, connection => InTransaction(connection, work, cancellation), cancellation));

    private static async Task<T> InTransaction<T>(
        NpgsqlConnection connection, Func<NpgsqlConnection, NpgsqlTransaction, Task<T>> work, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var result = await work(connection, transaction);
        await transaction.CommitAsync(cancellation);
        return result;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        Add(command.Parameters, values);
        return command;
    }

    private static NpgsqlBatchCommand Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        Add(command.Parameters, values);
        batch.BatchCommands.Add(command);
        return command;
    }

    // Planning a claim takes longer than running it. A pooler would prepare it in somebody else's session.
    private Task Prepare(NpgsqlBatch batch) => _pooler.Found ? Task.CompletedTask : batch.PrepareAsync();

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

    /// <summary>An attempt's end that writes nothing but the job's row.</summary>
    private sealed record Ending(LeasedJob Leased, JobEnd End, JobFailure? Failure);
}
