using System.Globalization;
using System.Runtime.InteropServices;

namespace Woflo.Domain.Scheduling;

public sealed record TechnicianSkill(string Name, int Level, bool IsSafetyCritical = false);

/// <param name="Windows">When work may be planned for the technician: shifts without leave, and the overtime they may do.</param>
/// <param name="Overtime">The part of <paramref name="Windows"/> that costs extra; null: none.</param>
/// <param name="WipLimit">Open work orders above which more of them cost extra; null: no limit.</param>
public sealed record Technician(
    Guid Id, string Name, decimal Efficiency, IReadOnlyList<TechnicianSkill> Skills, MinuteSet Windows, MinuteSet? Overtime = null,
    int? WipLimit = null)
{
    /// <summary>Shifts without leave and without overtime.</summary>
    public MinuteSet RegularWindows => Overtime is null ? Windows : Windows.Subtract(Overtime);

    /// <summary>Shifts without leave as far as they are known, before and after the plan too.</summary>
    public MinuteSet Calendar { get; init; } = Overtime is null ? Windows : Windows.Subtract(Overtime);

    /// <summary>0 where the technician lacks the skill.</summary>
    public int LevelOf(string skill) => Skills.FirstOrDefault(s => Skill.Same(s.Name, skill))?.Level ?? 0;
}

public static class Skill
{
    /// <summary>Skills and bay types are typed by people: case and outer blanks do not count.</summary>
    public static bool Same(string a, string b) => a.AsSpan().Trim().Equals(b.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase);
}

/// <param name="IsOffered">An inactive bay takes only work that is locked into it or already stands there.</param>
public sealed record Bay(Guid Id, string Name, string Type, int Capacity, bool IsOffered, MinuteSet Windows)
{
    /// <summary>Its hours as far as they are known, before and after the plan too.</summary>
    public MinuteSet Calendar { get; init; } = Windows;
}

/// <param name="DueMinute">Null where nothing was asked for; may lie before the horizon.</param>
public sealed record WorkOrder(Guid Id, string Name, int Priority, int? DueMinute, int? CommitmentMinute);

/// <summary>What of a task's place is not the planner's to choose. Indices into the problem's lists.</summary>
/// <param name="ExactStart">The instant to store, which need not be a whole minute.</param>
/// <param name="IsSplit">Longer than any window: between start and end it is worked window after window.</param>
public sealed record Hold(
    int? Technician, int? Bay, int? StartMinute, int? EndMinute, bool IsInProgress,
    DateTimeOffset? ExactStart = null, DateTimeOffset? ExactEnd = null, bool IsSplit = false);

/// <summary>Where the last published plan has a task: what people were told. Indices into the problem's lists.</summary>
public sealed record Promise(int Technician, int? Bay, int StartMinute);

/// <summary>A dispatcher's override that would break a rule: the task is planned without it.</summary>
/// <param name="Rule">As in <see cref="Violation.Rule"/>; or input, where the override itself is at fault.</param>
/// <param name="Text">For people: a sentence with names.</param>
public sealed record RefusedOverride(Guid OverrideId, Guid TaskId, string Rule, string Text);

/// <summary>A task to plan, all rules of its rows applied.</summary>
/// <param name="WorkOrder">Index into <see cref="ShopProblem.WorkOrders"/>.</param>
/// <param name="TwiceMeanMinutes">Low plus high: the mean without its half minute.</param>
/// <param name="ReleaseMinute">Not before: now, its earliest start, its parts, the work that is going on.</param>
/// <param name="DeadlineMinute">Not after: its latest finish and the horizon's end.</param>
/// <param name="PartsMinute">When the parts still to come are expected; part of the release.</param>
/// <param name="MustStayOut">Why the task cannot be planned at all, whatever the plan.</param>
public sealed record WorkTask(
    Guid Id, string Name, int WorkOrder, TaskType Type, long TwiceMeanMinutes, string? RequiredSkill, bool SkillIsHard, bool NeedsBay,
    string? BayType, int ReleaseMinute, int DeadlineMinute, bool PartsNotReady, bool WasScheduled,
    int? PartsMinute = null, Hold? Hold = null, LeftOutReason? MustStayOut = null, Promise? Promise = null)
{
    public const int LongestMinutes = 10_000_000;

    /// <summary>The release without the parts.</summary>
    public int ReleaseBarParts { get; init; } = ReleaseMinute;

    /// <summary>The latest finish that was asked for, wherever the horizon ends; null: none was.</summary>
    public int? LatestFinish { get; init; }

    public bool IsInProgress => Hold is { IsInProgress: true };

    public bool IsTimeHeld => Hold?.StartMinute is not null;

    /// <summary>Nothing about it is left to choose.</summary>
    public bool IsFixed => Hold is { Technician: not null, StartMinute: not null } && (Hold.Bay is not null || !NeedsBay);

    /// <summary>Its place, where nothing about it is left to choose.</summary>
    public ScheduledTask FixedItem(int index, IReadOnlyList<Technician> technicians) => new(
        index, Hold!.Technician!.Value, Hold.Bay, Hold.StartMinute!.Value,
        Hold.StartMinute.Value + MinutesFor(technicians[Hold.Technician.Value]));

    /// <summary>The mean estimate over the technician's efficiency, rounded up; a held end overrules it.</summary>
    public int MinutesFor(Technician technician) => Hold switch
    {
        { StartMinute: { } start, EndMinute: { } end } => end - start,
        _ => (int)Math.Clamp(Math.Ceiling(TwiceMeanMinutes / (2m * technician.Efficiency)), 1, LongestMinutes),
    };
}

