using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using FluentValidation;
using Microsoft.Extensions.Logging;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;
using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>Plans a shop: reads it, plans it, holds the plan against the shop as it is then, and hands out what to write.</summary>
internal sealed class ScheduleRunHandler(
    IShopReader shop, ShopPlanner planner, IValidator<OwnedPayload> validator, SchedulingOptions options,
    TimeProvider time, ILogger<ScheduleRunHandler> log)
    : IJobHandler
{
    private const double LongestLimitSeconds = 300;

    // For reading the shop, the repair and all else around the search.
    private static readonly TimeSpan DeadlineMargin = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan RepairBudget = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExplanationBudget = TimeSpan.FromSeconds(2);

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
            if (row.SupersededBy is { } newer)
                log.ScheduleRunSuperseded(row.Id, newer);
            log.ScheduleRunJobCompleted(row.Id, row.Status, 0, Milliseconds(started));
            return new JobOutcome.Succeeded();
        }

        var notes = new List<string>();
        var horizon = HorizonOf(row, payload, notes);
        var reading = await shop.ReadShop(run.Job.OrgId, horizon, cancellation);
        var problem = reading.Problem(horizon);
        var objective = ObjectiveOf(reading, payload, notes);
        var request = new PlanRequest(
            Budget(payload, notes), row.Trigger == "manual" ? PlanWay.Afresh : PlanWay.Repair, payload.IsDeterministic, payload.Seed,
            new ProgressReport(run.Progress));
        var plan = await planner.Plan(problem, objective, request, run.WindDown, cancellation);
        var results = new ScheduleResults(
            row.Id, problem, objective, request, plan, [.. problem.Notes, .. notes, .. plan.Notes], []);
        results = (await Renewed(results, run, cancellation)).Explained(IsTimeUp(request, run.WindDown, cancellation));
        log.ScheduleRunJobCompleted(row.Id, "succeeded", results.Items.Count, Milliseconds(started));
        return new JobOutcome.Succeeded(results);
    }

    /// <summary>The plan as it holds in the shop after the search, repaired where it does not.</summary>
    private async Task<ScheduleResults> Renewed(ScheduleResults results, JobRun run, CancellationToken cancellation)
    {
        var horizon = results.Problem.Horizon;
        results = results.In((await shop.ReadShop(run.Job.OrgId, horizon, cancellation)).Problem(horizon));
        if (!results.NeedsRepair)
            return results;
        var request = results.Request with { Budget = RepairBudget, Way = PlanWay.Repair, Progress = null };
        var repaired = await planner.Plan(StandingPlan.Promised(results.Problem, results.Plan.Schedule.Items), results.Objective, request, run.WindDown, cancellation);
        return results.With(repaired, "The shop was changed while the plan was made, and the plan was repaired.");
    }

    // The plan waits to be written meanwhile. Where the same shop has to give the same, the clock must not say when to end.
    private static Func<bool> IsTimeUp(PlanRequest request, CancellationToken windDown, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        return () =>
        {
            cancellation.ThrowIfCancellationRequested();
            return windDown.IsCancellationRequested || (!request.IsDeterministic && Stopwatch.GetElapsedTime(began) > ExplanationBudget);
        };
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

    private Objective ObjectiveOf(ShopReading reading, ScheduleRunPayload payload, List<string> notes)
    {
        var objective = options.ObjectiveOf(reading, notes);
        try
        {
            return payload.Objective is { } ofRun ? objective.With(ofRun) : objective;
        }
        catch (FormatException e)
        {
            throw InvalidInput($"objective: {e.Message}");
        }
    }

    /// <summary>Hands the search's progress on, as JSON.</summary>
    private sealed class ProgressReport(IProgress<JsonObject>? job) : IProgress<PlanProgress>
    {
        public void Report(PlanProgress value) => job?.Report(new JsonObject
        {
            ["stage"] = value.Stage,
            ["levels"] = new JsonArray([.. value.Levels.Select(l => JsonValue.Create(l))]),
            ["bounds"] = new JsonArray([.. value.Bounds.Select(b => JsonValue.Create(b))]),
            ["elapsed_ms"] = value.ElapsedMs,
        });
    }

    private static int Milliseconds(long since) => (int)Stopwatch.GetElapsedTime(since).TotalMilliseconds;

    private static JobFailedException InvalidInput(string message) => new(JobFailure.InvalidInput(message));
}
