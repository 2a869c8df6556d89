using System.Globalization;
using Woflo.Application.Database;
using Woflo.Application.Jobs;
using Woflo.Application.Scheduling;
using Woflo.Cli.Commands;
using Woflo.Domain.Jobs;

namespace Woflo.Cli.Schedule;

/// <summary>Follows a run's job to its end: one line, rewritten in place on a terminal, else a new one when something changed.</summary>
internal sealed class RunFollower(IQueueReader queue, TimeProvider time, bool isSilent, bool onTerminal)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan BetweenPlainLines = TimeSpan.FromSeconds(5);

    /// <summary>A worker that lives and has room takes a job within its poll interval; after this somebody has to do something.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private TimeSpan? _lastLineAt;
    private string? _lastStatus;

    /// <returns>The job as it ended; null where it was deleted meanwhile.</returns>
    public async Task<JobDetails?> Follow(StartedRun run, Guid orgId, CancellationToken cancellation)
    {
        var startedAt = time.GetTimestamp();
        var hasHinted = false;
        try
        {
            while (true)
            {
                var elapsed = time.GetElapsedTime(startedAt);
                try
                {
                    var job = await queue.Find(run.JobId, cancellation);
                    if (job is not { Status: "queued" or "running" })
                    {
                        if (onTerminal && _lastStatus is not null)
                            Console.Out.WriteLine();
                        return job;
                    }
                    Show(job, elapsed);
                    if (job.Status == "queued" && elapsed > Patience && !hasHinted)
                    {
                        hasHinted = true;
                        Hint(await WhyNobodyTakesIt(orgId, cancellation));
                    }
                }
                catch (DatabaseUnavailableException)
                {
                    Say("the database does not answer; waiting for it", elapsed, isNews: true);
                }
                await Task.Delay(Look, time, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            Hint($"no longer following; the run goes on. Look at it with: woflo schedule show {run.RunId}, call it off with: woflo cancel {run.JobId}");
            throw;
        }
    }

    private void Show(JobDetails job, TimeSpan elapsed)
    {
        var text = job.Status == "queued"
            ? "queued, no worker has taken it yet"
            : $"running on {Printable.Line(job.LockedBy, 60)}{(JobProgress.Line(job.Progress) is { } progress ? $": {Printable.Line(progress, 120)}" : "")}";
        Say(text, elapsed, isNews: job.Status != _lastStatus);
        _lastStatus = job.Status;
    }

    private void Say(string text, TimeSpan elapsed, bool isNews)
    {
        if (isSilent || (!onTerminal && !isNews && elapsed - _lastLineAt < BetweenPlainLines))
            return;
        _lastLineAt = elapsed;
        var line = string.Create(CultureInfo.InvariantCulture, $"{text}, {(int)elapsed.TotalMinutes}:{elapsed.Seconds:00}");
        if (onTerminal)
            Console.Out.Write($"\r{line}\u001b[K");
        else
            Console.Out.WriteLine(line);
    }

    private void Hint(string text)
    {
        if (onTerminal && _lastStatus is not null)
            Console.Out.WriteLine();
        Output.Problem(text);
    }

    private async Task<string> WhyNobodyTakesIt(Guid orgId, CancellationToken cancellation)
    {
        var status = await queue.Status(cancellation);
        if (status.Pauses.FirstOrDefault(p => (p.Type ?? JobTypes.ScheduleRun) == JobTypes.ScheduleRun && (p.OrgId ?? orgId) == orgId) is { } pause)
            return Printable.Line($"{pause.What} is paused {pause.UntilWhen}: {pause.Reason}. Go on with: woflo resume {pause.Options}", 500);
        var workers = status.Workers.Where(w => w.Types.Contains(JobTypes.ScheduleRun)).ToList();
        return workers.Count == 0
            ? "no worker that takes schedule_run lives. Start one: ./build/worker (with WOFLO_JOB_TYPES unset, or schedule_run among them)."
            : $"{workers.Count} {(workers.Count == 1 ? "worker takes" : "workers take")} schedule_run, and none has room yet: others' plans, or an earlier "
                + "run of this organisation, come first. See: woflo jobs --type schedule_run";
    }
}
