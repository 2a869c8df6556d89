namespace Woflo.Application.Settings;

/// <summary>The worker host's own settings. They are read here, so that the command line can show them, too.</summary>
public sealed record HostSettings(string LogLevel, bool Migrate)
{
    public static readonly IReadOnlyList<string> LogLevels = ["debug", "info", "warning", "error"];

    public static HostSettings Read(SettingsReader settings) => new(
        settings.Choice("WOFLO_LOG_LEVEL", "info", LogLevels, "the least level that is logged: debug, info, warning or error"),
        settings.Choice("WOFLO_MIGRATE", "no", ["no", "yes"], "yes: the worker migrates the database when it starts") == "yes");
}
