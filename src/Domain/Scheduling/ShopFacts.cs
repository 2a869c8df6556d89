namespace Woflo.Domain.Scheduling;

/// <summary>A shop as its rows tell it, before any rule is applied. Instants are instants; windows are minutes of the horizon and,
/// where they were read, of the weeks around it.</summary>
/// <param name="Notes">What had to be assumed while reading.</param>
public sealed record ShopFacts(
    IReadOnlyList<TechnicianFacts> Technicians,
    IReadOnlyList<Bay> Bays,
    IReadOnlyList<WorkOrderFacts> WorkOrders,
    IReadOnlyList<TaskFacts> Tasks,
    IReadOnlyList<string> Notes)
{
    /// <summary>The newest override of each task that has one, the newest first.</summary>
    public IReadOnlyList<OverrideFacts> Overrides { get; init; } = [];

    /// <summary>How the shop's people read an instant; null: as UTC.</summary>
    public Func<DateTimeOffset, string>? Clock { get; init; }
}

/// <summary>What a dispatcher last said about a task.</summary>
/// <param name="Action">move, assign, unassign, lock or unlock.</param>
/// <param name="To">What it names; null: nothing.</param>
/// <param name="Fault">What is wrong with its values, as the end of a sentence.</param>
public sealed record OverrideFacts(Guid Id, Guid TaskId, string Action, Place? To = null, string? Fault = null);

/// <param name="Windows">Shifts without leave; they may reach over the horizon at both ends.</param>
/// <param name="Overtime">When they may work beyond their shifts.</param>
/// <param name="WipLimit">Open work orders above which more of them cost extra.</param>
public sealed record TechnicianFacts(
    Guid Id, string Name, decimal Efficiency, IReadOnlyList<TechnicianSkill> Skills, MinuteSet Windows, MinuteSet? Overtime = null,
    int? WipLimit = null);

/// <param name="PartsEta">When the last part still to come with a known date is expected.</param>
/// <param name="HasPartsWithoutEta">Some part is still to come and nobody knows when.</param>
/// <param name="DueMinute">The end of the due day's opening hours.</param>
/// <param name="Dependencies">Task, and the task it comes after.</param>
public sealed record WorkOrderFacts(
    Guid Id, string Name, int Priority, bool IsInField = false, string? BayType = null, int? DueMinute = null,
    DateTimeOffset? CommitmentAt = null, bool PartsRequired = false, bool PartsReady = false, DateTimeOffset? PartsEta = null,
    bool HasPartsWithoutEta = false,
    IReadOnlyList<(Guid Task, Guid After)>? Dependencies = null);

public enum TaskProgress
{
    Todo,
    Scheduled,
    InProgress,

    /// <summary>Stands still; nothing that must follow it can be planned.</summary>
    Blocked,
}

/// <param name="Lock">Where a dispatcher holds the task; only what is not null is held.</param>
/// <param name="Published">Where the newest plan that succeeded has the task.</param>
public sealed record TaskFacts(
    Guid Id, Guid WorkOrderId, TaskType Type, TaskProgress Progress, int LowMinutes, int HighMinutes,
    string? Skill = null, bool SkillIsHard = false, string? BayType = null,
    DateTimeOffset? EarliestStart = null, DateTimeOffset? LatestFinish = null, Place? Lock = null, Place? Published = null);

/// <summary>Where and when, as far as it is known.</summary>
public sealed record Place(Guid? TechnicianId = null, Guid? BayId = null, DateTimeOffset? StartsAt = null, DateTimeOffset? EndsAt = null);
