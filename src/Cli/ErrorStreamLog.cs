using Microsoft.Extensions.Logging;

namespace Woflo.Cli;

/// <summary>Warnings go to stderr as plain lines, so that they never mix with what a script reads.</summary>
internal sealed class ErrorStreamLog : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            Console.Error.WriteLine($"woflo: {eventId.Name}: {Printable.Line(formatter(state, exception), 500)}");
    }

    public void Dispose()
    {
    }
}
