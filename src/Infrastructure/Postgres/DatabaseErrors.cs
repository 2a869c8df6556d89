using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;
using Woflo.Application.Database;

namespace Woflo.Infrastructure.Postgres;

/// <summary>Tells apart what waiting mends, what a person must mend, and what is a bug of ours.</summary>
internal static class DatabaseErrors
{
    // 57P01–57P03 shutting down, crashed, starting up; 08xxx connection, a pooler's own troubles included;
    // 25006 a read-only standby; 55000 being dropped; 53, 58 out of resources, connections among them; 40001, 40P01 serialisation and deadlock; 55P03 lock timeout; 57014 statement timeout.
    private static readonly string[] Unavailable = ["57P01", "57P02", "57P03", "57P05", "55000", "25006", "40001", "40P01", "55P03", "57014"];

    private static readonly Dictionary<string, string> Misconfigured = new()
    {
        ["28P01"] = "the password is refused: check user and password in DATABASE_URL",
        ["28000"] = "the login is refused: check the user and sslmode in DATABASE_URL, and the server's pg_hba.conf",
        ["3D000"] = "there is no such database: check the name behind the last / in DATABASE_URL, or create it",
    };

    public static async Task<T> Guard<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (Translate(exception) is { } translated)
        {
            throw translated;
        }
    }

    public static bool IsUnavailable(Exception exception) =>
        (Translate(exception) ?? exception) is DatabaseUnavailableException or DatabaseMisconfiguredException;

    /// <returns>Null for an error that is neither: it is thrown on as it is.</returns>
    public static Exception? Translate(Exception exception) => exception switch
    {
        DatabaseUnavailableException or DatabaseMisconfiguredException or OperationCanceledException => null,
        PostgresException { SqlState: var state } refused when Misconfigured.TryGetValue(state, out var advice) =>
            new DatabaseMisconfiguredException($"{advice} (the server says: {refused.MessageText})", refused),
        // Fatal: refused on connecting. A right that a statement lacks is an error, and the statement's own affair.
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege, InvariantSeverity: "FATAL" } barred =>
            new DatabaseMisconfiguredException($"the role may not connect to this database: grant it connect (the server says: {barred.MessageText})", barred),
        PostgresException { SqlState: "08P01" or "XX000" } unknown when IsUnknownToPooler(unknown.MessageText) =>
            new DatabaseMisconfiguredException(
                $"the pooler does not know the user or the database: check both in DATABASE_URL (it says: {unknown.MessageText})", unknown),
        PostgresException { SqlState: var state } lost when Unavailable.Contains(state) || state[..2] is "08" or "53" or "58" =>
            new DatabaseUnavailableException($"{lost.SqlState}: {lost.MessageText}", lost),
        PostgresException or NpgsqlOperationInProgressException => null,
        NpgsqlException { InnerException: AuthenticationException tls } => new DatabaseMisconfiguredException(
            $"the encrypted connection is refused: check sslmode and sslrootcert in DATABASE_URL ({tls.Message})", exception),
        NpgsqlException when exception.Message.StartsWith("No password", StringComparison.Ordinal) =>
            new DatabaseMisconfiguredException("the server asks for a password, and DATABASE_URL has none", exception),
        NpgsqlException when exception.Message.StartsWith("SSL connection requested", StringComparison.Ordinal) =>
            new DatabaseMisconfiguredException("the server does not encrypt connections, and sslmode in DATABASE_URL demands it", exception),
        // None of several hosts would do. Worth waiting for, unless every one refuses us for good.
        NpgsqlException { InnerException: AggregateException { InnerExceptions: [var first, ..] hosts } } =>
            hosts.All(host => Translate(host) is DatabaseMisconfiguredException)
                ? Translate(first)
                : new DatabaseUnavailableException(first.Message, exception),
        // Npgsql's own: refused, reset, timed out, or no connection free.
        NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException =>
            new DatabaseUnavailableException(exception.InnerException?.Message ?? exception.Message, exception),
        _ => null,
    };

    // pgbouncer's and Supavisor's words; they have no SQLSTATE for it.
    private static bool IsUnknownToPooler(string message) =>
        message.StartsWith("no such ", StringComparison.OrdinalIgnoreCase)
        || message.Contains("tenant or user not found", StringComparison.OrdinalIgnoreCase);
}
