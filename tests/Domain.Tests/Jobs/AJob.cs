using Woflo.Domain.Jobs;

namespace Woflo.Domain.Tests.Jobs;

internal static class AJob
{
    public static Job In(JobState state, int attempts = 0, int maxAttempts = 3, TimeSpan deferredFor = default, int rescues = 0) => new(
        Guid.Parse("11111111-1111-1111-1111-111111111111"), Guid.Parse("22222222-2222-2222-2222-222222222222"), JobTypes.AiEnrich, "{}",
        state, attempts, maxAttempts, 0, deferredFor, rescues);

    public static Job Running(int attempts = 1, int maxAttempts = 3, TimeSpan deferredFor = default, int rescues = 0) =>
        In(JobState.Running, attempts, maxAttempts, deferredFor, rescues);

    public static JobFailure Failed(FailureClass failureClass, TimeSpan? retryAfter = null) => new(failureClass, "Test", "broke", retryAfter);
}
