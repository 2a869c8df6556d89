namespace Woflo.Domain.Scheduling;

/// <summary>One summand of a plan's cost: its key in <c>objective_breakdown</c> and the level it counts in.</summary>
public sealed record CostTerm(string Key, int Level)
{
    public static readonly CostTerm LeftOut = new("left_out_penalty", 0);
    public static readonly CostTerm Commitment = new("commitment_penalty", 1);
    public static readonly CostTerm DueDate = new("due_date_penalty", 1);
    public static readonly CostTerm SkillMismatch = new("skill_mismatch_penalty", 2);
    public static readonly CostTerm PartsNotReady = new("parts_not_ready_penalty", 2);
    public static readonly CostTerm Priority = new("priority_penalty", 3);

    public static readonly IReadOnlyList<CostTerm> All = [LeftOut, Commitment, DueDate, SkillMismatch, PartsNotReady, Priority];
}

/// <summary>What makes a plan good. Levels come one before the other; weights count within a level.</summary>
/// <param name="LeftOutByPriority">For each task left out; entry 0 is priority 1.</param>
/// <param name="LateMinuteByPriority">For each minute a work order is late; entry 0 is priority 1.</param>
/// <param name="CommitmentFactor">A minute past a promise counts so much more than one past a due date.</param>
/// <param name="HeldFactor">Leaving out what a dispatcher locked counts so much more.</param>
/// <param name="SkillMissing">A technician without the skill that was wanted.</param>
/// <param name="SkillLevelShort">For each level below 5 of the skill that was wanted.</param>
/// <param name="PartsNotReady">For each task planned while its work order's parts have neither come nor a date.</param>
/// <param name="WaitMinuteByPriority">For each minute a task starts after the earliest possible one; entry 0 is priority 1.</param>
public sealed record Objective(
    IReadOnlyList<int> LeftOutByPriority, IReadOnlyList<int> LateMinuteByPriority, int CommitmentFactor, int HeldFactor,
    int SkillMissing, int SkillLevelShort, int PartsNotReady, IReadOnlyList<int> WaitMinuteByPriority)
{
    public const int Levels = 4;

    public static readonly Objective Default = new(
        LeftOutByPriority: [1_000, 2_000, 4_000, 8_000, 16_000],
        LateMinuteByPriority: [1, 2, 4, 8, 16],
        CommitmentFactor: 3,
        HeldFactor: 10,
        SkillMissing: 50,
        SkillLevelShort: 2,
        PartsNotReady: 100,
        WaitMinuteByPriority: [1, 2, 3, 4, 5]);

    public int LeftOut(ShopProblem problem, WorkTask task) =>
        LeftOutByPriority[problem.PriorityOf(task) - 1] * (task.Hold is null ? 1 : HeldFactor);

    public int LateMinute(WorkOrder order) => LateMinuteByPriority[order.Priority - 1];

    public int WaitMinute(ShopProblem problem, WorkTask task) => WaitMinuteByPriority[problem.PriorityOf(task) - 1];

    public int Skill(WorkTask task, Technician technician) => task.RequiredSkill is not { } skill
        ? 0
        : technician.LevelOf(skill) is var level and > 0 ? (5 - Math.Min(level, 5)) * SkillLevelShort : SkillMissing;
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
