using System.Globalization;
using System.Text.Json;
using FluentValidation;

namespace Woflo.Application.Scheduling;

/// <summary>What a <c>schedule_run</c> job says. Kept as text until it is validated, so that a wrong value can be named.</summary>
public sealed record ScheduleRunPayload(
    string? ScheduleRunId, string? OrgId, string? HorizonStart, string? HorizonEnd, double? TimeLimitSeconds, string? TimeLimitText,
    string? Objective = null, string? Deterministic = null, string? SeedText = null)
{
    public const double DefaultTimeLimitSeconds = 30;

    public Guid RunId => Guid.Parse(ScheduleRunId!, CultureInfo.InvariantCulture);

    public bool IsDeterministic => Deterministic == "true";

    public int Seed => SeedText is { } text ? int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 1;

    /// <exception cref="FormatException">The payload is not a JSON object.</exception>
    public static ScheduleRunPayload Parse(string payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new FormatException("The payload is not a JSON object.");
            var root = document.RootElement;
            var limit = Text(root, "time_limit_seconds");
            return new ScheduleRunPayload(
                Text(root, "schedule_run_id"), Text(root, "org_id"), Text(root, "horizon_start"), Text(root, "horizon_end"),
                double.TryParse(limit, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : null, limit,
                Text(root, "objective"), Text(root, "deterministic"), Text(root, "seed"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair.
            throw new FormatException("The payload is not valid JSON.", e);
        }
    }

    private static string? Text(JsonElement root, string name) =>
        !root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null
            ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
}

/// <summary>A payload and the organisation its job belongs to.</summary>
internal sealed record OwnedPayload(ScheduleRunPayload Payload, Guid OrgId);

internal sealed class ScheduleRunPayloadValidator : AbstractValidator<OwnedPayload>
{
    public ScheduleRunPayloadValidator()
    {
        RuleFor(p => p.Payload.ScheduleRunId).Must(IsGuid).WithMessage("schedule_run_id is missing or not a uuid.");
        RuleFor(p => p.Payload.OrgId)
            .Must((p, org) => org is null || (Guid.TryParse(org, CultureInfo.InvariantCulture, out var named) && named == p.OrgId))
            .WithMessage("org_id is not the organisation the job belongs to.");
        RuleFor(p => p.Payload.TimeLimitSeconds)
            .Must((p, seconds) => p.Payload.TimeLimitText is null || (seconds is { } number && double.IsFinite(number)))
            .WithMessage("time_limit_seconds is not a number.");
        RuleFor(p => p.Payload.Deterministic).Must(text => text is null or "true" or "false").WithMessage("deterministic is neither true nor false.");
        RuleFor(p => p.Payload.SeedText)
            .Must(text => text is null || (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed) && seed >= 0))
            .WithMessage($"seed is not a whole number from 0 to {int.MaxValue}.");
    }

    private static bool IsGuid(string? text) => Guid.TryParse(text, CultureInfo.InvariantCulture, out _);
}
