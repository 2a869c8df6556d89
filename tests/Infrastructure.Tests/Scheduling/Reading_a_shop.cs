using Dapper;
using Npgsql;
using Woflo.Application.Scheduling;
using Woflo.Domain.Scheduling;
using Woflo.Infrastructure.Postgres;
using Woflo.Infrastructure.Postgres.Scheduling;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Scheduling;

public sealed class Reading_a_shop : IAsyncLifetime
{
    // Midnight in Honolulu, of a Monday.
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 10, 0, 0, TimeSpan.Zero);

    private TestDatabase _database = null!;
    private NpgsqlDataSource _source = null!;
    private Guid _org;
    private Guid _ana;
    private Guid _bay;
    private Guid _order;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.Create();
        _source = NpgsqlDataSource.Create(_database.ParsedUrl.ConnectionString().ConnectionString);
        _org = await NewOrganisation();
        _ana = await Id("insert into technicians (org_id, name) values (@org, 'Ana') returning id");
        _bay = await Id("insert into bays (org_id, name, bay_type) values (@org, 'Bay 1', 'heavy') returning id");
        _order = await NewOrder(_org);
        var shift = await Id("insert into shifts (org_id, name, start_time, end_time) values (@org, 'Day', '08:00', '16:00') returning id");
        await Run("insert into technician_shift_assignments (org_id, technician_id, shift_id, effective_from) values (@org, @ana, @shift, '2026-01-01')", new { shift });
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Adds_the_overtime_a_technician_may_work_and_their_limit_of_open_work()
    {
        await Run("update technicians set wip_limit = 2");
        var ana = Assert.Single((await Facts(new SchedulingOptions(1) { OvertimeMinutes = 90 })).Technicians);
        Assert.Equal((MinuteSet.Of(480, 960), MinuteSet.Of(960, 1050)), (ana.Windows.Clip(0, 1440), ana.Overtime!.Clip(0, 1440)));
        Assert.Equal(2, ana.WipLimit);
        await Run("update technicians set overtime_allowed = false");
        Assert.True(Assert.Single((await Facts()).Technicians).Overtime!.IsEmpty);
    }

    [Fact]
    public async Task Knows_where_the_newest_plan_that_succeeded_has_each_open_task()
    {
        var (planned, unplanned) = (await NewTask(), await NewTask());
        foreach (var (status, day, hour) in new[] { ("succeeded", 1, 8), ("succeeded", 2, 9), ("failed", 3, 10), ("running", 4, 11) })
        {
            var run = await Id("insert into schedule_runs (org_id, created_at, horizon_start, horizon_end, status, trigger) values (@org, @created, now(), now(), @status, 'manual') returning id",
                new { status, created = Start.AddDays(day).UtcDateTime });
            await Run("insert into schedule_items (org_id, schedule_run_id, task_id, technician_id, bay_id, start_at, end_at) values (@org, @run, @planned, @ana, @bay, @at, @at)",
                new { run, planned, at = Start.AddHours(hour).UtcDateTime });
        }
        var facts = await Facts();
        Assert.Equal(new Place(_ana, _bay, Start.AddHours(9)), facts.Tasks.Single(t => t.Id == planned).Published);
        Assert.Null(facts.Tasks.Single(t => t.Id == unplanned).Published);
        Assert.Equal(new Promise(0, 0, 540), Problem(facts).Tasks.Single(t => t.Id == planned).Promise);
    }

    [Fact]
    public async Task Takes_the_types_without_a_bay_from_the_settings()
    {
        await NewTask("cleanup");
        await NewTask("paperwork");
        var problem = Problem(await Facts(new SchedulingOptions(1) { TypesWithoutBay = ["cleanup"] }));
        Assert.Equal([("cleanup", false), ("paperwork", true)], problem.Tasks.Select(t => (t.Type.Name, t.NeedsBay)).Order());
    }

    [Fact]
    public async Task Reads_the_organisations_own_weights()
    {
        await Run("insert into woflo.objectives (org_id, weights) values (@other, '{\"moved_bay\": 1}')", new { other = await NewOrganisation() });
        Assert.Null((await Read()).Objective);
        await Run("insert into woflo.objectives (org_id, weights) values (@org, '{\"moved_bay\": 77}')");
        Assert.Equal(77, Objective.Default.With((await Read()).Objective!).MovedBay);
    }

    [Theory]
    [InlineData("""{"task": 1}""")]
    [InlineData("""[{"after": ["x"]}]""")]
    [InlineData("""[{"task": "x", "after": ["y"]}]""")]
    [InlineData("7")]
    public async Task Notes_dependencies_that_are_none(string dependencies)
    {
        await Run("update work_orders set dependencies = @dependencies::jsonb", new { dependencies });
        var facts = await Facts();
        Assert.Contains(facts.Notes, n => n.Contains("dependencies of unit 7", StringComparison.Ordinal));
        Assert.Empty(Assert.Single(facts.WorkOrders).Dependencies!);
    }

    [Fact]
    public async Task Waits_only_for_parts_that_are_still_to_come()
    {
        await Run("update work_orders set parts_required = true");
        foreach (var (status, hour) in new[] { ("needed", 20), ("ordered", 30), ("received", 40), ("canceled", 50) })
            await Run("insert into parts (org_id, work_order_id, name, qty, eta_at, status) values (@org, @order, 'pump', 1, @eta, @status)", new { status, eta = Start.AddHours(hour).UtcDateTime });
        var order = Assert.Single((await Facts()).WorkOrders);
        Assert.Equal((Start.AddHours(30), false), (order.PartsEta!.Value, order.HasPartsWithoutEta));
        await Run("insert into parts (org_id, work_order_id, name, qty, status) values (@org, @order, 'seal', 1, 'needed')");
        Assert.True(Assert.Single((await Facts()).WorkOrders).HasPartsWithoutEta);
    }

    [Fact]
    public async Task Never_offers_the_stand_in_for_work_without_a_bay()
    {
        await Run("insert into bays (org_id, name, bay_type, is_active) values (@org, 'No bay', 'none', false)");
        Assert.Equal(_bay, Assert.Single((await Facts()).Bays).Id);
    }

    [Fact]
    public async Task Knows_the_newest_override_of_each_open_task_the_newest_first()
    {
        var (first, second, done) = (await NewTask(), await NewTask(), await NewTask(status: "done"));
        await Override(first, "move", """{"technician_id": "x"}""", day: 1);
        await Override(second, "lock", null, day: 2);
        await Override(first, "assign", $$"""{"tech_id": "{{_ana}}", "locked_bay_id": null, "start_at": "2026-06-01T20:00:00+02:00", "locked_end_at": "2026-06-01T19:00"}""", day: 3);
        await Override(done, "unlock", "{}", day: 4);
        var overrides = (await Facts()).Overrides;
        Assert.Equal([(first, "assign"), (second, "lock")], overrides.Select(o => (o.TaskId, o.Action)));
        Assert.Equal(new Place(_ana, null, Start.AddHours(8), Start.AddHours(9)), overrides[0].To);
        Assert.Null(overrides[1].To);
    }

    [Theory]
    [InlineData("[]", "to_value is not a JSON object")]
    [InlineData("""{"technician_id": "Ana"}""", "technician_id is not a uuid")]
    [InlineData("""{"bay_id": 7}""", "bay_id is not a uuid")]
    [InlineData("""{"start_at": "tomorrow"}""", "start_at is not a time")]
    public async Task Says_what_is_wrong_with_an_override(string value, string said)
    {
        await Override(await NewTask(), "move", value, day: 1);
        var refused = Assert.Single(Problem(await Facts()).Refused);
        Assert.Equal("input", refused.Rule);
        Assert.Contains(said, refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_the_stand_in_for_no_bay_as_no_bay()
    {
        var standIn = await Id("insert into bays (org_id, name, bay_type, is_active) values (@org, 'No bay', 'none', false) returning id");
        var task = await NewTask("paperwork");
        await Override(task, "move", $$"""{"technician_id": "{{_ana}}", "bay_id": "{{standIn}}"}""", day: 1);
        await Run("update tasks set lock_flag = true, locked_bay_id = @standIn", new { standIn });
        var problem = Problem(await Facts());
        Assert.Empty(problem.Refused);
        Assert.Equal((0, null), (problem.Tasks[0].Hold!.Technician!.Value, problem.Tasks[0].Hold!.Bay));
    }

    [Fact]
    public async Task Tells_times_by_the_shops_clock() => Assert.Equal("Mon 2026-06-01 00:00", (await Facts()).Clock!(Start));

    private Task Override(Guid task, string action, string? value, int day) => Run(
        "insert into schedule_overrides (org_id, task_id, action, to_value, created_at) values (@org, @task, @action, @value::jsonb, @created)",
        new { task, action, value, created = Start.AddDays(day).UtcDateTime });

    private async Task<ShopReading.Read> Read(SchedulingOptions? options = null) =>
        Assert.IsType<ShopReading.Read>(await new ShopReader(new Bulkhead(_source), options).ReadShop(_org, Horizon(), Cancellation));

    private async Task<ShopFacts> Facts(SchedulingOptions? options = null) => (await Read(options)).Facts;

    private static Horizon Horizon() => new(Start, Start.AddDays(2), Start);

    private static ShopProblem Problem(ShopFacts facts) => Assert.IsType<BuiltProblem.Ready>(ShopProblemBuilder.Build(facts, Horizon())).Problem;

    private Task<Guid> NewOrganisation() => Id("insert into organizations (name, timezone) values ('Shop', 'Pacific/Honolulu') returning id");

    private Task<Guid> NewOrder(Guid org) => Id(
        """
        with u as (insert into units (org_id, unit_number, asset_type) values (@in, '7', 'truck') returning id)
        insert into work_orders (org_id, unit_id, asset_type, priority, location, status) select @in, id, 'truck', 3, 'shop', 'new' from u returning id
        """, new { @in = org });

    private Task<Guid> NewTask(string type = "repair", string status = "todo") => Id(
        """
        insert into tasks (org_id, work_order_id, type, status, duration_minutes_low, duration_minutes_high)
        values (@org, @order, @type, @status, 60, 60) returning id
        """, new { type, status });

    private async Task<Guid> Id(string sql, object? values = null)
    {
        await using var connection = await _source.OpenConnectionAsync(Cancellation);
        return await connection.QuerySingleAsync<Guid>(sql, Values(values));
    }

    private async Task Run(string sql, object? values = null)
    {
        await using var connection = await _source.OpenConnectionAsync(Cancellation);
        await connection.ExecuteAsync(sql, Values(values));
    }

    private DynamicParameters Values(object? values)
    {
        var all = new DynamicParameters(values);
        all.AddDynamicParams(new { org = _org, ana = _ana, bay = _bay, order = _order });
        return all;
    }
}
