using FluentValidation;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Woflo.Application.Enrichment;
using Woflo.Application.Jobs;
using Woflo.Application.Pipeline;
using Woflo.Application.Scheduling;

namespace Woflo.Application;

public static class ApplicationServices
{
    /// <summary>The commands, their validators and handlers, and the job handlers. Expects the ports and <see cref="QueueOptions"/> to be there.</summary>
    public static IServiceCollection AddApplication(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ServiceFactory>(provider => provider.GetRequiredService);
        services.AddSingleton<IMediator, Mediator>();
        services.AddSingleton(typeof(IPipelineBehavior<,>), typeof(TracingBehavior<,>));
        services.AddSingleton(typeof(IPipelineBehavior<,>), typeof(ValidationBehavior<,>));
        services.Scan(scan => scan.FromAssemblyOf<EnqueueJob>()
            .AddClasses(classes => classes.AssignableToAny(typeof(IRequestHandler<,>), typeof(IValidator<>), typeof(IJobHandler)), publicOnly: false)
            .AsImplementedInterfaces()
            .WithSingletonLifetime());
        services.AddHybridCache();
        // Without a model nothing of the ledger is touched.
        services.TryAddSingleton<IEnricher>(provider => provider.GetServices<ILanguageModel>().Any()
            ? ActivatorUtilities.CreateInstance<ModelEnricher>(provider)
            : new LexiconEnricher(provider.GetRequiredService<EnrichmentOptions>()));
        services.AddSingleton<ActiveLeases>();
        services.AddSingleton<ShopPlanner>();
        services.AddSingleton<AttemptEnding>();
        services.AddSingleton<FailureAlarm>();
        services.AddSingleton(provider => provider.GetRequiredService<QueueOptions>().Retry);
        return services;
    }
}
