using Woflo.Domain.Enrichment;

namespace Woflo.Application.Enrichment;

/// <summary>Answers one step. What answers it (the lexicon, a language model, one after another) is behind this port.</summary>
public interface IEnricher
{
    Task<StepAnswer> Answer(StepRequest request, CancellationToken cancellation);
}

/// <param name="Text">Redacted already: nothing else may leave the process or be stored.</param>
public sealed record StepRequest(Guid OrgId, Guid WorkOrderId, EnrichmentStep Step, RedactedText Text);

/// <summary>A step's result and who gave it.</summary>
public sealed record StepAnswer(StepResult Result, string Provider, string Model, string PromptVersion);
