// Types that break the rules of the house, each in the namespace that its rule binds, so that every rule is seen to catch what it forbids.
#pragma warning disable CA1852, CA1050, CA1051, MA0047, MA0053, S1104, CA1822

/// <summary>In no namespace at all, as top-level statements are; knows whatever it likes.</summary>
internal sealed class Program_of_a_canary
{
    public Woflo.Infrastructure.Canaries.Target? Infrastructure { get; init; }
}

namespace Woflo.Domain.Canaries
{
    internal sealed class Target;

    internal sealed class Knows_a_package
    {
        public MediatR.IMediator? Mediator { get; init; }
    }

    internal sealed class Knows_application
    {
        public Application.Canaries.Target? Application { get; init; }
    }

    internal sealed class Knows_only_System
    {
        public Uri? Address { get; init; }

        public Target? Neighbour { get; init; }

        public static string Said(ReadOnlySpan<int> numbers) => System.Text.Json.JsonSerializer.Serialize(numbers.ToArray().Select(number => number + 1));
    }

    internal class Unsealed;

    internal static class Outer
    {
        internal class UnsealedInside;
    }

    internal sealed class WithSetter
    {
        public int Count { get; set; }
    }

    internal sealed class WithField
    {
        public int Count = 1;
    }

    internal sealed record WithInit(int Count)
    {
        public string Name { get; init; } = "";

        public int Seen { get; private set; }

        public void See() => Seen++;
    }
}

namespace Woflo.Domain.Scheduling.Canaries
{
    internal sealed class Target;

    internal sealed class Knows_enrichment
    {
        public Enrichment.Canaries.Target? Other { get; init; }
    }
}

namespace Woflo.Domain.Enrichment.Canaries
{
    internal sealed class Target;

    internal sealed class Knows_scheduling
    {
        public Scheduling.Canaries.Target? Other { get; init; }
    }
}

namespace Woflo.Application.Canaries
{
    internal sealed class Target;

    internal sealed class Knows_Npgsql
    {
        public Npgsql.NpgsqlConnection? Connection { get; init; }
    }

    internal sealed class Knows_infrastructure
    {
        public static string Named() => typeof(Infrastructure.InfrastructureServices).Name;
    }

    internal sealed class Knows_worker_in_an_async_body
    {
        public static async Task<string> Named()
        {
            await Task.Yield();
            return nameof(Worker) + new Worker.Canaries.Target().GetHashCode();
        }
    }

    internal sealed record Ask : MediatR.IRequest<int>;

    public sealed record PublicAsk : MediatR.IRequest<int>;

    public sealed class PublicHandler : MediatR.IRequestHandler<PublicAsk, int>
    {
        public Task<int> Handle(PublicAsk request, CancellationToken cancellationToken) => Task.FromResult(1);
    }

    internal class UnsealedHandler : MediatR.IRequestHandler<Ask, int>
    {
        public Task<int> Handle(Ask request, CancellationToken cancellationToken) => Task.FromResult(1);
    }

    internal sealed class LawfulHandler : MediatR.IRequestHandler<Ask, int>
    {
        public Task<int> Handle(Ask request, CancellationToken cancellationToken) => Task.FromResult(1);
    }

    public sealed class PublicValidator : FluentValidation.AbstractValidator<PublicAsk>;
}

namespace Woflo.Application.Enrichment.Canaries
{
    internal sealed class Knows_scheduling
    {
        public static string Named() => nameof(Knows_scheduling) + typeof(Application.Scheduling.IShopReader).Name;
    }
}

namespace Woflo.Application.Jobs.Canaries
{
    internal sealed class Knows_scheduling
    {
        public static Func<object> Make() => () => new Domain.Scheduling.Canaries.Target();
    }
}

namespace Woflo.Infrastructure.Canaries
{
    internal sealed class Target;

    internal sealed class Knows_worker
    {
        public Worker.WorkerLoop? Worker { get; init; }
    }

    internal sealed class Knows_cli
    {
        public Cli.Canaries.Target? Cli { get; init; }
    }

    public sealed class PublicStore : Application.Jobs.IQueueBell
    {
        public bool IsListening => false;

        public Task Listen(Action<IReadOnlyCollection<string>, TimeSpan> ring, Action heard, CancellationToken cancellation) => Task.CompletedTask;
    }

    public static class Outer
    {
        public sealed class PublicStoreInside : Application.Jobs.IQueueBell
        {
            public bool IsListening => false;

            public Task Listen(Action<IReadOnlyCollection<string>, TimeSpan> ring, Action heard, CancellationToken cancellation) => Task.CompletedTask;
        }
    }

    internal sealed class LawfulStore : Application.Jobs.IQueueBell
    {
        public bool IsListening => false;

        public Task Listen(Action<IReadOnlyCollection<string>, TimeSpan> ring, Action heard, CancellationToken cancellation) => Task.CompletedTask;
    }
}

namespace Woflo.Infrastructure.Postgres.Jobs.Canaries
{
    internal sealed class Knows_enrichment
    {
        public Domain.Enrichment.Canaries.Target? Other { get; init; }
    }

    internal sealed class Knows_Npgsql
    {
        public Npgsql.NpgsqlConnection? Connection { get; init; }
    }

    internal sealed class Knows_OrTools
    {
        public Google.OrTools.Sat.CpModel? Model { get; init; }
    }
}

namespace Woflo.Infrastructure.CpSat.Canaries
{
    internal sealed class Knows_enrichment
    {
        public Domain.Enrichment.Canaries.Target? Other { get; init; }
    }

    internal sealed class Knows_Dapper
    {
        public Dapper.DynamicParameters? Parameters { get; init; }
    }

    internal sealed class Knows_OrTools
    {
        public Google.OrTools.Sat.CpModel? Model { get; init; }
    }
}

namespace Woflo.Worker.Canaries
{
    internal sealed class Target;

    internal sealed class Knows_infrastructure
    {
        public Infrastructure.Canaries.Target? Infrastructure { get; init; }
    }

    internal sealed class Knows_domain
    {
        public Domain.Jobs.Job? Job { get; init; }
    }

    internal sealed record Ask : MediatR.IRequest<int>;

    internal sealed class StrayHandler : MediatR.IRequestHandler<Ask, int>
    {
        public Task<int> Handle(Ask request, CancellationToken cancellationToken) => Task.FromResult(1);
    }
}

namespace Woflo.Cli.Canaries
{
    internal sealed class Target;
}

namespace Woflo.Application.Enrichment.Canaries
{
    internal sealed class Knows_a_chat_client
    {
        public Microsoft.Extensions.AI.IChatClient? Client { get; init; }
    }
}

namespace Woflo.Infrastructure.Postgres.Enrichment.Canaries
{
    internal sealed class Knows_a_provider
    {
        public global::OpenAI.Chat.ChatClient? Client { get; init; }
    }
}

namespace Woflo.Infrastructure.LanguageModels.Canaries
{
    internal sealed class Knows_a_provider
    {
        public global::Anthropic.AnthropicClient? Client { get; init; }
    }

    internal sealed class Knows_Npgsql
    {
        public Npgsql.NpgsqlConnection? Connection { get; init; }
    }
}
