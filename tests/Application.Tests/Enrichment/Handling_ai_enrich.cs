using Microsoft.Extensions.Logging;
using NSubstitute;
using Woflo.Application.Enrichment;
using Woflo.Application.Jobs;
using Woflo.Application.Settings;
using Woflo.Domain.Enrichment;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Tests.Enrichment;

public sealed class Handling_ai_enrich
{
    private static readonly Guid Org = Guid.Parse("0a000000-0000-4000-8000-000000000001");
    private static readonly Guid WorkOrder = Guid.Parse("0a000000-0000-4000-8000-000000000002");

    private readonly IWorkOrderReader _workOrders = Substitute.For<IWorkOrderReader>();
    private readonly CapturingLogger _log = new();
    private EnrichmentOptions _options = EnrichmentOptions.Read(new SettingsReader(_ => null));

    private Task<JobOutcome> Handle(string payload)
    {
        var job = new Job(Guid.NewGuid(), Org, JobTypes.AiEnrich, payload, JobState.Running, Attempts: 1, MaxAttempts: 3);
        return new AiEnrichHandler(_workOrders, new LexiconEnricher(_options), new EnrichPayloadValidator(), TimeProvider.System, _log)
            .Handle(new JobRun(new LeasedJob(job, Guid.NewGuid()), CancellationToken.None), TestContext.Current.CancellationToken);
    }

    private void ThereIs(string notes) =>
        _workOrders.Load(Org, WorkOrder, Arg.Any<CancellationToken>()).Returns(new WorkOrderText(notes, []));

    private static async Task<EnrichmentResults> Results(Task<JobOutcome> outcome) =>
        Assert.IsType<EnrichmentResults>(Assert.IsType<JobOutcome.Succeeded>(await outcome).Results);

    [Fact]
    public async Task Without_a_pipeline_answers_all_four_steps_in_order()
    {
        ThereIs("Brakes squeal");
        var results = await Results(Handle($$"""{"work_order_id": "{{WorkOrder}}"}"""));
        Assert.Equal(Enum.GetValues<EnrichmentStep>(), results.Answers.Select(answer => answer.Result.Step));
        Assert.All(results.Answers, answer => Assert.Equal("local", answer.Provider));
        Assert.Equal("full", results.Pipeline);
    }

    [Fact]
    public async Task Names_fault_codes_as_the_operator_does_and_says_so_in_the_version()
    {
        _options = _options with { FaultCodes = FaultCodeTable.Parse(["spn,520999,Left fan"], out _) };
        ThereIs("SPN 520999 FMI 4");
        var answers = (await Results(Handle($$"""{"work_order_id": "{{WorkOrder}}"}"""))).Answers;
        Assert.Equal("Left fan", Assert.Single(((Extraction)answers[0].Result).FaultCodes).Name);
        Assert.All(answers, answer => Assert.Equal(LocalEnricher.VersionWith(_options.FaultCodes), answer.PromptVersion));
    }

    [Theory]
    [InlineData("extract", EnrichmentStep.Extract), InlineData("classify", EnrichmentStep.Classify)]
    [InlineData("estimate", EnrichmentStep.Estimate), InlineData("risk", EnrichmentStep.Risk)]
    public async Task With_a_pipeline_answers_that_step_alone(string pipeline, EnrichmentStep step)
    {
        ThereIs("Brakes squeal");
        var results = await Results(Handle($$"""{"work_order_id": "{{WorkOrder}}", "pipeline": "{{pipeline}}", "note": 1}"""));
        Assert.Equal(step, Assert.Single(results.Answers).Result.Step);
        Assert.Equal(pipeline, results.Pipeline);
    }

    [Theory]
    [InlineData("{}", "work_order_id")]
    [InlineData("[]", "work_order_id")]
    [InlineData("null", "work_order_id")]
    [InlineData("not json", "work_order_id")]
    [InlineData("""{"work_order_id": 7}""", "work_order_id")]
    [InlineData("""{"work_order_id": "7"}""", "work_order_id")]
    [InlineData("""{"work_order_id": "\ud800"}""", "work_order_id")]
    [InlineData("""{"work_order_id": "0a000000-0000-4000-8000-000000000002", "pipeline": "guess"}""", "pipeline")]
    [InlineData("""{"work_order_id": "0a000000-0000-4000-8000-000000000002", "pipeline": "Extract"}""", "pipeline")]
    [InlineData("""{"work_order_id": "0a000000-0000-4000-8000-000000000002", "pipeline": ["risk"]}""", "pipeline")]
    public async Task With_a_payload_that_cannot_be_right_is_a_dead_letter_that_names_the_field(string payload, string field)
    {
        var failure = Assert.IsType<JobOutcome.Failed>(await Handle(payload)).Failure;
        Assert.Equal(FailureClass.InvalidInput, failure.Class);
        Assert.Contains(field, failure.Message, StringComparison.Ordinal);
        await _workOrders.DidNotReceiveWithAnyArgs().Load(default, default, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task For_a_work_order_that_the_organisation_does_not_have_is_a_dead_letter_that_names_it()
    {
        var failure = Assert.IsType<JobOutcome.Failed>(await Handle($$"""{"work_order_id": "{{WorkOrder}}"}""")).Failure;
        Assert.Equal(FailureClass.InvalidInput, failure.Class);
        Assert.Contains(WorkOrder.ToString(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passes_on_no_telephone_number()
    {
        ThereIs("Call (512) 555-0142, brakes squeal");
        var results = await Results(Handle($$"""{"work_order_id": "{{WorkOrder}}"}"""));
        Assert.Equal("Call [PHONE], brakes squeal", results.Input.Value);
        Assert.All(results.Answers, answer => Assert.DoesNotContain("555", ResultJson.Write(answer.Result), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Logs_its_start_with_ids_only()
    {
        ThereIs("Brakes squeal");
        await Handle($$"""{"work_order_id": "{{WorkOrder}}"}""");
        var (name, message) = Assert.Single(_log.Events);
        Assert.Equal("ai_enrich_job_started", name);
        Assert.Contains(WorkOrder.ToString(), message, StringComparison.Ordinal);
        Assert.DoesNotContain("squeal", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_are_spelled_in_snake_case()
    {
        var text = Redaction.Redact("Left air bag blown, SPN 4364 FMI 18");
        Assert.Contains("\"fault_codes\":[{\"system\":\"j1939\"", ResultJson.Write(LocalEnricher.Answer(EnrichmentStep.Extract, text)), StringComparison.Ordinal);
        Assert.Contains("\"oos_risk\":\"likely\"", ResultJson.Write(LocalEnricher.Answer(EnrichmentStep.Risk, text)), StringComparison.Ordinal);
        Assert.Contains("\"type\":\"qa_test\"", ResultJson.Write(LocalEnricher.Answer(EnrichmentStep.Estimate, text)), StringComparison.Ordinal);
    }

    private sealed class CapturingLogger : ILogger<AiEnrichHandler>
    {
        public List<(string? Name, string Message)> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Events.Add((eventId.Name, formatter(state, exception)));
    }
}
