using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Woflo.Application.Jobs;
using Woflo.Application.Scheduling;
using Woflo.Domain.Jobs;
using Woflo.Domain.Scheduling;
using Woflo.Infrastructure.Postgres;
using Woflo.Infrastructure.Postgres.Scheduling;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Scheduling;

public sealed class Planning_on_a_database : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 10, 0, 0, TimeSpan.Zero);

    private TestDatabase _database = null!;
    private NpgsqlDataSource _source = null!;
    private ScheduleEffects _effects = null!;
    private Guid _org;
    private Guid _order;
    private Guid _ana;
    private Guid _bay;
    private Guid _run;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Job Job => new(Guid.NewGuid(), _org, JobTypes.ScheduleRun, $$"""{"schedule_run_id": "{{_run}}"}""", JobState.Running, 1, 1);

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.Create();
        _source = NpgsqlDataSource.Create(_database.ParsedUrl.ConnectionString().ConnectionString);
        _effects = new ScheduleEffects(new ShopReader(new Bulkhead(_source)));
        _org = await NewOrganisation("Pacific/Honolulu");
        _order = await NewOrder(_org);
        _ana = await One<Guid>("insert into technicians (org_id, name) values (@org, 'Ana') returning id", new { org = _org });
        _bay = await One<Guid>("insert into bays (org_id, name, bay_type) values (@org, 'Bay 1', 'heavy') returning id", new { org = _org });
        await Run("insert into bay_hours (org_id, bay_id, day_of_week, start_time, end_time) select @org, @bay, d, '08:00', '24:00' from generate_series(0, 6) d", new { org = _org, bay = _bay });
        _run = await NewRun();
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Reads_the_shop_in_its_own_time()
    {
        await NewTask("repair");
        await Run("update work_orders set due_date = '2026-06-02', parts_required = true where id = @id", new { id = _order });
        await Run("insert into parts (org_id, work_order_id, name, qty, eta_at, status) values (@org, @id, 'pump', 1, '2026-06-01T20:00Z', 'ordered')", new { org = _org, id = _order });
        var facts = await Facts();
        // Midnight in Honolulu is 10:00 UTC.
        Assert.Equal([new MinuteRange(480, 1440), new MinuteRange(1920, 2880)], Assert.Single(facts.Technicians).Windows.Clip(0, 2880).Ranges);
        Assert.Equal(2880, Assert.Single(facts.WorkOrders).DueMinute);
        Assert.Equal(Start.AddHours(10), facts.WorkOrders[0].PartsEta);
        Assert.Equal(600, Problem(facts).Tasks[0].ReleaseMinute);
    }

    [Fact]
    public async Task Sees_nothing_of_another_organisation()
    {
        var other = await NewOrganisation("Pacific/Honolulu");
        var otherOrder = await NewOrder(other);
        var foreign = await One<Guid>("insert into technicians (org_id, name) values (@other, 'Zoe') returning id", new { other });
        var foreignTask = await One<Guid>(
            "insert into tasks (org_id, work_order_id, type, status, duration_minutes_low, duration_minutes_high) values (@other, @otherOrder, 'repair', 'todo', 30, 30) returning id",
            new { other, otherOrder });
        var task = await NewTask("repair");
        await Run("update tasks set lock_flag = true, locked_tech_id = @foreign where id = @task", new { foreign, task });
        await Run("update work_orders set dependencies = @d::jsonb where id = @id", new { id = _order, d = $$"""[{"task": "{{task}}", "after": ["{{foreignTask}}"]}]""" });

        var facts = await Facts();
        Assert.Equal(_ana, Assert.Single(facts.Technicians).Id);
        Assert.Equal(task, Assert.Single(facts.Tasks).Id);
        var problem = Problem(facts);
        Assert.Null(problem.Tasks[0].Hold);
        Assert.Empty(problem.Precedences);
        Assert.Null(await new ShopReader(new Bulkhead(_source)).ReadRun(other, _run, Cancellation));
    }

    [Fact]
    public async Task Refuses_a_time_zone_that_nobody_knows()
    {
        await Run("update organizations set timezone = 'Mars/Olympus' where id = @org", new { org = _org });
        Assert.IsType<ShopReading.UnknownTimeZone>(await new ShopReader(new Bulkhead(_source)).ReadShop(_org, Horizon(), Cancellation));
    }

    [Fact]
    public async Task Writes_the_plan_as_the_api_reads_it()
    {
        var (repair, paperwork, impossible) = (await NewTask("repair"), await NewTask("paperwork"), await NewTask("repair", "scheduled"));
        await Run("update tasks set required_bay_type = 'paint' where id = @impossible", new { impossible });
        await Run("update tasks set type = 'cleanup' where id = @impossible", new { impossible });
        var results = await Plan();
        await Apply(new JobEffect.Started());
        Assert.Equal("running", await RunStatus());
        await Apply(new JobEffect.Succeeded(results));
        // A commit in doubt is sent again.
        await Apply(new JobEffect.Succeeded(results));
        await Apply(new JobEffect.DeadLettered(JobFailure.InvalidInput("late")));

        var items = await Rows(
            """
            select i.task_id, b.name as bay, b.is_active, i.why ->> 'reason' as reason, i.why ->> 'bay' as bay_use, t.status
              from schedule_items i join tasks t on t.id = i.task_id join technicians n on n.id = i.technician_id join bays b on b.id = i.bay_id
             where i.schedule_run_id = @run order by i.start_at
            """);
        Assert.Equal([repair], items.Select(i => (Guid)i["task_id"]!));
        Assert.Equal("scheduled", items[0]["status"]);
        Assert.Equal("optimized", items[0]["reason"]);
        Assert.Equal("todo", await One<string>("select status from tasks where id = @impossible", new { impossible }));
        var run = (await Rows("select *, (objective_breakdown ->> 'total_penalty')::int as total from schedule_runs where id = @run"))[0];
        Assert.Equal("succeeded", run["status"]);
        Assert.Equal(1, run["task_count"]);
        Assert.Equal((decimal)(int)run["total"]!, run["objective_value"]);
        var breakdown = JsonNode.Parse((string)run["objective_breakdown"]!)!.AsObject();
        Assert.Equal((int)run["total"]!, breakdown.Where(p => p.Key is not "total_penalty" and not "levels").Sum(p => (int)p.Value!));
        var leftOut = JsonNode.Parse((string)run["details"]!)!["left_out"]!.AsArray();
        Assert.Contains(leftOut, l => (string)l!["task_id"]! == impossible.ToString() && (string)l["code"]! == LeftOutReason.NoBayOfType);
        Assert.Contains(leftOut, l => (string)l!["task_id"]! == paperwork.ToString() && (string)l["code"]! == LeftOutReason.WaitsForTask);
    }

    [Fact]
    public async Task Points_work_without_a_bay_to_one_stand_in_an_organisation()
    {
        await NewTask("paperwork");
        await Apply(new JobEffect.Succeeded(await Plan()));
        _run = await NewRun();
        await Apply(new JobEffect.Succeeded(await Plan()));
        var bays = await Rows("select b.name, b.bay_type, b.is_active, i.why ->> 'bay' as bay from schedule_items i join bays b on b.id = i.bay_id");
        Assert.Equal(2, bays.Count);
        Assert.All(bays, b => Assert.Equal(("No bay", "none", false, "not_needed"), (b["name"], b["bay_type"], b["is_active"], b["bay"])));
        Assert.Equal(1, await One<long>("select count(*) from bays where name = 'No bay'"));
        Assert.Single((await Facts()).Bays);
    }

    [Fact]
    public async Task Respects_what_changed_while_the_plan_was_made()
    {
        var (kept, deleted, done, locked) = (await NewTask("repair"), await NewTask("repair"), await NewTask("repair"), await NewTask("repair"));
        var results = await Plan();
        await Run("delete from tasks where id = @deleted", new { deleted });
        await Run("update tasks set status = 'done' where id = @done", new { done });
        await Run("update tasks set lock_flag = true, locked_start_at = '2026-06-02T03:21Z' where id = @locked", new { locked });
        await Apply(new JobEffect.Succeeded(results));
        Assert.Equal([kept], (await Rows("select task_id from schedule_items")).Select(i => (Guid)i["task_id"]!));
        Assert.Equal("done", await One<string>("select status from tasks where id = @done", new { done }));
        Assert.Equal(3, await One<int>("select jsonb_array_length(details -> 'left_out') from schedule_runs where id = @run", new { run = _run }));
    }

    [Fact]
    public async Task Leaves_out_what_an_edit_made_wrong_and_reckons_the_cost_anew()
    {
        var (first, second) = (await NewTask("repair"), await NewTask("repair"));
        var results = await Plan();
        await Run("update tasks set duration_minutes_low = 500, duration_minutes_high = 500 where id = @first", new { first });
        await Apply(new JobEffect.Succeeded(results));
        Assert.Equal([second], await Planned());
        Assert.Equal("changed_meanwhile", await One<string>("select details #>> '{left_out,0,code}' from schedule_runs where id = @run", new { run = _run }));
        Assert.Equal(4_000, await One<int>("select (objective_breakdown ->> 'left_out_penalty')::int from schedule_runs where id = @run", new { run = _run }));
        Assert.True(await One<bool>(
            """
            select objective_value = (objective_breakdown ->> 'total_penalty')::int and (objective_breakdown ->> 'total_penalty')::bigint = (
                     select sum(p.value::bigint) from jsonb_each_text(objective_breakdown) p where p.key like '%_penalty' and p.key <> 'total_penalty')
              from schedule_runs where id = @run
            """, new { run = _run }));
    }

    [Theory]
    [InlineData("delete from technicians where name = 'Ana'")]
    [InlineData("delete from bays where name = 'Bay 1'")]
    [InlineData("update bays set is_active = false")]
    [InlineData("update work_orders set status = 'canceled'")]
    [InlineData("update tasks set required_skill = 'welding', required_skill_is_hard = true")]
    [InlineData("update tasks set required_bay_type = 'paint'")]
    [InlineData("insert into calendar_events (org_id, technician_id, type, start_at, end_at) select org_id, id, 'sick', '2026-06-01Z', '2026-06-09Z' from technicians")]
    public async Task Writes_nothing_that_the_shop_as_it_is_forbids(string change)
    {
        await NewTask("repair");
        var results = await Plan();
        await Run(change);
        await Apply(new JobEffect.Succeeded(results));
        Assert.Empty(await Planned());
        Assert.Equal(("succeeded", 0), (await RunStatus(), await One<int>("select task_count from schedule_runs where id = @run", new { run = _run })));
        Assert.Equal("todo", await One<string>("select status from tasks"));
    }

    [Fact]
    public async Task Keeps_work_that_began_meanwhile_where_it_is_and_makes_room_for_it()
    {
        var (planned, begun) = (await NewTask("repair"), await NewTask("repair"));
        var results = await Plan();
        var start = results.Items.Single(i => i.TaskId == planned).StartAt.UtcDateTime;
        await Run("update tasks set status = 'in_progress', locked_tech_id = @ana, locked_bay_id = @bay, locked_start_at = @start where id = @begun",
            new { begun, ana = _ana, bay = _bay, start });
        await Apply(new JobEffect.Succeeded(results));
        var item = Assert.Single(await Rows("select task_id, start_at, why ->> 'reason' as reason from schedule_items"));
        Assert.Equal((begun, start, "pinned"), ((Guid)item["task_id"]!, (DateTime)item["start_at"]!, (string)item["reason"]!));
        Assert.Equal("in_progress", await One<string>("select status from tasks where id = @begun", new { begun }));
    }

    [Fact]
    public async Task Waits_for_an_edit_under_way_and_respects_it()
    {
        var (edited, other) = (await NewTask("repair"), await NewTask("repair"));
        var results = await Plan();
        await using var dispatcher = await _source.OpenConnectionAsync(Cancellation);
        await using var edit = await dispatcher.BeginTransactionAsync(Cancellation);
        await dispatcher.ExecuteAsync("update tasks set duration_minutes_high = 90 where id = @edited", new { edited }, edit);
        var write = Apply(new JobEffect.Succeeded(results));
        while (!await One<bool>("select exists (select from pg_stat_activity where wait_event_type = 'Lock' and query like '%from public.tasks%')"))
            await Task.Delay(20, Cancellation);
        Assert.False(write.IsCompleted);
        await edit.CommitAsync(Cancellation);
        await write;
        Assert.Equal([other], await Planned());
    }

    [Fact]
    public async Task Fails_the_run_where_locks_came_to_contradict_each_other()
    {
        await NewTask("repair");
        await NewTask("repair");
        var results = await Plan();
        await Run("update tasks set lock_flag = true, locked_tech_id = @ana, locked_start_at = '2026-06-02T03:00Z'", new { ana = _ana });
        var failed = await Assert.ThrowsAsync<JobFailedException>(() => Apply(new JobEffect.Succeeded(results)));
        Assert.Equal(FailureClass.Infeasible, failed.Failure.Class);
    }

    [Fact]
    public async Task Says_what_differs_from_the_plan_that_was_published_before()
    {
        var (moved, removed) = (await NewTask("repair"), await NewTask("repair"));
        await Apply(new JobEffect.Succeeded(await Plan()));
        Assert.False(await One<bool>("select details ? 'difference' from schedule_runs"));
        var before = _run;
        _run = await NewRun();
        var placed = await NewTask("repair");
        await Run("update tasks set earliest_start = '2026-06-02T20:00Z' where id = @moved", new { moved });
        await Run("update tasks set required_bay_type = 'paint' where id = @removed", new { removed });
        await Apply(new JobEffect.Succeeded(await Plan()));
        var difference = JsonNode.Parse(await One<string>("select details ->> 'difference' from schedule_runs where id = @run", new { run = _run }))!;
        Assert.Equal(before.ToString(), (string)difference["previous_run_id"]!);
        Assert.Equal([placed.ToString()], Tasks("placed"));
        Assert.Equal([moved.ToString()], Tasks("moved"));
        Assert.Equal([removed.ToString()], Tasks("removed"));
        Assert.Equal("2026-06-02T20:00:00.0000000Z", (string)difference["moved"]![0]!["to"]!["start_at"]!);

        IEnumerable<string> Tasks(string how) => difference[how]!.AsArray().Select(task => (string)task!["task_id"]!);
    }

    public static TheoryData<string, string, string, bool> Newer => new()
    {
        { "queued", "manual", "horizon_end = horizon_end + interval '1 day'", true },
        { "queued", "manual", "horizon_start = horizon_start - interval '1 day'", true },
        { "queued", "auto_parts", "trigger = 'manual'", true },
        { "succeeded", "manual", "trigger = 'auto_parts'", true },
        // What has passed of the older one's horizon need not be covered.
        { "queued", "manual", "horizon_start = now() - interval '1 second', horizon_end = now() + interval '3 days'", true },
        { "queued", "manual", "horizon_start = now() + interval '1 hour', horizon_end = now() + interval '3 days'", false },
        { "queued", "manual", "horizon_end = horizon_end - interval '1 minute'", false },
        { "queued", "manual", "trigger = 'auto_parts'", false },
        { "queued", "manual", "created_at = created_at - interval '1 day'", false },
        { "canceled", "manual", "trigger = 'manual'", false },
        { "failed", "manual", "trigger = 'manual'", false },
    };

    [Theory, MemberData(nameof(Newer))]
    public async Task Calls_a_run_off_that_a_newer_one_makes_needless(string status, string trigger, string change, bool isNeedless)
    {
        await Run("update schedule_runs set trigger = @trigger, horizon_start = now() - interval '1 day', horizon_end = now() + interval '1 day'", new { trigger });
        var newer = await NewRun();
        await Run("update schedule_runs set status = @status, horizon_start = o.horizon_start, horizon_end = o.horizon_end from (select horizon_start, horizon_end from schedule_runs where id = @older) o where id = @newer",
            new { status, newer, older = _run });
        await Run($"update schedule_runs set {change} where id = @newer", new { newer });
        await Enqueue(newer.ToString().ToUpperInvariant());
        await Apply(new JobEffect.Started());
        Assert.Equal(isNeedless ? "canceled" : "running", await RunStatus());
        var row = (await new ShopReader(new Bulkhead(_source)).ReadRun(_org, _run, Cancellation))!;
        Assert.Equal(isNeedless ? newer : null, row.SupersededBy);
    }

    [Theory]
    [InlineData("status = 'failed'"), InlineData("status = 'succeeded'"), InlineData("run_after = now() + interval '1 hour'")]
    [InlineData("type = 'ai_enrich'"), InlineData("payload = '[]'"), InlineData("payload = '{}'")]
    public async Task Plans_a_run_whose_newer_one_has_no_job_that_is_due(string change)
    {
        var newer = await NewRun();
        await Enqueue(newer.ToString());
        await Run($"update job_queue set {change}");
        await Apply(new JobEffect.Started());
        Assert.Equal("running", await RunStatus());
    }

    [Fact]
    public async Task Leaves_a_run_that_was_called_off_as_it_is()
    {
        await NewTask("repair");
        var results = await Plan();
        await Run("update schedule_runs set status = 'canceled'");
        foreach (var effect in new JobEffect[]
        {
            new JobEffect.Started(), new JobEffect.Requeued(), new JobEffect.Succeeded(results), new JobEffect.DeadLettered(JobFailure.InvalidInput("x")),
        })
            await Apply(effect);
        Assert.Equal("canceled", await RunStatus());
        Assert.Equal(0, await One<long>("select count(*) from schedule_items"));
    }

    [Fact]
    public async Task Marks_the_run_with_what_becomes_of_its_job()
    {
        await Apply(new JobEffect.Started());
        await Apply(new JobEffect.Requeued());
        Assert.Equal("queued", await RunStatus());
        await Apply(new JobEffect.DeadLettered(new JobFailure(FailureClass.Infeasible, "Infeasible", "two locks")));
        Assert.Equal("INFEASIBLE", await One<string>("select solver_status from schedule_runs where infeasible_reason = 'Infeasible: two locks' and status = 'failed'"));
        await Apply(new JobEffect.Requeued());
        await Apply(new JobEffect.Cancelled());
        Assert.Equal("canceled", await RunStatus());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"schedule_run_id": 7}""")]
    [InlineData("""{"schedule_run_id": "00000000-0000-0000-0000-000000000001"}""")]
    public async Task Has_nothing_to_mark_for_a_payload_that_names_no_run(string payload)
    {
        await Apply(new JobEffect.DeadLettered(JobFailure.InvalidInput("x")), new Job(Guid.NewGuid(), _org, JobTypes.ScheduleRun, payload, JobState.Running, 1, 1));
        Assert.Equal("queued", await RunStatus());
    }

    [Fact]
    public async Task Marks_no_run_of_another_organisation()
    {
        var other = await NewOrganisation("UTC");
        await Apply(new JobEffect.Cancelled(), new Job(Guid.NewGuid(), other, JobTypes.ScheduleRun, Job.Payload, JobState.Running, 1, 1));
        Assert.Equal("queued", await RunStatus());
    }

    private async Task<IEnumerable<Guid>> Planned() =>
        (await Rows("select task_id from schedule_items where schedule_run_id = @run order by start_at")).Select(i => (Guid)i["task_id"]!);

    private Task Enqueue(string runId) => Run(
        "insert into job_queue (org_id, type, payload, status) values (@org, 'schedule_run', jsonb_build_object('schedule_run_id', @runId), 'queued')",
        new { org = _org, runId });

    private static Horizon Horizon() => new(Start, Start.AddDays(2), Start);

    private async Task<ShopFacts> Facts() =>
        Assert.IsType<ShopReading.Read>(await new ShopReader(new Bulkhead(_source)).ReadShop(_org, Horizon(), Cancellation)).Facts;

    private static ShopProblem Problem(ShopFacts facts) => Assert.IsType<BuiltProblem.Ready>(ShopProblemBuilder.Build(facts, Horizon())).Problem;

    private async Task<ScheduleResults> Plan()
    {
        var problem = Problem(await Facts());
        var free = new FreeTime(problem);
        var plan = new LeftOutReasons(problem).Explain(new ListConstructor(problem, Objective.Default, free).Build());
        return new ScheduleResults(
            _run, problem, Objective.Default, new PlanRequest(TimeSpan.FromSeconds(1)),
            new ShopPlan(plan, new ScheduleEvaluator(problem, Objective.Default).Evaluate(plan), "FEASIBLE", [], [], 5), [], []);
    }

    private async Task Apply(JobEffect effect, Job? job = null)
    {
        await using var connection = await _source.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await _effects.Apply(effect, job ?? Job, transaction, Cancellation);
        await transaction.CommitAsync(Cancellation);
    }

    private Task<string> RunStatus() => One<string>("select status from schedule_runs where id = @run", new { run = _run });

    private Task<Guid> NewOrganisation(string zone) => One<Guid>("insert into organizations (name, timezone) values ('Shop', @zone) returning id", new { zone });

    private Task<Guid> NewOrder(Guid org) => One<Guid>(
        """
        with u as (insert into units (org_id, unit_number, asset_type) values (@org, '7', 'truck') returning id)
        insert into work_orders (org_id, unit_id, asset_type, priority, location, status) select @org, id, 'truck', 3, 'shop', 'new' from u returning id
        """, new { org });

    private Task<Guid> NewTask(string type, string status = "todo") => One<Guid>(
        """
        insert into tasks (org_id, work_order_id, type, status, duration_minutes_low, duration_minutes_high)
        values (@org, @order, @type, @status, 60, 60) returning id
        """, new { org = _org, order = _order, type, status });

    private Task<Guid> NewRun() => One<Guid>(
        "insert into schedule_runs (org_id, horizon_start, horizon_end, status, trigger) values (@org, @from, @to, 'queued', 'manual') returning id",
        new { org = _org, from = Start.UtcDateTime, to = Start.AddDays(2).UtcDateTime });

    private async Task<T> One<T>(string sql, object? values = null)
    {
        await using var connection = await _source.OpenConnectionAsync(Cancellation);
        return (await connection.QuerySingleAsync<T>(sql, values))!;
    }

    private async Task Run(string sql, object? values = null)
    {
        await using var connection = await _source.OpenConnectionAsync(Cancellation);
        await connection.ExecuteAsync(sql, values);
    }

    private async Task<List<IDictionary<string, object?>>> Rows(string sql)
    {
        await using var connection = await _source.OpenConnectionAsync(Cancellation);
        return [.. (await connection.QueryAsync(sql, new { run = _run })).Select(r => (IDictionary<string, object?>)r)];
    }
}
