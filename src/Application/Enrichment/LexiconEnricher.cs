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

    public static StepAnswer Draft(EnrichmentStep step, RedactedText text, string? review = null) => new(
        LocalEnricher.Answer(step, text), LocalEnricher.Provider, LocalEnricher.Model, LocalEnricher.Version, review);
}
