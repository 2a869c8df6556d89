using System.Text.Json;
using Npgsql;
using Woflo.Application.Enrichment;
using Woflo.Application.Jobs;
using Woflo.Domain.Enrichment;
using Woflo.Domain.Jobs;
using Woflo.Infrastructure.Postgres;
using Woflo.Infrastructure.Postgres.Demo;
using Woflo.Infrastructure.Postgres.Enrichment;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Demo;

public sealed class Loading_the_demo_shop
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twice_adds_nothing_and_later_moves_the_dates()
    {
        await using var database = await TestDatabase.Create();
        await using var source = NpgsqlDataSource.Create(database.ParsedUrl.ConnectionString());
        var shop = new DemoShop(source);
        await shop.Load(Monday, Cancellation);
        await shop.Load(Monday, Cancellation);
        Assert.Equal(12, await database.Scalar<long>("select count(*) from work_orders", Cancellation));
        Assert.Equal(0, await database.Scalar<long>("select count(*) from work_orders where updated_at is not null", Cancellation));
        Assert.Equal(new DateTime(2026, 11, 24), await database.Scalar<DateTime>("select min(due_date)::timestamp from work_orders", Cancellation));

        await shop.Load(Monday.AddDays(7), Cancellation);
        Assert.Equal(12, await database.Scalar<long>("select count(*) from work_orders", Cancellation));
        Assert.Equal(new DateTime(2026, 12, 1), await database.Scalar<DateTime>("select min(due_date)::timestamp from work_orders", Cancellation));
        Assert.True(await shop.DatabaseIsOursOrEmpty(Cancellation));
    }

    [Fact]
    public async Task Is_for_a_database_that_is_empty_or_its_own()
    {
        await using var empty = await TestDatabase.Create(migrated: false);
        Assert.True(await IsOurs(empty));
        await empty.Execute("create table public.something_else (id int)", Cancellation);
        Assert.False(await IsOurs(empty));

        await using var migrated = await TestDatabase.Create();
        Assert.True(await IsOurs(migrated));
        await migrated.Execute("insert into organizations (name, timezone) values ('a real shop', 'UTC')", Cancellation);
        Assert.False(await IsOurs(migrated));

        static async Task<bool> IsOurs(TestDatabase database)
        {
            await using var source = NpgsqlDataSource.Create(database.ParsedUrl.ConnectionString());
            return await new DemoShop(source).DatabaseIsOursOrEmpty(Cancellation);
        }
    }

    [Fact]
    public async Task Enqueues_each_piece_of_work_once_and_reads_back_what_came_out()
    {
        await using var database = await TestDatabase.Create();
        await using var source = NpgsqlDataSource.Create(database.ParsedUrl.ConnectionString());
        var shop = new DemoShop(source);
        await shop.Load(Monday, Cancellation);
        Assert.Null((await shop.Read(Cancellation)).Run);

        var jobs = await shop.EnqueueWork(Monday, Cancellation);
        Assert.Equal(12, jobs.Count(job => job.Type == JobTypes.AiEnrich));
        Assert.Equal(1, Assert.Single(jobs, job => job.Type == JobTypes.ScheduleRun).MaxAttempts);
        foreach (var job in jobs)
            await database.Execute($"insert into job_queue (org_id, type, payload, status, max_attempts) values ('{job.OrgId}', '{job.Type}', '{job.Payload}', 'queued', {job.MaxAttempts})", Cancellation);
        Assert.Empty(await shop.EnqueueWork(Monday, Cancellation));

        foreach (var job in jobs.Where(job => job.Type == JobTypes.AiEnrich))
            await Enrich(database, source, job.OrgId, JsonDocument.Parse(job.Payload).RootElement.GetProperty("work_order_id").GetGuid());

        var report = await shop.Read(Cancellation);
        Assert.Equal("queued", report.Run!.Status);
        Assert.Contains(report.JobCounts, count => count == new Woflo.Application.Demo.DemoJobCount(JobTypes.AiEnrich, "queued", 12));
        Assert.Equal(12, report.Enrichments.Count);
        var brakes = report.Enrichments[0];
        Assert.Equal(("T-101", "brakes", "general", "likely"), (brakes.Unit, brakes.Category, brakes.BayType, brakes.OosRisk));
        Assert.Contains(report.Enrichments, e => e.FaultCodes == "SPN 4364 FMI 18, SPN 3251 FMI 0" && e.Category == "aftertreatment");
        Assert.Contains(report.Enrichments, e => e.Category == "body_cab" && e.HoursHigh == 1m && e.FoundCategory == "unknown");
        Assert.Equal(
            [
                "D-18 hydraulics_pto possible", "D-18 steering likely", "T-101 brakes likely", "T-101 hvac none", "T-114 body_cab none", "T-114 cooling none",
                "T-207 aftertreatment none", "T-233 transmission none", "V-52 electrical none", "V-52 pm_service none",
                "X-903 dot_inspection likely", "X-918 trailer_coupling likely",
            ],
            report.Enrichments.Select(e => $"{e.Unit} {e.Category} {e.OosRisk}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Reads_the_plan_in_the_shops_own_time_and_what_was_left_out()
    {
        await using var database = await TestDatabase.Create();
        await using var source = NpgsqlDataSource.Create(database.ParsedUrl.ConnectionString());
        var shop = new DemoShop(source);
        await shop.Load(Monday, Cancellation);
        await shop.EnqueueWork(Monday, Cancellation);
        await database.Execute("""
            alter table schedule_runs add column if not exists details jsonb;
            update schedule_runs set status = 'succeeded',
                   details = jsonb_build_object('left_out', jsonb_build_array(jsonb_build_object(
                     'task_id', (select id from tasks where required_skill = 'certified_welding'), 'reason', 'nobody has the skill')));
            insert into schedule_items (org_id, schedule_run_id, task_id, technician_id, bay_id, start_at, end_at, is_locked)
            select k.org_id, (select id from schedule_runs), k.id, k.locked_tech_id, k.locked_bay_id, k.locked_start_at, k.locked_end_at, true
              from tasks k where k.lock_flag;
            """, Cancellation);

        var report = await shop.Read(Cancellation);
        var row = Assert.Single(report.Plan);
        Assert.Equal(("Dana Ruiz", new DateTime(2026, 11, 24, 9, 0, 0), "V-52", "diagnose", "Bay 1", true),
            (row.Technician, row.StartLocal, row.Unit, row.TaskType, row.Bay, row.IsLocked));
        var left = Assert.Single(report.LeftOut);
        Assert.Equal(("X-918", "repair", "nobody has the skill"), (left.Unit, left.TaskType, left.Reason));
    }

    private static async Task Enrich(TestDatabase database, NpgsqlDataSource source, Guid org, Guid workOrder)
    {
        var text = Redaction.Redact((await new WorkOrderReader(new Bulkhead(source)).Load(org, workOrder, Cancellation))!.Compose());
        var answers = Enum.GetValues<EnrichmentStep>()
            .Select(step => new StepAnswer(LocalEnricher.Answer(step, text), LocalEnricher.Provider, LocalEnricher.Model, LocalEnricher.Version)).ToArray();
        await using var connection = await database.Open(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        var job = new Job(Guid.NewGuid(), org, JobTypes.AiEnrich, "{}", JobState.Running, Attempts: 1, MaxAttempts: 3);
        await new EnrichmentEffects().Apply(new JobEffect.Succeeded(new EnrichmentResults(workOrder, EnrichPayload.FullPipeline, text, answers)), job, transaction, Cancellation);
        await transaction.CommitAsync(Cancellation);
    }
}
