using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Woflo.Application.Jobs;
using Woflo.Application.Scheduling;
using Woflo.Domain.Jobs;
using Woflo.Domain.Scheduling;

namespace Woflo.Application.Tests.Scheduling;

public sealed class Handling_a_schedule_run
{
    private static readonly Guid Org = Guid.Parse("0b000000-0000-4000-8000-000000000001");
    private static readonly Guid Run = Guid.Parse("0b000000-0000-4000-8000-000000000002");
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 8, 0, 30, TimeSpan.Zero);
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly IShopReader _shop = Substitute.For<IShopReader>();
    private readonly IScheduleSolver _solver = Substitute.For<IScheduleSolver>();
    private readonly RecordingLog _log = new();
    private readonly WorkOrderFacts _order = new(Guid.NewGuid(), "unit 7", 3);
    private readonly TechnicianFacts _ana = new(Guid.NewGuid(), "Ana", 1, [], MinuteSet.Of(480, 960));

    public Handling_a_schedule_run()
    {
        ThereIs("queued", Start, Start.AddDays(7));
        Shop(Task(), Task());
        SolverAnswers(start => start);
    }

    [Fact]
    public async Task Plans_from_now_on_and_logs_start_and_end()
    {
        var results = await Planned();
        Assert.Equal(Run, results.ScheduleRunId);
        Assert.Equal([Start.AddMinutes(481), Start.AddMinutes(541)], results.Items.Select(i => i.StartAt));
        Assert.Equal(results.Plan.Cost.Total, results.Plan.Cost.Parts.Sum(p => p.Value));
        Assert.Equal("OPTIMAL", results.Plan.Status);
        Assert.Equal(["schedule_run_job_started", "schedule_run_job_completed"], _log.Events.Select(e => e.Name));
        Assert.Contains(new KeyValuePair<string, object?>("task_count", 2), _log.Events[1].Fields);
        Assert.Contains(new KeyValuePair<string, object?>("status", "succeeded"), _log.Events[1].Fields);
        Assert.Contains(_log.Events[1].Fields, f => f.Key == "wall_time_ms");
        Assert.Contains(_log.Events[1].Fields, f => f is { Key: "schedule_run_id", Value: Guid id } && id == Run);
    }

    [Theory]
    [InlineData("not json", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("{}", "schedule_run_id")]
    [InlineData("""{"schedule_run_id": "7"}""", "schedule_run_id")]
    [InlineData("""{"schedule_run_id": "\ud800"}""", "JSON")]
    [InlineData("""{"schedule_run_id": "0b000000-0000-4000-8000-000000000002", "org_id": "0b000000-0000-4000-8000-000000000009"}""", "org_id")]
    [InlineData("""{"schedule_run_id": "0b000000-0000-4000-8000-000000000002", "time_limit_seconds": "soon"}""", "time_limit_seconds")]
    [InlineData("""{"schedule_run_id": "0b000000-0000-4000-8000-000000000002", "time_limit_seconds": "NaN"}""", "time_limit_seconds")]
    [InlineData("""{"schedule_run_id": "0b000000-0000-4000-8000-000000000002", "deterministic": 1}""", "deterministic")]
    [InlineData("""{"schedule_run_id": "0b000000-0000-4000-8000-000000000002", "seed": 1.5}""", "seed")]
    [InlineData("""{"schedule_run_id": "0b000000-0000-4000-8000-000000000002", "seed": -1}""", "seed")]
    [InlineData("""{"schedule_run_id": "0b000000-0000-4000-8000-000000000002", "objective": [1]}""", "objective")]
    [InlineData("""{"schedule_run_id": "0b000000-0000-4000-8000-000000000002", "objective": {"overtime": 1}}""", "overtime_minute")]
    public async Task Refuses_a_payload_that_does_not_say_what_to_plan(string payload, string named)
    {
        var failure = await Failure(payload);
        Assert.Equal(FailureClass.InvalidInput, failure.Class);
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_run_that_is_not_there()
    {
        _shop.ReadRun(Org, Run, Arg.Any<CancellationToken>()).Returns((ScheduleRunRow?)null);
        Assert.Equal(FailureClass.InvalidInput, (await Failure()).Class);
    }

    [Theory, InlineData("succeeded"), InlineData("canceled")]
    public async Task Succeeds_without_planning_a_run_that_has_ended(string status)
    {
        ThereIs(status, Start, Start.AddDays(7));
        Assert.Null(Assert.IsType<JobOutcome.Succeeded>(await Handle()).Results);
        await _shop.DidNotReceiveWithAnyArgs().ReadShop(default, default!, default);
    }

    [Fact]
    public async Task Refuses_a_time_zone_that_is_not_known()
    {
        _shop.ReadShop(Org, Arg.Any<Horizon>(), Arg.Any<CancellationToken>()).Returns(new ShopReading.UnknownTimeZone("Mars"));
        Assert.Equal(FailureClass.InvalidInput, (await Failure()).Class);
    }

    [Fact]
    public async Task Calls_a_horizon_that_ends_before_it_starts_infeasible()
    {
        ThereIs("queued", Start, Start.AddDays(-1));
        Assert.Equal(FailureClass.Infeasible, (await Failure()).Class);
    }

    [Fact]
    public async Task Calls_locks_that_contradict_each_other_infeasible_and_names_them()
    {
        var place = new Place(_ana.Id, null, Start.AddHours(9));
        TaskFacts[] tasks = [Task() with { Lock = place }, Task() with { Lock = place }];
        Shop(tasks);
        var failure = await Failure();
        Assert.Equal(FailureClass.Infeasible, failure.Class);
        Assert.All(tasks, t => Assert.Contains(t.Id.ToString(), failure.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("null", 30, 0)]
    [InlineData("12.5", 12.5, 0)]
    [InlineData("0", 1, 1)]
    [InlineData("4000", 300, 1)]
    public async Task Keeps_the_solvers_time_within_bounds_and_says_so(string limit, double seconds, int notes)
    {
        Contention();
        var results = await Planned($$"""{"schedule_run_id": "{{Run}}", "time_limit_seconds": {{limit}}}""");
        Assert.Equal(notes, results.Notes.Count);
        Assert.InRange(((SolverTask)_solver.ReceivedCalls().Single(c => c.GetMethodInfo().Name == "Minimise").GetArguments()[0]!).Limit.TotalSeconds, seconds * 0.5, seconds);
    }

    [Theory]
    [InlineData("manual", PlanWay.Afresh), InlineData("auto_callout", PlanWay.Repair), InlineData("auto_parts", PlanWay.Repair)]
    [InlineData("auto_hot_job", PlanWay.Repair), InlineData("override", PlanWay.Repair)]
    public async Task Plans_the_way_its_trigger_says(string trigger, PlanWay way)
    {
        ThereIs("queued", Start, Start.AddDays(7), trigger);
        Assert.Equal(way, (await Planned()).Request.Way);
    }

    [Fact]
    public async Task Weighs_as_the_organisation_says_and_before_it_the_run()
    {
        Shop("""{"overtime_minute": 7, "moved_bay": 8}""", Task());
        var results = await Planned($$$"""{"schedule_run_id": "{{{Run}}}", "objective": {"moved_bay": 9}, "deterministic": true, "seed": 4}""");
        Assert.Equal((7, 9), (results.Objective.OvertimeMinute, results.Objective.MovedBay));
        Assert.Equal((true, 4), (results.Request.IsDeterministic, results.Request.Seed));

        Shop("""{"overtime": 7}""", Task());
        Assert.Contains("overtime_minute", Assert.Single((await Planned()).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repairs_what_does_not_hold_any_more()
    {
        TaskFacts[] tasks = [Task(), Task(), Task()];
        var added = Task();
        Shops(tasks, [tasks[0] with { LowMinutes = 90, HighMinutes = 90 }, tasks[2], added]);
        var results = await Planned();
        Assert.Equal([tasks[0].Id, tasks[2].Id, added.Id], results.Items.Select(i => i.TaskId));
        Assert.Equal([90, 60, 60], results.Items.Select(i => (i.EndAt - i.StartAt).TotalMinutes));
        Assert.Equal((tasks[1].Id, LeftOutReason.Changed), (Assert.Single(results.LeftOut).TaskId, results.LeftOut[0].Reason.Code));
        Assert.Contains("repaired", Assert.Single(results.Notes), StringComparison.Ordinal);
        Assert.Empty(new ScheduleEvaluator(results.Problem, results.Objective).Check(results.Plan.Schedule));
        Assert.Equal(new ScheduleEvaluator(results.Problem, results.Objective).Evaluate(results.Plan.Schedule).Levels, results.Plan.Cost.Levels);
    }

    [Fact]
    public async Task Makes_room_in_a_repair_for_a_time_that_was_locked_meanwhile()
    {
        TaskFacts[] tasks = [Task(), Task()];
        Shops(tasks, [tasks[0], tasks[1] with { Lock = new Place(null, null, Start.AddMinutes(500)) }]);
        var results = await Planned();
        Assert.Equal([(tasks[1].Id, Start.AddMinutes(500), "locked"), (tasks[0].Id, Start.AddMinutes(560), "optimized")],
            results.Items.Select(i => (i.TaskId, i.StartAt, i.Reason)));
    }

    [Fact]
    public async Task Leaves_a_plan_alone_that_still_holds()
    {
        TaskFacts[] tasks = [Task(), Task()];
        Shops(tasks, [tasks[0] with { SkillIsHard = true }, tasks[1]]);
        var results = await Planned();
        Assert.Equal(2, results.Items.Count);
        Assert.Empty(results.Notes);
    }

    [Fact]
    public async Task Fails_for_locks_that_came_to_contradict_each_other_meanwhile()
    {
        TaskFacts[] tasks = [Task(), Task()];
        var place = new Place(_ana.Id, null, Start.AddHours(9));
        Shops(tasks, [.. tasks.Select(t => t with { Lock = place })]);
        Assert.Equal(FailureClass.Infeasible, (await Failure()).Class);
    }

    [Fact]
    public async Task Notes_a_horizon_that_is_too_long_or_not_the_runs()
    {
        ThereIs("queued", Start, Start.AddDays(200));
        var results = await Planned($$"""{"schedule_run_id": "{{Run}}", "horizon_start": "2026-06-01T10:00:00", "horizon_end": "2026-12-18T00:00:00+00:00"}""");
        Assert.Equal(2, results.Notes.Count);
        await _shop.Received().ReadShop(Org, Arg.Is<Horizon>(h => h.EndMinute == 92 * 1440), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Keeps_its_own_plan_when_the_solver_fails()
    {
        Contention();
        _solver.Minimise(default!, default!, default).ThrowsForAnyArgs(new InvalidOperationException("no"));
        var results = await Planned();
        Assert.Equal(2, results.Items.Count);
        Assert.Equal("FEASIBLE", results.Plan.Status);
        Assert.Contains(_log.Events, e => e.Name == "schedule_solver_failed");
    }

    [Fact]
    public async Task Keeps_its_own_plan_when_the_solvers_breaks_a_rule()
    {
        Contention();
        SolverAnswers(start => [.. start.Select(i => i with { StartMinute = 481, EndMinute = 541 })]);
        var results = await Planned();
        Assert.Equal([Start.AddMinutes(481), Start.AddMinutes(541)], results.Items.Select(i => i.StartAt));
        Assert.Contains(results.Notes, n => n.Contains("technician_overlap", StringComparison.Ordinal));
        Assert.Contains(_log.Events, e => e.Name == "schedule_plan_rejected");
    }

    [Fact]
    public async Task Keeps_its_own_plan_when_the_solvers_is_worse()
    {
        Contention();
        SolverAnswers(start => [.. start.Select(i => i with { StartMinute = i.StartMinute + 60, EndMinute = i.EndMinute + 60 })]);
        Assert.Equal(Start.AddMinutes(481), (await Planned()).Items[0].StartAt);
    }

    [Fact]
    public async Task Ends_at_once_when_cancelled()
    {
        Contention();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Handle(null, cancelled.Token));
    }

    private TaskFacts Task() => new(Guid.NewGuid(), _order.Id, TaskType.Named("paperwork"), TaskProgress.Todo, 60, 60);

    private void ThereIs(string status, DateTimeOffset start, DateTimeOffset end, string trigger = "manual") =>
        _shop.ReadRun(Org, Run, Arg.Any<CancellationToken>()).Returns(new ScheduleRunRow(Run, status, trigger, start, end));

    private void Shop(params TaskFacts[] tasks) => Shop(null, tasks);

    private void Shop(string? objective, params TaskFacts[] tasks) =>
        _shop.ReadShop(Org, Arg.Any<Horizon>(), Arg.Any<CancellationToken>()).Returns(Reading(tasks, objective));

    /// <summary>As it is when the run begins, and after the search.</summary>
    private void Shops(TaskFacts[] first, TaskFacts[] then) =>
        _shop.ReadShop(Org, Arg.Any<Horizon>(), Arg.Any<CancellationToken>()).Returns(Reading(first), Reading(then));

    private ShopReading.Read Reading(TaskFacts[] tasks, string? objective = null) =>
        new(new ShopFacts([_ana], [], [_order], tasks, [])) { Objective = objective };

    // Two trucks wait for one technician: no bound says by itself that the plan is best, so the solver is asked.
    private void Contention()
    {
        WorkOrderFacts[] orders = [_order with { DueMinute = 500 }, _order with { Id = Guid.NewGuid(), DueMinute = 500 }];
        TaskFacts[] tasks = [.. orders.Select(o => Task() with { WorkOrderId = o.Id })];
        _shop.ReadShop(Org, Arg.Any<Horizon>(), Arg.Any<CancellationToken>())
            .Returns(new ShopReading.Read(new ShopFacts([_ana], [], orders, tasks, [])));
    }

    private void SolverAnswers(Func<IReadOnlyList<ScheduledTask>, IReadOnlyList<ScheduledTask>> change) =>
        _solver.Minimise(default!, default!, default).ReturnsForAnyArgs(call =>
        {
            // Setting another answer up calls this one, with nothing.
            if (call.ArgAt<Incumbent?>(1) is not { } best)
                return null!;
            best.Offer(change(best.Current.Plan.Items));
            return new SolverStage("lateness", "OPTIMAL", 0, 0, 0);
        });

    private async Task<ScheduleResults> Planned(string? payload = null) =>
        Assert.IsType<ScheduleResults>(Assert.IsType<JobOutcome.Succeeded>(await Handle(payload)).Results);

    private async Task<JobFailure> Failure(string? payload = null) =>
        (await Assert.ThrowsAsync<JobFailedException>(() => Handle(payload))).Failure;

    private Task<JobOutcome> Handle(string? payload = null, CancellationToken? cancellation = null)
    {
        var job = new Job(
            Guid.NewGuid(), Org, JobTypes.ScheduleRun, payload ?? $$"""{"schedule_run_id": "{{Run}}", "org_id": "{{Org}}"}""", JobState.Running, 1, 1);
        return new ScheduleRunHandler(_shop, new ShopPlanner(_solver, _log), new ScheduleRunPayloadValidator(), SchedulingOptions.Default, new FakeTimeProvider(Now), _log)
            .Handle(new JobRun(new LeasedJob(job, Guid.NewGuid()), CancellationToken.None), cancellation ?? TestContext.Current.CancellationToken);
    }

    private sealed class RecordingLog : ILogger<ScheduleRunHandler>, ILogger<ShopPlanner>
    {
        public List<(string? Name, IReadOnlyList<KeyValuePair<string, object?>> Fields)> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Events.Add((eventId.Name, [.. (IEnumerable<KeyValuePair<string, object?>>)state!]));
    }
}
