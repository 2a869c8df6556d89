using System.Globalization;
using Woflo.Domain.Scheduling;

namespace Woflo.Bench.Schedule;

/// <param name="Load">Minutes of work over technicians' minutes from the start to the last due date.</param>
/// <param name="Impossible">Tasks that no plan can hold, and the reason to be given for each.</param>
/// <param name="Planted">The plan its locks come from: proof that they can be kept. Empty where there are none.</param>
internal sealed record GeneratedShop(
    ShopFacts Facts, Horizon Horizon, double Load, IReadOnlyDictionary<Guid, string> Impossible, IReadOnlyList<ScheduledTask> Planted)
{
    private ShopProblem? _problem;

    public ShopProblem Problem => _problem ??= Build(Facts, Horizon);

    /// <summary>Tells whether references were made for this very shop.</summary>
    public string Fingerprint
    {
        get
        {
            var problem = Problem;
            var hash = 14695981039346656037UL;
            foreach (var technician in problem.Technicians)
                Add(technician.Name, technician.Efficiency, technician.Windows, string.Join(',', technician.Skills.Select(s => $"{s.Name}{s.Level}")));
            foreach (var bay in problem.Bays)
                Add(bay.Name, bay.Type, bay.Capacity, bay.Windows);
            foreach (var order in problem.WorkOrders)
                Add(order.Priority, order.DueMinute, order.CommitmentMinute);
            foreach (var task in problem.Tasks)
                Add(task.WorkOrder, task.TwiceMeanMinutes, task.RequiredSkill, task.SkillIsHard, task.NeedsBay, task.BayType, task.ReleaseMinute,
                    task.DeadlineMinute, task.PartsNotReady, task.Hold?.Technician, task.Hold?.StartMinute, task.Promise?.StartMinute);
            foreach (var precedence in problem.Precedences)
                Add(precedence.Before, precedence.After);
            return hash.ToString("x16", CultureInfo.InvariantCulture);

            void Add(params object?[] parts)
            {
                foreach (var part in parts)
                {
                    foreach (var letter in Convert.ToString(part, CultureInfo.InvariantCulture) + "|")
                        hash = unchecked((hash ^ letter) * 1099511628211UL);
                }
            }
        }
    }

    public static ShopProblem Build(ShopFacts facts, Horizon horizon) => ShopProblemBuilder.Build(facts, horizon) switch
    {
        BuiltProblem.Ready(var problem) => problem,
        BuiltProblem.Contradiction(var message, _) => throw new BenchException($"The generated shop contradicts itself: {message}"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
