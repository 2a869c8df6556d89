using System.Data;
using System.Text.Json;
using Dapper;
using NodaTime;
using NodaTime.Text;
using Npgsql;
using Woflo.Application.Scheduling;
using Woflo.Domain.Jobs;
using Woflo.Domain.Scheduling;

namespace Woflo.Infrastructure.Postgres.Scheduling;

internal sealed class ShopReader(Bulkhead bulkhead, SchedulingOptions? options = null) : IShopReader
{
    private static readonly ZonedDateTimePattern InZone = ZonedDateTimePattern.CreateWithInvariantCulture("ddd yyyy-MM-dd HH:mm", null);

    private readonly SchedulingOptions _options = options ?? SchedulingOptions.Default;

    public Task<ScheduleRunRow?> ReadRun(Guid orgId, Guid scheduleRunId, CancellationToken cancellation) => DatabaseErrors.Guard(() => bulkhead.Use(JobTypes.ScheduleRun, async connection =>
    {
        var row = await connection.QuerySingleOrDefaultAsync<RunRow>(
            new CommandDefinition(ShopSql.Run, new { orgId, runId = scheduleRunId }, cancellationToken: cancellation));
        return row is null ? null : new ScheduleRunRow(
            scheduleRunId, row.Status, row.Trigger, Utc(row.Horizon_Start), Utc(row.Horizon_End), row.Superseded_By);
    }, cancellation));

    public Task<ShopReading> ReadShop(Guid orgId, Horizon horizon, CancellationToken cancellation) => DatabaseErrors.Guard(() => bulkhead.Use(JobTypes.ScheduleRun, async connection =>
    {
        // One snapshot: a task and the bay it is locked to are read as they stood together.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var reading = await ReadShop(orgId, horizon, transaction, cancellation);
        await transaction.CommitAsync(cancellation);
        return reading;
    }, cancellation));

    /// <summary>The same in a transaction of the caller's, who holds locks in it.</summary>
    public async Task<ShopReading> ReadShop(Guid orgId, Horizon horizon, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        var parameters = new { orgId, since = horizon.Origin.UtcDateTime, until = horizon.At(horizon.EndMinute).UtcDateTime };
        async Task<List<T>> Rows<T>(string sql) =>
            (await transaction.Connection!.QueryAsync<T>(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellation))).AsList();

