using FluentValidation;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Tests.Jobs;

public sealed class Enqueueing : IDisposable
{
    private static readonly EnqueueJob Sound = new(Guid.NewGuid(), JobTypes.AiEnrich, """{"a": "é 😀 \u00e9 \\u0000", "b": [1.5e10, null]}""");

    private readonly QueueFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    public static TheoryData<EnqueueJob, string> Broken => new()
    {
        { Sound with { OrgId = Guid.Empty }, "Org Id" },
        { Sound with { Type = "no_such_type" }, "type" },
        { Sound with { Payload = "[1]" }, "JSON object" },
        { Sound with { Payload = "{" }, "JSON object" },
        { Sound with { Payload = "{} {}" }, "JSON object" },
        { Sound with { Payload = "" }, "JSON object" },
        { Sound with { Payload = """{"a":"\u0000"}""" }, "u0000" },
        { Sound with { Payload = """{"\u0000":1}""" }, "u0000" },
        { Sound with { Payload = """{"a":"\ud800"}""" }, "surrogate" },
        { Sound with { Payload = "{\"a\":\"\ud800\"}" }, "surrogate" },
        { Sound with { Payload = """{"a":1e131073}""" }, "digits" },
        { Sound with { Payload = """{"a":1e99999999999}""" }, "digits" },
        { Sound with { Payload = $$"""{"a":"{{new string('x', 1_048_577)}}"}""" }, "bytes" },
        { Sound with { MaxAttempts = 0 }, "Max Attempts" },
        { Sound with { MaxAttempts = 11 }, "Max Attempts" },
        { Sound with { Delay = TimeSpan.FromSeconds(-1) }, "Delay" },
        { Sound with { UniqueKey = "" }, "unique key" },
        { Sound with { UniqueKey = new string('x', 201) }, "unique key" },
        { Sound with { UniqueKey = "a\0" }, "unique key" },
        { Sound with { UniqueKey = "a\ud800" }, "unique key" },
        { Sound with { UniqueFor = TimeSpan.FromHours(1) }, "unique key" },
        { Sound with { UniqueKey = "k", UniqueFor = TimeSpan.FromDays(36_600) }, "Unique For" },
    };

    [Theory, MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public async Task refuses_a_job_that_breaks_the_rules_alone_or_among_others(EnqueueJob broken, string named)
    {
        var refusal = await Assert.ThrowsAsync<ValidationException>(() => _queue.Send(broken));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("job 1", refusal.Message, StringComparison.Ordinal);
        refusal = await Assert.ThrowsAsync<ValidationException>(() => _queue.Send(new EnqueueJobs([Sound, broken, Sound], "line")));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith("line 2: ", Assert.Single(refusal.Errors).ErrorMessage, StringComparison.Ordinal);
        await _queue.Intake.DidNotReceiveWithAnyArgs().Enqueue(default!, default);
    }

    [Fact]
    public async Task refuses_an_unknown_organisation_by_name_and_place()
    {
        var unknown = Sound with { OrgId = Guid.NewGuid() };
        _queue.Intake.Enqueue(default!, default).ThrowsAsyncForAnyArgs(new NoSuchOrganisationException(new HashSet<Guid> { unknown.OrgId }));
        var refusal = await Assert.ThrowsAsync<ValidationException>(() => _queue.Send(unknown));
        Assert.Equal($"org: there is no organisation {unknown.OrgId}.", Assert.Single(refusal.Errors).ErrorMessage);
        refusal = await Assert.ThrowsAsync<ValidationException>(() => _queue.Send(new EnqueueJobs([Sound, unknown, unknown])));
        Assert.Equal($"job 2: org: there is no organisation {unknown.OrgId}.", Assert.Single(refusal.Errors).ErrorMessage);
    }

    [Fact]
    public async Task has_one_way_for_one_job_and_for_many()
    {
        var answer = new EnqueuedJob(Guid.NewGuid(), WasThere: true);
        _queue.Intake.Enqueue(Arg.Is<IReadOnlyList<EnqueueJob>>(jobs => jobs.Single() == Sound), Arg.Any<CancellationToken>()).Returns([answer]);
        Assert.Equal(answer, await _queue.Send(Sound));
        Assert.Equal(answer, Assert.Single(await _queue.Send(new EnqueueJobs([Sound]))));
    }

    [Fact]
    public async Task has_a_bound_for_a_list()
    {
        var large = Sound with { Payload = $$"""{"a":"{{new string('x', 1_000_000)}}"}""" };
        foreach (var jobs in new[] { Enumerable.Repeat(Sound, EnqueueJobs.MaxJobs + 1), Enumerable.Repeat(large, 68) })
            await Assert.ThrowsAsync<ValidationException>(() => _queue.Send(new EnqueueJobs([.. jobs])));
        await _queue.Intake.DidNotReceiveWithAnyArgs().Enqueue(default!, default);
    }

    [Fact]
    public async Task names_no_more_than_ten_errors_of_a_file_that_is_wrong_throughout()
    {
        var wrong = Sound with { Payload = "x" };
        var refusal = await Assert.ThrowsAsync<ValidationException>(() => _queue.Send(new EnqueueJobs([.. Enumerable.Repeat(wrong, 1_000)])));
        Assert.Equal(10, refusal.Errors.Count());
    }
}
