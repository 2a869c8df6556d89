using System.Diagnostics;
using MediatR;
using Microsoft.Extensions.Logging;

namespace Woflo.Application.Pipeline;

/// <summary>Gives each command a span, and a line at debug level with its duration.</summary>
internal sealed partial class TracingBehavior<TRequest, TResponse>(TimeProvider time, ILogger<TracingBehavior<TRequest, TResponse>> log)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    public Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next) =>
        WofloTracing.Source.HasListeners() || log.IsEnabled(LogLevel.Debug) ? Traced(next) : next();

    private async Task<TResponse> Traced(RequestHandlerDelegate<TResponse> next)
    {
        using var span = WofloTracing.Source.StartActivity(typeof(TRequest).Name);
        var startedAt = time.GetTimestamp();
        try
        {
            var response = await next();
            CommandHandled(log, typeof(TRequest).Name, time.GetElapsedTime(startedAt).TotalMilliseconds);
            return response;
        }
        catch (Exception exception)
        {
            span?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
    }

    [LoggerMessage(EventName = "command_handled", Level = LogLevel.Debug, Message = "{command} {elapsed_ms}")]
    private static partial void CommandHandled(ILogger log, string command, double elapsed_ms);
}

/// <summary>The source of this program's spans.</summary>
public static class WofloTracing
{
    public static readonly ActivitySource Source = new("Woflo");
}
