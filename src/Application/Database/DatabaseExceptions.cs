namespace Woflo.Application.Database;

/// <summary>The database could not be reached, or the connection broke before it answered: what was sent may or may not have happened.</summary>
public sealed class DatabaseUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The database refuses us for a reason that waiting does not mend; the message says what to check and holds no password.</summary>
public sealed class DatabaseMisconfiguredException(string message, Exception? inner = null) : Exception(message, inner);
