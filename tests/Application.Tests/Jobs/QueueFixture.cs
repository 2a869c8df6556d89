using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using Woflo.Application.Jobs;
using Woflo.Application.Settings;
using Woflo.Domain.Jobs;

namespace Woflo.Application.Tests.Jobs;

/// <summary>The real pipeline and handlers on a substituted store, one job handler, and a clock that the test moves.</summary>
internal sealed class QueueFixture : IDisposable
{
    private readonly ServiceProvider _services;

    public QueueFixture()
    {
        Handler.JobType.Returns(JobTypes.AiEnrich);
        Handler.Deadline(Arg.Any<Job>()).Returns(TimeSpan.FromMinutes(2));
        Store.Claim(JobTypes.AiEnrich, Arg.Any<CancellationToken>()).Returns(_ => Leased());
        Store.Start(Arg.Any<LeasedJob>(), Arg.Any<CancellationToken>()).Returns(true);
        Store.End(Arg.Any<LeasedJob>(), Arg.Any<JobEnd>(), Arg.Any<JobFailure?>(), Arg.Any<object?>()).Returns(true);
        var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<ILoggerFactory>(Log)
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddApplication()
            .AddSingleton(Store)
            .AddSingleton(Keeper)
            .AddSingleton(Intake)
            .AddSingleton(Crons)
            .AddSingleton(QueueOptions.Read(new SettingsReader(_ => null)));
        foreach (var handler in services.Where(service => service.ServiceType == typeof(IJobHandler)).ToList())
            services.Remove(handler);
        _services = services.AddSingleton(Handler).BuildServiceProvider();
    }

    public FakeTimeProvider Time { get; } = new();
    public IJobStore Store { get; } = Substitute.For<IJobStore>();
    public IQueueKeeper Keeper { get; } = Substitute.For<IQueueKeeper>();
    public IEnqueueStore Intake { get; } = Substitute.For<IEnqueueStore>();
    public ICronStore Crons { get; } = Substitute.For<ICronStore>();
    public IJobHandler Handler { get; } = Substitute.For<IJobHandler>();
    public RecordedLog Log { get; } = new();

    public static LeasedJob Leased(int attempts = 1, int maxAttempts = 3) => new(
        new Job(Guid.NewGuid(), Guid.NewGuid(), JobTypes.AiEnrich, "{}", JobState.Running, attempts, maxAttempts), Guid.NewGuid());

    public Task<T> Send<T>(IRequest<T> command) => Mediator.Send(command, TestContext.Current.CancellationToken);

    public void HandlerDoes(Func<JobRun, CancellationToken, Task<JobOutcome>> work) =>
        Handler.Handle(Arg.Any<JobRun>(), Arg.Any<CancellationToken>()).Returns(call => work(call.Arg<JobRun>(), call.Arg<CancellationToken>()));

    public void RenewalsLand(TimeSpan after = default) =>
        Store.Renew(Arg.Any<IReadOnlyCollection<LeasedJob>>(), Arg.Any<IReadOnlyDictionary<Guid, string>>(), Arg.Any<CancellationToken>()).Returns(call =>
        {
            Time.Advance(after);
            return new Renewal(call.Arg<IReadOnlyCollection<LeasedJob>>().Select(held => held.Fence).ToHashSet(), new HashSet<Guid>());
        });

    public Task<IRequest<EndResult>?> ClaimAndRun() => ClaimAndRunUntil(CancellationToken.None);

    public async Task<IRequest<EndResult>?> ClaimAndRunUntil(CancellationToken graceOver)
    {
        var leased = await Send(new ClaimNextJob(JobTypes.AiEnrich));
        return await Mediator.Send(new RunJob(leased!, CancellationToken.None), graceOver);
    }

    public void Dispose() => _services.Dispose();

    private IMediator Mediator => _services.GetRequiredService<IMediator>();
}

/// <summary>Keeps the names of the events that were logged.</summary>
internal sealed class RecordedLog : ILoggerFactory, ILogger
{
    public List<string> Events { get; } = [];

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Events)
            Events.Add(eventId.Name ?? "");
    }

    public void Dispose()
    {
    }
}
