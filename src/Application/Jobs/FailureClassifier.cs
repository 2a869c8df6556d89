using System.Data.Common;
using FluentValidation;
using Woflo.Application.Database;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Jobs;

/// <summary>Gives an exception its class. The first line that matches counts; what matches none is transient.</summary>
internal static class FailureClassifier
{
    private static readonly (Func<Exception, bool> Is, FailureClass Class)[] Rules =
    [
        (e => e is ValidationException, FailureClass.InvalidInput),
        (IsUnavailable, FailureClass.Unavailable),
        (e => e is TimeoutException or OperationCanceledException, FailureClass.Timeout),
        // Data exceptions, broken constraints, wrong statements: ours to mend.
        (e => e is DbException { SqlState: ['2', '2' or '3', ..] or ['4', '2', ..] }, FailureClass.Bug),
        (e => e is NullReferenceException or InvalidCastException or InvalidOperationException or ArgumentException or NotSupportedException
            or NotImplementedException or IndexOutOfRangeException or KeyNotFoundException or ArithmeticException or FormatException, FailureClass.Bug),
    ];

    public static JobFailure Classify(Exception exception) => exception is JobFailedException known
        ? known.Failure
        : new JobFailure(
            Rules.FirstOrDefault(rule => rule.Is(exception)).Class ?? FailureClass.Transient, exception.GetType().Name, exception.Message,
            IsUnavailable(exception) ? TimeSpan.FromSeconds(5) : null);

    private static bool IsUnavailable(Exception exception) =>
        exception is DatabaseUnavailableException or DatabaseMisconfiguredException or DbException { IsTransient: true };
}
