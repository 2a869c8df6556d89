using System.Text.Json;
using Woflo.Application.Scheduling;
using Woflo.Cli.Schedule;
using Woflo.Domain.Scheduling;

namespace Woflo.EndToEnd.Tests.Cli;

/// <summary>A stored plan of a shop with Ana and Ben, to change a detail of; hours are those of its first day, in UTC.</summary>
internal sealed record APlan
{
    public static readonly Guid Ana = Guid.Parse("0a000000-0000-0000-0000-000000000000");
    public static readonly Guid Ben = Guid.Parse("0b000000-0000-0000-0000-000000000000");
    public static readonly Guid Bay = Guid.Parse("0c000000-0000-0000-0000-000000000000");
    public static readonly Guid Order = Guid.Parse("0d000000-0000-0000-0000-000000000000");

    public DateTimeOffset Start { get; init; } = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public int Days { get; init; } = 2;

    public string Zone { get; init; } = "UTC";

    public string Shop { get; init; } = "Main Street";

    public IReadOnlyList<StoredItem> Items { get; init; } = [];

    public IReadOnlyList<CalendarRow> Calendar { get; init; } = [];

    public string Details { get; init; } = """{"planned_at": "2026-06-01T00:00:00Z"}""";

    public int? DueMinute { get; init; }

    /// <summary>At work, in minutes of the plan.</summary>
    public MinuteSet Windows { get; init; } = MinuteSet.Of([new MinuteRange(480, 960), new MinuteRange(1920, 2400)]);

    public StoredItem Item(
        double from, double to, string unit = "T-1", Guid? technician = null, bool inBay = true, bool isLocked = false, object? why = null, int number = 1,
        string technicianName = "", Guid? order = null) => new(
            new Guid(number, 0, 0, new byte[8]), "repair", "scheduled", order ?? Order, unit, 3, null, technician ?? Ana,
            technicianName.Length > 0 ? technicianName : technician == Ben ? "Ben" : "Ana", inBay ? Bay : null, inBay ? "Bay 1" : null,
            Start.AddHours(from), Start.AddHours(to), isLocked, JsonSerializer.Serialize(why ?? new { reason = "optimized" }), null, null);

    public Task<PlanView> View() => PlanView.Of(
        new StoredPlan(
            Guid.Parse("0e000000-0000-0000-0000-000000000000"), new OrganisationRow(Guid.NewGuid(), Shop, Zone), "succeeded", "manual", Start, Start,
            Start.AddDays(Days), Items.Count, 1200, 7, """{"total_penalty": 7, "levels": [0, 0, 7, 0]}""", "OPTIMAL", null, Details, Items, Calendar),
        new Reader(this), TestContext.Current.CancellationToken);

    public async Task<string> Page() => new PlanPage(await View()).ToString();

    private sealed class Reader(APlan plan) : IShopReader
    {
        public Task<ScheduleRunRow?> ReadRun(Guid orgId, Guid scheduleRunId, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ShopReading> ReadShop(Guid orgId, Horizon horizon, CancellationToken cancellation) => Task.FromResult<ShopReading>(new ShopReading.Read(new ShopFacts(
            [new TechnicianFacts(Ana, "Ana", 1, [], plan.Windows), new TechnicianFacts(Ben, "Ben", 1, [], plan.Windows)],
            [new Bay(Bay, "Bay 1", "general", 1, true, plan.Windows)],
            [new WorkOrderFacts(Order, "unit T-1", 3, DueMinute: plan.DueMinute)], [], [])));
    }
}
