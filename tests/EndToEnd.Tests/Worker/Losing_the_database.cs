using Woflo.TestKit;
using static Woflo.EndToEnd.Tests.AShop;

namespace Woflo.EndToEnd.Tests.Worker;

public sealed class Losing_the_database
{
    [Theory(Timeout = 180_000), InlineData(false), InlineData(true)]
    public async Task in_the_middle_of_a_job_neither_loses_nor_doubles_it(bool crash)
    {
        await using var server = await PostgresServer.StartPrivate();
        await using var shop = await AShop.Open(server);
        var job = await shop.EnqueueEnrichment();
        await using var hold = await shop.HoldUp("work_orders");
        var worker = shop.Worker();
        await hold.UntilSomebodyWaits();

        await server.Restart(crash);
        shop.Database.ForgetConnections();

        await shop.UntilEnded(job);
        Assert.Equal("succeeded attempts=1", (await shop.Summary(job))[..20]);
        Assert.Equal(4, await shop.One<long>("select count(*) from ai_results"));
        var next = await shop.EnqueueEnrichment();
        await shop.UntilEnded(next);
        Assert.Equal("succeeded", await shop.Status(next));
        // A restart that falls between two polls is noticed by the job alone.
        Assert.InRange(worker.Events("database_unavailable").Count(), 0, 1);
        Assert.Equal(worker.Events("database_unavailable").Count(), worker.Events("database_available").Count());
        worker.Signal(15);
        Assert.Equal(0, await worker.Exit(Cancellation));
    }

    [Fact(Timeout = 180_000)]
    public async Task for_a_while_is_said_once_and_once_when_it_is_back()
    {
        await using var shop = await AShop.Open();
        var behind = shop.Database.ParsedUrl.ConnectionString();
        var port = TcpProxy.FreePort();
        var proxy = TcpProxy.Start(behind.ConnectionString, port);
        var worker = shop.Worker(url: $"postgresql://{behind.Username}:{behind.Password}@127.0.0.1:{port}/{behind.Database}");
        await worker.Event("worker_started", Cancellation);
        await proxy.DisposeAsync();
        await worker.Event("database_unavailable", Cancellation);
        var job = await shop.EnqueueEnrichment();

        await using var again = TcpProxy.Start(behind.ConnectionString, port);
        await shop.UntilEnded(job);
        Assert.Equal("succeeded attempts=1 rescues=0 deferrals=0 unlocked", await shop.Summary(job));
        await worker.Event("database_available", Cancellation);
        Assert.Single(worker.Events("database_unavailable"));
        Assert.Single(worker.Events("database_available"));
    }

    [Fact(Timeout = 180_000)]
    public async Task before_it_came_waits_for_it_and_then_works()
    {
        await using var shop = await AShop.Open();
        var job = await shop.EnqueueEnrichment();
        var behind = shop.Database.ParsedUrl.ConnectionString();
        var port = TcpProxy.FreePort();
        var worker = shop.Worker(url: $"postgresql://{behind.Username}:{behind.Password}@127.0.0.1:{port}/{behind.Database}");
        await worker.Event("database_unavailable", Cancellation);
        Assert.Empty(worker.Events("worker_started"));
        Assert.Equal("queued", await shop.Status(job));

        await using var proxy = TcpProxy.Start(behind.ConnectionString, port);
        await shop.UntilEnded(job);
        Assert.Equal("succeeded", await shop.Status(job));
        await worker.Event("worker_started", Cancellation);
        Assert.Single(worker.Events("database_unavailable"));
        Assert.Single(worker.Events("database_available"));
    }
}
