using Woflo.Domain.Enrichment;

namespace Woflo.Application.Enrichment;

/// <summary>The enricher that needs no key: the lexicon of the domain.</summary>
internal sealed class LexiconEnricher(EnrichmentOptions options) : IEnricher
{
    public TimeSpan LongestAttempt => TimeSpan.FromMinutes(2);

    public Task<StepAnswer> Answer(StepRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Draft(request.Step, request.Text, options.FaultCodes));
    }

    public static StepAnswer Draft(EnrichmentStep step, RedactedText text, FaultCodeTable codes) =>
        Signed(LocalEnricher.Answer(step, text, codes), codes);

    /// <summary>What the domain's lexicon gave, as an answer.</summary>
    public static StepAnswer Signed(StepResult draft, FaultCodeTable codes, string? review = null) =>
        new(draft, LocalEnricher.Provider, LocalEnricher.Model, LocalEnricher.VersionWith(codes), review);
}
