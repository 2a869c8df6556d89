using FluentValidation;
using NSubstitute;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Tests.Jobs;

public sealed class Firing_crons : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly FiredCron Moved = new(Guid.NewGuid(), Guid.NewGuid(), "mornings", JobTypes.AiEnrich, null, null, null);
    private static readonly FiredCron Fired = Moved with { DueAt = Noon, Job = new EnqueuedJob(Guid.NewGuid(), WasThere: false) };

    private readonly QueueFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task says_what_it_enqueued_and_what_failed_and_goes_on()
    {
        var failed = Moved with { Error = new FormatException("no such zone") };
        var wasThere = Fired with { Job = new EnqueuedJob(Guid.NewGuid(), WasThere: true) };
        _queue.Crons.FireNext(default!, default).ReturnsForAnyArgs(failed, Fired, wasThere, Moved, null);
        Assert.Equal(3, await _queue.Send(new FireCrons()));
        Assert.Equal(["cron_failed", "cron_fired"], _queue.Log.Events.Where(name => name.StartsWith("cron", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task has_a_bound()
    {
        _queue.Crons.FireNext(default!, default).ReturnsForAnyArgs(Fired);
        Assert.Equal(7, await _queue.Send(new FireCrons(7)));
    }

    [Fact]
    public async Task begins_with_a_schedule_whose_first_instant_is_in_the_shops_time()
    {
        var add = Add("0 6 * * *");
        _queue.Crons.Clock(add.Job.OrgId, Arg.Any<CancellationToken>()).Returns(new ShopClock("America/New_York", Noon));
        _queue.Crons.Add(default!, default, default).ReturnsForAnyArgs(true);
        var added = await _queue.Send(add);
        Assert.Equal(("America/New_York", Noon.AddDays(1).AddHours(-2)), (added.TimeZone, added.Next[0]));
        Assert.Equal([6, 6, 6], added.Next.Select(at => at.Hour));
        await _queue.Crons.Received().Add(add, Noon.AddDays(1).AddHours(-2), Arg.Any<CancellationToken>());
        Assert.Equal("Asia/Tokyo", (await _queue.Send(add with { TimeZone = "Asia/Tokyo" })).TimeZone);
    }

    public static TheoryData<AddCron, string> Broken => new()
    {
        { Add("0 6 * *"), "five fields" },
        { Add("0 0 30 2 *"), "never comes" },
        { Add("0 6 * * *") with { TimeZone = "Nowhere/Else" }, "time zone" },
        { Add("0 6 * * *") with { Name = "" }, "name" },
        { Add("0 6 * * *") with { Name = "a\nb" }, "name" },
        { Add("0 6 * * *") with { Name = new string('x', 101) }, "name" },
        { Add("0 6 * * *", payload: "[]"), "JSON object" },
        { Add("0 6 * * *", key: "k"), "Unique Key" },
    };

    [Theory, MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public async Task never_begins_with_a_schedule_that_could_not_fire(AddCron add, string named)
    {
        _queue.Crons.Clock(default, default).ReturnsForAnyArgs(new ShopClock("UTC", Noon));
        Assert.Contains(named, (await Assert.ThrowsAsync<ValidationException>(() => _queue.Send(add))).Message, StringComparison.Ordinal);
        await _queue.Crons.DidNotReceiveWithAnyArgs().Add(default!, default, default);
    }

    private static AddCron Add(string expression, string payload = "{}", string? key = null) =>
        new("mornings", expression, null, new EnqueueJob(Guid.NewGuid(), JobTypes.AiEnrich, payload, UniqueKey: key));
}
