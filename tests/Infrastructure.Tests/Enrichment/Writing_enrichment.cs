using Npgsql;
using Woflo.Application.Enrichment;
using Woflo.Application.Jobs;
using Woflo.Domain.Enrichment;
using Woflo.Domain.Jobs;
using Woflo.Infrastructure.Postgres;
using Woflo.Infrastructure.Postgres.Enrichment;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Enrichment;

public sealed class Writing_enrichment(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string BrakeNotes = "Brake pedal to the floor, left rear slack adjuster worn. Call (512) 555-0142.";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Success_leaves_one_row_a_step_and_fills_the_empty_fields()
    {
        var (org, workOrder) = await AWorkOrder(BrakeNotes);
        await Succeed(org, workOrder, BrakeNotes);

        Assert.Equal("classify,estimate,extract,risk", await Text($"select string_agg(step, ',' order by step) from ai_jobs where work_order_id = '{workOrder}' and status = 'succeeded' and provider = 'local' and pipeline = 'full'"));
        Assert.Equal("4", await Text($"select count(*) from ai_results where work_order_id = '{workOrder}' and confidence between 0 and 1"));
        Assert.Equal("likely", await Text($"select r.result ->> 'oos_risk' from ai_results r join ai_jobs j on j.id = r.ai_job_id where j.work_order_id = '{workOrder}' and j.step = 'risk'"));
        Assert.Equal("0", await Text($"select count(*) from ai_jobs where work_order_id = '{workOrder}' and input_redacted like '%555%'"));
        Assert.Equal("brakes|1|2.2|general|[\"brake_gauge\", \"wheel_dolly\"]", await Fields(workOrder));
    }

    [Fact]
    public async Task Fields_that_a_person_filled_in_stay()
    {
        var (org, workOrder) = await AWorkOrder(BrakeNotes);
        await Execute($"update work_orders set job_category = 'customer pays', estimated_hours_high = 9, required_tools = '[]' where id = '{workOrder}'");
        await Succeed(org, workOrder, BrakeNotes);
        Assert.Equal("customer pays||9|general|[]", await Fields(workOrder));
    }

    [Fact]
    public async Task Nothing_but_the_empty_fields_is_touched()
    {
        var (org, workOrder) = await AWorkOrder(BrakeNotes);
        var before = await Text($"select (priority, status, notes, due_date, parts_status)::text from work_orders where id = '{workOrder}'");
        await Succeed(org, workOrder, BrakeNotes);
        Assert.Equal(before, await Text($"select (priority, status, notes, due_date, parts_status)::text from work_orders where id = '{workOrder}'"));
    }

    [Fact]
    public async Task Json_null_counts_as_empty_and_a_bay_type_that_nobody_has_is_left_out()
    {
        var (org, workOrder) = await AWorkOrder(BrakeNotes, bayType: "wash");
        await Execute($"update work_orders set required_tools = 'null' where id = '{workOrder}'");
        await Succeed(org, workOrder, BrakeNotes);
        Assert.Equal("brakes|1|2.2||[\"brake_gauge\", \"wheel_dolly\"]", await Fields(workOrder));
    }

    [Fact]
    public async Task Running_again_doubles_nothing_and_a_new_text_adds_new_rows()
    {
        var (org, workOrder) = await AWorkOrder(BrakeNotes);
        await Succeed(org, workOrder, BrakeNotes);
        var first = await Text($"select string_agg((j.id, j.updated_at, r.id)::text, ',' order by j.id) from ai_jobs j join ai_results r on r.ai_job_id = j.id where j.work_order_id = '{workOrder}'");
        await Succeed(org, workOrder, BrakeNotes);
        Assert.Equal(first, await Text($"select string_agg((j.id, j.updated_at, r.id)::text, ',' order by j.id) from ai_jobs j join ai_results r on r.ai_job_id = j.id where j.work_order_id = '{workOrder}'"));
        await Succeed(org, workOrder, BrakeNotes + " Horn inop.");
        Assert.Equal("8", await Text($"select count(*) from ai_jobs where work_order_id = '{workOrder}'"));
    }

    [Fact]
    public async Task Twenty_at_once_leave_one_row_a_step()
    {
        var (org, workOrder) = await AWorkOrder(BrakeNotes);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Succeed(org, workOrder, BrakeNotes)));
        Assert.Equal("4|4", await Text($"select (select count(*) from ai_jobs where work_order_id = '{workOrder}') || '|' || (select count(*) from ai_results where work_order_id = '{workOrder}')"));
    }

    [Fact]
    public async Task Rolled_back_with_its_transaction()
    {
        var (org, workOrder) = await AWorkOrder(BrakeNotes);
        await Apply(new JobEffect.Succeeded(Results(workOrder, BrakeNotes)), org, "{}", commit: false);
        Assert.Equal("0", await Text($"select count(*) from ai_jobs where work_order_id = '{workOrder}'"));
        Assert.Equal("||||", await Fields(workOrder));
    }

    [Fact]
    public async Task Another_organisations_work_order_is_not_read_and_not_written()
    {
        var (org, _) = await AWorkOrder("");
        var (_, foreign) = await AWorkOrder(BrakeNotes);
        await using var source = NpgsqlDataSource.Create(database.ParsedUrl.ConnectionString());
        Assert.Null(await new WorkOrderReader(new Bulkhead(source)).Load(org, foreign, Cancellation));
        await Succeed(org, foreign, BrakeNotes);
        await Apply(new JobEffect.DeadLettered(JobFailure.InvalidInput("no")), org, Payload(foreign));
        Assert.Equal("0", await Text($"select count(*) from ai_jobs where work_order_id = '{foreign}'"));
        Assert.Equal("||||", await Fields(foreign));
    }

    [Fact]
    public async Task Reads_the_notes_and_the_parts_that_are_still_wanted()
    {
        var (org, workOrder) = await AWorkOrder("Squeals");
        await Execute($"insert into parts (org_id, work_order_id, name, qty, status) values ('{org}', '{workOrder}', 'Brake shoe kit', 1, 'needed'), ('{org}', '{workOrder}', 'Mirror', 1, 'canceled')");
        await using var source = NpgsqlDataSource.Create(database.ParsedUrl.ConnectionString());
        var text = await new WorkOrderReader(new Bulkhead(source)).Load(org, workOrder, Cancellation);
        Assert.Equal("Squeals\nParts: Brake shoe kit", text!.Compose());
    }

    [Fact]
    public async Task A_dead_letter_leaves_one_failed_row_that_a_replay_queues_and_success_takes_over()
    {
        var (org, workOrder) = await AWorkOrder(BrakeNotes);
        var dead = new JobEffect.DeadLettered(new JobFailure(FailureClass.Bug, "NullReferenceException", "oops"));
        await Apply(dead, org, Payload(workOrder));
        await Apply(dead, org, Payload(workOrder));
        Assert.Equal("failed extract NullReferenceException: oops", await Rows(workOrder));

        await Apply(new JobEffect.Requeued(), org, Payload(workOrder));
        Assert.StartsWith("queued extract", await Rows(workOrder), StringComparison.Ordinal);

        await Succeed(org, workOrder, BrakeNotes);
        Assert.Equal("succeeded classify ,succeeded estimate ,succeeded extract ,succeeded risk ", await Rows(workOrder));
    }

    [Fact]
    public async Task A_retry_or_a_start_writes_nothing_and_a_cancellation_leaves_nothing_waiting()
    {
        var (org, workOrder) = await AWorkOrder(BrakeNotes);
        await Apply(new JobEffect.Started(), org, Payload(workOrder));
        await Apply(new JobEffect.Requeued(), org, Payload(workOrder));
        await Apply(new JobEffect.Cancelled(), org, Payload(workOrder));
        Assert.Equal("", await Rows(workOrder));

        await Apply(new JobEffect.DeadLettered(JobFailure.InvalidInput("no")), org, Payload(workOrder));
        await Apply(new JobEffect.Requeued(), org, Payload(workOrder));
        await Apply(new JobEffect.Cancelled(), org, Payload(workOrder));
        Assert.StartsWith("failed extract Cancelled", await Rows(workOrder), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}"), InlineData("[]"), InlineData("null"), InlineData("7"), InlineData("{\"work_order_id\": {}}")]
    [InlineData("{\"work_order_id\": \"11111111-1111-4111-8111-111111111111\", \"pipeline\": 3}")]
    public async Task A_dead_letter_with_a_payload_of_any_kind_writes_nothing_and_does_not_fail(string payload)
    {
        var (org, _) = await AWorkOrder("");
        await Apply(new JobEffect.DeadLettered(JobFailure.InvalidInput("no")), org, payload);
        Assert.Equal("0", await Text($"select count(*) from ai_jobs where org_id = '{org}'"));
    }

    [Fact]
    public async Task A_work_order_deleted_meanwhile_is_no_error()
    {
        var (org, workOrder) = await AWorkOrder(BrakeNotes);
        await Execute($"delete from work_orders where id = '{workOrder}'");
        await Succeed(org, workOrder, BrakeNotes);
        Assert.Equal("0", await Text($"select count(*) from ai_jobs where org_id = '{org}'"));
    }

    private static string Payload(Guid workOrder) => $$"""{"work_order_id": "{{workOrder}}"}""";

    private static EnrichmentResults Results(Guid workOrder, string notes)
    {
        var text = Redaction.Redact(notes);
        return new EnrichmentResults(workOrder, EnrichPayload.FullPipeline, text, Enum.GetValues<EnrichmentStep>()
            .Select(step => new StepAnswer(LocalEnricher.Answer(step, text), LocalEnricher.Provider, LocalEnricher.Model, LocalEnricher.Version)).ToArray());
    }

    private Task Succeed(Guid org, Guid workOrder, string notes) =>
        Apply(new JobEffect.Succeeded(Results(workOrder, notes)), org, Payload(workOrder));

    private async Task Apply(JobEffect effect, Guid org, string payload, bool commit = true)
    {
        await using var connection = await database.Open(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        var job = new Job(Guid.NewGuid(), org, JobTypes.AiEnrich, payload, JobState.Running, Attempts: 1, MaxAttempts: 3);
        await new EnrichmentEffects().Apply(effect, job, transaction, Cancellation);
        if (commit)
            await transaction.CommitAsync(Cancellation);
    }

    private async Task<(Guid Org, Guid WorkOrder)> AWorkOrder(string notes, string bayType = "general")
    {
        var (org, unit, workOrder) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Execute($"""
            insert into organizations (id, name, timezone) values ('{org}', 'a shop', 'UTC');
            insert into bays (org_id, name, bay_type) values ('{org}', 'Bay', '{bayType}');
            insert into units (id, org_id, unit_number, asset_type) values ('{unit}', '{org}', '1', 'tractor');
            insert into work_orders (id, org_id, unit_id, asset_type, priority, location, status, notes)
            values ('{workOrder}', '{org}', '{unit}', 'tractor', 3, 'shop', 'new', '{notes}');
            """);
        return (org, workOrder);
    }

    private Task Execute(string sql) => database.Execute(sql, Cancellation);

    private async Task<string> Text(string sql) => await database.Scalar<string>($"select ({sql})::text", Cancellation) ?? "";

    private Task<string> Fields(Guid workOrder) => Text(
        $"select concat_ws('|', coalesce(job_category, ''), coalesce(estimated_hours_low::text, ''), coalesce(estimated_hours_high::text, ''), coalesce(required_bay_type, ''), coalesce(required_tools::text, '')) from work_orders where id = '{workOrder}'");

    private Task<string> Rows(Guid workOrder) => Text(
        $"select string_agg(status || ' ' || step || ' ' || coalesce(error, ''), ',' order by step) from ai_jobs where work_order_id = '{workOrder}'");
}
