namespace Woflo.Bench.Schedule;

internal static class ScheduleRows
{
    public static readonly IReadOnlyList<ScheduleRow> All =
    [
        new GeneratedRow("50-low", "50 tasks, 5 technicians, 4 bays, load 0.4 to 0.75", 50, 5, 4, (0.4, 0.75), 10,
            new Goals(ProvenShare: 100, ProofMs: 3_000), QuickSeeds: 5),
        new GeneratedRow("50-high", "50 tasks, 5 technicians, 4 bays, load 0.9 to 1.1", 50, 5, 4, (0.9, 1.1), 10,
            new Goals(ProvenShare: 90), QuickSeeds: 4),
        new GeneratedRow("200-low", "200 tasks, 9 technicians, 8 bays, load 0.7", 200, 9, 8, (0.7, 0.7), 10,
            new Goals(FirstMs: 300, ProvenShare: 60, Score: 0.05), QuickSeeds: 2, ProofSeconds: 60),
        new GeneratedRow("200-high", "200 tasks, 9 technicians, 8 bays, load 0.9 to 1.1", 200, 9, 8, (0.9, 1.1), 10,
            new Goals(Score: 0.10), QuickSeeds: 3),
        new ChangeRow(),
        new GeneratedRow("1000", "1,000 tasks, 44 technicians, 36 bays, load 0.7 to 1, 30 s in a process of its own", 1_000, 44, 36, (0.7, 1.0), 30,
            new Goals(Score: 0.10, Megabytes: 700), QuickSeeds: 1),
        new JobShopRow(),
    ];
}
