namespace Woflo.Cli;

/// <summary>What scripts may rely on; said in every help text.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Not found, nothing done, a job refused or failed, the database out of reach.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage, or a setting that is missing or wrong.</summary>
    public const int Usage = 2;
}
