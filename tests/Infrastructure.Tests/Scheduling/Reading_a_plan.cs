using Npgsql;
using Woflo.Application.Scheduling;
using Woflo.Infrastructure.Postgres.Scheduling;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Scheduling;

public sealed class Reading_a_plan : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private NpgsqlDataSource _source = null!;
    private Guid _org;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PlanReader Plans => new(_source);

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.Create();
        _source = NpgsqlDataSource.Create(_database.ParsedUrl.ConnectionString().ConnectionString);
        _org = await Organisation("Main Street");
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Finds_an_organisation_by_its_id_or_name()
    {
        var other = await Organisation("main street ");
        Assert.Equal(_org, Assert.Single(await Plans.Organisations($" {_org.ToString().ToUpperInvariant()} ", Cancellation)).Id);
        Assert.Equal(new[] { _org, other }.Order(), (await Plans.Organisations("MAIN STREET", Cancellation)).Select(o => o.Id).Order());
        Assert.Empty(await Plans.Organisations("Main", Cancellation));
    }

    [Fact]
    public async Task Starts_a_run_as_the_api_does_and_finds_its_job()
    {
        var started = (await Start(new StartScheduleRun(_org, null, 7, "auto_parts", 12)))!;
        Assert.True(await One<bool>(
            $"""
            select r.status = 'queued' and r.trigger = 'auto_parts' and r.horizon_start between now() - interval '2 minutes' and now() and r.org_id = '{_org}'
                   and j.type = 'schedule_run' and j.status = 'queued' and j.max_attempts = 1 and j.org_id = '{_org}' and j.run_after <= now()
                   and j.payload = jsonb_build_object('schedule_run_id', r.id, 'org_id', '{_org}', 'time_limit_seconds', 12)
              from schedule_runs r, job_queue j where r.id = '{started.RunId}' and j.id = '{started.JobId}'
            """));
        Assert.Equal(started.JobId, await Plans.OpenJob(started.RunId, Cancellation));
        await Execute("update job_queue set status = 'succeeded'");
        Assert.Null(await Plans.OpenJob(started.RunId, Cancellation));
    }

    [Fact]
    public async Task Counts_days_on_the_shops_clock()
    {
        // New York puts its clock forward on 8 March 2026: a week is an hour short.
        await Execute("update organizations set timezone = 'America/New_York'");
        var from = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
        var started = (await Start(new StartScheduleRun(_org, from, 7, "manual", 30)))!;
        Assert.Equal((from, from.AddDays(7).AddHours(-1)), (started.HorizonStart, started.HorizonEnd));
    }

    [Fact]
    public async Task Starts_nothing_for_a_shop_that_is_not_there_or_whose_clock_nobody_knows()
    {
        Assert.Null(await Start(new StartScheduleRun(Guid.NewGuid(), null, 7, "manual", 30)));
        await Execute("update organizations set timezone = 'Mars/Olympus'");
        await Assert.ThrowsAsync<UnknownTimeZoneException>(() => Start(new StartScheduleRun(_org, null, 7, "manual", 30)));
        Assert.Equal(0, await One<long>("select (select count(*) from schedule_runs) + (select count(*) from job_queue)"));
    }

    [Fact]
    public async Task Reads_a_plan_with_the_names_of_its_own_organisation_and_its_calendar()
    {
        var run = (await Start(new StartScheduleRun(_org, new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero), 7, "manual", 30)))!.RunId;
        var other = await Organisation("Other");
        await Execute(
            $$"""
            with unit as (insert into units (org_id, unit_number, asset_type) values ('{{_org}}', 'T-1', 'truck') returning id),
                 wo as (insert into work_orders (org_id, unit_id, asset_type, priority, location, status, due_date)
                        select '{{_org}}', id, 'truck', 4, 'shop', 'new', '2026-06-03' from unit returning id),
                 task as (insert into tasks (org_id, work_order_id, type, status, duration_minutes_low, duration_minutes_high)
                          select '{{_org}}', id, t, 'scheduled', 30, 30 from wo, unnest(array['repair', 'paperwork']) t returning id, type),
                 ana as (insert into technicians (org_id, name) values ('{{_org}}', 'Ana') returning id),
                 bay as (insert into bays (org_id, name, bay_type, is_active) values ('{{_org}}', 'Bay 1', 'heavy', true), ('{{_org}}', 'No bay', 'none', false) returning id, name)
            insert into schedule_items (org_id, schedule_run_id, task_id, technician_id, bay_id, start_at, end_at, is_locked, why)
            select '{{_org}}', '{{run}}', task.id, ana.id, bay.id, '2026-06-01T08:00Z'::timestamptz + case type when 'repair' then interval '0' else interval '1 hour' end,
                   '2026-06-01T10:00Z', type = 'repair', '{"reason": "locked"}'
              from task, ana, bay where (type = 'repair') = (name = 'Bay 1');
            insert into calendar_events (org_id, technician_id, type, start_at, end_at) values
              ('{{_org}}', (select id from technicians), 'pto', '2026-06-02', '2026-06-03'), ('{{_org}}', null, 'holiday', '2026-07-02', 'infinity'),
              ('{{other}}', null, 'sick', '2026-06-02', '2026-06-03'), ('{{_org}}', null, 'training', '2026-06-07', 'infinity');
            update schedule_runs set status = 'succeeded', task_count = 2, objective_value = 7, details = '{"notes": ["x"]}';
            """);

        var plan = (await Plans.Read(run, Cancellation))!;
        Assert.Equal(run, await Plans.PublishedRun(_org, Cancellation));
        Assert.Null(await Plans.PublishedRun(other, Cancellation));
        Assert.Equal(("Main Street", "America/Chicago", "succeeded"), (plan.Organisation.Name, plan.Organisation.TimeZone, plan.Status));
        Assert.Equal([("repair", "T-1", "Ana", "Bay 1", true), ("paperwork", "T-1", "Ana", null, false)],
            plan.Items.Select(i => (i.TaskType, i.Unit, i.Technician, i.Bay, i.IsLocked)));
        Assert.Null(plan.Items[1].BayId);
        Assert.Equal(("2026-06-03", 4), (plan.Items[0].DueDate, plan.Items[0].Priority));
        Assert.Equal(["pto", "training"], plan.Calendar.Select(c => c.Type));
        Assert.Equal(["x"], PlanDetails.Of(plan).Notes);
        Assert.True(plan.HasPlan);

        await Execute("delete from schedule_items");
        Assert.True((await Plans.Read(run, Cancellation))!.WasDeleted);
        Assert.Null(await Plans.Read(Guid.NewGuid(), Cancellation));
    }

    private Task<StartedRun?> Start(StartScheduleRun run) => new ScheduleRunStore(_source).Start(run, Cancellation);

    private Task<Guid> Organisation(string name) => One<Guid>($"insert into organizations (name, timezone) values ('{name}', 'America/Chicago') returning id");

    private async Task<T> One<T>(string sql) => (await _database.Scalar<T>(sql, Cancellation))!;

    private Task Execute(string sql) => _database.Execute(sql, Cancellation);
}
