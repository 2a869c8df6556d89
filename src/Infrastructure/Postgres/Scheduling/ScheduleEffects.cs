using System.Data.Common;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Woflo.Application.Jobs;
using Woflo.Application.Scheduling;
using Woflo.Domain.Jobs;
using Woflo.Domain.Scheduling;

namespace Woflo.Infrastructure.Postgres.Scheduling;

/// <summary>What a schedule_run job's start and end mean to its run, its plan and the shop's tasks.</summary>
internal sealed class ScheduleEffects : IJobEffects
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

    private static async Task WritePlan(Write write, ScheduleResults results)
    {
        if ((await write.Query<Guid>(ScheduleSql.LockRun)).Count == 0)
            return;
        var (items, dropped) = await StillValid(write, results);
        var noBay = items.Exists(i => i.BayId is null) ? await NoBay(write) : Guid.Empty;

        await write.Execute(ScheduleSql.DeleteItems);
        await write.Execute(ScheduleSql.InsertItems, new
        {
            tasks = items.ConvertAll(i => i.TaskId),
            technicians = items.ConvertAll(i => i.TechnicianId),
            bays = items.ConvertAll(i => i.BayId ?? noBay),
            starts = items.ConvertAll(i => i.StartAt.UtcDateTime),
            ends = items.ConvertAll(i => i.EndAt.UtcDateTime),
            locked = items.ConvertAll(i => i.IsLocked),
            whys = items.ConvertAll(ScheduleJson.Why),
        });
        var leftOut = results.LeftOut.Concat(dropped).ToArray();
        await write.Execute(ScheduleSql.MarkScheduled, new { ids = items.ConvertAll(i => i.TaskId) });
        await write.Execute(ScheduleSql.MarkTodo, new { ids = leftOut.Select(l => l.TaskId).ToArray() });
        await write.Execute(ScheduleSql.Succeed, new
        {
            taskCount = items.Count,
            lockedTaskCount = items.Count(i => i.IsLocked),
            wallTimeMs = results.SolverWallTimeMs,
            objectiveValue = (decimal)results.TotalPenalty,
            breakdown = ScheduleJson.Breakdown(results),
            solverStatus = results.SolverStatus,
            details = ScheduleJson.Details(results, leftOut),
        });
    }

    // The shop went on while the plan was made. What it changed is respected: that part of the plan is dropped, and said.
    private static async Task<(List<PlannedItem> Items, List<LeftOutItem> Dropped)> StillValid(Write write, ScheduleResults results)
    {
        var tasks = (await write.Query<TaskRow>(ScheduleSql.LockTasks, new
        {
            ids = results.Items.Select(i => i.TaskId).Concat(results.LeftOut.Select(l => l.TaskId)).ToArray(),
        })).ToDictionary(t => t.Id);
        var technicians = (await write.Query<Guid>(ScheduleSql.LockTechnicians, new
        {
            ids = results.Items.Select(i => i.TechnicianId).Distinct().ToArray(),
        })).ToHashSet();
        var bays = (await write.Query<Guid>(ScheduleSql.LockBays, new
        {
            ids = results.Items.Select(i => i.BayId).OfType<Guid>().Distinct().ToArray(),
        })).ToHashSet();

        var items = new List<PlannedItem>();
        var dropped = new List<LeftOutItem>();
        foreach (var item in results.Items)
        {
            var problem = !tasks.TryGetValue(item.TaskId, out var task) ? "It was finished, called off or deleted while the plan was made."
                : !technicians.Contains(item.TechnicianId) ? "Its technician was removed while the plan was made."
                : item.BayId is { } bay && !bays.Contains(bay) ? "Its bay was removed while the plan was made."
                : item.Reason != "pinned" && task.IsHeldElsewhereThan(item) ? "It was locked to another place while the plan was made."
                : null;
            if (problem is null)
                items.Add(item);
            else
                dropped.Add(new LeftOutItem(item.TaskId, item.Name, new LeftOutReason(LeftOutReason.Changed, problem)));
        }
        return (items, dropped);
    }

    private static async Task<Guid> NoBay(Write write)
    {
        await write.Execute(ScheduleSql.LockNoBay);
        return (await write.Query<Guid>(ScheduleSql.FindNoBay)) is [var found, ..]
            ? found
            : (await write.Query<Guid>(ScheduleSql.CreateNoBay))[0];
    }

    private sealed record TaskRow(
        Guid Id, bool Lock_Flag, Guid? Locked_Tech_Id, Guid? Locked_Bay_Id, DateTime? Locked_Start_At, DateTime? Locked_End_At)
    {
        // A lock on a row the shop does not have was ignored by the plan, and stays so.
        public bool IsHeldElsewhereThan(PlannedItem item) => Lock_Flag && (
            (Locked_Start_At is { } start && start != item.StartAt.UtcDateTime)
            || (!item.IsLocked && (Locked_Tech_Id ?? item.TechnicianId) != item.TechnicianId)
            || (!item.IsLocked && item.BayId is { } bay && (Locked_Bay_Id ?? bay) != bay));
    }

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

/// <summary>The JSON that readers of plans find.</summary>
internal static class ScheduleJson
{
    public static string Why(PlannedItem item)
    {
        var why = new JsonObject { ["reason"] = item.Reason };
        if (item.BayUse != PlannedItem.BayTaken)
            why["bay"] = item.BayUse;
        return why.ToJsonString();
    }

    public static string Breakdown(ScheduleResults results)
    {
        var breakdown = new JsonObject { ["total_penalty"] = results.TotalPenalty };
        foreach (var (key, penalty) in results.Penalties)
            breakdown[key] = penalty;
        breakdown["levels"] = new JsonArray([.. results.Levels.Select(l => JsonValue.Create(l))]);
        return breakdown.ToJsonString();
    }

    public static string Details(ScheduleResults results, IReadOnlyList<LeftOutItem> leftOut) => new JsonObject
    {
        ["planned_at"] = results.PlannedAt.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        ["notes"] = new JsonArray([.. results.Notes.Select(n => JsonValue.Create(n))]),
        ["left_out"] = new JsonArray([.. leftOut.Select(l => new JsonObject
        {
            ["task_id"] = l.TaskId.ToString(),
            ["task"] = l.Name,
            ["code"] = l.Reason.Code,
            ["reason"] = l.Reason.Text,
        })]),
        ["stages"] = new JsonArray([.. results.Stages.Select(s => new JsonObject
        {
            ["name"] = s.Name,
            ["status"] = s.Status,
            ["value"] = s.Value,
            ["bound"] = s.Bound,
            ["wall_time_ms"] = s.WallTimeMs,
        })]),
    }.ToJsonString();
}
