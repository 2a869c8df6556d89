namespace Woflo.Application.Database;

/// <summary>Brings the database to what this program needs. Forward only, one migrator at a time.</summary>
public interface IDatabaseMigrator
{
    /// <summary>Applies what is missing, to an empty database and to one that was made by hand alike.
    /// Safe to run from several processes at once: one works, the others wait and find nothing left.</summary>
    /// <param name="progress">Told of each step, in a line for people.</param>
    /// <exception cref="MigrationException">It must not or cannot go on; the message says what to do.</exception>
    /// <exception cref="DatabaseUnavailableException" />
    /// <exception cref="DatabaseMisconfiguredException" />
    Task<MigrationReport> Migrate(IProgress<string>? progress, CancellationToken cancellation);

    /// <summary>Compares the database with this program; changes nothing and takes no lock.</summary>
    /// <exception cref="DatabaseUnavailableException" />
    /// <exception cref="DatabaseMisconfiguredException" />
    Task<SchemaState> Check(CancellationToken cancellation);
}

/// <param name="Applied">The files applied by this call, in order; none where nothing was missing.</param>
/// <param name="State">What the database is now.</param>
public sealed record MigrationReport(IReadOnlyList<string> Applied, SchemaState State);

/// <summary>A migration that must not or cannot go on. The message says what to do, and may be printed.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>How the database stands to this program.</summary>
/// <param name="IsAccepted">A worker may start on it.</param>
/// <param name="Message">A line for people: what it is and, where something is to be done, what.</param>
public abstract record SchemaState(bool IsAccepted, string Message)
{
    public sealed record Current() : SchemaState(true, "The database is up to date.");

    /// <summary>No migration was ever recorded: an empty database, or one made by hand.</summary>
    public sealed record NeverMigrated()
        : SchemaState(false, "The database has never been migrated. Run `woflo migrate` first; it keeps the data that is there.");

    public sealed record Behind(IReadOnlyList<string> Missing)
        : SchemaState(false, $"The database lacks {Missing.Count} migration(s): {string.Join(", ", Missing)}. Run `woflo migrate` first.");

    /// <summary>Newer, by additions only: a program may go on while its successor is being rolled out.</summary>
    public sealed record Ahead(IReadOnlyList<string> Unknown)
        : SchemaState(true, $"The database is {Unknown.Count} additive migration(s) ahead of this program: {string.Join(", ", Unknown)}.");

    /// <summary>Newer, by a migration that says that older programs must not work with it.</summary>
    public sealed record TooNew(IReadOnlyList<string> Unknown)
        : SchemaState(false, $"The database was migrated beyond this program by {string.Join(", ", Unknown)}. Deploy the newer program.");

    /// <summary>Applied files read otherwise now than when they were applied.</summary>
    public sealed record Tampered(IReadOnlyList<string> Files)
        : SchemaState(false, $"The history of migrations does not fit this program: {string.Join(", ", Files)} was applied with other "
            + "contents. An applied file is never edited: restore it from the version that was deployed, and put the change into a new file.");
}

/// <summary>The database's address, without its password.</summary>
public sealed record DatabaseName(string Text);
