using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Woflo.Application.Jobs;
using Woflo.Application.Scheduling;
using Woflo.Domain.Jobs;
using Woflo.Domain.Scheduling;

namespace Woflo.Infrastructure.Postgres.Scheduling;

/// <summary>What a schedule_run job's start and end mean to its run, its plan and the shop's tasks.</summary>
internal sealed class ScheduleEffects(ShopReader shop) : IJobEffects
{
    public string JobType => JobTypes.ScheduleRun;

    public bool Writes(JobEffect effect) => true;

    public async Task Apply(JobEffect effect, Job job, DbTransaction transaction, CancellationToken cancellation)
    {
        // An unreadable payload names no run: there is nothing to mark.
        if (RunId(job) is not { } runId)
            return;
        var write = new Write((NpgsqlTransaction)transaction, job.OrgId, runId, cancellation);
        switch (effect)
        {
            case JobEffect.Started:
                await write.Execute(ScheduleSql.Start);
                break;
            case JobEffect.Requeued:
                await write.Execute(ScheduleSql.Requeue);
                break;
            case JobEffect.DeadLettered(var failure):
                await write.Execute(ScheduleSql.Fail, new
                {
                    reason = failure.Error,
                    solverStatus = failure.Class == FailureClass.Infeasible ? "INFEASIBLE" : "ERROR",
                });
                break;
            case JobEffect.Cancelled:
                await write.Execute(ScheduleSql.Cancel);
                break;
            case JobEffect.Succeeded(ScheduleResults results) when results.ScheduleRunId == runId:
                await WritePlan(write, results);
                break;
        }
    }

