namespace Woflo.EndToEnd.Tests.Worker;

public sealed class Keeping_types_apart
{
    [Fact(Timeout = 120_000)]
    public async Task plans_while_every_enrichment_waits_for_a_lock()
    {
        await using var shop = await AShop.Open();
        await using var hold = await shop.HoldUp("ai_jobs");
        for (var i = 0; i < 30; i++)
            await shop.EnqueueEnrichment();
        shop.Worker(settings: [("WOFLO_AI_ENRICH_LANE", "20")]);
        await shop.Until("(select count(*) = 20 from job_queue where status = 'running')");
        await hold.UntilSomebodyWaits();
        var plan = await shop.EnqueuePlan();
        await shop.UntilEnded(plan);
        Assert.Equal("succeeded attempts=1 rescues=0 deferrals=0 unlocked", await shop.Summary(plan));
        Assert.Equal(0, await shop.One<long>("select count(*) from job_queue where type = 'ai_enrich' and status = 'succeeded'"));
    }

    [Fact(Timeout = 120_000)]
    public async Task fires_what_the_clock_asks_for_once_however_many_workers_there_are()
    {
        await using var shop = await AShop.Open();
        var order = await shop.WorkOrder();
        await shop.Execute(
            $$"""
            insert into woflo.crons (org_id, name, expression, time_zone, type, payload, next_at)
            select '{{shop.Org}}', 'yearly', to_char(missed at time zone 'UTC', 'MI HH24 DD MM *'), 'UTC', 'ai_enrich',
                   '{"work_order_id": "{{order}}"}', missed
              from date_trunc('minute', now() - interval '10 minutes') missed
            """);
        for (var i = 0; i < 3; i++)
            shop.Worker();
        await shop.Until("exists (select from job_queue where status = 'succeeded')");
        Assert.Equal(1, await shop.One<long>("select count(*) from job_queue"));
        Assert.True(await shop.One<bool>("select next_at > now() and last_job_id = (select id from job_queue) from woflo.crons"));
    }
}
