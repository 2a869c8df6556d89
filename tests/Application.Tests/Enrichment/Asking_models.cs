using System.Diagnostics;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using Woflo.Application.Enrichment;
using Woflo.Application.Settings;
using Woflo.Domain.Enrichment;

namespace Woflo.Application.Tests.Enrichment;

/// <summary>Without provider and database; what they do to it is in the adapters' tests.</summary>
public sealed class Asking_models
{
    private static readonly RedactedText Text = Redaction.Redact(WrittenAnswers.Notes);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
    private readonly ILanguageModel _model = Substitute.For<ILanguageModel>();
    private readonly ISpendingLedger _ledger = Substitute.For<ISpendingLedger>();
    private readonly List<TimeSpan> _timeouts = [];
    private readonly ModelEnricher _enricher;

    public Asking_models()
    {
        _model.Route.Returns(new ModelRoute("anthropic/1/m", "anthropic", "m", new ModelPrice(3, 0.3m, 15)));
        _model.Ask(Arg.Any<ModelRequest>(), Arg.Do<TimeSpan>(_timeouts.Add), Arg.Any<CancellationToken>())
            .Returns(call => new ModelReply(CallOutcome.Accepted, WrittenAnswers.Good[Spelling.Parse<EnrichmentStep>(call.Arg<ModelRequest>().Name)!.Value], new TokenUse(100, 40, 50)));
        _ledger.Reserve(Arg.Any<PlannedCall>(), Arg.Any<CancellationToken>()).Returns(_ => new Reservation.Granted(Guid.NewGuid()));
        _enricher = Create(_model, _ledger);
    }

    private StepRequest Request(EnrichmentStep step, double secondsLeft = 300, Guid? org = null) => new(
        org ?? Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), step, Text, _time.GetUtcNow().AddSeconds(secondsLeft), IsLastAttempt: true);

    [Fact]
    public async Task Reserves_the_upper_bound_and_records_the_price_with_cached_tokens_apart()
    {
        await _enricher.Answer(Request(EnrichmentStep.Risk), TestContext.Current.CancellationToken);
        var planned = (PlannedCall)_ledger.ReceivedCalls().First().GetArguments()[0]!;
        Assert.True(planned.Tokens > 4_096 + WrittenAnswers.Notes.Length);
        Assert.Equal(((planned.Tokens - 4_096) * 3) + (4_096 * 15), planned.CostMicros);
        // 60 at 3, 40 at 0.3 and 50 at 15 a million.
        await _ledger.Received(1).Record(Arg.Any<Guid>(), Arg.Any<ModelReply>(), 942, null, Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Gives_no_call_longer_than_the_attempt_has_left_and_makes_none_where_nothing_is_left()
    {
        await _enricher.Answer(Request(EnrichmentStep.Risk), TestContext.Current.CancellationToken);
        await _enricher.Answer(Request(EnrichmentStep.Risk, secondsLeft: 20), TestContext.Current.CancellationToken);
        var answer = await _enricher.Answer(Request(EnrichmentStep.Risk, secondsLeft: 2), TestContext.Current.CancellationToken);
        Assert.Equal([60, 17], _timeouts.Select(timeout => timeout.TotalSeconds));
        Assert.Equal("anthropic/m: timed_out", answer.Review);
        Assert.Equal("local", answer.Provider);
    }

    [Fact]
    public async Task Answers_the_same_for_an_organisation_from_memory_and_never_for_another()
    {
        var org = Guid.NewGuid();
        await _enricher.Answer(Request(EnrichmentStep.Risk, org: org), TestContext.Current.CancellationToken);
        await _enricher.Answer(Request(EnrichmentStep.Risk, org: org), TestContext.Current.CancellationToken);
        Assert.Single(_timeouts);
        await _enricher.Answer(Request(EnrichmentStep.Risk), TestContext.Current.CancellationToken);
        Assert.Equal(2, _timeouts.Count);
    }

    /// <summary>For a person to read; nothing is asserted of time.</summary>
    [Fact(Explicit = true)]
    public async Task What_it_adds_to_a_call()
    {
        var enricher = Create(new PlainModel(), new PlainLedger());
        List<double> whole = [], local = [];
        for (var i = 0; i < 4_000; i++)
        {
            var request = Request(Enum.GetValues<EnrichmentStep>()[i % 4]);
            var started = Stopwatch.GetTimestamp();
            await enricher.Answer(request, TestContext.Current.CancellationToken);
            whole.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            started = Stopwatch.GetTimestamp();
            LocalEnricher.Answer(request.Step, Text);
            local.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        TestContext.Current.SendDiagnosticMessage($"a step: {Said(whole)}; of it the local draft: {Said(local)}");

        static string Said(List<double> times)
        {
            var sorted = times.Skip(1_000).Order().ToArray();
            return FormattableString.Invariant($"p50 {sorted[sorted.Length / 2]:0.000} ms, p99 {sorted[sorted.Length * 99 / 100]:0.000} ms");
        }
    }

    private ModelEnricher Create(ILanguageModel model, ISpendingLedger ledger) => new(
        [model], ledger, new NoAnswers(), new ServiceCollection().AddHybridCache().Services.BuildServiceProvider().GetRequiredService<HybridCache>(),
        EnrichmentOptions.Read(new SettingsReader(_ => null)), _time, NullLogger<ModelEnricher>.Instance);

    private sealed class NoAnswers : IAnswerReader
    {
        public Task<StepAnswer?> Find(StepRequest request, IReadOnlyList<AnswerSource> sources, CancellationToken cancellation) => Task.FromResult<StepAnswer?>(null);
    }

    private sealed class PlainModel : ILanguageModel
    {
        public ModelRoute Route { get; } = new("anthropic/1/m", "anthropic", "m", new ModelPrice(3, 0.3m, 15));

        public Task<ModelReply> Ask(ModelRequest request, TimeSpan timeout, CancellationToken cancellation) => Task.FromResult(
            new ModelReply(CallOutcome.Accepted, WrittenAnswers.Good[Spelling.Parse<EnrichmentStep>(request.Name)!.Value], new TokenUse(100, 40, 50)));
    }

    private sealed class PlainLedger : ISpendingLedger
    {
        public Task<Reservation> Reserve(PlannedCall call, CancellationToken cancellation) => Task.FromResult<Reservation>(new Reservation.Granted(Guid.NewGuid()));

        public Task Record(Guid callId, ModelReply reply, long? costMicros, RoutePause? pause, CancellationToken cancellation) => Task.CompletedTask;
    }
}