    private static Guid? RunId(Job job)
    {
        try
        {
            return Guid.TryParse(ScheduleRunPayload.Parse(job.Payload).ScheduleRunId, out var id) ? id : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // The shop went on while the plan was made. What is locked first stays as it is read then, to the commit.
    private async Task WritePlan(Write write, ScheduleResults results)
    {
        if ((await write.Query<Guid>(ScheduleSql.LockRun)).Count == 0)
            return;
        await write.Execute(ScheduleSql.LockTechnicians);
        await write.Execute(ScheduleSql.LockBays);
        await write.Execute(ScheduleSql.LockTasks);
        var horizon = results.Problem.Horizon;
        results = results.In((await shop.ReadShop(write.OrgId, horizon, write.Transaction, write.Cancellation)).Problem(horizon));
        var previous = await Published(write);
        var noBay = results.Items.Any(i => i.BayId is null) ? await NoBay(write) : Guid.Empty;
        StoredPlace[] places = [.. results.Items.Select(i => new StoredPlace(i.TaskId, i.TechnicianId, i.BayId ?? noBay, i.StartAt))];

        await write.Execute(ScheduleSql.DeleteItems);
        await write.Execute(ScheduleSql.InsertItems, new
        {
            tasks = places.Select(p => p.TaskId).ToArray(),
            technicians = places.Select(p => p.TechnicianId).ToArray(),
            bays = places.Select(p => p.BayId).ToArray(),
            starts = places.Select(p => p.StartAt.UtcDateTime).ToArray(),
            ends = results.Items.Select(i => i.EndAt.UtcDateTime).ToArray(),
            locked = results.Items.Select(i => i.IsLocked).ToArray(),
            whys = results.Items.Select(i => ScheduleJson.Why(i, results.Alternatives.GetValueOrDefault(i.TaskId))).ToArray(),
        });
        await write.Execute(ScheduleSql.MarkScheduled, new { ids = places.Select(p => p.TaskId).ToArray() });
        await write.Execute(ScheduleSql.MarkTodo, new { ids = results.LeftOut.Select(l => l.TaskId).ToArray() });
        await write.Execute(ScheduleSql.Succeed, new
        {
            taskCount = results.Items.Count,
            lockedTaskCount = results.Items.Count(i => i.IsLocked),
            wallTimeMs = results.Plan.WallTimeMs,
            objectiveValue = (decimal)results.Plan.Cost.Total,
            breakdown = ScheduleJson.Breakdown(results.Plan.Cost),
            solverStatus = results.Plan.Status,
            details = ScheduleJson.Details(results, previous, places),
        });
    }

    private static async Task<(Guid, IReadOnlyList<StoredPlace>)?> Published(Write write) =>
        await write.Query<Guid>(ScheduleSql.Published) is [var runId, ..]
            ? (runId, (await write.Query<PlaceRow>(ScheduleSql.Places, new { publishedId = runId })).ConvertAll(row => new StoredPlace(
                row.Task_Id, row.Technician_Id, row.Bay_Id, new DateTimeOffset(row.Start_At, TimeSpan.Zero))))
            : null;

    private static async Task<Guid> NoBay(Write write)
    {
        await write.Execute(ScheduleSql.LockNoBay);
        return (await write.Query<Guid>(ScheduleSql.FindNoBay)) is [var found, ..]
            ? found
            : (await write.Query<Guid>(ScheduleSql.CreateNoBay))[0];
    }

    private sealed record PlaceRow(Guid Task_Id, Guid Technician_Id, Guid Bay_Id, DateTime Start_At);

    /// <summary>The transaction and the run every statement is about.</summary>
    private sealed record Write(NpgsqlTransaction Transaction, Guid OrgId, Guid RunId, CancellationToken Cancellation)
    {
        public Task<int> Execute(string sql, object? more = null) => Transaction.Connection!.ExecuteAsync(Command(sql, more));

        public async Task<List<T>> Query<T>(string sql, object? more = null) =>
            (await Transaction.Connection!.QueryAsync<T>(Command(sql, more))).AsList();

        private CommandDefinition Command(string sql, object? more)
        {
            var parameters = new DynamicParameters(more);
            parameters.Add("orgId", OrgId);
            parameters.Add("runId", RunId);
            return new CommandDefinition(sql, parameters, Transaction, cancellationToken: Cancellation);
        }
    }
}

/// <summary>The JSON that readers of plans find: docs/scheduling.md, "Stored".</summary>
internal static class ScheduleJson
{
    public static string Why(PlannedItem item, PlannedAlternative? alternative)
    {
        var why = new JsonObject
        {
            ["reason"] = item.Reason,
            ["penalty_contributions"] = new JsonObject(item.Share.Parts.Where(p => p.Key != CostTerm.LeftOut.Key).Select(p =>
                KeyValuePair.Create<string, JsonNode?>(p.Key.Replace("_penalty", "", StringComparison.Ordinal), p.Value))),
        };
        if (alternative is not null)
        {
            why["alternative"] = new JsonObject
            {
                ["technician_id"] = alternative.TechnicianId.ToString(),
                ["bay_id"] = alternative.BayId?.ToString(),
                ["start_at"] = Instant(alternative.StartAt),
                ["end_at"] = Instant(alternative.EndAt),
                ["cost_difference"] = alternative.LevelDifferences.Sum(),
                ["level_differences"] = Array(alternative.LevelDifferences, d => d),
            };
        }
        if (item.BayUse != PlannedItem.BayTaken)
            why["bay"] = item.BayUse;
        if (item.Segments.Count > 0)
            why["segments"] = Array(item.Segments, s => new JsonObject { ["start"] = Instant(s.Start), ["end"] = Instant(s.End) });
        return why.ToJsonString();
    }

    public static string Breakdown(Cost cost)
    {
        var breakdown = new JsonObject { ["total_penalty"] = cost.Total };
        foreach (var (key, penalty) in cost.Parts)
            breakdown[key] = penalty;
        breakdown["levels"] = Array(cost.Levels, l => l);
        return breakdown.ToJsonString();
    }

    /// <param name="previous">The plan that was published before; null: none.</param>
    /// <param name="places">This plan, as its rows have it.</param>
    public static string Details(
        ScheduleResults results, (Guid RunId, IReadOnlyList<StoredPlace> Places)? previous, IReadOnlyList<StoredPlace> places)
    {
        var details = new JsonObject
        {
            ["planned_at"] = Instant(results.Problem.Horizon.Now),
            ["way"] = results.Request.Way == PlanWay.Afresh ? "afresh" : "repair",
            ["objective"] = results.Objective.ToJson(),
            ["notes"] = Array(results.Notes, n => n),
            ["left_out"] = Array(results.LeftOut, LeftOut),
            ["refused_overrides"] = Array(results.Problem.Refused, r => new JsonObject
            {
                ["override_id"] = r.OverrideId.ToString(),
                ["task_id"] = r.TaskId.ToString(),
                ["rule"] = r.Rule,
                ["reason"] = r.Text,
            }),
            ["stages"] = Array(results.Plan.Stages, s => new JsonObject
            {
                ["name"] = s.Name,
                ["status"] = s.Status,
                ["value"] = s.Value,
                ["bound"] = s.Bound,
                ["wall_time_ms"] = s.WallTimeMs,
            }),
        };
        if (results.Request.IsDeterministic)
        {
            details["deterministic"] = true;
            details["seed"] = results.Request.Seed;
        }
        if (results.Plan.Bounds is { } bounds)
        {
            details["bounds"] = Array(bounds, b => b);
            details["gaps"] = Array(results.Plan.Cost.Levels.Zip(bounds), level => level.First - level.Second);
        }
        if (previous is { } published)
            details["difference"] = Difference(results, published.RunId, published.Places, places);
        return details.ToJsonString();
    }

    private static JsonObject LeftOut(LeftOutItem item)
    {
        var leftOut = new JsonObject
        {
            ["task_id"] = item.TaskId.ToString(),
            ["task"] = item.Name,
            ["code"] = item.Reason.Code,
            ["reason"] = item.Reason.Text,
        };
        if (item.Reason.Also.Count > 0)
            leftOut["also"] = Array(item.Reason.Also, code => code);
        return leftOut;
    }

    // Work that is done was in the earlier plan, too, and nobody took it out.
    private static JsonObject Difference(
        ScheduleResults results, Guid previousRunId, IReadOnlyList<StoredPlace> previous, IReadOnlyList<StoredPlace> places)
    {
        var names = results.Items.Select(i => (i.TaskId, i.Name)).Concat(results.LeftOut.Select(l => (l.TaskId, l.Name))).ToDictionary();
        var (before, after) = (previous.Where(p => names.ContainsKey(p.TaskId)).ToDictionary(p => p.TaskId), places.ToDictionary(p => p.TaskId));
        var difference = PlanDifference.Between(before.Values, places);
        return new JsonObject
        {
            ["previous_run_id"] = previousRunId.ToString(),
            ["placed"] = Array(difference.Placed, Named),
            ["moved"] = Array(difference.Moved, id =>
            {
                var moved = Named(id);
                (moved["from"], moved["to"]) = (Place(before[id]), Place(after[id]));
                return moved;
            }),
            ["removed"] = Array(difference.Removed, Named),
        };

        JsonObject Named(Guid id) => new() { ["task_id"] = id.ToString(), ["task"] = names[id] };
    }

    private static JsonObject Place(StoredPlace place) => new()
    {
        ["technician_id"] = place.TechnicianId.ToString(),
        ["bay_id"] = place.BayId?.ToString(),
        ["start_at"] = Instant(place.StartAt),
    };

    private static JsonArray Array<T>(IEnumerable<T> values, Func<T, JsonNode?> node) => [.. values.Select(node)];

    private static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
