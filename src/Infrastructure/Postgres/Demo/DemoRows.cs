using System.Globalization;
using NodaTime;

namespace Woflo.Infrastructure.Postgres.Demo;

/// <summary>Rows for one table, as columns by name.</summary>
/// <param name="Refreshed">Columns that are written again when the row is there: the dates, which go out of date.</param>
internal sealed record DemoTable(string Name, string[] Columns, IReadOnlyList<Dictionary<string, object?>> Rows, params string[] Refreshed);

/// <summary>Turns <see cref="DemoData"/> into rows, its dates counted from the shop's own day.</summary>
internal sealed class DemoRows(DateTimeOffset now)
{
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb[DemoData.TimeZone];

    private readonly LocalDate _today = Instant.FromDateTimeOffset(now).InZone(Zone).Date;

    /// <summary>In the order of their references.</summary>
    public IEnumerable<DemoTable> All()
    {
        yield return Table("organizations", [], [Row("organization", ("name", DemoData.ShopName), ("timezone", DemoData.TimeZone))], withOrg: false);
        yield return Table("profiles", [],
        [
            Row("profile/dispatcher", ("email", "dispatch@demo.example"), ("display_name", "Jo Whitfield"), ("role", "dispatcher"), ("is_active", true)),
            .. DemoData.Technicians.Select(tech => Row("profile/" + tech.Name,
                ("email", tech.Name.ToLowerInvariant().Replace(' ', '.') + "@demo.example"), ("display_name", tech.Name), ("role", "tech"), ("is_active", true))),
        ]);
        yield return Table("technicians", [], DemoData.Technicians.Select(tech => Row("technician/" + tech.Name,
            ("profile_id", DemoId.Of("profile/" + tech.Name)), ("name", tech.Name), ("efficiency_multiplier", tech.Efficiency))));
        yield return Table("technician_skills", [], DemoData.Technicians.SelectMany(tech => Split(tech.Skills).Select(skill =>
        {
            var (name, level) = (skill[..skill.IndexOf(' ', StringComparison.Ordinal)], skill[skill.IndexOf(' ', StringComparison.Ordinal) + 1] - '0');
            return Row($"skill/{tech.Name}/{name}", ("technician_id", DemoId.Of("technician/" + tech.Name)),
                ("skill", name), ("level", level), ("is_safety_critical", skill.EndsWith('*')));
        })));
        yield return Table("bays", [], DemoData.Bays.Select(bay => Row("bay/" + bay.Name,
            ("name", bay.Name), ("bay_type", bay.Type), ("capacity", 1), ("is_active", true))));
        yield return Table("bay_hours", [], DemoData.Bays.SelectMany(bay => DemoData.Hours.Select(hours => Row(
            string.Create(CultureInfo.InvariantCulture, $"hours/{bay.Name}/{hours.Day}"),
            ("bay_id", DemoId.Of("bay/" + bay.Name)), ("day_of_week", hours.Day), ("start_time", hours.Start), ("end_time", hours.End)))));
        yield return Table("shifts", [], DemoData.Shifts.Select(shift => Row("shift/" + shift.Name,
            ("name", shift.Name), ("start_time", shift.Start), ("end_time", shift.End))));
        yield return Table("technician_shift_assignments", [], DemoData.Technicians.Select(tech => Row("assignment/" + tech.Name,
            ("technician_id", DemoId.Of("technician/" + tech.Name)), ("shift_id", DemoId.Of("shift/" + tech.Shift)), ("effective_from", "2020-01-01"))));
        yield return Table("calendar_events", ["start_at", "end_at"],
        [
            Event("event/meeting", null, "training", WorkingDay(2), "11:30", "12:30", "Safety meeting, everyone"),
            Event("event/pto", "Marcus Hill", "pto", WorkingDay(3), "07:00", "15:30", "Day off"),
            Event("event/course", "Priya Raman", "training", WorkingDay(1), "15:00", "18:00", "High-voltage course"),
        ]);
        yield return Table("units", [], DemoData.Units.Select(unit => Row("unit/" + unit.Number,
            ("unit_number", unit.Number), ("asset_type", unit.AssetType), ("customer_name_redacted", unit.Customer))));
        yield return Table("work_orders", ["due_date", "parts_ready_at"], DemoData.WorkOrders.Select(WorkOrder));
        yield return Table("tasks", ["locked_start_at", "locked_end_at"], DemoData.WorkOrders.SelectMany(Tasks));
        yield return Table("parts", ["eta_at"], DemoData.WorkOrders.SelectMany((order, i) => order.Part.Length == 0 ? [] : new[]
        {
            Row(WorkOrderKey(i) + "/part", ("work_order_id", DemoId.Of(WorkOrderKey(i))), ("name", order.Part), ("qty", 1),
                ("eta_at", At(_today.PlusDays(order.PartInDays ?? 1), "10:00")), ("status", "ordered"), ("reserved", true)),
        }));
    }

