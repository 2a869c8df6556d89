using Woflo.Domain.Enrichment;

namespace Woflo.Application.Enrichment;

/// <summary>The enricher that needs no key: the lexicon of the domain.</summary>
internal sealed class LexiconEnricher : IEnricher
{
    public Task<StepAnswer> Answer(StepRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(new StepAnswer(
            LocalEnricher.Answer(request.Step, request.Text), LocalEnricher.Provider, LocalEnricher.Model, LocalEnricher.Version));
    }
}
