using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Woflo.Application;
using Woflo.Application.Settings;
using Woflo.Infrastructure;

namespace Woflo.Cli;

/// <summary>The application, built from the environment for one command.</summary>
internal sealed class CliHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private CliHost(SettingsReader settings, ServiceProvider services) => (Settings, _services) = (settings, services);

    public SettingsReader Settings { get; }

    public IMediator Mediator => Get<IMediator>();

    /// <exception cref="SettingException">DATABASE_URL is missing, or a setting is wrong.</exception>
    public static CliHost Build(Func<string, string?>? environment = null)
    {
        var settings = new SettingsReader(environment ?? Environment.GetEnvironmentVariable);
        HostSettings.Read(settings);
        var services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new ErrorStreamLog()))
            .AddApplication()
            .AddInfrastructure(settings, "woflo")
            .BuildServiceProvider();
        return new CliHost(settings, services);
    }

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
