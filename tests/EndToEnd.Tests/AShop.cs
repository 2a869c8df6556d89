using System.Text.Json;
using Npgsql;
using Woflo.TestKit;

namespace Woflo.EndToEnd.Tests;

/// <summary>A migrated database with one shop on it, and the programs that work there.</summary>
internal sealed class AShop : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly List<WofloProcess> _programs = [];

    private AShop(TestDatabase database) => _database = database;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Guid Org { get; private set; }

    public string Url => _database.Url;

    public TestDatabase Database => _database;

    public static async Task<AShop> Open(PostgresServer? server = null)
    {
        var shop = new AShop(await TestDatabase.Create(server: server));
        shop.Org = await shop.One<Guid>("insert into organizations (name, timezone) values ('Shop', 'America/Chicago') returning id");
        return shop;
    }

    /// <summary>Ended with the shop, whatever the test does.</summary>
    public WofloProcess Worker(IEnumerable<string>? arguments = null, string? url = null, params (string Name, string Value)[] settings) =>
        Started(WofloProcess.Worker(url ?? Url, [("POLL_INTERVAL_SECONDS", "0.2"), ("WOFLO_SOLVER_WORKERS", "1"), .. settings], [.. arguments ?? []]));

    public WofloProcess Cli(params string[] arguments) => Started(WofloProcess.Cli(Url, arguments));

    public Task<Guid> WorkOrder(string notes = "Brakes squeal, replace front pads") => One<Guid>(
        $"""
        with unit as (insert into units (org_id, unit_number, asset_type) values ('{Org}', 'T-1', 'truck') returning id)
        insert into work_orders (org_id, unit_id, asset_type, priority, location, notes, status)
        select '{Org}', id, 'truck', 3, 'shop', '{notes}', 'new' from unit returning id
        """);

    /// <summary>Technicians and bays for a week, and so many repairs that wait, more than one search gets to the bottom of.</summary>
    public Task Crowd(int tasks) => Execute(
        $"""
        insert into technicians (org_id, name, efficiency_multiplier) select '{Org}', 'Technician ' || n, 1 + n * 0.05 from generate_series(1, 6) n;
        insert into bays (org_id, name, bay_type) select '{Org}', 'Bay ' || n, 'general' from generate_series(1, 4) n;
        insert into units (org_id, unit_number, asset_type) values ('{Org}', 'C-1', 'truck');
        insert into work_orders (org_id, unit_id, asset_type, priority, location, status, due_date)
        select '{Org}', (select id from units where org_id = '{Org}' limit 1), 'truck', 1 + n % 5, 'shop', 'new', current_date - 1 + n % 4
          from generate_series(1, {tasks}) n;
        insert into tasks (org_id, work_order_id, type, status, duration_minutes_low, duration_minutes_high)
        select '{Org}', id, 'repair', 'todo', 30 + (row_number() over ()) % 7 * 20, 60 + (row_number() over ()) % 7 * 35
          from work_orders where org_id = '{Org}';
        """);

    /// <summary>A run over the coming days.</summary>
    public Task<Guid> Run(int days = 7, string trigger = "manual") => One<Guid>(
        $"""
        insert into schedule_runs (org_id, horizon_start, horizon_end, status, trigger)
        values ('{Org}', now(), now() + interval '{days} days', 'queued', '{trigger}') returning id
        """);

    /// <summary>As the API inserts it.</summary>
    public Task<Guid> Enqueue(string type, object payload, int maxAttempts = 3) => One<Guid>(
        $"""
        insert into job_queue (org_id, type, payload, status, run_after, max_attempts)
        values ('{Org}', '{type}', '{JsonSerializer.Serialize(payload)}', 'queued', now(), {maxAttempts}) returning id
        """);

    public async Task<Guid> EnqueueEnrichment() => await Enqueue("ai_enrich", new { work_order_id = await WorkOrder() });

    /// <summary>With one attempt, as the API asks for a plan.</summary>
    public async Task<Guid> EnqueuePlan(double timeLimitSeconds = 2) =>
        await EnqueuePlan(await Run(), timeLimitSeconds);

    public Task<Guid> EnqueuePlan(Guid run, double timeLimitSeconds = 2) =>
        Enqueue("schedule_run", new { schedule_run_id = run, org_id = Org, time_limit_seconds = timeLimitSeconds }, maxAttempts: 1);

    public async Task<T> One<T>(string sql) => (await _database.Scalar<T>(sql, Cancellation))!;

    public Task Execute(string sql) => _database.Execute(sql, Cancellation);

    public Task<string> Status(Guid job) => One<string>($"select status from job_queue where id = '{job}'");

    /// <summary>From now on each end of a job is a row of the table job_ends, whoever writes it.</summary>
    public Task CountEnds() => Execute(
        """
        create table job_ends (job_id uuid, status text, ended_by text);
        create function count_end() returns trigger language plpgsql security definer as $body$
        begin
          insert into job_ends values (new.id, new.status, old.locked_by);
          return null;
        end
        $body$;
        create trigger count_end after update on job_queue for each row
          when (new.status in ('succeeded', 'failed') and new.status is distinct from old.status) execute function count_end();
        """);

    /// <summary>What the shop's readers see of a job, in one text.</summary>
    public Task<string> Summary(Guid job) => One<string>(
        $"""
        select format('%s attempts=%s rescues=%s deferrals=%s %s', status, attempts, rescues, deferrals,
                 case when locked_by is null and locked_at is null and fence is null and lease_expires_at is null then 'unlocked' else 'locked' end)
          from job_queue where id = '{job}'
        """);

    /// <summary>Nothing comes true once all programs have ended: then what they said is told instead.</summary>
    public async Task Until(string condition)
    {
        for (var last = false; !await One<bool>($"select {condition}"); await Task.Delay(50, Cancellation))
        {
            if (last)
                throw new InvalidOperationException($"All programs ended before this held: {condition}\n{string.Join('\n', _programs)}");
            last = _programs.Count > 0 && _programs.All(program => program.HasExited);
        }
    }

    public Task UntilEnded(Guid job) => Until($"(select status in ('succeeded', 'failed') from job_queue where id = '{job}')");

    /// <summary>Nobody reads that table until the result is disposed of: a job that has to is in the middle for as long.</summary>
    public async Task<Hold> HoldUp(string table)
    {
        var connection = await _database.Open(Cancellation);
        var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using var command = new NpgsqlCommand($"lock table public.{table} in access exclusive mode", connection, transaction);
        await command.ExecuteNonQueryAsync(Cancellation);
        return new Hold(this, table, connection);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
            await program.DisposeAsync();
        await _database.DisposeAsync();
    }

    private WofloProcess Started(WofloProcess program)
    {
        _programs.Add(program);
        return program;
    }

    internal sealed class Hold(AShop shop, string table, NpgsqlConnection connection) : IAsyncDisposable
    {
        /// <remarks>In this database: others of the server come from the same template, and so have the same table ids.</remarks>
        public Task UntilSomebodyWaits() => shop.Until(
            $"""
            exists (select from pg_locks l join pg_database d on d.oid = l.database
                     where d.datname = current_database() and l.relation = to_regclass('public.{table}') and not l.granted)
            """);

        /// <summary>Ends the transaction with its connection.</summary>
        public async ValueTask DisposeAsync()
        {
            try
            {
                await connection.DisposeAsync();
            }
            catch (NpgsqlException)
            {
                // The server went before it.
            }
        }
    }
}
