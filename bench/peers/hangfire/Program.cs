using System.Globalization;
using Hangfire;
using Hangfire.PostgreSql;

// Hangfire.PostgreSql with 20 workers and long polling.
//   Hangfire.Bench fill    its schema, and BENCH_JOBS jobs
//   Hangfire.Bench work    until SIGTERM
var jobs = int.Parse(Environment.GetEnvironmentVariable("BENCH_JOBS")!, CultureInfo.InvariantCulture);
GlobalConfiguration.Configuration.UsePostgreSqlStorage(
    storage => storage.UseNpgsqlConnection(Environment.GetEnvironmentVariable("BENCH_DSN")!),
    new PostgreSqlStorageOptions { QueuePollInterval = TimeSpan.FromMilliseconds(500), EnableLongPolling = true });

if (args is ["fill"])
{
    var client = new BackgroundJobClient();
    Parallel.For(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => client.Enqueue(() => NoOp.Handle(i)));
}
else
{
    using var server = new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = 20 });
    await Task.Delay(Timeout.Infinite);
}

/// <summary>The job.</summary>
public static class NoOp
{
    private static readonly int Warm = int.Parse(Environment.GetEnvironmentVariable("BENCH_WARM") ?? "0", CultureInfo.InvariantCulture);
    private static readonly int Jobs = int.Parse(Environment.GetEnvironmentVariable("BENCH_JOBS") ?? "0", CultureInfo.InvariantCulture);
    private static int _handled;

    public static void Handle(int number)
    {
        var handled = Interlocked.Increment(ref _handled);
        if (handled == Warm)
            Console.WriteLine("{\"bench\":\"warm\"}");
        if (handled == Jobs)
            Console.WriteLine("{\"bench\":\"handled\"}");
    }
}
