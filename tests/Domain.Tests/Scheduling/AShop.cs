using Woflo.Domain.Scheduling;

namespace Woflo.Domain.Tests.Scheduling;

/// <summary>A small shop to change a detail of: Ana and Ben, two bays, one work order; a day from eight to four.</summary>
public sealed record AShop
{
    public static readonly DateTimeOffset Midnight = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly Guid Ana = Guid.NewGuid();
    public static readonly Guid Ben = Guid.NewGuid();
    public static readonly Guid BayOne = Guid.NewGuid();
    public static readonly Guid BayTwo = Guid.NewGuid();
    public static readonly Guid Truck = Guid.NewGuid();
    public static readonly MinuteSet Day = MinuteSet.Of(480, 960);

    public Horizon Horizon { get; init; } = new(Midnight, Midnight.AddDays(2), Midnight);

    public IReadOnlyList<TechnicianFacts> Technicians { get; init; } =
    [
        new(Ana, "Ana", 1m, [new TechnicianSkill("diesel", 4)], Day),
        new(Ben, "Ben", 1m, [], Day),
    ];

    public IReadOnlyList<Bay> Bays { get; init; } =
    [
        new(BayOne, "Bay 1", "heavy", 1, true, Day),
        new(BayTwo, "Bay 2", "light", 1, true, Day),
    ];

    public IReadOnlyList<WorkOrderFacts> WorkOrders { get; init; } = [new(Truck, "unit 7", 3, DueMinute: 960)];

    public IReadOnlyList<TaskFacts> Tasks { get; init; } = [];

    public IReadOnlyList<OverrideFacts> Overrides { get; init; } = [];

    public Func<DateTimeOffset, string>? Clock { get; init; }

    public ShopProblem Problem => ((BuiltProblem.Ready)Built).Problem;

    public BuiltProblem Built => ShopProblemBuilder.Build(new ShopFacts(Technicians, Bays, WorkOrders, Tasks, []) { Overrides = Overrides, Clock = Clock }, Horizon);

    public Schedule Plan()
    {
        var problem = Problem;
        var free = new FreeTime(problem);
        return new LeftOutReasons(problem).Explain(new ListConstructor(problem, Objective.Default, free).Build());
    }

    public static TaskFacts Task(
        string type = "repair", int minutes = 60, Guid? order = null, string? skill = null, bool isHard = false, string? bayType = null,
        TaskProgress progress = TaskProgress.Todo, Place? held = null, Place? published = null) =>
        new(Guid.NewGuid(), order ?? Truck, TaskType.Named(type), progress, minutes, minutes, skill, isHard, bayType, Lock: held, Published: published);

    public static DateTimeOffset At(int minute) => Midnight.AddMinutes(minute);
}
