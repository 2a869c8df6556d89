using System.Globalization;
using System.Text;
using System.Text.Json;
using FluentValidation;
using MediatR;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Puts a job into the queue, as the API does.</summary>
/// <param name="Payload">A JSON object, as text.</param>
/// <param name="Delay">Until it falls due; null for at once.</param>
/// <param name="UniqueKey">Names the work: of its organisation and type there is one job of the key at a time.</param>
/// <param name="UniqueFor">How long the key stays with this job, counted from now; it does in any case while the job is queued or running.</param>
public sealed record EnqueueJob(
    Guid OrgId, string Type, string Payload, int MaxAttempts = 3, TimeSpan? Delay = null, string? UniqueKey = null, TimeSpan? UniqueFor = null)
    : IRequest<EnqueuedJob>;

/// <param name="WasThere">An earlier job, the one of this id, holds the unique key; nothing was queued.</param>
public sealed record EnqueuedJob(Guid Id, bool WasThere);

internal sealed class EnqueueJobValidator : AbstractValidator<EnqueueJob>
{
    private const int MaxPayloadBytes = 1_048_576;
    private const int MaxKeyLength = 200;
    private const int MaxDigits = 1_000;
    private static readonly TimeSpan FarAhead = TimeSpan.FromDays(3660);
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public EnqueueJobValidator()
    {
        RuleFor(job => job.OrgId).NotEmpty();
        RuleFor(job => job.Type).Must(JobTypes.All.Contains)
            .WithMessage(job => $"type: '{job.Type}' is none of {string.Join(", ", JobTypes.All)}.");
        RuleFor(job => job.MaxAttempts).InclusiveBetween(1, 10);
        RuleFor(job => job.Delay).InclusiveBetween(TimeSpan.Zero, FarAhead).When(job => job.Delay is not null);
        RuleFor(job => job.UniqueKey).Must(key => key!.Length is > 0 and <= MaxKeyLength && IsStorable(key))
            .WithMessage($"unique key: not a text of 1 to {MaxKeyLength} characters.").When(job => job.UniqueKey is not null);
        RuleFor(job => job.UniqueFor).InclusiveBetween(TimeSpan.Zero, FarAhead).When(job => job.UniqueFor is not null);
        RuleFor(job => job.UniqueFor).Null().WithMessage("unique for: there is no unique key to hold.").When(job => job.UniqueKey is null);
        RuleFor(job => job.Payload).Custom((payload, context) =>
        {
            if (PayloadError(payload) is { } error)
                context.AddFailure($"payload: {error}");
        });
    }

    // What PostgreSQL's jsonb would refuse is refused here, where the error can name the job.
    private static string? PayloadError(string payload)
    {
        const string NoObject = "not a JSON object, such as {\"work_order_id\": \"…\"}.";
        try
        {
            var utf8 = StrictUtf8.GetBytes(payload);
            if (utf8.Length > MaxPayloadBytes)
                return $"more than {MaxPayloadBytes} bytes.";
            var reader = new Utf8JsonReader(utf8);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return NoObject;
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.GetString()!.Contains('\0', StringComparison.Ordinal))
                    return "\\u0000 cannot be stored.";
                if (reader.TokenType == JsonTokenType.Number && !IsStorable(reader.ValueSpan))
                    return "a number in it has too many digits.";
            }
            return null;
        }
        catch (JsonException)
        {
            return NoObject;
        }
        catch (Exception exception) when (exception is InvalidOperationException or EncoderFallbackException)
        {
            return "half a surrogate pair cannot be stored.";
        }
    }

    private static bool IsStorable(ReadOnlySpan<byte> number)
    {
        var exponent = number.IndexOfAny((byte)'e', (byte)'E');
        return number.Length <= MaxDigits
            && (exponent < 0 || (int.TryParse(number[(exponent + 1)..], CultureInfo.InvariantCulture, out var power) && power is >= -MaxDigits and <= MaxDigits));
    }

    private static bool IsStorable(string text) =>
        !text.Contains('\0', StringComparison.Ordinal) && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
}

internal sealed class EnqueueJobHandler(IMediator mediator) : IRequestHandler<EnqueueJob, EnqueuedJob>
{
    public async Task<EnqueuedJob> Handle(EnqueueJob request, CancellationToken cancellationToken) =>
        (await mediator.Send(new EnqueueJobs([request], Item: null), cancellationToken))[0];
}
