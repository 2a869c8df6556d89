using System.Globalization;
using Woflo.Application.Database;
using Woflo.Application.Jobs;

namespace Woflo.Cli.Demo;

/// <summary>One line that says how far the work is: rewritten in place on a terminal, else a new one every few seconds.</summary>
/// <param name="before">The counts before this work was queued: what had ended by then is not counted.</param>
internal sealed class Progress(IQueueReader queue, IReadOnlyList<QueueCount> before, TimeProvider time, bool onTerminal)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan BetweenPlainLines = TimeSpan.FromSeconds(5);

    /// <summary>Shows it until <paramref name="work"/> ends or the token is cancelled; the last look is shown too.</summary>
    public async Task ShowUntil(Task work, CancellationToken cancellation)
    {
        var startedAt = time.GetTimestamp();
        var lastLineAt = (TimeSpan?)null;
        try
        {
            while (!work.IsCompleted)
            {
                var elapsed = time.GetElapsedTime(startedAt);
                if (onTerminal || lastLineAt is null || elapsed - lastLineAt >= BetweenPlainLines)
                {
                    await Show(elapsed, cancellation);
                    lastLineAt = elapsed;
                }
                await Task.WhenAny(work, Task.Delay(Look, time, cancellation));
                cancellation.ThrowIfCancellationRequested();
            }
            await Show(time.GetElapsedTime(startedAt), cancellation);
        }
        finally
        {
            if (onTerminal)
                Console.Out.WriteLine();
        }
    }

    /// <summary>As in: 12 of 15 jobs done, 2 running, 1 waiting, 0:07.</summary>
    public static string Line(IReadOnlyList<QueueCount> before, IReadOnlyList<QueueCount> now, TimeSpan elapsed)
    {
        var failed = Of(now, "failed") - Of(before, "failed");
        var done = Of(now, "succeeded") - Of(before, "succeeded") + failed;
        var (running, waiting) = (Of(now, "running"), Of(now, "queued"));
        var failures = failed > 0 ? $", {failed} failed" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{done} of {done + running + waiting} jobs done, {running} running, {waiting} waiting{failures}, {(int)elapsed.TotalMinutes}:{elapsed.Seconds:00}");
    }

    private static long Of(IReadOnlyList<QueueCount> counts, string status) => counts.Where(count => count.Status == status).Sum(count => count.Jobs);

    private async Task Show(TimeSpan elapsed, CancellationToken cancellation)
    {
        string line;
        try
        {
            line = Line(before, await queue.Counts(new QueueFilter(), cancellation), elapsed);
        }
        catch (DatabaseUnavailableException)
        {
            line = "the database does not answer; the worker waits for it";
        }
        if (onTerminal)
            Console.Out.Write($"\r{line}\u001b[K");
        else
            Console.Out.WriteLine(line);
    }
}
