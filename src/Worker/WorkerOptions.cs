using Serilog.Events;
using Woflo.Application.Settings;

namespace Woflo.Worker;

/// <summary>The host's own settings.</summary>
internal sealed record WorkerOptions(LogEventLevel LogLevel, bool Migrate)
{
    private static readonly Dictionary<string, LogEventLevel> Levels = new()
    {
        ["debug"] = LogEventLevel.Debug,
        ["info"] = LogEventLevel.Information,
        ["warning"] = LogEventLevel.Warning,
        ["error"] = LogEventLevel.Error,
    };

    public static WorkerOptions Read(SettingsReader settings) => new(
        Levels[settings.Choice("WOFLO_LOG_LEVEL", "info", [.. Levels.Keys], "the least level that is logged: debug, info, warning or error")],
        settings.Choice("WOFLO_MIGRATE", "no", ["no", "yes"], "yes: the worker migrates the database when it starts") == "yes");
}
