using System.Diagnostics;
using System.Globalization;
using FluentValidation;
using Microsoft.Extensions.Logging;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;
using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>Plans a shop: reads it, plans it, and hands out what to write.</summary>
internal sealed class ScheduleRunHandler(
    IShopReader shop, ShopPlanner planner, IValidator<OwnedPayload> validator, TimeProvider time, ILogger<ScheduleRunHandler> log)
    : IJobHandler
{
    private const double LongestLimitSeconds = 300;

    // For reading the shop and building the model around the search.
    private static readonly TimeSpan DeadlineMargin = TimeSpan.FromMinutes(1);

    public string JobType => JobTypes.ScheduleRun;

    public TimeSpan Deadline(Job job)
    {
        try
        {
            return Budget(ScheduleRunPayload.Parse(job.Payload), []) + DeadlineMargin;
        }
        catch (FormatException)
        {
            // The handler refuses it at once.
            return DeadlineMargin;
        }
    }

    public async Task<JobOutcome> Handle(JobRun run, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var payload = Payload(run.Job);
        log.ScheduleRunJobStarted(payload.RunId);

        var row = await shop.ReadRun(run.Job.OrgId, payload.RunId, cancellation)
            ?? throw InvalidInput($"The organisation has no schedule run {payload.RunId}.");
        if (row.Status is "succeeded" or "canceled")
        {
            log.ScheduleRunJobCompleted(row.Id, row.Status, 0, Milliseconds(started));
            return new JobOutcome.Succeeded();
        }

        var notes = new List<string>();
        var horizon = HorizonOf(row, payload, notes);
        var budget = Budget(payload, notes);
        var problem = await ReadProblem(run.Job.OrgId, horizon, cancellation);
        var plan = await planner.Plan(problem, Objective.Default, new PlanRequest(budget), run.WindDown, cancellation);
        var results = ScheduleResults.Of(row.Id, problem, plan, [.. problem.Notes, .. notes, .. plan.Notes]);
        log.ScheduleRunJobCompleted(row.Id, "succeeded", results.TaskCount, Milliseconds(started));
        return new JobOutcome.Succeeded(results);
    }

    private ScheduleRunPayload Payload(Job job)
    {
        try
        {
            var payload = ScheduleRunPayload.Parse(job.Payload);
            var validation = validator.Validate(new OwnedPayload(payload, job.OrgId));
            return validation.IsValid ? payload : throw InvalidInput(string.Join(' ', validation.Errors.Select(e => e.ErrorMessage)));
        }
        catch (FormatException e)
        {
            throw InvalidInput(e.Message);
        }
    }

    private Horizon HorizonOf(ScheduleRunRow row, ScheduleRunPayload payload, List<string> notes)
    {
        if (row.HorizonEnd <= row.HorizonStart)
            throw new JobFailedException(new JobFailure(FailureClass.Infeasible, "Infeasible",
                $"The horizon of schedule run {row.Id} ends at {row.HorizonEnd:u}, not after its start at {row.HorizonStart:u}."));
        NoteDifference(notes, "start", payload.HorizonStart, row.HorizonStart);
        NoteDifference(notes, "end", payload.HorizonEnd, row.HorizonEnd);
        var end = row.HorizonEnd;
        if (end - row.HorizonStart > Horizon.Longest)
        {
            end = row.HorizonStart + Horizon.Longest;
            notes.Add($"The horizon is longer than {Horizon.Longest.TotalDays:0} days; planned up to {end:u}.");
        }
        return new Horizon(row.HorizonStart, end, time.GetUtcNow());
    }

    private static void NoteDifference(List<string> notes, string which, string? inPayload, DateTimeOffset inRow)
    {
        if (inPayload is null)
            return;
        var isRead = DateTimeOffset.TryParse(inPayload, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant);
        if (!isRead || (instant - inRow).Duration() >= TimeSpan.FromSeconds(1))
            notes.Add($"The job names another {which} of the horizon than its run; the run's, {inRow:u}, counts.");
    }

    private static TimeSpan Budget(ScheduleRunPayload payload, List<string> notes)
    {
        var asked = payload.TimeLimitSeconds ?? ScheduleRunPayload.DefaultTimeLimitSeconds;
        var seconds = double.IsFinite(asked) ? Math.Clamp(asked, 1, LongestLimitSeconds) : ScheduleRunPayload.DefaultTimeLimitSeconds;
        if (seconds != asked)
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"A time limit of {asked:0.###} s was asked for; {seconds:0} s were used."));
        return TimeSpan.FromSeconds(seconds);
    }

    private async Task<ShopProblem> ReadProblem(Guid orgId, Horizon horizon, CancellationToken cancellation) =>
        await shop.ReadShop(orgId, horizon, cancellation) switch
        {
            ShopReading.UnknownTimeZone(var name) => throw InvalidInput($"The organisation's time zone '{name}' is not known."),
            ShopReading.Read(var facts) => ShopProblemBuilder.Build(facts, horizon) switch
            {
                BuiltProblem.Contradiction(var message, _) =>
                    throw new JobFailedException(new JobFailure(FailureClass.Infeasible, "Infeasible", message)),
                BuiltProblem.Ready(var problem) => problem,
                _ => throw new UnreachableException(),
            },
            _ => throw new UnreachableException(),
        };

    private static int Milliseconds(long since) => (int)Stopwatch.GetElapsedTime(since).TotalMilliseconds;

    private static JobFailedException InvalidInput(string message) => new(JobFailure.InvalidInput(message));
}
