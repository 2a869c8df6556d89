using System.Globalization;
using Npgsql;
using Woflo.Infrastructure.Postgres;

namespace Woflo.Bench;

/// <summary>The one server, and the databases that all are measured on: each run gets a fresh copy of a template that is built once.</summary>
internal sealed class Server(string url)
{
    private const int Organisations = 10_200;

    private readonly Dictionary<string, Database> _templates = [];
    private int _copies;

    /// <summary>As <c>woflo migrate</c> leaves a database that was there before, with 10,200 organisations and no job.</summary>
    public Task<Database> Adopted() => Template("adopted", async database =>
    {
        await using var stream = typeof(Server).Assembly.GetManifestResourceStream("existing_database.sql")!;
        using var reader = new StreamReader(stream);
        await database.Execute(await reader.ReadToEndAsync());
        await new Migrator(DatabaseUrl.Parse(database.Url), "woflo-bench").Migrate(null, CancellationToken.None);
        await database.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            truncate public.job_queue;
            insert into public.organizations (id, name, timezone)
            select {Database.Org("n")}, 'Yard ' || n, 'UTC' from generate_series(1, {Organisations}) n;
            """));
    });

    /// <summary>The template of that name, built by <paramref name="build"/> where it is new.</summary>
    /// <param name="on">What it begins as; null for an empty database.</param>
    public async Task<Database> Template(string name, Func<Database, Task> build, Database? on = null)
    {
        if (_templates.TryGetValue(name, out var template))
            return template;
        template = await Create($"template_{string.Concat(name.Where(letter => letter == '_' || char.IsAsciiLetterOrDigit(letter)))}".ToLowerInvariant(), on);
        await build(template);
        await template.Execute("vacuum analyze");
        return _templates[name] = template;
    }

    public Task<Database> Copy(Database template) => Create($"run_{++_copies}", template);

    public Task<T> Ask<T>(string sql) => new Database(url, url).Scalar<T>(sql);

    private async Task<Database> Create(string name, Database? template)
    {
        var from = template is null ? "template0" : new NpgsqlConnectionStringBuilder(Database.Settings(template.Url)).Database;
        // A copy of the files, not through the log, and flushed at once.
        await new Database(url, url).Execute($"create database {name} template {from} strategy file_copy");
        return new Database(url[..(url.LastIndexOf('/') + 1)] + name, url);
    }
}

internal sealed record Database(string Url, string Server) : IAsyncDisposable
{
    /// <summary>The id of an organisation, in SQL.</summary>
    public static string Org(string number) => $"lpad(to_hex({number}), 32, '0')::uuid";

    /// <summary>Jobs of type <c>ai_enrich</c> that the handler does nothing with, in turn of the organisations 1 to <paramref name="orgs"/>.</summary>
    public static string Jobs(int jobs, int orgs, string runAfter = "now() - interval '1 hour' + i * interval '1 microsecond'", string status = "queued", int firstOrg = 1) =>
        string.Create(CultureInfo.InvariantCulture, $$"""
            insert into public.job_queue (org_id, type, payload, status, run_after)
            select {{Org($"{firstOrg} + i % {orgs}")}}, 'ai_enrich', '{}', '{{status}}', {{runAfter}} from generate_series(1, {{jobs}}) i
            """);

    public static string Settings(string url) => new NpgsqlConnectionStringBuilder(DatabaseUrl.Parse(url).ConnectionString().ConnectionString)
    {
        Pooling = false,
        CommandTimeout = 0,
    }.ConnectionString;

    public string Dsn => Settings(Url);

    public async Task<NpgsqlConnection> Open()
    {
        var connection = new NpgsqlConnection(Dsn);
        await connection.OpenAsync();
        return connection;
    }

    public async Task<int> Execute(string sql)
    {
        await using var connection = await Open();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Inserts what <paramref name="sql"/> says without the table's triggers, and builds its indexes afterwards: many times as fast.</summary>
    public Task Fill(string sql) => Execute($"""
        set session_replication_role = replica;
        create temporary table its_indexes as
          select pg_get_indexdef(indexrelid) as definition, indexrelid::regclass::text as name from pg_index
           where indrelid = 'public.job_queue'::regclass and not indisprimary;
        do $drop$ declare one record; begin for one in select name from its_indexes loop execute 'drop index ' || one.name; end loop; end $drop$;
        alter table public.job_queue drop constraint job_queue_pkey;
        {sql};
        alter table public.job_queue add constraint job_queue_pkey primary key (id);
        do $create$ declare one record; begin for one in select definition from its_indexes loop execute one.definition; end loop; end $create$;
        """);

    public async Task<T> Scalar<T>(string sql)
    {
        await using var connection = await Open();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until that holds, asking again at once and again.</summary>
    public async Task Until(string condition, TimeSpan atMost)
    {
        await using var connection = await Open();
        await using var command = new NpgsqlCommand($"select {condition}", connection);
        for (var patience = System.Diagnostics.Stopwatch.StartNew(); !(bool)(await command.ExecuteScalarAsync())!; await Task.Delay(2))
        {
            if (patience.Elapsed > atMost)
                throw new BenchException($"Not within {atMost.TotalSeconds} s: {condition}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        var name = new NpgsqlConnectionStringBuilder(Dsn).Database;
        await new Database(Server, Server).Execute($"drop database {name} with (force)");
    }
}
