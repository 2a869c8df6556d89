using Microsoft.Extensions.DependencyInjection;
using Woflo.Application.Database;
using Woflo.Application.Demo;
using Woflo.Application.Enrichment;
using Woflo.Application.Jobs;
using Woflo.Application.Scheduling;
using Woflo.Application.Settings;
using Woflo.Infrastructure.CpSat;
using Woflo.Infrastructure.LanguageModels;
using Woflo.Infrastructure.Postgres;
using Woflo.Infrastructure.Postgres.Demo;
using Woflo.Infrastructure.Postgres.Enrichment;
using Woflo.Infrastructure.Postgres.Jobs;
using Woflo.Infrastructure.Postgres.Scheduling;

namespace Woflo.Infrastructure;

public static class InfrastructureServices
{
    /// <summary>The ports' implementations, and the options of every module, read from the environment.</summary>
    /// <exception cref="SettingException">A variable is missing or wrong.</exception>
    public static IServiceCollection AddInfrastructure(this IServiceCollection services, SettingsReader settings, string applicationName)
    {
        var url = DatabaseUrl.Parse(settings.Secret(DatabaseUrl.Variable, "the database, as postgresql://user:password@host:5432/name?sslmode=…"));
        var enrichment = EnrichmentOptions.Read(settings);
        return services
            .AddDatabase(url, applicationName)
            .AddSingleton(new DatabaseName(url.Safe))
            .AddSingleton(QueueOptions.Read(settings))
            .AddSingleton<IJobStore, JobStore>()
            .AddSingleton<IEnqueueStore, EnqueueStore>()
            .AddSingleton<ICronStore, CronStore>()
            .AddSingleton<IQueueBell, QueueBell>()
            .AddSingleton<IQueueReader, QueueReader>()
            .AddSingleton<IQueueKeeper, QueueKeeper>()
            .AddSingleton(SchedulingOptions.Read(settings))
            .AddSingleton<ShopReader>()
            .AddSingleton<IShopReader>(provider => provider.GetRequiredService<ShopReader>())
            .AddSingleton<IPlanReader, PlanReader>()
            .AddSingleton<IScheduleRunStore, ScheduleRunStore>()
            .AddSingleton<IScheduleSolver, CpSatScheduleSolver>()
            .AddSingleton<IJobEffects, ScheduleEffects>()
            .AddSingleton<IWorkOrderReader, WorkOrderReader>()
            .AddSingleton<IAnswerReader, AnswerReader>()
            .AddSingleton<ISpendingLedger, SpendingLedger>()
            .AddSingleton<IUsageReader, UsageReader>()
            .AddSingleton<IPlanStore, PlanStore>()
            .AddSingleton<IJobEffects, EnrichmentEffects>()
            .AddSingleton(enrichment)
            .AddLanguageModels(enrichment)
            .AddSingleton<IDemoShop, DemoShop>();
    }
}
