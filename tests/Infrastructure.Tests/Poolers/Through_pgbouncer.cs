using Microsoft.Extensions.Logging.Abstractions;
using Woflo.Application.Database;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;
using Woflo.Infrastructure.Postgres;
using Woflo.Infrastructure.Postgres.Jobs;
using Woflo.Infrastructure.Tests.Jobs;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Poolers;

public sealed class Through_pgbouncer
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task the_store_claims_starts_renews_looks_and_ends()
    {
        await using var queue = await AQueue.Create();
        await using var pooler = await Pooler(queue.Url);
        await queue.Execute(RecordingEffects.Table);
        var ids = new HashSet<Guid>();
        for (var i = 0; i < 20; i++)
            ids.Add(await queue.Enqueue(i % 2 == 0 ? JobTypes.AiEnrich : JobTypes.ScheduleRun, org: await queue.NewOrganisation()));
        var watch = new PoolerWatch(false);
        await using var source = DataSources.Pooled(DatabaseUrl.Parse(pooler.Url(queue.Url)), "woflo-tests", watch);
        var store = AQueue.StoreOn(
            source, watch: watch, effects: [new RecordingEffects(JobTypes.AiEnrich), new RecordingEffects(JobTypes.ScheduleRun)]);

        // More at once than the pooler has connections to the server, so that statements of one client meet several.
        var done = new HashSet<Guid>();
        await Task.WhenAll(JobTypes.All.Select(async type =>
        {
            while (await store.Claim(type, Cancellation) is { } leased)
            {
                Assert.True(await store.Start(leased, Cancellation));
                await queue.Execute("update job_queue set lease_expires_at = now() + interval '1 second' where id = @Id", new { leased.Job.Id });
                Assert.Equal(leased.Fence, Assert.Single((await store.Renew([leased], AQueue.NoProgress, Cancellation)).Renewed));
                Assert.True(await store.End(leased, leased.Job.Complete(), null, null));
                lock (done)
                    Assert.True(done.Add(leased.Job.Id));
            }
        }));

        Assert.Equal(ids, done);
        Assert.Equal(20, await queue.One<long>("select count(*) from job_queue where status = 'succeeded'"));
        Assert.Equal(40, await queue.One<long>("select count(*) from effects"));
        Assert.Empty((await store.Look(JobTypes.All, [], false, Cancellation)).DueTypes);
        var enqueued = await new EnqueueStore(source).Enqueue(
            [new EnqueueJob(queue.Org, JobTypes.AiEnrich, "{}"), new EnqueueJob(queue.Org, JobTypes.AiEnrich, "{}", UniqueKey: "k")], Cancellation);
        Assert.DoesNotContain(enqueued, job => job.WasThere);
        Assert.Equal([JobTypes.AiEnrich], (await store.Look(JobTypes.All, [], false, Cancellation)).DueTypes);
    }

    [Fact]
    public async Task the_watch_finds_it_out_at_the_first_connection()
    {
        await using var queue = await AQueue.Create();
        await using var pooler = await Pooler(queue.Url);
        Assert.False(await Finds(queue.Url));
        Assert.True(await Finds(DatabaseUrl.Parse(pooler.Url(queue.Url))));

        static async Task<bool> Finds(DatabaseUrl url)
        {
            Assert.False(url.IsPooler);
            var watch = new PoolerWatch(false);
            await using var source = DataSources.Pooled(url, "woflo-tests", watch);
            await using var connection = await source.OpenConnectionAsync(Cancellation);
            return watch.Found;
        }
    }

    [Fact]
    public async Task the_bell_does_not_listen()
    {
        await using var queue = await AQueue.Create();
        await using var pooler = await Pooler(queue.Url);
        Assert.Equal("listens", await Tried(queue.Url));
        Assert.Equal("pauses", await Tried(DatabaseUrl.Parse(pooler.Url(queue.Url))));

        // Whichever comes first: it listens, or it takes its pause before the next try.
        static async Task<string> Tried(DatabaseUrl url)
        {
            var watch = new PoolerWatch(false);
            var time = new NoticedPauses();
            await using var source = DataSources.Pooled(url, "woflo-tests", watch);
            var bell = new QueueBell(source, watch, time, NullLogger<QueueBell>.Instance);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var listening = bell.Listen((_, _) => { }, () => { }, stop.Token);
            while (!bell.IsListening && !time.Paused)
                await Task.Delay(20, Cancellation);
            var found = bell.IsListening ? "listens" : "pauses";
            await stop.CancelAsync();
            await listening;
            return found;
        }
    }

    [Fact]
    public async Task migrating_is_refused_and_the_direct_port_asked_for()
    {
        await using var database = await TestDatabase.Create(migrated: false);
        await using var pooler = await Pooler(database.ParsedUrl);
        var migrator = new Migrator(DatabaseUrl.Parse(pooler.Url(database.ParsedUrl)), "woflo-tests");
        var refused = await Assert.ThrowsAsync<MigrationException>(() => migrator.Migrate(null, Cancellation));
        Assert.Contains("direct port", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, await database.Scalar<long>("select count(*) from pg_namespace where nspname = 'woflo'", Cancellation));
        Assert.False((await migrator.Check(Cancellation)).IsAccepted);
    }

    private static Task<PgBouncer> Pooler(DatabaseUrl target)
    {
        Assert.SkipUnless(PgBouncer.IsInstalled, PgBouncer.Missing);
        return PgBouncer.Start(target, Cancellation);
    }

    private sealed class NoticedPauses : TimeProvider
    {
        private volatile bool _paused;

        public bool Paused => _paused;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _paused = true;
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
