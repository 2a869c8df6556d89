using System.Collections.Concurrent;
using Npgsql;
using Woflo.Application.Database;
using Woflo.Infrastructure.Postgres;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Postgres;

public sealed class MigratorTests
{
    private static readonly MigratorPatience Impatient =
        new(TimeSpan.FromMilliseconds(200), 3, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(20));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string ExistingDatabase { get; } =
        File.ReadAllText(Path.Combine(Repository.Root, "tests/Infrastructure.Tests/Postgres/existing_database.sql"));

    private static Migrator For(TestDatabase database, params Migration[] migrations) =>
        new(database.ParsedUrl, "test", migrations.Length > 0 ? migrations : null, Impatient);

    [Fact]
    public async Task An_empty_database_is_built_once()
    {
        await using var database = await TestDatabase.Create(migrated: false);
        var migrator = For(database);
        Assert.IsType<SchemaState.NeverMigrated>(await migrator.Check(Cancellation));

        var first = await migrator.Migrate(null, Cancellation);
        var second = await migrator.Migrate(null, Cancellation);

        Assert.Equal(Migration.Embedded.Select(m => m.Name), first.Applied);
        Assert.Empty(second.Applied);
        Assert.IsType<SchemaState.Current>(second.State);
        Assert.IsType<SchemaState.Current>(await migrator.Check(Cancellation));
        Assert.Equal(21, await database.Scalar<long>("select count(*) from pg_tables where schemaname = 'public'", Cancellation));
        Assert.Equal(10, await database.Scalar<long>(
            """
            with org as (insert into organizations (name, timezone) values ('x', 'UTC') returning id), entries as (
              insert into audit_log (org_id, actor_id, entity_type, entity_id, action)
              select id, id, kind, id, 'create' from org, unnest(array['work_order', 'task', 'schedule', 'parts', 'ai_job',
                'unit', 'technician', 'bay', 'calendar_event', 'shift']) as kind returning 1)
            select count(*) from entries
            """, Cancellation));
    }

    [Fact]
    public async Task An_existing_database_is_adopted_without_touching_what_is_there()
    {
        await using var database = await TestDatabase.Create(migrated: false);
        await database.Execute(ExistingDatabase, Cancellation);
        var catalogue = await Catalogue(database);
        var columns = await Columns(database);
        var contents = await Contents(database, columns);

        await For(database).Migrate(null, Cancellation);
        var adopted = await Catalogue(database);
        await For(database).Migrate(null, Cancellation);

        // Everything that was there is there, word for word, and every row reads the same.
        Assert.Empty(catalogue.Except(adopted));
        Assert.Equal(contents, await Contents(database, columns));
        Assert.Equal(adopted, await Catalogue(database));
        // And all that was added is ours, but for the one trigger that was missing.
        Assert.Equal(
            [
                "constraint shifts_days_of_week_check", "function woflo.clear_fence", "function woflo.wake_workers",
                "index job_queue_claim_idx", "index job_queue_running_idx",
                "trigger attachments.set_updated_at", "trigger job_queue.woflo_clear_fence", "trigger job_queue.woflo_wake_workers",
            ],
            adopted.Except(catalogue).Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["claimed_at", "deferrals", "deferred_since", "failure_class", "failures", "fence", "last_fence", "lease_expires_at", "progress", "rescues"],
            (await Columns(database)).Except(columns).Where(c => c.Table == "job_queue").Select(c => c.Column).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_index_that_a_failed_build_left_behind_is_built_again()
    {
        await using var database = await TestDatabase.Create(migrated: false);
        await database.Execute(ExistingDatabase, Cancellation);
        await using (var connection = await database.Open(Cancellation))
        {
            // A unique build over rows that are not: it fails and leaves its index.
            await using var command = new NpgsqlCommand("create unique index concurrently job_queue_claim_idx on job_queue (type)", connection);
            await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancellation));
        }
        ConcurrentQueue<string> said = new();

        await For(database).Migrate(new Progress(said), Cancellation);

        Assert.Contains(said, line => line.Contains("dropping public.job_queue_claim_idx", StringComparison.Ordinal));
        Assert.Equal("CREATE INDEX job_queue_claim_idx ON public.job_queue USING btree (type, org_id, run_after, created_at) WHERE (status = 'queued'::text)",
            await database.Scalar<string>("select indexdef from pg_indexes where indexname = 'job_queue_claim_idx'", Cancellation));
        Assert.Equal(0, await database.Scalar<long>("select count(*) from pg_index where not indisvalid", Cancellation));
    }

