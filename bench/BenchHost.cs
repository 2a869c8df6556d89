using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;
using Woflo.Worker;

namespace Woflo.Bench;

/// <summary>The real worker, but for the handler of <c>ai_enrich</c>, which does nothing.</summary>
internal static class BenchHost
{
    public static async Task<int> Run()
    {
        var handler = new NoOpHandler(Number("BENCH_WARM"), Number("BENCH_JOBS"), TimeProvider.System);
        var exitCode = await WorkerProgram.Run([], services =>
        {
            services.Remove(services.Single(service =>
                service.ServiceType == typeof(IJobHandler) && service.ImplementationType?.Name == "AiEnrichHandler"));
            services.AddSingleton<IJobHandler>(handler);
        });
        handler.SayLatencies();
        return exitCode;
    }

    private static long Number(string variable) => long.Parse(Environment.GetEnvironmentVariable(variable) ?? "0", CultureInfo.InvariantCulture);

    /// <summary>Says on stderr when the warm-up's jobs have started, and when all have.</summary>
    private sealed class NoOpHandler(long warm, long jobs, TimeProvider time) : IJobHandler
    {
        private static readonly Task<JobOutcome> Done = Task.FromResult<JobOutcome>(new JobOutcome.Succeeded());

        private readonly List<double> _latencies = [];
        private long _started;

        public string JobType => JobTypes.AiEnrich;

        public TimeSpan Deadline(Job job) => TimeSpan.FromMinutes(2);

        public Task<JobOutcome> Handle(JobRun run, CancellationToken cancellation)
        {
            if (run.Job.Payload.Contains("\"at\"", StringComparison.Ordinal))
                Note(run.Job.Payload);
            var started = Interlocked.Increment(ref _started);
            if (started == warm)
                Say(new { bench = "warm" });
            if (started == jobs)
                Say(new { bench = "handled" });
            return Done;
        }

        public void SayLatencies()
        {
            _latencies.Sort();
            if (_latencies.Count > 0)
                Say(new { bench = "latency", n = _latencies.Count, p50 = Quantile(0.5), p99 = Quantile(0.99), max = _latencies[^1] });
        }

        // From the database's clock at the insert, which is this machine's.
        private void Note(string payload)
        {
            var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
            using var document = JsonDocument.Parse(payload);
            var at = document.RootElement.GetProperty("at").GetDouble() * 1_000;
            lock (_latencies)
                _latencies.Add(now - at);
        }

        private double Quantile(double share) => _latencies[(int)(_latencies.Count * share)];

        private static void Say(object line) => Console.Error.WriteLine(JsonSerializer.Serialize(line));
    }
}
