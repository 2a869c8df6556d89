using System.Text.Json;
using System.Text.Json.Nodes;

namespace Woflo.Domain.Scheduling;

/// <summary>One summand of a plan's cost: its key in <c>objective_breakdown</c> and the level it counts in.</summary>
public sealed record CostTerm(string Key, int Level)
{
    public static readonly CostTerm LeftOut = new("left_out_penalty", 0);
    public static readonly CostTerm Commitment = new("commitment_penalty", 1);
    public static readonly CostTerm DueDate = new("due_date_penalty", 1);
    public static readonly CostTerm SkillMismatch = new("skill_mismatch_penalty", 2);
    public static readonly CostTerm PartsNotReady = new("parts_not_ready_penalty", 2);
    public static readonly CostTerm Stability = new("stability_penalty", 3);
    public static readonly CostTerm Overtime = new("overtime_penalty", 3);
    public static readonly CostTerm WorkInProgress = new("work_in_progress_penalty", 3);
    public static readonly CostTerm Priority = new("priority_penalty", 3);
    public static readonly CostTerm BayChange = new("bay_change_penalty", 3);

    public static readonly IReadOnlyList<CostTerm> All =
        [LeftOut, Commitment, DueDate, SkillMismatch, PartsNotReady, Stability, Overtime, WorkInProgress, Priority, BayChange];
}

/// <summary>What makes a plan good. Levels come one before the other; weights count within a level. Whole, not negative.</summary>
public sealed record Objective
{
    public const int Levels = 4;

    public static readonly Objective Default = new();

    /// <summary>For each task left out; entry 0 is priority 1.</summary>
    public IReadOnlyList<int> LeftOutByPriority { get; init; } = [1_000, 2_000, 4_000, 8_000, 16_000];

    /// <summary>Leaving out what a dispatcher locked counts so much more.</summary>
    public int HeldFactor { get; init; } = 10;

    /// <summary>For each minute a work order is late; entry 0 is priority 1.</summary>
    public IReadOnlyList<int> LateMinuteByPriority { get; init; } = [1, 2, 4, 8, 16];

    /// <summary>A minute past a promise counts so much more than one past a due date.</summary>
    public int CommitmentFactor { get; init; } = 3;

    /// <summary>A technician without the skill that was wanted.</summary>
    public int SkillMissing { get; init; } = 50;

    /// <summary>For each level below 5 of the skill that was wanted.</summary>
    public int SkillLevelShort { get; init; } = 2;

    /// <summary>For each task planned while its work order's parts have neither come nor a date.</summary>
    public int PartsNotReady { get; init; } = 100;

    /// <summary>How much a promise of the last plan weighs by the day it lies in: entry 0 is the first 24 hours, the last all days after.</summary>
    public IReadOnlyList<int> StabilityByDay { get; init; } = [4, 3, 2, 1];

    /// <summary>A task promised to another technician.</summary>
    public int MovedTechnician { get; init; } = 60;

    /// <summary>A task promised another bay.</summary>
    public int MovedBay { get; init; } = 10;

    /// <summary>For each quarter of an hour, begun, that a task starts earlier or later than promised; counted up to a day.</summary>
    public int MovedQuarterHour { get; init; } = 5;

    /// <summary>For each minute of overtime.</summary>
    public int OvertimeMinute { get; init; } = 3;

    /// <summary>For each work order a technician begins with so many open already that the limit is passed.</summary>
    public int WorkInProgress { get; init; } = 100;

    /// <summary>For each minute a task starts after the earliest possible one; entry 0 is priority 1.</summary>
    public IReadOnlyList<int> WaitMinuteByPriority { get; init; } = [1, 2, 3, 4, 5];

    /// <summary>For each time a work order moves from one bay to another.</summary>
    public int BayChange { get; init; } = 30;

