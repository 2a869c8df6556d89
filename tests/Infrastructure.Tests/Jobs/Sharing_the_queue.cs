using CsCheck;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;
using Woflo.Infrastructure.Postgres.Jobs;

namespace Woflo.Infrastructure.Tests.Jobs;

/// <summary>Turns between organisations, caps and pauses.</summary>
public sealed class Sharing_the_queue
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task keeps_no_organisation_waiting_longer_than_a_round_however_much_the_others_have()
    {
        await Gen.Int[1, 12].Array[2, 7].SampleAsync(async queued =>
        {
            await using var queue = await AQueue.Create();
            List<Guid> orgs = [queue.Org];
            while (orgs.Count < queued.Length)
                orgs.Add(await queue.NewOrganisation());
            foreach (var (org, jobs) in orgs.Zip(queued))
                await Fill(queue, org, jobs);
            var store = queue.Store();

            List<Guid> served = [];
            while (await store.Claim(JobTypes.AiEnrich, Cancellation) is { } leased)
                served.Add(leased.Job.OrgId);

            Assert.Equal(queued.Sum(), served.Count);
            foreach (var (org, jobs) in orgs.Zip(queued))
            {
                // From the start, and from each of its jobs to its next: at most the others' one each between.
                var turns = served.Select((one, turn) => (one, turn)).Where(s => s.one == org).Select(s => s.turn).Prepend(-1).ToList();
                Assert.All(turns.Zip(turns.Skip(1)), turn => Assert.InRange(turn.Second - turn.First, 1, orgs.Count));
            }
        }, iter: 6, threads: 1);
    }

    [Fact]
    public async Task gives_each_organisation_an_equal_share_of_claims_that_come_together()
    {
        await using var queue = await AQueue.Create();
        var small = await queue.NewOrganisation();
        await Fill(queue, queue.Org, 400);
        await Fill(queue, small, 30);
        var leased = await Claim(queue.Store(), 100);
        Assert.Equal(100, leased.Count);
        Assert.Equal(30, leased.Count(job => job.Job.OrgId == small));
    }

    [Fact]
    public async Task keeps_the_order_within_an_organisation_among_claims_that_come_together()
    {
        await using var queue = await AQueue.Create();
        for (var i = 0; i < 20; i++)
            await queue.Enqueue(dueInSeconds: -20 + i, payload: $$"""{"n": {{i}}}""");
        var payloads = (await Claim(queue.Store(), 20)).Select(job => job.Job.Payload);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $$"""{"n": {{i}}}"""), payloads);
    }

    [Theory, InlineData("in_flight", 3, 3), InlineData("in_flight_per_org", 1, 5), InlineData("in_flight_per_org", 2, 10)]
    public async Task keeps_a_cap_exactly_under_fifty_claimers(string cap, int limit, int expected)
    {
        await using var queue = await AQueue.Create();
        List<Guid> orgs = [queue.Org];
        while (orgs.Count < 5)
            orgs.Add(await queue.NewOrganisation());
        foreach (var org in orgs)
            await Fill(queue, org, 40);
        await queue.Execute($"insert into woflo.caps (type, {cap}) values ('ai_enrich', {limit})");
        var stores = Enumerable.Range(0, 50).Select(n => queue.Store($"worker-{n}")).ToList();

        for (var round = 0; round < 3; round++)
        {
            var leased = (await Task.WhenAll(stores.Select(store => Claim(store, 2)))).SelectMany(jobs => jobs).ToList();
            Assert.Equal(expected, leased.Count);
            Assert.Equal(expected, await queue.One<int>("select count(*) from job_queue where status = 'running'"));
            if (cap == "in_flight_per_org")
                Assert.All(leased.GroupBy(job => job.Job.OrgId), org => Assert.Equal(limit, org.Count()));
            // One that ends makes room for one.
            Assert.True(await stores[0].End(leased[0], leased[0].Job.Complete(), null, null));
            var more = (await Task.WhenAll(stores.Select(store => Claim(store, 1)))).SelectMany(jobs => jobs).ToList();
            Assert.Equal(leased[0].Job.OrgId, cap == "in_flight_per_org" ? Assert.Single(more).Job.OrgId : leased[0].Job.OrgId);
            Assert.Equal(expected, await queue.One<int>("select count(*) from job_queue where status = 'running'"));
            await queue.Execute("update job_queue set status = 'succeeded', fence = null where status = 'running'");
        }
    }

    [Fact]
    public async Task counts_what_the_old_worker_runs_and_what_has_lost_its_worker()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute("insert into woflo.caps (type, in_flight) values ('ai_enrich', 2)");
        await Fill(queue, queue.Org, 5);
        var store = queue.Store();
        var one = (await store.Claim(JobTypes.AiEnrich, Cancellation))!;
        await queue.Execute("update job_queue set lease_expires_at = now() - interval '1 hour' where id = @Id", new { one.Job.Id });
        await queue.Execute(
            """
            update job_queue set status = 'running', locked_at = now(), locked_by = 'python', attempts = attempts + 1
             where id = (select id from job_queue where status = 'queued' limit 1)
            """);
        Assert.Null(await store.Claim(JobTypes.AiEnrich, Cancellation));
        Assert.Empty((await store.Look(JobTypes.All, [], false, Cancellation)).DueTypes);
        Assert.NotNull(await store.RescueNext(RetryPolicy.Default, [], Cancellation));
        Assert.NotNull(await store.Claim(JobTypes.AiEnrich, Cancellation));
    }

    [Fact]
    public async Task passes_over_what_is_paused_until_the_pause_ends()
    {
        await using var queue = await AQueue.Create();
        var other = await queue.NewOrganisation();
        await Fill(queue, queue.Org, 5);
        await Fill(queue, other, 5);
        var store = queue.Store();

        await Pause("'ai_enrich'", "null");
        Assert.Null(await store.Claim(JobTypes.AiEnrich, Cancellation));
        Assert.Empty((await store.Look(JobTypes.All, [], false, Cancellation)).DueTypes);

        await Pause("null", $"'{queue.Org}'");
        await Only(other);
        await Pause("'ai_enrich'", $"'{other}'");
        await Only(queue.Org);
        await Pause("'schedule_run'", $"'{other}'");
        Assert.Equal(2, (await Claim(store, 2)).Select(job => job.Job.OrgId).Distinct().Count());

        await Pause("'ai_enrich'", "null", "now() - interval '1 second'");
        Assert.NotNull(await store.Claim(JobTypes.AiEnrich, Cancellation));

        Task<int> Pause(string type, string org, string until = "'infinity'") => queue.Execute(
            $"delete from woflo.pauses; insert into woflo.pauses (type, org_id, until, reason) values ({type}, {org}, {until}, 'test')");

        async Task Only(Guid org)
        {
            Assert.Equal([JobTypes.AiEnrich], (await store.Look(JobTypes.All, [], false, Cancellation)).DueTypes);
            Assert.Equal([org, org], (await Claim(store, 2)).Select(job => job.Job.OrgId));
        }
    }

    [Fact]
    public async Task goes_on_to_the_next_organisation_where_somebody_holds_the_only_due_row_of_one()
    {
        await using var queue = await AQueue.Create();
        var other = await queue.NewOrganisation();
        await Fill(queue, queue.Org, 1);
        await Fill(queue, other, 1);
        foreach (var held in new[] { queue.Org, other })
        {
            await using var connection = await queue.Open();
            await using var transaction = await connection.BeginTransactionAsync(Cancellation);
            await using (var hold = new Npgsql.NpgsqlCommand($"select 1 from job_queue where org_id = '{held}' for update", connection, transaction))
                await hold.ExecuteNonQueryAsync(Cancellation);
            Assert.NotEqual(held, (await queue.Store().Claim(JobTypes.AiEnrich, Cancellation))!.Job.OrgId);
            await transaction.RollbackAsync(Cancellation);
            await queue.Execute("update job_queue set status = 'queued'");
        }
    }

    [Fact]
    public async Task finds_a_row_that_comes_in_before_its_place_at_the_next_look()
    {
        await using var queue = await AQueue.Create();
        await Fill(queue, queue.Org, 300);
        var store = queue.Store();
        Assert.Equal(200, (await Claim(store, 200)).Count);
        var late = await queue.Enqueue(dueInSeconds: -3_600);
        Assert.NotEqual(late, (await store.Claim(JobTypes.AiEnrich, Cancellation))!.Job.Id);
        await store.Look(JobTypes.All, [], false, Cancellation);
        Assert.Equal(late, (await store.Claim(JobTypes.AiEnrich, Cancellation))!.Job.Id);
        Assert.Equal(99, (await Claim(store, 150)).Count);
    }

    [Fact]
    public async Task finds_new_organisations_between_those_that_it_takes_much_from()
    {
        await using var queue = await AQueue.Create();
        List<Guid> orgs = [];
        for (var i = 1; i <= 5; i++)
        {
            var org = Guid.Parse($"{i}0000000-0000-4000-8000-000000000000");
            await queue.Execute("insert into organizations (id, name, timezone) values (@org, 'Shop', 'UTC')", new { org });
            orgs.Add(org);
        }
        foreach (var much in new[] { orgs[1], orgs[3] })
            await Fill(queue, much, 400);
        var store = queue.Store();
        Assert.Equal(400, (await Claim(store, 400)).Count);
        foreach (var little in new[] { orgs[0], orgs[2], orgs[4] })
            await Fill(queue, little, 1);
        var next = await Claim(store, 5);
        Assert.Equal(orgs, next.Select(job => job.Job.OrgId).Order());
        Assert.Equal(2, (await Claim(store, 2)).Select(job => job.Job.OrgId).Distinct().Count());
    }

    // As many as there are, asked for at the same moment.
    private static async Task<IReadOnlyList<LeasedJob>> Claim(JobStore store, int count) =>
        [.. (await Task.WhenAll(Enumerable.Range(0, count).Select(_ => store.Claim(JobTypes.AiEnrich, Cancellation)))).OfType<LeasedJob>()];

    private static Task<int> Fill(AQueue queue, Guid org, int jobs) => queue.Execute(
        "insert into job_queue (org_id, type, payload, status) select @org, 'ai_enrich', '{}', 'queued' from generate_series(1, @jobs)", new { org, jobs });
}
