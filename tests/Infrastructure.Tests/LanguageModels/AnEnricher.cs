using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Woflo.Application;
using Woflo.Application.Jobs;
using Woflo.Application.Settings;
using Woflo.Domain.Jobs;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.LanguageModels;

/// <summary>A worker process's insides: it claims, runs and ends jobs as the loop does, one at a time and when it is told.</summary>
internal sealed class AnEnricher : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="settings">The last one of a name counts.</param>
    public AnEnricher(TestDatabase database, IEnumerable<(string Name, string? Value)> settings)
    {
        var environment = new Dictionary<string, string?> { ["DATABASE_URL"] = database.Url };
        foreach (var (name, value) in settings)
            environment[name] = value;
        _services = new ServiceCollection()
            .AddLogging(logging => logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Trace))
            .AddSingleton<TimeProvider>(new HastyTime())
            .AddApplication()
            .AddInfrastructure(new SettingsReader(environment.GetValueOrDefault), "woflo-tests")
            .BuildServiceProvider();
    }

    public AllThatIsLogged Log { get; } = new();

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Claims and runs; how the attempt is to end is not written yet. Null: nothing is due, or the attempt is lost.</summary>
    public async Task<IRequest<EndResult>?> Attempt(CancellationToken killed = default, CancellationToken windDown = default)
    {
        var mediator = Get<IMediator>();
        return await mediator.Send(new ClaimNextJob(JobTypes.AiEnrich), killed) is { } leased
            ? await mediator.Send(new RunJob(leased, windDown), killed)
            : null;
    }

    /// <summary>Claims, runs and ends one job; false: there is none.</summary>
    public async Task<bool> Work()
    {
        if (await Attempt() is not { } end)
            return false;
        await Get<IMediator>().Send(end);
        return true;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>Every line, exceptions and all.</summary>
internal sealed class AllThatIsLogged : ILoggerProvider, ILogger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = [];

    public string Text => string.Join('\n', _lines);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel} {eventId.Name} {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
