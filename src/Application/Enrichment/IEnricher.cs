using System.ComponentModel;
using Woflo.Domain.Enrichment;

namespace Woflo.Application.Enrichment;

/// <summary>Answers one step. What answers it (the lexicon, a language model, one after another) is behind this port.</summary>
public interface IEnricher
{
    /// <summary>How long a job's attempt may take with it.</summary>
    TimeSpan LongestAttempt { get; }

    Task<StepAnswer> Answer(StepRequest request, CancellationToken cancellation);
}

/// <param name="Text">Redacted already: nothing else may leave the process or be stored.</param>
/// <param name="Until">The attempt's deadline: no call may last beyond it.</param>
/// <param name="IsLastAttempt">The queue will not try again, so what is there has to do.</param>
/// <param name="WindDown">The worker was told to stop: nothing long or dear is to be begun any more.</param>
public sealed record StepRequest(
    Guid OrgId, Guid JobId, Guid WorkOrderId, EnrichmentStep Step, RedactedText Text, DateTimeOffset Until, bool IsLastAttempt,
    CancellationToken WindDown = default);

/// <summary>A step's result and who gave it.</summary>
/// <param name="Review">Why a person has to look at it: then the result is a draft, and the work order stays as it is. Null: it holds.</param>
/// <param name="CallId">The ledger's row of the call that brought it; null where there was none.</param>
/// <param name="Raw">The provider's text, where it is to be kept.</param>
[ImmutableObject(true)]
public sealed record StepAnswer(
    StepResult Result, string Provider, string Model, string PromptVersion, string? Review = null, Guid? CallId = null, string? Raw = null);
