using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Tests.Jobs;

public sealed class Pausing_and_capping
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task keeps_one_pause_for_each_type_and_organisation_the_later_one()
    {
        await using var queue = await AQueue.Create();
        var keeper = queue.Keeper();
        var until = new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        await keeper.Pause(new PauseJobs(JobTypes.AiEnrich, null, "first", TimeSpan.FromMinutes(1)), Cancellation);
        await keeper.Pause(new PauseJobs(JobTypes.AiEnrich, null, "second"), Cancellation);
        await keeper.Pause(new PauseJobs(null, queue.Org, "org", Until: until), Cancellation);
        var both = await keeper.Pause(new PauseJobs(JobTypes.AiEnrich, queue.Org, "both", TimeSpan.FromMinutes(30)), Cancellation);
        Assert.InRange(both!.Until!.Value - both.Since, TimeSpan.FromMinutes(29), TimeSpan.FromMinutes(31));
        Assert.Equal(
            new (string?, Guid?, string)[] { (JobTypes.AiEnrich, queue.Org, "both"), (JobTypes.AiEnrich, null, "second"), (null, queue.Org, "org") },
            (await queue.Reader().Pauses(Cancellation)).Select(pause => (pause.Type, pause.OrgId, pause.Reason)));
        Assert.Equal(until, (await queue.Reader().Pauses(Cancellation))[2].Until);
        Assert.True(await queue.One<bool>("select until = 'infinity' from woflo.pauses where reason = 'second'"));

        Assert.True(await keeper.Resume(JobTypes.AiEnrich, null, Cancellation));
        Assert.False(await keeper.Resume(JobTypes.AiEnrich, null, Cancellation));
        Assert.Equal(["both", "org"], (await queue.Reader().Pauses(Cancellation)).Select(pause => pause.Reason));
    }

    [Fact]
    public async Task that_has_ended_by_itself_is_no_pause()
    {
        await using var queue = await AQueue.Create();
        await queue.Execute("insert into woflo.pauses (type, until, reason) values ('ai_enrich', now(), '')");
        Assert.Empty(await queue.Reader().Pauses(Cancellation));
        Assert.False(await queue.Keeper().Resume(JobTypes.AiEnrich, null, Cancellation));
    }

    [Fact]
    public async Task of_an_organisation_that_is_not_there_is_refused()
    {
        await using var queue = await AQueue.Create();
        Assert.Null(await queue.Keeper().Pause(new PauseJobs(null, Guid.NewGuid(), "none"), Cancellation));
        Assert.Equal(0, await queue.One<int>("select count(*) from woflo.pauses"));
    }

    [Fact]
    public async Task sets_each_cap_by_itself_and_keeps_no_row_without_one()
    {
        await using var queue = await AQueue.Create();
        var keeper = queue.Keeper();
        Assert.Equal(new QueueCap(JobTypes.AiEnrich, 10, null), await keeper.Cap(new CapJobs(JobTypes.AiEnrich, 10, null), Cancellation));
        Assert.Equal(new QueueCap(JobTypes.AiEnrich, 10, 2), await keeper.Cap(new CapJobs(JobTypes.AiEnrich, null, 2), Cancellation));
        Assert.Equal(new QueueCap(JobTypes.AiEnrich, null, 2), await keeper.Cap(new CapJobs(JobTypes.AiEnrich, 0, null), Cancellation));
        Assert.Equal(
            [new QueueCap(JobTypes.AiEnrich, null, 2), new QueueCap(JobTypes.ScheduleRun, null, 1)], await queue.Reader().Caps(Cancellation));
        Assert.Equal(new QueueCap(JobTypes.AiEnrich, null, null), await keeper.Cap(new CapJobs(JobTypes.AiEnrich, null, 0), Cancellation));
        Assert.Equal([new QueueCap(JobTypes.ScheduleRun, null, 1)], await queue.Reader().Caps(Cancellation));
        Assert.Equal(new QueueCap(JobTypes.ScheduleRun, 4, 1), await keeper.Cap(new CapJobs(JobTypes.ScheduleRun, 4, 1), Cancellation));
    }
}
