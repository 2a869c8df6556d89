using System.ClientModel;
using System.ClientModel.Primitives;
using System.Security.Cryptography;
using System.Text;
using Anthropic;
using Anthropic.Core;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using OpenAI;
using OpenAI.Chat;
using Woflo.Application.Enrichment;

namespace Woflo.Infrastructure.LanguageModels;

internal static class LanguageModelServices
{
    /// <summary>One model a configured provider, in the order in which they are asked.</summary>
    public static IServiceCollection AddLanguageModels(this IServiceCollection services, EnrichmentOptions options)
    {
        foreach (var provider in options.Providers)
            services.AddSingleton(services => Create(provider, services.GetRequiredService<TimeProvider>()));
        return services;
    }

    public static ILanguageModel Create(ProviderOptions provider, TimeProvider time)
    {
        // The programs live as long as it does. Redirects would carry the key elsewhere.
        var http = new HttpClient(new ProviderHttp(
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(10) },
            time))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        // Both SDKs try again by themselves unless told not to; when and how often is decided in one place, and paid for each time.
        var client = provider.Name == EnrichmentOptions.Anthropic ? Anthropic(provider, http) : OpenAi(provider, http);
        return new ChatModel(new ModelRoute(Id(provider), provider.Name, provider.Model, provider.Price), client, time);
    }

    private static IChatClient Anthropic(ProviderOptions provider, HttpClient http)
    {
        var options = new ClientOptions
        {
            ApiKey = provider.Key,
            AuthToken = null,
            HttpClient = http,
            MaxRetries = 0,
            Timeout = Timeout.InfiniteTimeSpan,
            // It would hold notes and answers where content is switched on for others.
            OpenTelemetry = new OpenTelemetryOptions { Traces = new OpenTelemetryTraces { Enabled = false } },
        };
        if (provider.Address is { } address)
            options.BaseUrl = address.ToString().TrimEnd('/');
        // A request without a limit of its own would be cut at the SDK's.
        return new AnthropicClient(options).AsIChatClient(provider.Model, 4_096);
    }

    private static IChatClient OpenAi(ProviderOptions provider, HttpClient http)
    {
        var options = new OpenAIClientOptions
        {
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            EnableDistributedTracing = false,
            ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
        };
        if (provider.Address is { } address)
            options.Endpoint = address;
        return new ChatClient(provider.Model, new ApiKeyCredential(provider.Key ?? "none"), options).AsIChatClient();
    }

    private static string Id(ProviderOptions provider)
    {
        var credential = SHA256.HashData(Encoding.UTF8.GetBytes($"{provider.Address}\n{provider.Key}"));
        return $"{provider.Name}/{Convert.ToHexStringLower(credential.AsSpan(0, 4))}/{provider.Model}";
    }
}
