using Woflo.Domain.Scheduling;

namespace Woflo.Bench.Schedule;

/// <summary>A published job-shop problem as a shop: a job is a work order out in the field, a machine the one technician with its skill.</summary>
internal static class JobShop
{
    /// <summary>Total weighted tardiness, and nothing else, decides.</summary>
    public static readonly Objective Tardiness = new()
    {
        LateMinuteByPriority = [1, 2, 4, 8, 16],
        SkillMissing = 0,
        SkillLevelShort = 0,
        PartsNotReady = 0,
        StabilityByDay = [0],
        OvertimeMinute = 0,
        WorkInProgress = 0,
        WaitMinuteByPriority = [0, 0, 0, 0, 0],
        BayChange = 0,
    };

    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Due date factor and instance, and the least total weighted tardiness (Singer and Pinedo's set).</summary>
    public static readonly IReadOnlyList<(string Name, double Factor, int Optimum)> Published =
    [
        ("ft10", 1.6, 141), ("orb04", 1.6, 66), ("orb05", 1.6, 163), ("orb06", 1.6, 28), ("la17", 1.6, 65),
        ("ft10", 1.5, 394), ("la16", 1.5, 166), ("la17", 1.5, 260), ("la22", 1.5, 196), ("orb09", 1.5, 297),
    ];

    public static ShopProblem Read(string file, double factor)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var numbers = File.ReadAllText(file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word =>
            int.TryParse(word, out var number) ? number : throw new BenchException($"{file}: '{word}' is no whole number")).ToArray();
        if (numbers.Length < 2 || numbers.Length != 2 + 2 * numbers[0] * numbers[1])
            throw new BenchException($"{file}: expected jobs, machines and then a machine and a duration for each of jobs × machines, which makes " +
                $"{(numbers.Length < 2 ? "at least 2" : 2 + 2L * numbers[0] * numbers[1])} numbers; it has {numbers.Length}");
        var (jobs, machines) = (numbers[0], numbers[1]);
        // The set takes the first ten jobs of the instances that have more.
        var taken = name is "la21" or "la22" or "la23" or "la24" ? 10 : jobs;
        var random = new SeededRandom(0);
        var technicians = Enumerable.Range(0, machines).Select(_ => random.Id()).ToArray();
        var orders = new List<WorkOrderFacts>();
        var tasks = new List<TaskFacts>();
        for (var job = 0; job < taken; job++)
        {
            var operations = Enumerable.Range(job * machines, machines).Select(i => (Machine: numbers[2 + 2 * i], Minutes: numbers[3 + 2 * i])).ToArray();
            var (order, ids) = (random.Id(), operations.Select(_ => random.Id()).ToArray());
            orders.Add(new WorkOrderFacts(
                // Weights 4, 2 and 1 are those of priorities 3, 2 and 1.
                order, $"Job {job + 1}", job < taken * 0.2 ? 3 : job < taken * 0.8 ? 2 : 1, IsInField: true,
                DueMinute: (int)Math.Floor(factor * operations.Sum(o => o.Minutes) + 1e-9),
                Dependencies: [.. ids.Zip(ids.Skip(1), (before, after) => (after, before))]));
            tasks.AddRange(operations.Select((o, i) => new TaskFacts(
                ids[i], order, TaskType.Named("repair"), TaskProgress.Todo, o.Minutes, o.Minutes, $"machine {o.Machine}", SkillIsHard: true)));
        }
        var horizon = new Horizon(Start, Start.AddMinutes(tasks.Sum(t => t.LowMinutes)), Start);
        var always = MinuteSet.Of(0, horizon.EndMinute);
        return GeneratedShop.Build(new ShopFacts(
            [.. technicians.Select((id, machine) => new TechnicianFacts(id, $"Machine {machine}", 1m, [new TechnicianSkill($"machine {machine}", 5)], always))],
            [], orders, tasks, []), horizon);
    }
}
