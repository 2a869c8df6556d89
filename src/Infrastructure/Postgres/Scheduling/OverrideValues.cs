using System.Globalization;
using System.Text.Json;
using Woflo.Domain.Scheduling;

namespace Woflo.Infrastructure.Postgres.Scheduling;

/// <summary>Reads <c>schedule_overrides.to_value</c>: where and when a dispatcher wants a task, under the names in use.</summary>
internal static class OverrideValues
{
    private static readonly string[] Technician = ["technician_id", "tech_id", "locked_tech_id"];
    private static readonly string[] Bay = ["bay_id", "locked_bay_id"];
    private static readonly string[] Start = ["start_at", "locked_start_at"];
    private static readonly string[] End = ["end_at", "locked_end_at"];

    public static OverrideFacts Read(Guid id, Guid taskId, string action, string? toValue, IReadOnlySet<Guid> standIns)
    {
        try
        {
            using var document = JsonDocument.Parse(toValue ?? "null");
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Null)
                return new OverrideFacts(id, taskId, action);
            if (root.ValueKind != JsonValueKind.Object)
                throw new FormatException("Its to_value is not a JSON object.");
            var bay = Id(root, Bay);
            var place = new Place(Id(root, Technician), bay is { } known && standIns.Contains(known) ? null : bay, Instant(root, Start), Instant(root, End));
            return new OverrideFacts(id, taskId, action, place == new Place() ? null : place);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair.
            return new OverrideFacts(id, taskId, action, Fault: e is FormatException ? e.Message : "Its to_value holds text that is none.");
        }
    }

    private static Guid? Id(JsonElement root, string[] names) => Value(root, names) is not var (name, text) ? null
        : Guid.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id
        : throw new FormatException($"Its {name} is not a uuid.");

    // Without an offset it is UTC.
    private static DateTimeOffset? Instant(JsonElement root, string[] names) => Value(root, names) is not var (name, text) ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant.ToUniversalTime()
        : throw new FormatException($"Its {name} is not a time (ISO 8601).");

    private static (string Name, string? Text)? Value(JsonElement root, string[] names)
    {
        foreach (var name in names)
        {
            if (root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
                return (name, value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText());
        }
        return null;
    }
}
