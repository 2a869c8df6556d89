using Woflo.Domain.Jobs;

namespace Woflo.Domain.Tests.Jobs;

public sealed class Rescuing_and_replaying_a_job
{
    [Fact]
    public void gives_the_attempt_back_three_times_and_then_gives_up()
    {
        var job = AJob.Running(attempts: 1, maxAttempts: 1);
        for (var rescues = 1; rescues <= 3; rescues++)
        {
            var end = Assert.IsType<JobEnd.Rescued>(job.Rescue(RetryPolicy.Default));
            job = job.After(end);
            Assert.Equal((JobState.Queued, 0, rescues), (job.State, job.Attempts, job.Rescues));
            job = job.Claim();
        }
        Assert.IsType<JobEnd.DeadLettered>(job.Rescue(RetryPolicy.Default));
    }

    [Fact]
    public void release_gives_the_attempt_back_and_counts_nothing()
    {
        var job = AJob.Running(attempts: 2);
        Assert.Equal(AJob.In(JobState.Queued, attempts: 1), job.After(job.Release()));
    }

    [Fact]
    public void attempts_never_fall_below_zero()
    {
        var job = AJob.Running(attempts: 0);
        Assert.Equal(0, job.After(job.Release()).Attempts);
    }

    [Fact]
    public void replay_starts_everything_anew() =>
        Assert.Equal(
            AJob.In(JobState.Queued),
            AJob.In(JobState.Failed, attempts: 3, deferredFor: TimeSpan.FromDays(8), rescues: 3).Retry());
}
