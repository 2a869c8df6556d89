using System.Data.Common;
using Dapper;
using Npgsql;
using Woflo.Application.Jobs;
using Woflo.Application.Settings;
using Woflo.Domain.Jobs;
using Woflo.Infrastructure.Postgres;
using Woflo.Infrastructure.Postgres.Jobs;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Jobs;

/// <summary>A migrated database of its own, with one organisation, and as many stores on it as the test asks for.</summary>
internal sealed class AQueue : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly List<NpgsqlDataSource> _sources = [];

    private AQueue(TestDatabase database) => _database = database;

    /// <summary>What attempts have to say that says nothing.</summary>
    public static IReadOnlyDictionary<Guid, string> NoProgress { get; } = new Dictionary<Guid, string>();

    public Guid Org { get; private set; }

    public DatabaseUrl Url => _database.ParsedUrl;

    public string ConnectionString => _database.ParsedUrl.ConnectionString().ConnectionString;

    public static async Task<AQueue> Create()
    {
        var queue = new AQueue(await TestDatabase.Create());
        queue.Org = await queue.NewOrganisation();
        return queue;
    }

    /// <summary>A store of a worker process of its own.</summary>
    public JobStore Store(
        string workerId = "worker-1", double leaseSeconds = 30, IJobEffects? effects = null, string? connectionString = null)
    {
        var options = QueueOptions.Read(new SettingsReader(name => name == "WORKER_ID" ? workerId : null));
        return StoreOn(Source(connectionString), options with { Lease = TimeSpan.FromSeconds(leaseSeconds) }, effects: effects is null ? [] : [effects]);
    }

    /// <summary>A store on that data source; what is left out is as in a worker without settings, but renewals take the same connections.</summary>
    public static JobStore StoreOn(
        NpgsqlDataSource source, QueueOptions? options = null, RenewalSource? renewals = null, PoolerWatch? watch = null, params IJobEffects[] effects) => new(
            source, renewals ?? new RenewalSource(source), options ?? QueueOptions.Read(new SettingsReader(_ => null)), effects,
            watch ?? new PoolerWatch(saidByUrl: false), new Bulkhead(source), TimeProvider.System);

    public QueueKeeper Keeper() => new(Source());

    public QueueReader Reader() => new(Source());

    public EnqueueStore Intake() => new(Source());

    public CronStore Crons() => new(Source());

    public Task<Guid> NewOrganisation(string timeZone = "America/Chicago") =>
        One<Guid>("insert into organizations (name, timezone) values ('Shop', @timeZone) returning id", new { timeZone });

    /// <summary>As the API inserts it.</summary>
    public Task<Guid> Enqueue(string type = JobTypes.AiEnrich, string payload = "{}", int maxAttempts = 3, Guid? org = null, double dueInSeconds = 0) =>
        One<Guid>(
            """
            insert into job_queue (org_id, type, payload, status, run_after, max_attempts)
            values (@org, @type, @payload::jsonb, 'queued', now() + @due * interval '1 second', @maxAttempts) returning id
            """,
            new { org = org ?? Org, type, payload, due = dueInSeconds, maxAttempts });

    public async Task<T> One<T>(string sql, object? values = null)
    {
        await using var connection = await Open();
        return (await connection.QuerySingleAsync<T>(sql, values))!;
    }

    public async Task<int> Execute(string sql, object? values = null)
    {
        await using var connection = await Open();
        return await connection.ExecuteAsync(sql, values);
    }

    public async Task<IDictionary<string, object?>> Row(Guid id)
    {
        await using var connection = await Open();
        return (IDictionary<string, object?>)await connection.QuerySingleAsync("select * from job_queue where id = @id", new { id });
    }

    public async Task<NpgsqlConnection> Open()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>One that ended that long ago, of which nothing changed since.</summary>
    public Task<Guid> Ended(string status, TimeSpan ago, string? type = null) => One<Guid>(
        """
        insert into job_queue (org_id, type, payload, status, run_after, created_at, updated_at)
        values (@Org, @type, '{}', @status, now() - @ago, now() - @ago, now() - @ago) returning id
        """,
        new { Org, type = type ?? JobTypes.AiEnrich, status, ago });

    private NpgsqlDataSource Source(string? connectionString = null)
    {
        var source = new NpgsqlDataSourceBuilder(connectionString ?? ConnectionString).Build();
        _sources.Add(source);
        return source;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
            await source.DisposeAsync();
        await _database.DisposeAsync();
    }
}

/// <summary>Effects that write a line each into a table of their own, and can be told to fail.</summary>
internal sealed class RecordingEffects(string jobType, Exception? failsOnSuccess = null) : IJobEffects
{
    public const string Table = "create table effects (n bigserial, job_id uuid, what text)";

    public string JobType => jobType;

    public bool Writes(JobEffect effect) => true;

    public async Task Apply(JobEffect effect, Job job, DbTransaction transaction, CancellationToken cancellation)
    {
        await transaction.Connection!.ExecuteAsync(
            "insert into effects (job_id, what) values (@Id, @what)", new { job.Id, what = effect.GetType().Name }, transaction);
        if (effect is JobEffect.Succeeded && failsOnSuccess is not null)
            throw failsOnSuccess;
    }
}
