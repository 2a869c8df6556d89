namespace Woflo.Application.Enrichment;

/// <summary>Who gave an answer, or would.</summary>
public sealed record AnswerSource(string Provider, string Model, string PromptVersion);

/// <summary>Finds what was answered before.</summary>
public interface IAnswerReader
{
    /// <summary>The work order's accepted answer to the very same question by one of the sources; the first source's, where several gave one.</summary>
    Task<StepAnswer?> Find(StepRequest request, IReadOnlyList<AnswerSource> sources, CancellationToken cancellation);
}