        var zoneName = (await Rows<string?>(ShopSql.TimeZone)).SingleOrDefault() ?? "";
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zoneName.Trim()) is not { } zone)
            return new ShopReading.UnknownTimeZone(zoneName);

        var notes = new List<string>();
        var calendar = new ShopCalendar(zone, horizon,
            [.. (await Rows<HoursRow>(ShopSql.BayHours)).Select(h => new BayHours(h.Bay_Id, h.Day_Of_Week, h.Start_Minute, h.End_Minute))],
            [.. (await Rows<ShiftRow>(ShopSql.Shifts)).Select(s => new Shift(s.Id, s.Start_Minute, s.End_Minute, Days(s.Days)))],
            [.. (await Rows<AssignmentRow>(ShopSql.Assignments)).Select(a => new ShiftAssignment(
                a.Technician_Id, a.Shift_Id, Date(a.Effective_From) ?? LocalDate.MinIsoValue, Date(a.Effective_To)))],
            [.. (await Rows<EventRow>(ShopSql.Events)).Select(e => new CalendarEvent(e.Technician_Id, Utc(e.Start_At), Utc(e.End_At)))]);

        var skills = (await Rows<SkillRow>(ShopSql.Skills)).ToLookup(s => s.Technician_Id, s => new TechnicianSkill(s.Skill, s.Level, s.Is_Safety_Critical));
        var technicians = (await Rows<TechnicianRow>(ShopSql.Technicians)).ConvertAll(t => Technician(t, calendar, [.. skills[t.Id]]));
        var bayRows = await Rows<BayRow>(ShopSql.Bays);
        var standIns = bayRows.Where(b => b.Is_Stand_In).Select(b => b.Id).ToHashSet();
        var bays = bayRows.Where(b => !b.Is_Stand_In).Select(b => new Bay(
            b.Id, b.Name, b.Bay_Type, Math.Max(1, b.Capacity), b.Is_Offered,
            b.Is_Offered ? calendar.BayWindows(b.Id, b.Name) : MinuteSet.Empty)).ToArray();
        var workOrders = (await Rows<WorkOrderRow>(ShopSql.WorkOrders)).ConvertAll(w => WorkOrder(w, calendar, notes));
        // Without a snapshot over all, a task may come of a work order that was not there yet.
        var orders = workOrders.Select(w => w.Id).ToHashSet();
        var tasks = (await Rows<TaskRow>(ShopSql.Tasks)).Where(t => orders.Contains(t.Work_Order_Id)).Select(t => Task(t, standIns)).ToArray();
        var overrides = (await Rows<OverrideRow>(ShopSql.Overrides)).ConvertAll(o => OverrideValues.Read(o.Id, o.Task_Id, o.Action, o.To_Value, standIns));
        var weights = (await Rows<string>(ShopSql.Objective)).SingleOrDefault();
        return new ShopReading.Read(new ShopFacts(technicians, bays, workOrders, tasks, [.. calendar.Notes, .. notes])
        {
            Overrides = overrides,
            Clock = at => InZone.Format(Instant.FromDateTimeOffset(at).InZone(zone)),
        })
        {
            Objective = weights,
        };
    }

    private TechnicianFacts Technician(TechnicianRow row, ShopCalendar calendar, IReadOnlyList<TechnicianSkill> skills)
    {
        var windows = calendar.TechnicianWindows(row.Id, row.Name, row.Is_Active);
        return new TechnicianFacts(
            row.Id, row.Name, Efficiency(row.Efficiency), skills, windows,
            calendar.TechnicianOvertime(row.Id, windows, row.Overtime_Allowed ? _options.OvertimeMinutes : 0), row.Wip_Limit);
    }

    private static WorkOrderFacts WorkOrder(WorkOrderRow row, ShopCalendar calendar, List<string> notes) => new(
        row.Id, $"unit {row.Unit}", row.Priority, row.Is_In_Field, row.Required_Bay_Type,
        Date(row.Due_Date) is { } due ? calendar.DueMinute(due) : null, Utc(row.Customer_Commitment_At),
        row.Parts_Required, row.Parts_Ready, Utc(row.Parts_Eta), row.Has_Parts_Without_Eta, Dependencies(row, notes));

    private TaskFacts Task(TaskRow row, HashSet<Guid> standIns) => new(
        row.Id, row.Work_Order_Id, TaskType.Named(row.Type) with { NeedsBay = !_options.TypesWithoutBay.Contains(row.Type) },
        row.Status switch
        {
            "todo" => TaskProgress.Todo,
            "scheduled" => TaskProgress.Scheduled,
            "in_progress" => TaskProgress.InProgress,
            _ => TaskProgress.Blocked,
        },
        row.Low, row.High, row.Required_Skill, row.Required_Skill_Is_Hard, row.Required_Bay_Type,
        Utc(row.Earliest_Start), Utc(row.Latest_Finish),
        // Work in progress may stand where it was once locked; other work is held only while the flag is set.
        row.Lock_Flag || row.Status == "in_progress"
            ? new Place(row.Locked_Tech_Id, Bay(row.Locked_Bay_Id, standIns), Utc(row.Locked_Start_At), Utc(row.Locked_End_At))
            : null,
        row.Published_Technician_Id is { } technician ? new Place(technician, Bay(row.Published_Bay_Id, standIns), Utc(row.Published_Start_At)) : null);

    private static Guid? Bay(Guid? id, HashSet<Guid> standIns) => id is { } bay && standIns.Contains(bay) ? null : id;

    private static (Guid, Guid)[] Dependencies(WorkOrderRow row, List<string> notes)
    {
        if (row.Dependencies is null)
            return [];
        try
        {
            using var document = JsonDocument.Parse(row.Dependencies);
            return document.RootElement.ValueKind == JsonValueKind.Null ? [] : [.. document.RootElement.EnumerateArray().SelectMany(edge =>
                edge.GetProperty("after").EnumerateArray().Select(after => (edge.GetProperty("task").GetGuid(), after.GetGuid())))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            notes.Add($"The dependencies of unit {row.Unit} are not a list of {{task, after}}; they are ignored.");
            return [];
        }
    }

    private static HashSet<int>? Days(string? days) => string.IsNullOrEmpty(days)
        ? null
        : [.. days.Split(',').Select(d => int.TryParse(d, System.Globalization.CultureInfo.InvariantCulture, out var day) ? day : -1)];

    // "infinity" and dates outside the calendar are no dates.
    private static LocalDate? Date(string? text) =>
        text is not null && LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var date } ? date : null;

    private static decimal Efficiency(double value) => double.IsFinite(value) ? (decimal)Math.Clamp(value, -1, 1_000) : 0;

    private static DateTimeOffset Utc(DateTime instant) => new(DateTime.SpecifyKind(instant, DateTimeKind.Utc));

    private static DateTimeOffset? Utc(DateTime? instant) => instant is { } at ? Utc(at) : null;

    private sealed record RunRow(string Status, string Trigger, DateTime Horizon_Start, DateTime Horizon_End, Guid? Superseded_By);

    private sealed record HoursRow(Guid Bay_Id, int Day_Of_Week, int Start_Minute, int End_Minute);

    private sealed record ShiftRow(Guid Id, int Start_Minute, int End_Minute, string? Days);

    private sealed record AssignmentRow(Guid Technician_Id, Guid Shift_Id, string? Effective_From, string? Effective_To);

    private sealed record EventRow(Guid? Technician_Id, DateTime Start_At, DateTime End_At);

    private sealed record SkillRow(Guid Technician_Id, string Skill, int Level, bool Is_Safety_Critical);

    private sealed record TechnicianRow(Guid Id, string Name, double Efficiency, bool Overtime_Allowed, int Wip_Limit, bool Is_Active);

    private sealed record BayRow(Guid Id, string Name, string Bay_Type, int Capacity, bool Is_Offered, bool Is_Stand_In);

    private sealed record OverrideRow(Guid Id, Guid Task_Id, string Action, string? To_Value);

    private sealed record WorkOrderRow(
        Guid Id, string Unit, int Priority, bool Is_In_Field, string? Required_Bay_Type, string? Due_Date,
        DateTime? Customer_Commitment_At, bool Parts_Required, bool Parts_Ready, DateTime? Parts_Eta, bool Has_Parts_Without_Eta,
        string? Dependencies);

    private sealed record TaskRow(
        Guid Id, Guid Work_Order_Id, string Type, string Status, int Low, int High, string? Required_Skill, bool Required_Skill_Is_Hard,
        string? Required_Bay_Type, DateTime? Earliest_Start, DateTime? Latest_Finish, bool Lock_Flag, Guid? Locked_Tech_Id,
        Guid? Locked_Bay_Id, DateTime? Locked_Start_At, DateTime? Locked_End_At, Guid? Published_Technician_Id,
        Guid? Published_Bay_Id, DateTime? Published_Start_At);
}
