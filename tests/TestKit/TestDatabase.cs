using System.Text.RegularExpressions;
using Npgsql;
using Woflo.Infrastructure.Postgres;

namespace Woflo.TestKit;

/// <summary>A database of one's own: as a class fixture a migrated one, by <see cref="Create"/> also an empty one. Dropped at the end.</summary>
public sealed partial class TestDatabase : IAsyncLifetime
{
    private static readonly SemaphoreSlim TemplateGate = new(1, 1);
    private static readonly Dictionary<PostgresServer, string> Templates = [];
    private static int _count;

    private readonly PostgresServer? _onServer;
    private readonly bool _migrated = true;
    private NpgsqlDataSource? _source;
    private PostgresServer _server = null!;

    /// <summary>For xUnit, as a class fixture.</summary>
    public TestDatabase()
    {
    }

    private TestDatabase(bool migrated, PostgresServer? server)
    {
        _migrated = migrated;
        _onServer = server;
    }

    public string Name { get; } = NewName();

    /// <summary>As DATABASE_URL would have it, for other processes.</summary>
    public string Url { get; private set; } = "";

    public DatabaseUrl ParsedUrl => DatabaseUrl.Parse(Url);

    /// <param name="migrated">False for an empty database.</param>
    /// <param name="server">The shared one unless another is given.</param>
    public static async Task<TestDatabase> Create(bool migrated = true, PostgresServer? server = null)
    {
        TestDatabase database = new(migrated, server);
        await database.InitializeAsync();
        return database;
    }

    public async ValueTask InitializeAsync()
    {
        _server = _onServer ?? await PostgresServer.Shared;
        Url = WithDatabase(_server.Url, Name);
        await Admin(_server, _migrated
            ? $"create database {Name} template {await Template(_server)}"
            : $"create database {Name} template template0");
        _source = NpgsqlDataSource.Create(ParsedUrl.ConnectionString());
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _source, null) is not { } source)
            return;
        await source.DisposeAsync();
        await Admin(_server, $"drop database if exists {Name} with (force)");
    }

    public ValueTask<NpgsqlConnection> Open(CancellationToken cancellation) => _source!.OpenConnectionAsync(cancellation);

    /// <summary>After the server's restart: none of the connections that it ended is used again.</summary>
    public void ForgetConnections() => _source!.Clear();

    public async Task Execute(string sql, CancellationToken cancellation)
    {
        await using var command = _source!.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The first column of the first row; null where there is none.</summary>
    public async Task<T?> Scalar<T>(string sql, CancellationToken cancellation)
    {
        await using var command = _source!.CreateCommand(sql);
        return await command.ExecuteScalarAsync(cancellation) is T value ? value : default;
    }

    /// <summary>The same database under another login.</summary>
    public string UrlFor(string user, string password) => Login().Replace(Url, $"//{user}:{password}@");

    private static string NewName() => $"woflo_test_{Environment.ProcessId}_{Guid.NewGuid().ToString("N")[..6]}_{Interlocked.Increment(ref _count)}";

    // Migrated once a process; copying it takes a tenth of a second.
    private static async Task<string> Template(PostgresServer server)
    {
        await TemplateGate.WaitAsync();
        try
        {
            if (Templates.TryGetValue(server, out var template))
                return template;
            template = NewName() + "_template";
            await Admin(server, $"create database {template} template template0");
            // A server of the tests' own is gone by then, and nothing is left on it.
            AppDomain.CurrentDomain.ProcessExit += (_, _) => DropQuietly(server, template);
            await new Migrator(DatabaseUrl.Parse(WithDatabase(server.Url, template)), "woflo-tests").Migrate(null, CancellationToken.None);
            Templates[server] = template;
            return template;
        }
        finally
        {
            TemplateGate.Release();
        }
    }

    private static void DropQuietly(PostgresServer server, string name)
    {
        try
        {
            Admin(server, $"drop database if exists {name} with (force)").Wait(TimeSpan.FromSeconds(5));
        }
        catch (AggregateException)
        {
            // The server has ended before us.
        }
    }

    private static async Task Admin(PostgresServer server, string sql)
    {
        var settings = DatabaseUrl.Parse(server.Url).ConnectionString();
        settings.Pooling = false;
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync();
    }

    private static string WithDatabase(string url, string name) => DatabasePart().Replace(url, $"/{name}${{query}}");

    [GeneratedRegex(@"/[^/?]*(?<query>\?[^?]*)?$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex DatabasePart();

    [GeneratedRegex("//[^/]*@", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Login();
}
