using FluentValidation;
using FluentValidation.Results;
using MediatR;
using Woflo.Domain.Enrichment;

namespace Woflo.Application.Enrichment;

/// <summary>What enrichment reads and finds without any provider. Sends nothing, costs nothing, writes nothing.</summary>
/// <param name="Text">Either this, or a work order's.</param>
public sealed record PreviewEnrichment(string? Text, Guid? WorkOrderId) : IRequest<EnrichmentPreview>;

/// <param name="Input">As it would be stored and sent.</param>
public sealed record EnrichmentPreview(string Input, IReadOnlyList<StepAnswer> Answers);

internal sealed class PreviewEnrichmentValidator : AbstractValidator<PreviewEnrichment>
{
    public PreviewEnrichmentValidator() => RuleFor(preview => preview)
        .Must(preview => preview.Text is null != preview.WorkOrderId is null).WithMessage("give either a text or a work order.");
}

internal sealed class PreviewEnrichmentHandler(IWorkOrderReader workOrders, EnrichmentOptions options) : IRequestHandler<PreviewEnrichment, EnrichmentPreview>
{
    public async Task<EnrichmentPreview> Handle(PreviewEnrichment request, CancellationToken cancellationToken)
    {
        var text = request.Text is { } given ? Redaction.Redact(given) : await Read(request.WorkOrderId!.Value, cancellationToken);
        return new EnrichmentPreview(
            text.Value, [.. Enum.GetValues<EnrichmentStep>().Select(step => LexiconEnricher.Draft(step, text, options.FaultCodes))]);
    }

    private async Task<RedactedText> Read(Guid workOrderId, CancellationToken cancellation) =>
        await workOrders.OrganisationOf(workOrderId, cancellation) is { } org && await workOrders.Load(org, workOrderId, cancellation) is { } workOrder
            ? workOrder.Redacted()
            : throw new ValidationException([new ValidationFailure(nameof(PreviewEnrichment), $"there is no work order {workOrderId}.")]);
}
