using Dapper;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;
using Woflo.Infrastructure.Postgres.Jobs;

namespace Woflo.Infrastructure.Tests.Jobs;

public sealed class Firing_crons
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task enqueues_what_was_added_and_moves_on()
    {
        await using var queue = await AQueue.Create();
        var crons = queue.Crons();
        var clock = (await crons.Clock(queue.Org, Cancellation))!;
        Assert.Equal("America/Chicago", clock.TimeZone);
        var job = new EnqueueJob(queue.Org, JobTypes.ScheduleRun, """{"a": 1}""", MaxAttempts: 2);
        Assert.True(await crons.Add(new AddCron("hourly", "0 * * * *", null, job), clock.Now.AddHours(1), Cancellation));
        Assert.False(await crons.Add(new AddCron("hourly", "0 6 * * *", null, job), clock.Now, Cancellation));
        Assert.Null(await crons.FireNext([], Cancellation));
        Assert.False(await queue.One<bool>($"select {CronSql.AnyDue}"));
        Assert.InRange(await queue.One<double>($"select extract(epoch from {CronSql.NextDue})"), 3_500, 3_600);

        await queue.Execute("update woflo.crons set next_at = date_trunc('hour', now())");
        Assert.True(await queue.One<bool>($"select {CronSql.AnyDue}"));
        var fired = (await crons.FireNext([], Cancellation))!;
        Assert.Equal(("hourly", queue.Org, false), (fired.Name, fired.OrgId, fired.Job!.WasThere));
        Assert.True(await queue.One<bool>(
            """
            select q.type = 'schedule_run' and q.payload = '{"a": 1}' and q.max_attempts = 2 and q.org_id = c.org_id and c.last_job_id = q.id
                   and c.last_at = @DueAt and c.next_at = @DueAt + interval '1 hour'
              from job_queue q, woflo.crons c
            """, new { DueAt = fired.DueAt!.Value.UtcDateTime }));
        Assert.Null(await crons.FireNext([], Cancellation));
        var line = Assert.Single(await crons.List(queue.Org, Cancellation));
        Assert.Equal((fired.Id, "America/Chicago", fired.Job.Id, fired.DueAt.Value.UtcDateTime), (line.Id, line.TimeZone, line.LastJobId, line.LastAt));
        Assert.Empty(await crons.List(await queue.NewOrganisation(), Cancellation));
        Assert.True(await crons.Remove(queue.Org, "hourly", Cancellation));
        Assert.False(await crons.Remove(queue.Org, "hourly", Cancellation));
        Assert.Null(await crons.Clock(Guid.NewGuid(), Cancellation));
    }

    [Fact]
    public async Task by_ten_workers_in_the_same_minute_makes_one_job_a_schedule()
    {
        await using var queue = await AQueue.Create();
        for (var n = 0; n < 30; n++)
            await Due(queue, $"cron {n}", "* * * * *");
        var fired = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(async () =>
        {
            var crons = queue.Crons();
            List<FiredCron> mine = [];
            while (await crons.FireNext([], Cancellation) is { } one)
                mine.Add(one);
            return mine;
        }, Cancellation)));
        // A minute may end while they fire: then the next one is fired, too.
        Assert.All(fired.SelectMany(mine => mine).GroupBy(one => (one.Name, one.DueAt)), same => Assert.Single(same));
        Assert.Equal(30, fired.SelectMany(mine => mine).Select(one => one.Name).Distinct().Count());
        Assert.Equal(fired.Sum(mine => mine.Count), await queue.One<int>("select count(*) from job_queue"));
    }

    [Fact]
    public async Task again_for_an_instant_that_was_fired_already_enqueues_nothing()
    {
        await using var queue = await AQueue.Create();
        await Due(queue, "yearly", "0 0 1 1 *", "date_trunc('year', now() at time zone 'America/Chicago') at time zone 'America/Chicago'");
        var first = (await queue.Crons().FireNext([], Cancellation))!;
        await queue.Execute("update woflo.crons set next_at = last_at; update job_queue set status = 'succeeded'");
        var second = (await queue.Crons().FireNext([], Cancellation))!;
        Assert.Equal((first.DueAt, first.Job! with { WasThere = true }), (second.DueAt, second.Job));
        Assert.Equal(1, await queue.One<int>("select count(*) from job_queue"));
    }

    [Theory, InlineData("now() - interval '400 days'"), InlineData("'-infinity'")]
    public async Task after_a_downtime_fires_once_for_the_latest_instant(string nextAt)
    {
        await using var queue = await AQueue.Create();
        await Due(queue, "daily", "30 6 * * *", nextAt, zone: "Asia/Tokyo");
        var fired = (await queue.Crons().FireNext([], Cancellation))!;
        Assert.True(await queue.One<bool>(
            """
            select last_at > now() - interval '1 day' and next_at > now() and next_at = last_at + interval '1 day'
                   and (last_at at time zone 'Asia/Tokyo')::time = '06:30'
              from woflo.crons
            """));
        Assert.False(fired.Job!.WasThere);
        Assert.Null(await queue.Crons().FireNext([], Cancellation));
        Assert.Equal(1, await queue.One<int>("select count(*) from job_queue"));
    }

    [Fact]
    public async Task where_the_shop_has_moved_waits_for_its_new_hour()
    {
        await using var queue = await AQueue.Create();
        await Due(queue, "yearly", "0 0 1 1 *", "date_trunc('year', now() at time zone 'America/Chicago') at time zone 'America/Chicago'");
        await queue.Execute("update woflo.crons set next_at = next_at + interval '1 minute'");
        var fired = (await queue.Crons().FireNext([], Cancellation))!;
        Assert.Equal((null, null, null), (fired.DueAt, fired.Job, fired.Error));
        Assert.True(await queue.One<bool>("select next_at > now() and last_at is null from woflo.crons"));
        Assert.Equal(0, await queue.One<int>("select count(*) from job_queue"));
    }

    [Fact]
    public async Task that_are_broken_are_put_off_and_do_not_hold_up_the_others()
    {
        await using var queue = await AQueue.Create();
        var nowhere = await queue.NewOrganisation("Nowhere/Else");
        await Due(queue, "unknown zone", "* * * * *", "now() - interval '5 hours'", org: nowhere);
        await Due(queue, "no expression", "every morning", "now() - interval '4 hours'");
        await Due(queue, "never", "0 0 30 2 *", "now() - interval '3 hours'");
        await Due(queue, "unknown type", "* * * * *", "now() - interval '2 hours'", type: "make_coffee");
        await Due(queue, "sound", "0 0 1 1 *", "now() - interval '2 years'");
        var crons = queue.Crons();
        List<FiredCron> fired = [];
        while (await crons.FireNext([], Cancellation) is { } one)
            fired.Add(one);
        Assert.Equal(5, fired.Count);
        Assert.Null(Assert.Single(fired, one => one.Name == "sound").Error);
        Assert.All(fired.Where(one => one.Name != "sound"), one => Assert.Equal((true, null), (one.Error is not null, one.Job)));
        Assert.Equal(4, await queue.One<int>("select count(*) from woflo.crons where next_at = now() or next_at between now() + interval '50 minutes' and now() + interval '1 hour'"));
        Assert.Equal(1, await queue.One<int>("select count(*) from job_queue"));
        Assert.Equal(1, await queue.One<int>("select count(*) from woflo.unique_jobs"));
    }

    [Fact]
    public async Task of_a_shop_whose_row_somebody_holds_do_not_hold_up_the_others()
    {
        await using var queue = await AQueue.Create();
        var held = await queue.NewOrganisation();
        await Due(queue, "held", "* * * * *", "now() - interval '5 hours'", org: held);
        await Due(queue, "free", "* * * * *", "now() - interval '4 hours'");
        await using var connection = await queue.Open();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await connection.ExecuteAsync("select from organizations where id = @held for update", new { held }, transaction);
        var crons = queue.Crons();

        var first = (await crons.FireNext([], Cancellation))!;
        Assert.Equal(("held", true, null), (first.Name, first.Error is not null, first.Job));
        var second = (await crons.FireNext([first.Id], Cancellation))!;
        Assert.Equal(("free", null), (second.Name, second.Error));
        Assert.Null(await crons.FireNext([first.Id], Cancellation));

        await transaction.RollbackAsync(Cancellation);
        Assert.NotNull((await crons.FireNext([], Cancellation))!.Job);
    }

    // The last statement fails, after key and job were written.
    [Fact]
    public async Task writes_key_job_and_next_instant_or_none_of_them()
    {
        await using var queue = await AQueue.Create();
        await Due(queue, "daily", "0 6 * * *");
        await queue.Execute("alter table woflo.crons add check (last_job_id is null)");
        var fired = (await queue.Crons().FireNext([], Cancellation))!;
        Assert.NotNull(fired.Error);
        Assert.Equal((0, 0), (await queue.One<int>("select count(*) from job_queue"), await queue.One<int>("select count(*) from woflo.unique_jobs")));
        Assert.True(await queue.One<bool>("select next_at > now() and last_at is null from woflo.crons"));
    }

    private static Task<int> Due(
        AQueue queue, string name, string expression, string nextAt = "now() - interval '1 day'", string? zone = null, string type = JobTypes.AiEnrich,
        Guid? org = null) =>
        queue.Execute(
            $"""
            insert into woflo.crons (org_id, name, expression, time_zone, type, payload, next_at)
            values (@org, @name, @expression, @zone, @type, '{"{}"}', {nextAt})
            """, new { org = org ?? queue.Org, name, expression, zone, type });
}
