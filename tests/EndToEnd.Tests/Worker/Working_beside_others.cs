using Npgsql;
using Woflo.TestKit;
using static Woflo.EndToEnd.Tests.AShop;

namespace Woflo.EndToEnd.Tests.Worker;

public sealed class Working_beside_others
{
    private const int Jobs = 60;

    [Fact(Timeout = 120_000)]
    public async Task behind_a_transaction_pooler_drains_the_queue_without_listening()
    {
        await using var shop = await AShop.Open();
        Assert.SkipUnless(PgBouncer.IsInstalled, PgBouncer.Missing);
        await using var pooler = await PgBouncer.Start(shop.Database.ParsedUrl, Cancellation);
        await shop.Crowd(tasks: 2);
        var enrich = await shop.EnqueueEnrichment();
        var plan = await shop.EnqueuePlan();
        var worker = shop.Worker(url: pooler.Url(shop.Database.ParsedUrl));
        await shop.UntilEnded(enrich);
        await shop.UntilEnded(plan);
        var later = await shop.EnqueueEnrichment();
        await shop.UntilEnded(later);
        Assert.Equal(3, await shop.One<long>("select count(*) from job_queue where status = 'succeeded' and attempts = 1"));
        Assert.Equal(0, await shop.One<long>("select count(*) from woflo.workers where waits_for <> '{}'"));
        worker.Signal(15);
        Assert.Equal(0, await worker.Exit(Cancellation));
        Assert.Empty(worker.Events("worker_loop_error"));
    }

    // The API's role may insert and nothing else; the old worker writes as the contract says, and knows no fence.
    [Fact(Timeout = 120_000)]
    public async Task an_insert_only_client_and_the_old_worker_sees_each_job_done_exactly_once()
    {
        await using var shop = await AShop.Open();
        var workOrder = await shop.WorkOrder();
        var role = $"woflo_test_{Guid.NewGuid():N}";
        await shop.CountEnds();
        await shop.Execute(
            $"""
            create role {role} login password 'only-for-this-test';
            grant usage on schema public to {role};
            grant insert on job_queue to {role};
            """);
        try
        {
            var ours = shop.Worker(settings: [("WOFLO_AI_ENRICH_LANE", "1")]);
            // Held at its first job, ours leaves the old one some; then they work side by side.
            await using var hold = await shop.HoldUp("work_orders");
            var inserting = Insert(shop, role, workOrder);
            await hold.UntilSomebodyWaits();
            var working = WorkAsTheOldWorker(shop);
            await shop.Until("exists (select from job_ends where ended_by = 'old-worker')");
            await hold.DisposeAsync();
            var old = await working;
            await inserting;
            await shop.Until($"(select count(*) = {Jobs} from job_queue where status = 'succeeded')");

            Assert.NotEmpty(old);
            Assert.Equal(Jobs, await shop.One<long>("select count(*) from job_queue where attempts = 1 and rescues = 0 and locked_by is null"));
            ours.Signal(15);
            Assert.Equal(0, await ours.Exit(Cancellation));
            var done = ours.Events("job_processing_succeeded").Select(line => line.GetProperty("job_id").GetGuid()).ToList();
            Assert.NotEmpty(done);
            Assert.Equal((Jobs, Jobs), (done.Count + old.Count, done.Concat(old).Distinct().Count()));
            Assert.Equal(old.Count, await shop.One<long>("select count(*) from job_ends where ended_by = 'old-worker'"));
            Assert.Equal(done.Count, await shop.One<long>("select count(*) from job_ends where ended_by = 'worker-1'"));
        }
        finally
        {
            await shop.Execute($"drop owned by {role}; drop role {role}");
        }
    }

    private static async Task Insert(AShop shop, string role, Guid workOrder)
    {
        var settings = Infrastructure.Postgres.DatabaseUrl.Parse(shop.Database.UrlFor(role, "only-for-this-test")).ConnectionString();
        settings.Pooling = false;
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(Cancellation);
        for (var i = 0; i < Jobs; i++)
        {
            await using var insert = new NpgsqlCommand(
                $$"""
                insert into job_queue (org_id, type, payload, status, run_after, max_attempts)
                values ('{{shop.Org}}', 'ai_enrich', '{"work_order_id": "{{workOrder}}", "pipeline": "risk"}', 'queued', now(), 3)
                """, connection);
            await insert.ExecuteNonQueryAsync(Cancellation);
        }
        await using var read = new NpgsqlCommand("select 1 from job_queue", connection);
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => read.ExecuteScalarAsync(Cancellation))).SqlState);
    }

    /// <summary>Until all are done, by whomever.</summary>
    private static async Task<IReadOnlyList<Guid>> WorkAsTheOldWorker(AShop shop)
    {
        const string Claim = """
            update job_queue set status = 'running', locked_at = now(), locked_by = 'old-worker', attempts = attempts + 1
             where id = (select id from job_queue where status = 'queued' and run_after <= now()
                          order by run_after, created_at for update skip locked limit 1)
            returning id
            """;
        List<Guid> done = [];
        while (!await shop.One<bool>($"select count(*) = {Jobs} from job_queue where status = 'succeeded'"))
        {
            var id = await shop.One<Guid>(Claim);
            if (id == Guid.Empty)
                continue;
            await shop.Execute($"update job_queue set status = 'succeeded', locked_at = null, locked_by = null where id = '{id}'");
            done.Add(id);
        }
        return done;
    }
}
