using System.Text;
using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;
using MediatR;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Puts a job into the queue, as the API does.</summary>
/// <param name="Payload">A JSON object, as text.</param>
/// <param name="Delay">Until it falls due; null for at once.</param>
public sealed record EnqueueJob(Guid OrgId, string Type, string Payload, int MaxAttempts = 3, TimeSpan? Delay = null) : IRequest<Guid>;

internal sealed class EnqueueJobValidator : AbstractValidator<EnqueueJob>
{
    private const int MaxPayloadBytes = 1_048_576;

    public EnqueueJobValidator()
    {
        RuleFor(job => job.OrgId).NotEmpty();
        RuleFor(job => job.Type).Must(JobTypes.All.Contains)
            .WithMessage(job => $"type: '{job.Type}' is none of {string.Join(", ", JobTypes.All)}.");
        RuleFor(job => job.MaxAttempts).InclusiveBetween(1, 10);
        RuleFor(job => job.Delay).InclusiveBetween(TimeSpan.Zero, TimeSpan.FromDays(3660)).When(job => job.Delay is not null);
        RuleFor(job => job.Payload).Cascade(CascadeMode.Stop)
            .Must(payload => Encoding.UTF8.GetByteCount(payload) <= MaxPayloadBytes).WithMessage($"payload: more than {MaxPayloadBytes} bytes.")
            .Must(IsObject).WithMessage("payload: not a JSON object, such as {\"work_order_id\": \"…\"}.")
            .Must(payload => !payload.Contains("\\u0000", StringComparison.Ordinal)).WithMessage("payload: \\u0000 cannot be stored.");
    }

    private static bool IsObject(string payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

internal sealed class EnqueueJobHandler(IJobStore jobs) : IRequestHandler<EnqueueJob, Guid>
{
    public async Task<Guid> Handle(EnqueueJob request, CancellationToken cancellationToken) =>
        await jobs.Enqueue(request, cancellationToken)
        ?? throw new ValidationException([new ValidationFailure(nameof(request.OrgId), $"org: there is no organisation {request.OrgId}.")]);
}
