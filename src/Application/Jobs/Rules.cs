using FluentValidation;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Rules that several commands share.</summary>
internal static class Rules
{
    private const int MaxReasonLength = 500;

    /// <summary>A job type, or none.</summary>
    public static void KnownType<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(type => type is null || JobTypes.All.Contains(type))
        .WithMessage((_, type) => $"type: '{type}' is none of {string.Join(", ", JobTypes.All)}.");

    /// <summary>A person's words, kept with what they did.</summary>
    public static void Reason<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(reason => reason is null || (reason.Length <= MaxReasonLength && !reason.Contains('\0', StringComparison.Ordinal)))
        .WithMessage($"reason: more than {MaxReasonLength} characters, or a NUL among them.");
}
