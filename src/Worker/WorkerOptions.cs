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

    public static WorkerOptions Read(SettingsReader settings)
    {
        var read = HostSettings.Read(settings);
        return new WorkerOptions(Levels[read.LogLevel], read.Migrate);
    }
}
