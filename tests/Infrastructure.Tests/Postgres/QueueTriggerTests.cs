using Npgsql;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Postgres;

/// <summary>What the queue's triggers do for clients that know nothing of leases.</summary>
public sealed class QueueTriggerTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task Execute(string sql) => database.Execute(sql, Cancellation);

    private async Task<Guid> Organisation() =>
        await database.Scalar<Guid>("insert into organizations (name, timezone) values ('x', 'UTC') returning id", Cancellation);

    private async Task<Guid> Leased()
    {
        var org = await Organisation();
        return await database.Scalar<Guid>(
            $"""
            insert into job_queue (org_id, type, payload, status, attempts, locked_at, locked_by, fence, last_fence, lease_expires_at, claimed_at, progress)
            values ('{org}', 'ai_enrich', '{"{}"}', 'running', 1, now() - interval '1 hour', 'w', gen_random_uuid(), gen_random_uuid(),
                    now() + interval '30 seconds', now(), '{"{}"}') returning id
            """, Cancellation);
    }

    private Task<string?> Lease(Guid job) => database.Scalar<string>(
        $"""
        select concat_ws(' ', status, fence is null, lease_expires_at is null, claimed_at is null, progress is null, last_fence is null, updated_at is not null)
        from job_queue where id = '{job}'
        """, Cancellation);

    [Fact]
    public async Task A_reset_by_hand_takes_fence_lease_and_progress_away_and_leaves_the_last_fence()
    {
        var job = await Leased();

        await Execute("update job_queue set status = 'queued', locked_at = null, locked_by = null "
            + "where status = 'running' and locked_at < now() - interval '10 minutes'");

        Assert.Equal("queued t t t t f t", await Lease(job));
    }

    [Fact]
    public async Task A_write_that_changes_no_status_or_brings_its_own_fence_is_left_alone()
    {
        var job = await Leased();

        await Execute($"update job_queue set locked_at = now() where id = '{job}'");
        Assert.Equal("running f f f f f t", await Lease(job));
        await Execute($"update job_queue set status = 'queued', fence = gen_random_uuid() where id = '{job}'");
        Assert.Equal("queued f f f f f t", await Lease(job));
        await Execute($"update job_queue set status = 'succeeded', fence = null, last_fence = fence where id = '{job}'");
        Assert.Equal("succeeded t f f f f t", await Lease(job));
    }

    [Fact]
    public async Task The_old_workers_statements_work_beside_ours()
    {
        var org = await Organisation();
        var job = await database.Scalar<Guid>(
            "insert into job_queue (org_id, type, payload, status, run_after, max_attempts) "
            + $"values ('{org}', 'schedule_run', '{"{}"}', 'queued', now(), 1) returning id", Cancellation);

        await Execute($"update job_queue set status = 'running', locked_at = now(), locked_by = 'worker-1', attempts = attempts + 1 where id = '{job}'");
        Assert.Equal("running t t t t t t", await Lease(job));
        await Execute($"update job_queue set status = 'succeeded', locked_at = null, locked_by = null where id = '{job}'");
        Assert.Equal("succeeded t t t t t t", await Lease(job));
    }

    [Fact]
    public async Task A_client_that_may_only_insert_jobs_goes_on_inserting_them_while_a_worker_sleeps()
    {
        var org = await Organisation();
        await using var own = await TestDatabase.Create();
        await own.Execute($"insert into organizations (id, name, timezone) values ('{org}', 'x', 'UTC')", Cancellation);
        await using var role = await Role.Create(own, Cancellation);
        await own.Execute($"grant insert on job_queue to {role.Name}; insert into woflo.workers (instance, worker_id, types, live_until, waits_for) values (gen_random_uuid(), 'w', '{{}}', now() + interval '1 minute', '{{ai_enrich}}')",
            Cancellation);
        await using var client = new NpgsqlConnection(Woflo.Infrastructure.Postgres.DatabaseUrl.Parse(role.Url).ConnectionString().ConnectionString + ";Pooling=false");
        await client.OpenAsync(Cancellation);

        await using var insert = new NpgsqlCommand(
            $"insert into job_queue (org_id, type, payload, status) values ('{org}', 'ai_enrich', '{"{}"}', 'queued')", client);
        Assert.Equal(1, await insert.ExecuteNonQueryAsync(Cancellation));

        await using var look = new NpgsqlCommand("select from woflo.workers", client);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => look.ExecuteNonQueryAsync(Cancellation));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Theory]
    [InlineData("10 seconds", "queued", "0", true)]
    [InlineData("10 seconds", "queued", "50 seconds", true)]
    [InlineData("10 seconds", "queued", "2 minutes", false)]
    [InlineData("10 seconds", "failed", "0", false)]
    [InlineData("-1 second", "queued", "0", false)]
    [InlineData(null, "queued", "0", false)]
    public async Task An_insert_notifies_only_while_a_worker_sleeps_and_only_of_work_that_is_due_soon(
        string? sleepsFor, string status, string dueIn, bool notified)
    {
        await using var own = await TestDatabase.Create();
        await own.Execute("insert into organizations (name, timezone) values ('x', 'UTC')", Cancellation);
        if (sleepsFor is not null)
            await own.Execute($"insert into woflo.workers (instance, worker_id, types, live_until, waits_for) values (gen_random_uuid(), 'w', '{{}}', now() + interval '{sleepsFor}', '{{ai_enrich}}')", Cancellation);
        await using var listener = await own.Open(Cancellation);
        var heard = 0;
        listener.Notification += (_, _) => heard++;
        await using (var listen = new NpgsqlCommand("listen woflo_job_queue", listener))
            await listen.ExecuteNonQueryAsync(Cancellation);

        // Fifty rows, one statement: one notification.
        await own.Execute("insert into job_queue (org_id, type, payload, status, run_after) "
            + $"select id, 'ai_enrich', '{"{}"}', '{status}', now() + interval '{dueIn}' from organizations, generate_series(1, 50)", Cancellation);
        await using (var anything = new NpgsqlCommand("select 1", listener))
            await anything.ExecuteNonQueryAsync(Cancellation);
        if (notified && heard == 0)
            await listener.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);

        Assert.Equal(notified ? 1 : 0, heard);
    }
}
