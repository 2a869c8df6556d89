using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Woflo.Application.Jobs;
using Woflo.Domain.Enrichment;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Enrichment;

/// <summary>Asks the configured models in their order, within the budget, and takes nothing that breaks a rule.
/// Where no answer holds, a person gets the local draft. The course of it is <see cref="StepCourse"/>'s.</summary>
internal sealed partial class ModelEnricher : IEnricher
{
    private const int MaxQuotedAnswer = 16_384;

    // What is left of the attempt after a call, to write the end.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan DefaultPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);
    private static readonly TimeSpan KeyPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan MoneyPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan RecordWithin = TimeSpan.FromSeconds(20);

    private static readonly HybridCacheEntryOptions CacheEntry = new()
    {
        LocalCacheExpiration = TimeSpan.FromMinutes(10),
        Flags = HybridCacheEntryFlags.DisableDistributedCache,
    };

    private readonly IReadOnlyList<ILanguageModel> _models;
    private readonly ISpendingLedger _ledger;
    private readonly IAnswerReader _answers;
    private readonly HybridCache _cache;
    private readonly EnrichmentOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ModelEnricher> _log;
    private readonly ResiliencePipeline<Call> _retries;

    public ModelEnricher(
        IEnumerable<ILanguageModel> models, ISpendingLedger ledger, IAnswerReader answers, HybridCache cache, EnrichmentOptions options, TimeProvider time,
        ILogger<ModelEnricher> log)
    {
        (_models, _ledger, _answers, _cache, _options, _time, _log) = ([.. models.Take(StepCourse.MaxRoutes)], ledger, answers, cache, options, time, log);
        // The only place where anything is sent again. Each try is reserved and recorded on its own.
        _retries = new ResiliencePipelineBuilder<Call> { TimeProvider = time }.AddRetry(new RetryStrategyOptions<Call>
        {
            ShouldHandle = new PredicateBuilder<Call>().HandleResult(call => call.Outcome == CallOutcome.Unreachable),
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(400),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        }).Build();
    }

    public TimeSpan LongestAttempt => TimeSpan.FromMinutes(5);

    public async Task<StepAnswer> Answer(StepRequest request, CancellationToken cancellation)
    {
        // Whoever asks for the same while it is under way gets the same answer, and its class of failure.
        var key = Key(request);
        var answer = await _cache.GetOrCreateAsync(
            key, async token => await _answers.Find(request, Sources(request.Step), token) ?? await Ask(request, token), CacheEntry,
            cancellationToken: cancellation);
        if (answer.Review is not null)
            await _cache.RemoveAsync(key, cancellation);
        return answer;
    }

    /// <summary>Who would be asked, as results name them.</summary>
    private List<AnswerSource> Sources(EnrichmentStep step) =>
        [.. _models.Select(model => new AnswerSource(model.Route.Provider, model.Route.Model, Version(step)))];

    // The local rules set the floor of every answer, so their version is part of it.
    private string Version(EnrichmentStep step) => $"{Prompt.Of(step).Version}+{LocalEnricher.VersionWith(_options.FaultCodes)}";

