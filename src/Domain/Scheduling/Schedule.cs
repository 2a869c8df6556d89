using System.Runtime.InteropServices;

namespace Woflo.Domain.Scheduling;

/// <summary>One task's place. Indices into the problem's lists; no bay where the task needs none.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ScheduledTask(int Task, int Technician, int? Bay, int StartMinute, int EndMinute)
{
    public MinuteRange Minutes => new(StartMinute, EndMinute);
}

/// <summary>Why a task is not in the plan.</summary>
/// <param name="Code">For machines: one of the constants here.</param>
/// <param name="Text">For people: a sentence with names.</param>
public sealed record LeftOutReason(string Code, string Text)
{
    /// <summary>What keeps the task out besides, where one cause alone does not; <see cref="Text"/> tells them all.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];

    public const string NoTechnicianWithSkill = "no_technician_with_skill";
    public const string NoTechnician = "no_technician";
    public const string NoBayOfType = "no_bay_of_type";
    public const string NoBay = "no_bay";
    public const string DoesNotFitAnyShift = "does_not_fit_any_shift";
    public const string WindowTooShort = "window_too_short";
    public const string AfterHorizon = "after_horizon";
    public const string WaitsForTask = "waits_for_task";
    public const string FollowerIsFixed = "follower_is_fixed";
    public const string Parts = "parts";
    public const string Capacity = "capacity";

    /// <summary>Changed or gone while the plan was made.</summary>
    public const string Changed = "changed_meanwhile";
}

public sealed record LeftOutTask(int Task, LeftOutReason Reason);

/// <summary>A plan: every task of the problem is either placed or left out with a reason.</summary>
public sealed record Schedule(IReadOnlyList<ScheduledTask> Items, IReadOnlyList<LeftOutTask> LeftOut)
{
    public Schedule(IReadOnlyList<ScheduledTask> items) : this(items, []) { }

    /// <summary>A plan whose tasks left out all have one reason: for those who do not ask why.</summary>
    public static Schedule Of(ShopProblem problem, IReadOnlyList<ScheduledTask> items, LeftOutReason reason)
    {
        var placed = items.Select(i => i.Task).ToHashSet();
        return new Schedule(items, [.. Enumerable.Range(0, problem.Tasks.Count).Where(t => !placed.Contains(t)).Select(t => new LeftOutTask(t, reason))]);
    }
}
