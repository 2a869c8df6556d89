using Npgsql;
using Woflo.TestKit;

namespace Woflo.EndToEnd.Tests.Worker;

public sealed class Waking_up
{
    private const string Asleep = "exists (select from woflo.workers where waits_for <> '{}' and live_until > now())";

    // The poll comes once in an hour, the test ends long before.
    [Fact(Timeout = 60_000)]
    public async Task at_an_insert_needs_no_poll()
    {
        await using var shop = await AShop.Open();
        shop.Worker(settings: [("POLL_INTERVAL_SECONDS", "3600")]);
        for (var i = 0; i < 2; i++)
        {
            await shop.Until(Asleep);
            var job = await shop.EnqueueEnrichment();
            await shop.UntilEnded(job);
            Assert.Equal("succeeded", await shop.Status(job));
        }
    }

    // The worker sleeps already when it can be heard at last, and says so only then.
    [Fact(Timeout = 60_000)]
    public async Task at_an_insert_needs_no_poll_after_listening_came_late()
    {
        await using var shop = await AShop.Open();
        await using var proxy = TcpProxy.Start(shop.Database.ParsedUrl.ConnectionString().ConnectionString);
        proxy.CutBeforeAnswerTo("listen woflo_job_queue");
        var address = new NpgsqlConnectionStringBuilder(proxy.ConnectionString);
        shop.Worker(
            url: $"postgresql://{address.Username}:{address.Password}@127.0.0.1:{address.Port}/{address.Database}?sslmode=disable&gssencmode=disable",
            settings: [("POLL_INTERVAL_SECONDS", "3600")]);
        await shop.Until(Asleep);
        Assert.True(proxy.HasCut);
        var job = await shop.EnqueueEnrichment();
        await shop.UntilEnded(job);
        Assert.Equal("succeeded", await shop.Status(job));
    }

    [Fact(Timeout = 60_000)]
    public async Task at_the_time_it_knows_of_needs_no_poll()
    {
        await using var shop = await AShop.Open();
        var job = await shop.EnqueueEnrichment();
        await shop.Execute("update job_queue set run_after = now() + interval '3 seconds'");
        shop.Worker(settings: [("POLL_INTERVAL_SECONDS", "3600")]);
        await shop.UntilEnded(job);
        Assert.Equal("succeeded", await shop.Status(job));
    }

    [Fact(Timeout = 60_000)]
    public async Task by_the_poll_alone_is_enough_where_nothing_notifies()
    {
        await using var shop = await AShop.Open();
        await shop.Execute("alter table job_queue disable trigger woflo_wake_workers");
        shop.Worker();
        await shop.Until(Asleep);
        var job = await shop.EnqueueEnrichment();
        await shop.UntilEnded(job);
        Assert.Equal("succeeded", await shop.Status(job));
    }
}
