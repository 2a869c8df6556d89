using CsCheck;
using Woflo.Domain.Jobs;

namespace Woflo.Domain.Tests.Jobs;

public sealed class Failing_a_job
{
    private static readonly RetryPolicy Policy = RetryPolicy.Default;

    [Theory, InlineData(1, 2), InlineData(2, 4), InlineData(3, 8), InlineData(9, 512)]
    public void retries_after_two_to_the_attempts_minutes(int attempts, int minutes) =>
        Assert.Equal(new JobEnd.Retrying(TimeSpan.FromMinutes(minutes)), Fail(FailureClass.Transient, attempts, 10));

    [Fact]
    public void backs_off_by_doubling_up_to_the_ceiling() =>
        Gen.Int[1, int.MaxValue].Sample(attempts =>
        {
            var delay = Policy.Backoff(attempts);
            return delay == (attempts <= 10 ? TimeSpan.FromMinutes(Math.Pow(2, attempts)) : Policy.Ceiling);
        });

    [Theory, InlineData("transient"), InlineData("timeout"), InlineData("no such class"), InlineData(null)]
    public void on_the_last_attempt_is_a_dead_letter(string? name) =>
        Assert.IsType<JobEnd.DeadLettered>(Fail(FailureClass.Named(name), 3, 3));

    [Fact]
    public void by_a_bug_is_retried_only_after_the_first_attempt()
    {
        Assert.IsType<JobEnd.Retrying>(Fail(FailureClass.Bug, 1, 5));
        Assert.IsType<JobEnd.DeadLettered>(Fail(FailureClass.Bug, 2, 5));
        Assert.IsType<JobEnd.DeadLettered>(Fail(FailureClass.Bug, 1, 1));
    }

    [Theory, InlineData("invalid_input"), InlineData("infeasible")]
    public void that_cannot_get_better_is_a_dead_letter_at_once(string name) =>
        Assert.IsType<JobEnd.DeadLettered>(Fail(FailureClass.Named(name), 1, 10));

    [Theory, InlineData("rate_limited", false), InlineData("budget", false), InlineData("unavailable", false),
     InlineData("auth", true), InlineData("out_of_money", true)]
    public void that_must_wait_is_deferred_and_gives_the_attempt_back(string name, bool alarm)
    {
        var failureClass = FailureClass.Named(name);
        var job = AJob.Running(attempts: 1, maxAttempts: 1);
        var end = job.Fail(AJob.Failed(failureClass, TimeSpan.FromSeconds(90)), Policy);
        Assert.Equal(new JobEnd.Deferred(TimeSpan.FromSeconds(90)), end);
        var after = job.After(end);
        Assert.Equal((JobState.Queued, 0, 1), (after.State, after.Attempts, after.Deferrals));
        Assert.Equal(alarm, failureClass.RaisesAlarm);
    }

    [Fact]
    public void is_deferred_for_seven_days_at_most()
    {
        var failure = AJob.Failed(FailureClass.RateLimited);
        Assert.IsType<JobEnd.Deferred>(AJob.Running(deferredFor: TimeSpan.FromDays(6.99)).Fail(failure, Policy));
        Assert.IsType<JobEnd.DeadLettered>(AJob.Running(deferredFor: TimeSpan.FromDays(7)).Fail(failure, Policy));
    }

    [Theory, InlineData(-5, 1), InlineData(0, 1), InlineData(86_400 * 365, 86_400 * 7)]
    public void is_never_deferred_for_an_absurd_time(int askedSeconds, int seconds) =>
        Assert.Equal(
            new JobEnd.Deferred(TimeSpan.FromSeconds(seconds)),
            AJob.Running().Fail(AJob.Failed(FailureClass.Budget, TimeSpan.FromSeconds(askedSeconds)), Policy));

    [Fact]
    public void that_was_cancelled_ends_it_without_a_dead_letter() =>
        Assert.IsType<JobEnd.Cancelled>(Fail(FailureClass.Cancelled, 1, 10));

    [Fact]
    public void every_class_has_a_name_of_its_own_and_is_found_by_it() =>
        Assert.All(FailureClass.All, c => Assert.Same(c, FailureClass.Named(c.Name)));

    [Fact]
    public void error_text_is_bounded_and_free_of_NUL() =>
        Gen.Select(Gen.String[Gen.Char, 0, 6_000], Gen.Int[0, 50]).Sample((text, _) =>
        {
            var error = new JobFailure(FailureClass.Bug, "Type", text + "\0" + text).Error;
            return error.StartsWith("Type: ", StringComparison.Ordinal) && error.Length <= JobFailure.MaxErrorLength && !error.Contains('\0');
        }, iter: 500);

    [Fact]
    public void error_text_is_not_cut_inside_a_character()
    {
        var error = new JobFailure(FailureClass.Bug, "T", string.Concat(Enumerable.Repeat("🚛", 5_000))).Error;
        Assert.All(Enumerable.Range(0, error.Length - 1), i => Assert.True(!char.IsHighSurrogate(error[i]) || char.IsLowSurrogate(error[i + 1])));
        var odd = new JobFailure(FailureClass.Bug, "To", string.Concat(Enumerable.Repeat("🚛", 5_000))).Error;
        Assert.All(Enumerable.Range(0, odd.Length - 1), i => Assert.True(!char.IsHighSurrogate(odd[i]) || char.IsLowSurrogate(odd[i + 1])));
    }

    private static JobEnd Fail(FailureClass failureClass, int attempts, int maxAttempts) =>
        AJob.Running(attempts, maxAttempts).Fail(AJob.Failed(failureClass), Policy);
}
