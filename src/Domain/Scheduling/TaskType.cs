namespace Woflo.Domain.Scheduling;

/// <summary>A kind of task: its place in a work order's course, and whether it takes a bay in the shop.</summary>
/// <param name="Rank">Tasks of a lower rank come first; within a rank any order goes.</param>
public sealed record TaskType(string Name, int Rank, bool NeedsBay)
{
    public static readonly IReadOnlyList<TaskType> All =
    [
        new("diagnose", 0, NeedsBay: true),
        new("repair", 1, NeedsBay: true),
        new("qa_test", 2, NeedsBay: true),
        new("road_test", 3, NeedsBay: false),
        new("cleanup", 4, NeedsBay: true),
        new("paperwork", 5, NeedsBay: false),
    ];

    /// <summary>The type of that name. The database's check allows no other.</summary>
    public static TaskType Named(string name) =>
        All.FirstOrDefault(t => t.Name == name) ?? throw new ArgumentException($"No task type is named '{name}'.", nameof(name));
}
