using Microsoft.Extensions.DependencyInjection;
using Woflo.Application.Database;

namespace Woflo.Infrastructure.Postgres;

public static class DatabaseServices
{
    /// <summary>The data source, the watch for poolers, and the migrator.</summary>
    /// <param name="applicationName">As the server's pg_stat_activity shows it, unless the URL names one.</param>
    public static IServiceCollection AddDatabase(this IServiceCollection services, DatabaseUrl url, string applicationName) => services
        .AddSingleton(_ => new PoolerWatch(url.IsPooler))
        .AddSingleton(provider => DataSources.Pooled(url, applicationName, provider.GetRequiredService<PoolerWatch>()))
        .AddSingleton<Bulkhead>()
        .AddSingleton(_ => DataSources.Renewals(url, applicationName))
        .AddSingleton<IDatabaseMigrator>(_ => new Migrator(url, applicationName));
}