/// <summary>One task comes after another. Indices into <see cref="ShopProblem.Tasks"/>.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Precedence(int Before, int After);

/// <summary>What to plan, in whole minutes from the horizon's start. What a legal plan is, <see cref="ScheduleEvaluator"/> says.</summary>
public sealed class ShopProblem(
    Horizon horizon, IReadOnlyList<Technician> technicians, IReadOnlyList<Bay> bays, IReadOnlyList<WorkOrder> workOrders,
    IReadOnlyList<WorkTask> tasks, IReadOnlyList<Precedence> precedences, IReadOnlyList<string> notes)
{
    private readonly HashSet<string> _safetyCritical = new(
        technicians.SelectMany(t => t.Skills).Where(s => s.IsSafetyCritical).Select(s => s.Name.Trim()), StringComparer.OrdinalIgnoreCase);

    public Horizon Horizon { get; } = horizon;
    public IReadOnlyList<Technician> Technicians { get; } = technicians;
    public IReadOnlyList<Bay> Bays { get; } = bays;
    public IReadOnlyList<WorkOrder> WorkOrders { get; } = workOrders;
    public IReadOnlyList<WorkTask> Tasks { get; } = tasks;
    public IReadOnlyList<Precedence> Precedences { get; } = precedences;

    /// <summary>What was assumed or mended while the problem was put together, for people.</summary>
    public IReadOnlyList<string> Notes { get; } = notes;

    /// <summary>What dispatchers asked for and cannot have.</summary>
    public IReadOnlyList<RefusedOverride> Refused { get; init; } = [];

    /// <summary>How the shop's people read an instant.</summary>
    public Func<DateTimeOffset, string> Clock { get; init; } = UtcClock;

    public static string UtcClock(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A minute of the horizon as people read it.</summary>
    public string Say(int minute) => Clock(Horizon.At(minute));

    /// <summary>The same problem but for what is given.</summary>
    internal ShopProblem With(
        IReadOnlyList<WorkTask>? tasks = null, IReadOnlyList<Precedence>? precedences = null, IReadOnlyList<Technician>? technicians = null,
        IReadOnlyList<Bay>? bays = null, Horizon? horizon = null, IReadOnlyList<RefusedOverride>? refused = null) =>
        new(horizon ?? Horizon, technicians ?? Technicians, bays ?? Bays, WorkOrders, tasks ?? Tasks, precedences ?? Precedences, Notes)
        {
            Clock = Clock,
            Refused = refused ?? Refused,
        };

    /// <summary>The same shop, planned two weeks further. Where nothing is known of its hours then, it is open.</summary>
    internal ShopProblem Longer()
    {
        const int TwoWeeks = 14 * 1440;
        var (from, to) = (Horizon.EndMinute, Horizon.EndMinute + TwoWeeks);
        var more = MinuteSet.Of(from, to);
        var hasShifts = Technicians.Any(t => t.Calendar.Overlaps(from, to));
        var hasHours = Bays.Any(b => b.Calendar.Overlaps(from, to));
        MinuteSet Then(MinuteSet calendar, bool isKnown) => isKnown ? calendar.Intersect(more) : more;
        return With(
            horizon: new Horizon(Horizon.Origin, Horizon.At(to), Horizon.Now),
            technicians: [.. Technicians.Select(t => t with { Windows = t.Windows.Union(Then(t.Calendar, hasShifts)) })],
            bays: [.. Bays.Select(b => b with { Windows = b.Windows.Union(Then(b.Calendar, hasHours)) })],
            tasks: [.. Tasks.Select(t => Longer(t, from, to))]);
    }

    internal static WorkTask Longer(WorkTask task, int end, int newEnd) => task with
    {
        DeadlineMinute = Math.Min(task.LatestFinish ?? (task.DeadlineMinute < end ? task.DeadlineMinute : newEnd), newEnd),
    };

    private readonly Dictionary<(int Technician, int? Bay, bool IsRegular), MinuteSet> _windows = [];
    private readonly Lock _lock = new();

    public ILookup<int, int> Predecessors { get; } = precedences.ToLookup(p => p.After, p => p.Before);
    public ILookup<int, int> Successors { get; } = precedences.ToLookup(p => p.Before, p => p.After);

    /// <summary>When the technician is at work and the bay, where one is needed, is open.</summary>
    public MinuteSet Windows(int technician, int? bay) => Windows(technician, bay, isRegular: false);

    /// <summary>The same without overtime: work over several shifts takes none.</summary>
    public MinuteSet RegularWindows(int technician, int? bay) => Windows(technician, bay, isRegular: true);

    /// <summary>Whether the task is longer than any window there, so that it is worked in consecutive ones.</summary>
    public bool IsSplit(WorkTask task, int technician, int? bay) =>
        !task.IsTimeHeld && task.MinutesFor(Technicians[technician]) > Windows(technician, bay).LongestMinutes;

    /// <summary>When the task ends once it starts at <paramref name="start"/>: one stretch of work where any window is long enough,
    /// else window after window, from the first minute to the last its technician's and its bay's.</summary>
    /// <returns>Null where that technician cannot start then, or not finish within the horizon.</returns>
    public int? EndOf(WorkTask task, int technician, int? bay, int start)
    {
        var minutes = task.MinutesFor(Technicians[technician]);
        if (task.IsTimeHeld)
            return start + minutes;
        return IsSplit(task, technician, bay)
            ? RegularWindows(technician, bay).EndAfter(start, minutes)
            : Windows(technician, bay).Covers(start, start + minutes) ? start + minutes : null;
    }

    /// <summary>The stretches in which an item is worked; one where it is not split.</summary>
    public IReadOnlyList<MinuteRange> Segments(ScheduledTask item)
    {
        if (Tasks[item.Task].Hold is { IsSplit: true })
        {
            var worked = Calendar(Technicians[item.Technician], item.Bay is { } bay ? Bays[bay] : null).Clip(item.StartMinute, item.EndMinute);
            return worked.IsEmpty ? [item.Minutes] : worked.Ranges;
        }
        return IsSplit(Tasks[item.Task], item.Technician, item.Bay)
            ? RegularWindows(item.Technician, item.Bay).Clip(item.StartMinute, item.EndMinute).Ranges
            : [item.Minutes];
    }

    /// <summary>When both are there, before and after the plan too. A bay out of use has no hours that could end the work in it.</summary>
    internal static MinuteSet Calendar(Technician technician, Bay? bay) =>
        bay is null || bay.Calendar.IsEmpty ? technician.Calendar : technician.Calendar.Intersect(bay.Calendar);

    private MinuteSet Windows(int technician, int? bay, bool isRegular)
    {
        lock (_lock)
        {
            if (_windows.TryGetValue((technician, bay, isRegular), out var known))
                return known;
            var own = isRegular ? Technicians[technician].RegularWindows : Technicians[technician].Windows;
            return _windows[(technician, bay, isRegular)] = bay is { } at ? own.Intersect(Bays[at].Windows) : own;
        }
    }

    public int PriorityOf(WorkTask task) => WorkOrders[task.WorkOrder].Priority;

    /// <summary>The skill nobody may do the task without: asked for as hard, or held by anyone here as safety-critical.</summary>
    public string? HardSkillOf(WorkTask task) =>
        task.RequiredSkill is { } skill && (task.SkillIsHard || _safetyCritical.Contains(skill.Trim())) ? skill : null;

    public bool MayDo(WorkTask task, int technician) =>
        task.Hold?.Technician is { } held
            ? held == technician
            : HardSkillOf(task) is not { } skill || Technicians[technician].LevelOf(skill) > 0;

    public bool MayStandIn(WorkTask task, int bay) =>
        task.Hold?.Bay is { } held
            ? held == bay
            : Bays[bay].IsOffered && (task.BayType is not { } type || Skill.Same(type, Bays[bay].Type));
}
