using System.Text.Json;

namespace Woflo.Cli.Commands;

/// <summary>How far a running job is, as its attempt says it.</summary>
internal static class JobProgress
{
    /// <returns>Names and values in one line; null for none.</returns>
    public static string? Line(string? json)
    {
        if (json is null)
            return null;
        using var progress = JsonDocument.Parse(json);
        return progress.RootElement.ValueKind == JsonValueKind.Object
            ? string.Join(", ", progress.RootElement.EnumerateObject().Select(said => $"{said.Name.Replace('_', ' ')} {Value(said.Value)}"))
            : progress.RootElement.ToString();
    }

    private static string Value(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? string.Join(" / ", value.EnumerateArray().Select(Value)) : value.ToString();
}
