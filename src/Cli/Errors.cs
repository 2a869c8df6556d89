using System.Data.Common;
using FluentValidation;
using Woflo.Application.Database;
using Woflo.Application.Settings;

namespace Woflo.Cli;

/// <summary>What went wrong, as one line that says what to do next.</summary>
internal static class Errors
{
    public static (string Message, int ExitCode) Explain(Exception exception)
    {
        var (message, exitCode) = exception switch
        {
            UsageException e => (e.Message, ExitCode.Usage),
            NotFoundException e => (e.Message, ExitCode.Failed),
            SettingException e => (e.Message, ExitCode.Usage),
            DatabaseMisconfiguredException e => (e.Message, ExitCode.Usage),
            MigrationException e => (e.Message, ExitCode.Failed),
            DatabaseUnavailableException e => ($"the database does not answer: {e.Message.TrimEnd('.')}. Try again once it does.", ExitCode.Failed),
            ValidationException e => (string.Join(" ", e.Errors.Select(error => error.ErrorMessage)), ExitCode.Failed),
            // 42P01 and 3F000: no such table or schema; 42703: no such column.
            DbException { SqlState: "42P01" or "3F000" or "42703" } =>
                ("this database has no Woflo queue, or an older one: run 'woflo migrate' first.", ExitCode.Failed),
            DbException { SqlState: "42501" } e => ($"{e.Message}. Connect as a role that owns the tables, or grant it this right.", ExitCode.Failed),
            _ => (Unforeseen(exception.GetBaseException()), ExitCode.Failed),
        };
        return (Printable.Line(message, 1_000), exitCode);
    }

    private static string Unforeseen(Exception cause) => $"{cause.GetType().Name}: {cause.Message}";
}

/// <summary>The command line says what cannot be done.</summary>
internal sealed class UsageException : Exception
{
    public UsageException(string message) : base(message) { }
}

/// <summary>What the command line names is not there, or is not one thing.</summary>
internal sealed class NotFoundException : Exception
{
    public NotFoundException(string message) : base(message) { }
}
