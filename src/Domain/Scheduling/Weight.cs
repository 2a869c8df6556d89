using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Woflo.Domain.Scheduling;

/// <summary>One number, or one list of numbers, of the objective that people may change: its name in JSON and its bounds.</summary>
/// <param name="Length">How many numbers there are at least and at most; null: one number, not a list.</param>
public sealed record Weight(
    string Name, int Min, int Max, Func<Objective, IReadOnlyList<int>> Get, Func<Objective, IReadOnlyList<int>, Objective> With,
    (int Min, int Max)? Length = null)
{
    // Bounds keep the worst sum, two centuries late over and over, far inside 64 bits.
    public static readonly IReadOnlyList<Weight> All =
    [
        List("left_out_by_priority", 1, 1_000_000, 5, 5, o => o.LeftOutByPriority, (o, v) => o with { LeftOutByPriority = v }),
        One("held_factor", 1, 1_000, o => o.HeldFactor, (o, v) => o with { HeldFactor = v }),
        List("late_minute_by_priority", 0, 1_000, 5, 5, o => o.LateMinuteByPriority, (o, v) => o with { LateMinuteByPriority = v }),
        One("commitment_factor", 1, 100, o => o.CommitmentFactor, (o, v) => o with { CommitmentFactor = v }),
        One("skill_missing", 0, 100_000, o => o.SkillMissing, (o, v) => o with { SkillMissing = v }),
        One("skill_level_short", 0, 10_000, o => o.SkillLevelShort, (o, v) => o with { SkillLevelShort = v }),
        One("parts_not_ready", 0, 100_000, o => o.PartsNotReady, (o, v) => o with { PartsNotReady = v }),
        List("stability_by_day", 0, 1_000, 1, 31, o => o.StabilityByDay, (o, v) => o with { StabilityByDay = v }),
        One("moved_technician", 0, 10_000, o => o.MovedTechnician, (o, v) => o with { MovedTechnician = v }),
        One("moved_bay", 0, 10_000, o => o.MovedBay, (o, v) => o with { MovedBay = v }),
        One("moved_quarter_hour", 0, 1_000, o => o.MovedQuarterHour, (o, v) => o with { MovedQuarterHour = v }),
        One("overtime_minute", 0, 1_000, o => o.OvertimeMinute, (o, v) => o with { OvertimeMinute = v }),
        One("work_in_progress", 0, 100_000, o => o.WorkInProgress, (o, v) => o with { WorkInProgress = v }),
        List("wait_minute_by_priority", 0, 1_000, 5, 5, o => o.WaitMinuteByPriority, (o, v) => o with { WaitMinuteByPriority = v }),
        One("bay_change", 0, 100_000, o => o.BayChange, (o, v) => o with { BayChange = v }),
    ];

    internal string Expected => (Length switch
    {
        null => "a whole number",
        { Min: var min, Max: var max } when min == max => $"a list of {min} whole numbers, each",
        { Min: var min, Max: var max } => $"a list of {min} to {max} whole numbers, each",
    }) + string.Create(CultureInfo.InvariantCulture, $" from {Min} to {Max}");

    /// <exception cref="FormatException">The value is not what <see cref="Expected"/> says.</exception>
    internal Objective Read(Objective objective, JsonElement value)
    {
        var numbers = Length is not null && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()]
            : Length is null ? new[] { value } : [];
        var isLong = Length is not { } length || (numbers.Length >= length.Min && numbers.Length <= length.Max);
        return isLong && numbers.All(IsInBounds)
            ? With(objective, [.. numbers.Select(n => n.GetInt32())])
            : throw new FormatException($"{Name} is {Shown(value)}; expected is {Expected}.");
    }

    internal JsonNode Write(Objective objective) => Length is null
        ? JsonValue.Create(Get(objective)[0])
        : new JsonArray([.. Get(objective).Select(v => JsonValue.Create(v))]);

    private bool IsInBounds(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= Min && number <= Max;

    private static string Shown(JsonElement value) => value.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : value.GetRawText();

    private static Weight One(string name, int min, int max, Func<Objective, int> get, Func<Objective, int, Objective> with) =>
        new(name, min, max, o => [get(o)], (o, v) => with(o, v[0]));

    private static Weight List(
        string name, int min, int max, int shortest, int longest, Func<Objective, IReadOnlyList<int>> get,
        Func<Objective, IReadOnlyList<int>, Objective> with) => new(name, min, max, get, with, (shortest, longest));
}