    /// <summary>This objective with other weights: <paramref name="weights"/> is a JSON object of names in <see cref="Weight.All"/>.
    /// The one way by which configuration, an organisation and a run change it, each on top of the one before.</summary>
    /// <exception cref="FormatException">Names each weight that is unknown or out of bounds, and what was expected.</exception>
    public Objective With(string weights)
    {
        try
        {
            using var document = JsonDocument.Parse(weights);
            return Merge(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name with half a surrogate pair.
            throw new FormatException("The objective is not valid JSON.", e);
        }
    }

    /// <summary>All weights, as <see cref="With"/> reads them.</summary>
    public JsonObject ToJson() => new(Weight.All.Select(w => KeyValuePair.Create<string, JsonNode?>(w.Name, w.Write(this))));

    private Objective Merge(JsonElement weights)
    {
        if (weights.ValueKind != JsonValueKind.Object)
            throw new FormatException("The objective is not a JSON object of weights.");
        var result = this;
        var faults = new List<string>();
        foreach (var property in weights.EnumerateObject())
        {
            if (Weight.All.FirstOrDefault(w => w.Name == property.Name) is not { } weight)
            {
                faults.Add($"The objective has no weight '{property.Name}'; it has {string.Join(", ", Weight.All.Select(w => w.Name))}.");
                continue;
            }
            try
            {
                result = weight.Read(result, property.Value);
            }
            catch (FormatException e)
            {
                faults.Add($"The objective's {e.Message}");
            }
        }
        return faults.Count == 0 ? result : throw new FormatException(string.Join(' ', faults));
    }

    public int LeftOut(ShopProblem problem, WorkTask task) =>
        LeftOutByPriority[problem.PriorityOf(task) - 1] * (task.Hold is null ? 1 : HeldFactor);

    public int LateMinute(WorkOrder order) => LateMinuteByPriority[order.Priority - 1];

    /// <summary>What it costs that the work order ends at <paramref name="endMinute"/>.</summary>
    public (long Due, long Commitment) Lateness(WorkOrder order, int endMinute)
    {
        var weight = (long)LateMinute(order);
        return (weight * Math.Max(0, endMinute - (order.DueMinute ?? endMinute)),
            weight * CommitmentFactor * Math.Max(0, endMinute - (order.CommitmentMinute ?? endMinute)));
    }

    public int WaitMinute(ShopProblem problem, WorkTask task) => WaitMinuteByPriority[problem.PriorityOf(task) - 1];

    /// <summary>What it costs that the task starts only then.</summary>
    public long Wait(ShopProblem problem, WorkTask task, int startMinute) =>
        (long)Math.Max(0, startMinute - problem.Horizon.EarliestMinute) * WaitMinute(problem, task);

    public int Skill(WorkTask task, Technician technician) => task.RequiredSkill is not { } skill
        ? 0
        : technician.LevelOf(skill) is var level and > 0 ? (5 - Math.Min(level, 5)) * SkillLevelShort : SkillMissing;

    /// <summary>What it costs to break the last plan's promise. A promised start that has passed is taken as now.</summary>
    public int Stability(ShopProblem problem, WorkTask task, int technician, int? bay, int startMinute)
    {
        if (task.Promise is not { } promise)
            return 0;
        var promised = Math.Max(promise.StartMinute, problem.Horizon.EarliestMinute);
        var quarters = (Math.Min(Math.Abs(startMinute - promised), 1440) + 14) / 15;
        var day = Math.Min((promised - problem.Horizon.EarliestMinute) / 1440, StabilityByDay.Count - 1);
        return StabilityByDay[day] * (quarters * MovedQuarterHour
            + (technician == promise.Technician ? 0 : MovedTechnician)
            + (bay == promise.Bay ? 0 : MovedBay));
    }

    public int Overtime(Technician technician, MinuteRange worked) =>
        technician.Overtime is { } overtime ? overtime.MinutesWithin(worked.Start, worked.End) * OvertimeMinute : 0;
}

/// <summary>A plan's cost: exact by level, for comparison, and by key, for display.</summary>
public sealed class Cost
{
    private readonly long[] _levels = new long[Objective.Levels];
    private readonly Dictionary<CostTerm, long> _exact = CostTerm.All.ToDictionary(t => t, _ => 0L);

    public IReadOnlyList<long> Levels => _levels;

    /// <summary>One value a key. Dashboards read int4: each is capped so that even their sum fits.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Parts =>
        [.. CostTerm.All.Select(t => KeyValuePair.Create(t.Key, (int)Math.Min(_exact[t], int.MaxValue / CostTerm.All.Count)))];

    /// <summary>The exact sum of <see cref="Parts"/>.</summary>
    public int Total => Parts.Sum(p => p.Value);

    public long this[CostTerm term] => _exact[term];

    /// <summary>The first level that differs decides.</summary>
    public bool IsBetterThan(Cost other) => _levels.AsSpan().SequenceCompareTo(other._levels) < 0;

    internal void Add(CostTerm term, long penalty)
    {
        _exact[term] += penalty;
        _levels[term.Level] += penalty;
    }
}
