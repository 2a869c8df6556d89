using FluentValidation;
using Woflo.Application.Jobs;
using Woflo.Cli.Commands;

namespace Woflo.EndToEnd.Tests.Cli;

public sealed class Lines_of_jobs
{
    private const string Org = "0b3e2b6c-6d1f-4f5e-9d57-0f6f8c1f7a11";
    private const string Sound = $$"""{"org_id": "{{Org}}", "type": "ai_enrich", "payload": {"a": 1} }""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task are_read_with_all_that_they_say()
    {
        using var file = new AFile(
            $$"""{"unique_seconds": 60, "unique_key": "k", "delay_seconds": 1.5, "max_attempts": 2, "payload": {"a":  "é"}, "type": "x", "org_id": "{{Org}}"}"""
            + $"\r\n{Sound}");
        Assert.Equal(
            [
                new EnqueueJob(Guid.Parse(Org), "x", """{"a":  "é"}""", 2, TimeSpan.FromSeconds(1.5), "k", TimeSpan.FromMinutes(1)),
                new EnqueueJob(Guid.Parse(Org), "ai_enrich", """{"a": 1}"""),
            ],
            await JobLines.Read(file.Path, Cancellation));
    }

    [Theory, InlineData("", 0), InlineData("\uFEFF", 0), InlineData("\uFEFF" + Sound, 1), InlineData(Sound + "\n" + Sound + "\n", 2)]
    public async Task may_end_as_they_like(string text, int jobs)
    {
        using var file = new AFile(text);
        Assert.Equal(jobs, (await JobLines.Read(file.Path, Cancellation)).Count);
    }

    [Theory]
    [InlineData("[1]", "not a JSON object"), InlineData("{", "not a JSON object"), InlineData("", "not a JSON object"), InlineData("{} {}", "not a JSON object")]
    [InlineData("{}", "org_id is missing"), InlineData($$"""{"org_id": "{{Org}}"}""", "type is missing")]
    [InlineData($$"""{"org_id": "{{Org}}", "type": "x"}""", "payload is missing")]
    [InlineData("""{"org_id": 7}""", "org_id is not a UUID"), InlineData("""{"org_id": "7"}""", "org_id is not a UUID")]
    [InlineData("""{"type": null}""", "type is not a text"), InlineData("""{"unique_key": 1}""", "unique_key is not a text")]
    [InlineData("""{"type": "\ud800"}""", "")]
    [InlineData("""{"max_attempts": 1.5}""", "max_attempts is not a whole number"), InlineData("""{"max_attempts": "1"}""", "max_attempts is not a whole number")]
    [InlineData("""{"delay_seconds": -1}""", "delay_seconds is not a number"), InlineData("""{"delay_seconds": 1e300}""", "delay_seconds is not a number")]
    [InlineData("""{"unique_seconds": "1"}""", "unique_seconds is not a number")]
    [InlineData("""{"max_attempt": 1}""", "'max_attempt' is none of org_id, type")]
    [InlineData("""{"type": "x", "type": "x"}""", "Duplicate")]
    public async Task that_are_wrong_are_named(string line, string named)
    {
        using var file = new AFile($"{Sound}\n{Sound}\n{line}\n{Sound}\n");
        var refusal = await Assert.ThrowsAsync<ValidationException>(() => JobLines.Read(file.Path, Cancellation));
        var message = Assert.Single(refusal.Errors).ErrorMessage;
        Assert.StartsWith("line 3: ", message, StringComparison.Ordinal);
        Assert.Contains(named, message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task that_are_no_text_are_named()
    {
        using var file = new AFile([.. "{\"type\": \""u8, 0xff, .. "\"}"u8]);
        var refusal = await Assert.ThrowsAsync<ValidationException>(() => JobLines.Read(file.Path, Cancellation));
        Assert.StartsWith("line 1: ", Assert.Single(refusal.Errors).ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task have_a_bound()
    {
        using var many = new AFile(string.Concat(Enumerable.Repeat(Sound + "\n", EnqueueJobs.MaxJobs + 1)));
        Assert.Contains("split", (await Assert.ThrowsAsync<ValidationException>(() => JobLines.Read(many.Path, Cancellation))).Message, StringComparison.Ordinal);
        var endless = JobLines.Read("/dev/zero", Cancellation);
        Assert.Contains("split", (await Assert.ThrowsAsync<ValidationException>(() => endless)).Message, StringComparison.Ordinal);
    }
}