    private Dictionary<string, object?> WorkOrder(DemoWorkOrder order, int index)
    {
        var needsParts = order.Part.Length > 0;
        return Row(WorkOrderKey(index),
            ("unit_id", DemoId.Of("unit/" + order.Unit)), ("asset_type", DemoData.Units.Single(unit => unit.Number == order.Unit).AssetType),
            ("job_category", order.JobCategory), ("priority", order.Priority), ("due_date", Iso(_today.PlusDays(order.DueInDays))),
            ("location", "shop"), ("notes", order.Notes), ("status", order.Status),
            ("parts_required", needsParts), ("parts_status", needsParts ? "ordered" : "unknown"), ("parts_ready", false),
            ("parts_ready_at", order.PartInDays is { } days ? At(_today.PlusDays(days), "10:00") : null),
            ("estimated_hours_low", order.HoursLow), ("estimated_hours_high", order.HoursHigh));
    }

    private IEnumerable<Dictionary<string, object?>> Tasks(DemoWorkOrder order, int index) => order.Tasks.Select(task =>
    {
        var technician = task.Locked ? DemoData.Technicians.First(tech => Split(tech.Skills).Any(skill => skill.StartsWith(task.Skill! + " ", StringComparison.Ordinal)) && tech.Shift == "Day") : null;
        return Row(WorkOrderKey(index) + "/" + task.Type,
            ("work_order_id", DemoId.Of(WorkOrderKey(index))), ("type", task.Type), ("status", "todo"),
            ("required_skill", task.Skill?.TrimEnd('!')), ("required_skill_is_hard", task.Skill?.EndsWith('!') == true),
            ("required_bay_type", task.Bay), ("duration_minutes_low", task.MinutesLow), ("duration_minutes_high", task.MinutesHigh),
            ("lock_flag", task.Locked),
            ("locked_tech_id", technician is null ? null : DemoId.Of("technician/" + technician.Name)),
            ("locked_bay_id", task.Locked ? DemoId.Of("bay/" + DemoData.Bays.First(bay => bay.Type == task.Bay).Name) : null),
            ("locked_start_at", task.Locked ? At(WorkingDay(1), "09:00") : null),
            ("locked_end_at", task.Locked ? At(WorkingDay(1), "09:30") : null));
    });

    private static Dictionary<string, object?> Event(string key, string? technician, string type, LocalDate day, string from, string to, string notes) =>
        Row(key, ("technician_id", technician is null ? null : DemoId.Of("technician/" + technician)), ("type", type),
            ("start_at", At(day, from)), ("end_at", At(day, to)), ("notes", notes));

    /// <summary>The n-th weekday after today.</summary>
    private LocalDate WorkingDay(int n)
    {
        var day = _today;
        while (n > 0)
        {
            day = day.PlusDays(1);
            if (day.DayOfWeek < IsoDayOfWeek.Saturday)
                n--;
        }
        return day;
    }

    private static string At(LocalDate day, string time) =>
        Zone.AtLeniently(day + NodaTime.Text.LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(time).Value).ToInstant().ToString();

    private static string Iso(LocalDate day) => NodaTime.Text.LocalDatePattern.Iso.Format(day);

    private static string WorkOrderKey(int index) => string.Create(CultureInfo.InvariantCulture, $"work_order/{index + 1}");

    private static string[] Split(string list) => list.Split(';', StringSplitOptions.TrimEntries);

    private static Dictionary<string, object?> Row(string key, params (string Column, object? Value)[] values)
    {
        var row = values.ToDictionary(value => value.Column, value => value.Value, StringComparer.Ordinal);
        row["id"] = DemoId.Of(key);
        return row;
    }

    private static DemoTable Table(string name, string[] refreshed, IEnumerable<Dictionary<string, object?>> rows, bool withOrg = true)
    {
        var list = rows.ToArray();
        if (withOrg)
        {
            foreach (var row in list)
                row["org_id"] = DemoId.Organization;
        }
        return new DemoTable(name, [.. list[0].Keys], list, refreshed);
    }
}
