using Woflo.Domain.Enrichment;

namespace Woflo.Application.Enrichment;

/// <summary>The enricher that needs no key: the lexicon of the domain.</summary>
internal sealed class LexiconEnricher : IEnricher
{
    public TimeSpan LongestAttempt => TimeSpan.FromMinutes(2);

    public Task<StepAnswer> Answer(StepRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Draft(request.Step, request.Text));
    }

    public static StepAnswer Draft(EnrichmentStep step, RedactedText text) => Signed(LocalEnricher.Answer(step, text));

    /// <summary>What the domain's lexicon gave, as an answer.</summary>
    public static StepAnswer Signed(StepResult draft, string? review = null) =>
        new(draft, LocalEnricher.Provider, LocalEnricher.Model, LocalEnricher.Version, review);
}