    private string Key(StepRequest request)
    {
        var sources = string.Join(';', Sources(request.Step));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.OrgId}\n{request.Step}\n{sources}\n{request.Text.Value}")));
    }

    private async Task<StepAnswer> Ask(StepRequest request, CancellationToken cancellation)
    {
        var prompt = Prompt.Of(request.Step);
        var draft = LocalEnricher.Answer(request.Step, request.Text, _options.FaultCodes);
        var notes = new ModelTurn(IsModels: false, Prompt.Frame(request.Text, FaultCodes.Find(request.Text, _options.FaultCodes)));
        var course = new StepCourse(_models.Count);
        var tried = new List<string>();
        (TimeSpan Wait, CallOutcome Reason)? earliest = null;
        IReadOnlyList<ModelTurn> turns = [notes];
        var purpose = "first";
        while (true)
        {
            var model = _models[course.Route];
            var limit = course.HasRaisedLimit ? _options.MaxOutputTokens * 2 : _options.MaxOutputTokens;
            var asked = new ModelRequest(Spelling.Of(request.Step), prompt.System, turns, prompt.Schema, limit);
            var call = await _retries.ExecuteAsync(async token => await TryOnce(request, model, asked, purpose, token), cancellation);
            var outcome = call.Outcome;
            IReadOnlyList<BrokenRule> broken = [];
            if (outcome == CallOutcome.Accepted)
            {
                (var result, broken) = AnswerRules.Judge(request.Step, request.Text, draft, call.Text);
                if (result is not null)
                {
                    return new StepAnswer(result, model.Route.Provider, model.Route.Model, Version(request.Step), Review: null, call.Id,
                        _options.KeepRaw ? call.Text : null);
                }
                outcome = CallOutcome.Invalid;
            }
            var why = Describe(model.Route, outcome, broken);
            tried.Add(why);
            LogNotAccepted(_log, request.JobId, request.OrgId, Spelling.Of(request.Step), why);
            if (call.Wait is { } wait && (earliest is null || wait < earliest.Value.Wait))
                earliest = (wait, call.Reason ?? outcome);
            switch (course.After(outcome, request.IsLastAttempt))
            {
                case var _ when course.Ending is { } ending:
                    return End(ending, draft, tried, earliest);
                case Move.Repair:
                    turns = outcome == CallOutcome.Empty
                        ? [notes, new ModelTurn(IsModels: false, "Your answer was empty. Answer with one JSON document of the schema.")]
                        : [notes, new ModelTurn(IsModels: true, Cut(call.Text)), new ModelTurn(IsModels: false, Prompt.Repair(broken))];
                    purpose = "repair";
                    break;
                case Move.RaiseLimit:
                    purpose = "longer";
                    break;
                default:
                    turns = [notes];
                    purpose = "fallback";
                    break;
            }
        }
    }

    /// <summary>One reservation, one call, one record of it.</summary>
    private async ValueTask<Call> TryOnce(
        StepRequest request, ILanguageModel model, ModelRequest asked, string purpose, CancellationToken cancellation)
    {
        var left = request.Until - _time.GetUtcNow() - Margin;
        if (left <= TimeSpan.Zero)
            return new Call(CallOutcome.TimedOut);
        // A call that is cut off at shutdown would be paid for twice: wait to be given back, with what is stored by now.
        if (request.WindDown.IsCancellationRequested)
            await Task.Delay(Timeout.Infinite, cancellation);
        var bound = asked.UpperBound;
        var reservation = await _ledger.Reserve(
            new PlannedCall(request.OrgId, request.JobId, request.WorkOrderId, asked.Name, model.Route, Version(request.Step), purpose, asked.Hash(model.Route),
                bound.Total, model.Route.Price.CostMicros(bound)), cancellation);
        switch (reservation)
        {
            case Reservation.Denied denied:
                return new Call(denied.Outcome, Wait: denied.Wait > TimeSpan.Zero ? denied.Wait : null, Reason: denied.Reason);
            case Reservation.Answered answered:
                return new Call(answered.Reply.Outcome, answered.CallId, answered.Reply.Text);
        }
        var id = ((Reservation.Granted)reservation).CallId;
        var reply = await model.Ask(asked, left < _options.CallTimeout ? left : _options.CallTimeout, cancellation);
        var pause = Pause(reply);
        // Paid for: it is written down even if the attempt is over meanwhile.
        using var patience = new CancellationTokenSource(RecordWithin, _time);
        await _ledger.Record(
            id, reply, reply.IsFree ? 0 : reply.Use is { } use ? model.Route.Price.CostMicros(use) : null,
            pause is { } wait ? new RoutePause(model.Route.Id, wait, reply.Outcome) : null, patience.Token);
        return new Call(reply.Outcome, id, reply.Text, pause);
    }

    /// <summary>How long the route is left alone after this reply, by all workers and for all organisations.</summary>
    private static TimeSpan? Pause(ModelReply reply) => reply.Outcome switch
    {
        CallOutcome.RateLimited => Clamp(reply.RetryAfter ?? DefaultPause),
        CallOutcome.KeyRefused => KeyPause,
        CallOutcome.OutOfMoney => MoneyPause,
        _ => null,
    };

    private static TimeSpan Clamp(TimeSpan asked) =>
        asked < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : asked > LongestPause ? LongestPause : asked;

    private StepAnswer End(Ending ending, StepResult draft, IReadOnlyList<string> tried, (TimeSpan Wait, CallOutcome Reason)? earliest)
    {
        var said = string.Join("; ", tried);
        return ending switch
        {
            Ending.NeedsReview => LexiconEnricher.Signed(draft, _options.FaultCodes, said),
            Ending.Retry => throw new JobFailedException(new JobFailure(FailureClass.Transient, "NoProviderAnswered", said)),
            _ => throw new JobFailedException(Deferral(said, earliest)),
        };
    }

    private static JobFailure Deferral(string said, (TimeSpan Wait, CallOutcome Reason)? earliest) => earliest?.Reason switch
    {
        CallOutcome.BudgetSpent => new JobFailure(FailureClass.Budget, "BudgetSpent", "the organisation's budget of the day is spent.", earliest.Value.Wait),
        CallOutcome.KeyRefused => new JobFailure(FailureClass.Auth, "KeyRefused", said, earliest.Value.Wait),
        CallOutcome.OutOfMoney => new JobFailure(FailureClass.OutOfMoney, "OutOfMoney", said, earliest.Value.Wait),
        _ => new JobFailure(FailureClass.RateLimited, "RateLimited", said, earliest?.Wait),
    };

    // Everyone may read a job's error: our words only, nothing of the answer.
    private static string Describe(ModelRoute route, CallOutcome outcome, IReadOnlyList<BrokenRule> broken) =>
        $"{route.Provider}/{route.Model}: {Spelling.Of(outcome)}{(broken.Count > 0 ? $" ({string.Join(", ", broken.Select(rule => rule.Name).Distinct())})" : "")}";

    private static string Cut(string text) =>
        text.Length <= MaxQuotedAnswer ? text : text[..(char.IsHighSurrogate(text[MaxQuotedAnswer - 1]) ? MaxQuotedAnswer - 1 : MaxQuotedAnswer)];

    [LoggerMessage(EventName = "ai_call_not_accepted", Level = LogLevel.Warning, Message = "{job_id} {org_id} {step} {outcome}")]
    private static partial void LogNotAccepted(ILogger log, Guid job_id, Guid org_id, string step, string outcome);

    /// <param name="Wait">For how long the route, or the budget, is closed.</param>
    /// <param name="Reason">Why the route is closed, where an earlier call closed it.</param>
    private sealed record Call(CallOutcome Outcome, Guid? Id = null, string Text = "", TimeSpan? Wait = null, CallOutcome? Reason = null);
}
