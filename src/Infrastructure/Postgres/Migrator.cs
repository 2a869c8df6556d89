using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;
using Woflo.Application.Database;

namespace Woflo.Infrastructure.Postgres;

/// <param name="LockTimeout">How long a statement waits for another session before it gives way.</param>
/// <param name="Tries">How often a file is tried that was held up so.</param>
/// <param name="Pause">Before the next try.</param>
/// <param name="TurnTimeout">How long to wait for another migrator.</param>
internal sealed record MigratorPatience(TimeSpan LockTimeout, int Tries, TimeSpan Pause, TimeSpan TurnTimeout)
{
    public static readonly MigratorPatience Default =
        new(TimeSpan.FromSeconds(5), 12, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(15));
}

internal sealed partial class Migrator(
    DatabaseUrl url, string applicationName, IReadOnlyList<Migration>? migrations = null, MigratorPatience? patience = null)
    : IDatabaseMigrator
{
    // "woflo" in ASCII; any constant would do, as long as it never changes.
    private const long AdvisoryLock = 0x77_6f_66_6c_6f;
    private static readonly TimeSpan TurnPoll = TimeSpan.FromMilliseconds(100);

    private readonly IReadOnlyList<Migration> _migrations = migrations ?? Migration.Embedded;
    private readonly MigratorPatience _patience = patience ?? MigratorPatience.Default;

    public async Task<SchemaState> Check(CancellationToken cancellation)
    {
        try
        {
            await using var source = DataSources.Unpooled(url, applicationName);
            await using var connection = await source.OpenConnectionAsync(cancellation);
            return Compare(await ReadHistory(connection, cancellation));
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.InsufficientPrivilege, InvariantSeverity: not "FATAL" })
        {
            throw new DatabaseMisconfiguredException(LackingRight(e, url.User), e);
        }
        catch (Exception e) when (DatabaseErrors.Translate(e) is { } translated)
        {
            throw translated;
        }
    }

    public async Task<MigrationReport> Migrate(IProgress<string>? progress, CancellationToken cancellation)
    {
        if (url.IsPooler)
            throw Pooler();
        try
        {
            // Unpooled: the lock and the settings are the session's, and must end with it.
            await using var source = DataSources.Unpooled(url, applicationName);
            await using var connection = await source.OpenConnectionAsync(cancellation);
            if (await PoolerWatch.IsPooled(connection, cancellation))
                throw Pooler();

            // Nothing to do needs no lock, and no right to change anything.
            var state = Compare(await ReadHistory(connection, cancellation));
            if (state.IsAccepted)
                return new MigrationReport([], state);

            await Execute(connection, $"set lock_timeout = {(int)_patience.LockTimeout.TotalMilliseconds}", cancellation);
            // A role's own limits are meant for queries, not for building an index on a filled table.
            await Execute(connection, "set statement_timeout = 0", cancellation);
            await Execute(connection, "set idle_in_transaction_session_timeout = 0", cancellation);

            await WaitForTurn(connection, progress, cancellation);
            var applied = await ApplyMissing(connection, progress, cancellation);
            return new MigrationReport(applied, Compare(await ReadHistory(connection, cancellation)));
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.InsufficientPrivilege, InvariantSeverity: not "FATAL" })
        {
            throw new MigrationException(LackingRight(e, url.User), e);
        }
        catch (Exception e) when (DatabaseErrors.Translate(e) is { } translated)
        {
            throw translated;
        }
    }

    private async Task<IReadOnlyList<string>> ApplyMissing(
        NpgsqlConnection connection, IProgress<string>? progress, CancellationToken cancellation)
    {
        // Read again: whoever held the lock before may have done the work.
        var history = await ReadHistory(connection, cancellation);
        switch (Compare(history))
        {
            case SchemaState.Tampered or SchemaState.TooNew:
                throw new MigrationException(Compare(history).Message);
            case SchemaState.NeverMigrated:
                await Retrying(() => InTransaction(connection, () => CreateHistory(connection, cancellation), cancellation),
                    "the history", connection, progress, cancellation);
                break;
        }

        List<string> applied = [];
        foreach (var migration in _migrations.Where(migration => history.All(entry => entry.Number != migration.Number)))
        {
            progress?.Report($"applying {migration.Name}");
            await Retrying(() => Apply(migration, connection, progress, cancellation), migration.Name, connection, progress, cancellation);
            applied.Add(migration.Name);
        }
        return applied;
    }

    private static async Task Apply(
        Migration migration, NpgsqlConnection connection, IProgress<string>? progress, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        if (migration.ConcurrentIndex is not { } index)
        {
            await InTransaction(connection, async () =>
            {
                await Execute(connection, migration.Sql, cancellation);
                await Record(migration, started, connection, cancellation);
            }, cancellation);
            return;
        }

        // A build that failed leaves its index behind, invalid and kept up to date by every write; `if not exists` would take it for done.
        if (await IsInvalid(index, connection, cancellation))
        {
            progress?.Report($"dropping {index}, left invalid by a build that failed");
            await Execute(connection, $"drop index concurrently if exists {index}", cancellation);
        }
        await Execute(connection, migration.Sql, cancellation);
        if (await IsInvalid(index, connection, cancellation))
            throw new MigrationException($"{migration.Name}: the index {index} was built but is not valid. Run `woflo migrate` again.");
        await Record(migration, started, connection, cancellation);
    }

    private static async Task Record(
        Migration migration, long started, NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var insert = new NpgsqlCommand(
            "insert into woflo.migrations (number, name, checksum, additive, took_ms) values ($1, $2, $3, $4, $5)", connection);
        insert.Parameters.AddWithValue(migration.Number);
        insert.Parameters.AddWithValue(migration.Name);
        insert.Parameters.AddWithValue(migration.Checksum);
        insert.Parameters.AddWithValue(migration.IsAdditive);
        insert.Parameters.AddWithValue((int)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        await insert.ExecuteNonQueryAsync(cancellation);
    }

    // By trying: a session that waits inside the lock has a snapshot, which a concurrent index build by its holder would
    // wait for in turn.
    private async Task WaitForTurn(NpgsqlConnection connection, IProgress<string>? progress, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        for (var told = false; ; await Task.Delay(TurnPoll, cancellation))
        {
            await using var attempt = new NpgsqlCommand("select pg_try_advisory_lock($1)", connection);
            attempt.Parameters.AddWithValue(AdvisoryLock);
            if (await attempt.ExecuteScalarAsync(cancellation) is true)
                return;
            if (Stopwatch.GetElapsedTime(started) > _patience.TurnTimeout)
            {
                throw new MigrationException($"Another migration of this database has been running for {_patience.TurnTimeout.TotalMinutes:0} "
                    + "minutes. Look for it in pg_stat_activity; run `woflo migrate` again when it is done.");
            }
            if (!told)
                progress?.Report("waiting for another migration of this database to end");
            told = true;
        }
    }

    /// <summary>Gives way to sessions that are in the way, a bounded number of times.</summary>
    private async Task Retrying(
        Func<Task> step, string name, NpgsqlConnection connection, IProgress<string>? progress, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await step();
                return;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                var inTheWay = await OldestTransactions(connection, cancellation);
                if (attempt == _patience.Tries)
                {
                    throw new MigrationException($"{name}: another session held a lock that it needs, at each of {attempt} tries. "
                        + $"The oldest open transactions: {inTheWay}. End them, or wait for them, and run `woflo migrate` again; "
                        + "what was applied so far is kept.", e);
                }
                progress?.Report($"{name} waits for another session (try {attempt} of {_patience.Tries}); oldest open transactions: {inTheWay}");
            }
            await Task.Delay(_patience.Pause, cancellation);
        }
    }

    private static async Task<string> OldestTransactions(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            select coalesce(string_agg(format('process %s (%s, open for %s s)', pid, coalesce(nullif(application_name, ''), usename),
                     round(extract(epoch from now() - xact_start))), ', ' order by xact_start), 'none is to be seen')
            from (select * from pg_stat_activity
                  where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
                  order by xact_start limit 3) as oldest
            """, connection);
        return (string)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task InTransaction(NpgsqlConnection connection, Func<Task> work, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await work();
        await transaction.CommitAsync(cancellation);
    }

    private static async Task CreateHistory(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // `create schema if not exists` demands the right to create one even where it exists.
        await using var command = new NpgsqlCommand("select to_regnamespace('woflo') is null", connection);
        if (await command.ExecuteScalarAsync(cancellation) is true)
            await Execute(connection, "create schema woflo", cancellation);
        await Execute(connection,
            """
            revoke all on schema woflo from public;
            create table if not exists woflo.migrations (
              number integer primary key,
              name text not null,
              checksum text not null,
              additive boolean not null default true,
              applied_at timestamptz not null default now(),
              applied_by text not null default current_user,
              took_ms integer not null
            );
            alter table woflo.migrations enable row level security;
            revoke all on woflo.migrations from public;
            """, cancellation);
    }

    private sealed record HistoryEntry(int Number, string Name, string Checksum, bool IsAdditive);

    private static async Task<IReadOnlyList<HistoryEntry>> ReadHistory(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // From the catalogue, which every role may read. Row-level security would show a role without rights an empty history.
        await using (var look = new NpgsqlCommand(
            """
            select c.oid is not null,
                   coalesce(has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') and not row_security_active(c.oid), true)
            from (values ('woflo')) as s(name)
            left join pg_namespace n on n.nspname = s.name
            left join pg_class c on c.relnamespace = n.oid and c.relname = 'migrations' and c.relkind = 'r'
            """, connection))
        await using (var reader = await look.ExecuteReaderAsync(cancellation))
        {
            await reader.ReadAsync(cancellation);
            if (!reader.GetBoolean(0))
                return [];
            if (!reader.GetBoolean(1))
            {
                var role = new NpgsqlConnectionStringBuilder(connection.ConnectionString).Username;
                throw new DatabaseMisconfiguredException($"The role {role} may not read woflo.migrations. Use the role that ran `woflo migrate`, "
                    + $"or, as a superuser: grant usage on schema woflo to {role}; grant select, insert, update, delete on all tables in schema "
                    + $"woflo to {role}; alter role {role} bypassrls;");
            }
        }

        List<HistoryEntry> history = [];
        await using var command = new NpgsqlCommand("select number, name, checksum, additive from woflo.migrations order by number", connection);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            history.Add(new HistoryEntry(rows.GetInt32(0), rows.GetString(1), rows.GetString(2), rows.GetBoolean(3)));
        return history;
    }

    private SchemaState Compare(IReadOnlyList<HistoryEntry> history)
    {
        if (history.Count == 0)
            return new SchemaState.NeverMigrated();
        var applied = history.ToDictionary(entry => entry.Number);

        var edited = _migrations.Where(m => applied.TryGetValue(m.Number, out var entry) && entry.Checksum != m.Checksum).Select(m => m.Name).ToArray();
        if (edited.Length > 0)
            return new SchemaState.Tampered(edited);

        var unknown = history.Where(entry => entry.Number > _migrations.Count).ToArray();
        if (unknown.Any(entry => !entry.IsAdditive))
            return new SchemaState.TooNew([.. unknown.Where(entry => !entry.IsAdditive).Select(entry => entry.Name)]);
        var missing = _migrations.Where(m => !applied.ContainsKey(m.Number)).Select(m => m.Name).ToArray();
        if (missing.Length > 0)
            return new SchemaState.Behind(missing);
        return unknown.Length > 0 ? new SchemaState.Ahead([.. unknown.Select(entry => entry.Name)]) : new SchemaState.Current();
    }

    private static async Task<bool> IsInvalid(string index, NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "select exists (select from pg_index where indexrelid = to_regclass($1) and not indisvalid)", connection);
        command.Parameters.AddWithValue(index);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static MigrationException Pooler() => new(
        "DATABASE_URL leads to a connection pooler, through which migrations cannot run (they hold a lock for a session). "
        + "Give `woflo migrate` the database's direct port, usually 5432; the worker itself may go on using the pooler.");

    private static string LackingRight(PostgresException e, string role)
    {
        var what = DeniedObject().Match(e.MessageText) is { Success: true } match ? match : null;
        var name = what?.Groups["name"].Value;
        var remedy = what?.Groups["kind"].Value switch
        {
            "database" => $"grant create on database {name} to {role};",
            "schema" => $"grant usage, create on schema {name} to {role};",
            "table" or "view" => $"grant select, references, trigger on {name} to {role}; or, better, use the role that owns it.",
            "owner" => $"it must own {name}: run `woflo migrate` as its owner, or grant the owner's role to {role}.",
            _ => "run `woflo migrate` as the role that owns the shop's tables.",
        };
        return $"The role {role} lacks a right ({e.MessageText}). Needed: {remedy} Nothing of the interrupted step was kept; run `woflo migrate` again.";
    }

    [GeneratedRegex("^(permission denied for (?<kind>[a-z]+)|must be (?<kind>owner) of [a-z]+) (?<name>.+)$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex DeniedObject();
}