    [Fact]
    public async Task Of_four_migrators_at_once_one_works_and_the_others_find_nothing_left()
    {
        await using var database = await TestDatabase.Create(migrated: false);
        await database.Execute(ExistingDatabase, Cancellation);

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => For(database).Migrate(null, Cancellation)));

        Assert.Equal(Migration.Embedded.Select(m => m.Name), Assert.Single(reports, report => report.Applied.Count > 0).Applied);
        Assert.All(reports, report => Assert.IsType<SchemaState.Current>(report.State));
    }

    [Fact]
    public async Task An_edited_file_stops_everything_and_is_named()
    {
        await using var database = await TestDatabase.Create();
        Migration[] edited = [.. Migration.Embedded];
        edited[1] = new Migration(2, edited[1].Name, edited[1].Sql + "\nselect 1;");

        var state = await For(database, edited).Check(Cancellation);
        var error = await Assert.ThrowsAsync<MigrationException>(() => For(database, edited).Migrate(null, Cancellation));

        Assert.IsType<SchemaState.Tampered>(state);
        Assert.False(state.IsAccepted);
        Assert.Contains("0002_job_queue.sql", error.Message, StringComparison.Ordinal);
        Assert.Contains("into a new file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_endings_do_not_count_as_an_edit()
    {
        await using var database = await TestDatabase.Create();
        Migration[] checkedOutElsewhere =
            [.. Migration.Embedded.Select(m => new Migration(m.Number, m.Name, m.Sql.ReplaceLineEndings("\r\n")))];

        Assert.IsType<SchemaState.Current>(await For(database, checkedOutElsewhere).Check(Cancellation));
    }

    [Fact]
    public async Task A_database_ahead_by_additions_is_accepted_and_one_behind_is_not()
    {
        await using var database = await TestDatabase.Create();
        Migration added = new(Migration.Embedded.Count + 1, "9001_added.sql", "create table woflo.added (id int);");
        Migration[] newer = [.. Migration.Embedded, added];

        var behind = await For(database, newer).Check(Cancellation);
        var report = await For(database, newer).Migrate(null, Cancellation);
        var ahead = await For(database).Check(Cancellation);
        var older = await For(database).Migrate(null, Cancellation);

        Assert.Equal(["9001_added.sql"], Assert.IsType<SchemaState.Behind>(behind).Missing);
        Assert.False(behind.IsAccepted);
        Assert.Contains("woflo migrate", behind.Message, StringComparison.Ordinal);
        Assert.Equal(["9001_added.sql"], report.Applied);
        Assert.Equal(["9001_added.sql"], Assert.IsType<SchemaState.Ahead>(ahead).Unknown);
        Assert.True(ahead.IsAccepted);
        Assert.Empty(older.Applied);
    }

    [Fact]
    public async Task A_database_ahead_by_more_than_additions_is_refused()
    {
        await using var database = await TestDatabase.Create();
        Migration breaking = new(Migration.Embedded.Count + 1, "9001_breaking.sql", "-- not additive\nalter table woflo.migrations add x int;");

        await For(database, [.. Migration.Embedded, breaking]).Migrate(null, Cancellation);
        var state = await For(database).Check(Cancellation);

        Assert.IsType<SchemaState.TooNew>(state);
        Assert.False(state.IsAccepted);
        await Assert.ThrowsAsync<MigrationException>(() => For(database).Migrate(null, Cancellation));
    }

    [Fact]
    public async Task A_file_that_fails_leaves_nothing_of_itself()
    {
        await using var database = await TestDatabase.Create();
        Migration[] failing = [.. Migration.Embedded, new(Migration.Embedded.Count + 1, "9001_failing.sql", "create table woflo.half (id int); select 1 / 0;")];

        await Assert.ThrowsAsync<PostgresException>(() => For(database, failing).Migrate(null, Cancellation));

        Assert.Null(await database.Scalar<string>("select to_regclass('woflo.half')::text", Cancellation));
        Assert.IsType<SchemaState.Current>(await For(database).Check(Cancellation));
    }

    [Fact]
    public async Task Another_sessions_lock_is_waited_for_in_short_tries()
    {
        await using var database = await TestDatabase.Create(migrated: false);
        await database.Execute(ExistingDatabase, Cancellation);
        await using var other = await database.Open(Cancellation);
        await using var held = await other.BeginTransactionAsync(Cancellation);
        await using (var command = new NpgsqlCommand("lock table job_queue in access exclusive mode", other))
            await command.ExecuteNonQueryAsync(Cancellation);
        TaskCompletionSource firstTry = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ConcurrentQueue<string> said = new();

        var migrating = new Migrator(database.ParsedUrl, "test", null, Impatient with { Tries = 50 }).Migrate(new Progress(said, line =>
        {
            if (line.Contains("waits for another session", StringComparison.Ordinal))
                firstTry.TrySetResult();
        }), Cancellation);
        await firstTry.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        Assert.False(migrating.IsCompleted);
        await held.RollbackAsync(Cancellation);

        Assert.IsType<SchemaState.Current>((await migrating).State);
    }

    [Fact]
    public async Task A_lock_that_is_never_released_ends_it_with_the_session_in_the_way_named_and_what_was_applied_kept()
    {
        await using var database = await TestDatabase.Create(migrated: false);
        await database.Execute(ExistingDatabase, Cancellation);
        await using var other = await database.Open(Cancellation);
        await using var held = await other.BeginTransactionAsync(Cancellation);
        // Blocks no file but the indexes' builds, which wait for every writer of the table.
        await using (var command = new NpgsqlCommand("lock table shifts in access exclusive mode", other))
            await command.ExecuteNonQueryAsync(Cancellation);

        var error = await Assert.ThrowsAsync<MigrationException>(() => For(database).Migrate(null, Cancellation));

        Assert.Contains($"process {other.ProcessID}", error.Message, StringComparison.Ordinal);
        Assert.Contains("run `woflo migrate` again", error.Message, StringComparison.Ordinal);
        await held.RollbackAsync(Cancellation);
        Assert.IsType<SchemaState.Current>((await For(database).Migrate(null, Cancellation)).State);
    }

    [Fact]
    public async Task A_writer_that_stays_open_holds_up_an_index_and_the_next_run_builds_it()
    {
        await using var database = await TestDatabase.Create(migrated: false);
        await database.Execute(ExistingDatabase, Cancellation);
        await For(database, [.. Migration.Embedded.Where(m => m.ConcurrentIndex is null)]).Migrate(null, Cancellation);
        await using var other = await database.Open(Cancellation);
        await using var held = await other.BeginTransactionAsync(Cancellation);
        await using (var command = new NpgsqlCommand("update job_queue set error = error", other))
            await command.ExecuteNonQueryAsync(Cancellation);

        await Assert.ThrowsAsync<MigrationException>(() => For(database).Migrate(null, Cancellation));
        await held.CommitAsync(Cancellation);
        await For(database).Migrate(null, Cancellation);

        Assert.Equal(0, await database.Scalar<long>("select count(*) from pg_index where not indisvalid", Cancellation));
        Assert.IsType<SchemaState.Current>(await For(database).Check(Cancellation));
    }

    [Theory]
    [InlineData("", "grant create on database")]
    [InlineData("grant create on database {0} to {1};", "grant usage, create on schema public")]
    [InlineData("grant create on database {0} to {1}; grant all on schema public to {1};", "references")]
    [InlineData("grant create on database {0} to {1}; grant all on schema public to {1}; grant references, trigger on all tables in schema public to {1};",
        "must own job_queue")]
    public async Task A_role_that_lacks_a_right_is_told_which(string granted, string remedy)
    {
        await using var database = await TestDatabase.Create(migrated: false);
        await database.Execute(ExistingDatabase, Cancellation);
        await database.Execute("drop table attachments; revoke create on schema public from public", Cancellation);
        await using var role = await Role.Create(database, Cancellation);
        if (granted.Length > 0)
            await database.Execute(string.Format(System.Globalization.CultureInfo.InvariantCulture, granted, database.Name, role.Name), Cancellation);

        var error = await Assert.ThrowsAsync<MigrationException>(
            () => new Migrator(DatabaseUrl.Parse(role.Url), "test", null, Impatient).Migrate(null, Cancellation));

        Assert.Contains(role.Name, error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_read_the_history_is_told_so_instead_of_finding_it_empty()
    {
        await using var database = await TestDatabase.Create();
        await using var role = await Role.Create(database, Cancellation);
        await database.Execute($"grant usage on schema woflo to {role.Name}; grant select on woflo.migrations to {role.Name}", Cancellation);
        Migrator migrator = new(DatabaseUrl.Parse(role.Url), "test");

        var error = await Assert.ThrowsAsync<DatabaseMisconfiguredException>(() => migrator.Check(Cancellation));
        await database.Execute($"alter role {role.Name} bypassrls", Cancellation);

        Assert.Contains("bypassrls", error.Message, StringComparison.Ordinal);
        Assert.IsType<SchemaState.Current>(await migrator.Check(Cancellation));
    }

    [Fact]
    public async Task Through_a_pooler_the_direct_port_is_asked_for_unless_nothing_is_missing()
    {
        await using var empty = await TestDatabase.Create(migrated: false);
        await using var current = await TestDatabase.Create();

        var error = await Assert.ThrowsAsync<MigrationException>(() => ThroughPooler(empty).Migrate(null, Cancellation));
        var report = await ThroughPooler(current).Migrate(null, Cancellation);

        Assert.Contains("5432", error.Message, StringComparison.Ordinal);
        Assert.Empty(report.Applied);
        Assert.IsType<SchemaState.Current>(report.State);

        static Migrator ThroughPooler(TestDatabase database) =>
            new(DatabaseUrl.Parse(database.Url + (database.Url.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "pgbouncer=true"), "test");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable_and_a_refused_login_is_misconfigured()
    {
        await using var database = await TestDatabase.Create(migrated: false);

        await Assert.ThrowsAsync<DatabaseUnavailableException>(
            () => new Migrator(DatabaseUrl.Parse("postgresql://u:p@127.0.0.1:1/db"), "test").Check(Cancellation));
        var wrong = await Assert.ThrowsAsync<DatabaseMisconfiguredException>(
            () => new Migrator(DatabaseUrl.Parse(database.Url + (database.Url.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "dbname=absent_database"), "test")
                .Check(Cancellation));
        Assert.Contains("absent_database", wrong.Message, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<(string Table, string Column)>> Columns(TestDatabase database) => await Read(database,
        "select table_name, column_name from information_schema.columns where table_schema = 'public' order by table_name, ordinal_position",
        row => (row.GetString(0), row.GetString(1)));

    /// <summary>Each row of each table, in those columns only.</summary>
    private static async Task<IReadOnlyList<string>> Contents(TestDatabase database, IReadOnlyList<(string Table, string Column)> columns)
    {
        List<string> contents = [];
        foreach (var table in columns.GroupBy(column => column.Table))
            contents.AddRange(await Read(database, $"select row({string.Join(", ", table.Select(c => c.Column))})::text from {table.Key} order by id", row => row.GetString(0)));
        return contents;
    }

    /// <summary>Constraints, indexes, triggers, functions and security of the database, each by name and wording.</summary>
    private static async Task<IReadOnlyList<string>> Catalogue(TestDatabase database) => await Read(database,
        """
        select 'constraint ' || conname || ': ' || pg_get_constraintdef(oid) from pg_constraint
         where connamespace = 'public'::regnamespace
        union all select 'index ' || indexname || ': ' || indexdef from pg_indexes where schemaname = 'public'
        union all select 'trigger ' || tgrelid::regclass || '.' || tgname || ': ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
        union all select 'function ' || pronamespace::regnamespace || '.' || proname || ': ' || prosrc from pg_proc
         where pronamespace in (select oid from pg_namespace where nspname in ('public', 'woflo'))
        union all select 'security ' || relname || ': ' || relrowsecurity from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
        order by 1
        """, row => row.GetString(0));

    private static async Task<IReadOnlyList<T>> Read<T>(TestDatabase database, string sql, Func<NpgsqlDataReader, T> read)
    {
        List<T> rows = [];
        await using var connection = await database.Open(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
            rows.Add(read(reader));
        return rows;
    }

    private sealed class Progress(ConcurrentQueue<string> said, Action<string>? also = null) : IProgress<string>
    {
        public void Report(string value)
        {
            said.Enqueue(value);
            also?.Invoke(value);
        }
    }
}
