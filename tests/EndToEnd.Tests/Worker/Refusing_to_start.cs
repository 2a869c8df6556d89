using Woflo.TestKit;
using static Woflo.EndToEnd.Tests.AShop;

namespace Woflo.EndToEnd.Tests.Worker;

public sealed class Refusing_to_start
{
    private const string Secret = "s3cret-pa55";

    [Theory(Timeout = 60_000)]
    [InlineData(null, "is not set")]
    [InlineData("", "is not set")]
    [InlineData($"mysql://woflo:{Secret}@localhost/woflo", "postgresql://")]
    [InlineData($"postgresql://woflo:{Secret}@localhost:port/woflo", "port")]
    [InlineData($"postgresql://woflo:{Secret}@localhost", "database")]
    [InlineData($"postgresql://woflo:{Secret}@localhost/woflo?sslmode=perhaps", "sslmode")]
    public async Task a_DATABASE_URL_that_is_missing_or_malformed_names_what_is_wrong(string? url, string named) =>
        await Refuses(url, "DATABASE_URL", named);

    [Fact(Timeout = 60_000)]
    public async Task a_wrong_password_is_no_reason_to_wait()
    {
        await using var database = await TestDatabase.Create();
        await Refuses(database.UrlFor(database.ParsedUrl.User, Secret), "password", "DATABASE_URL");
    }

    [Fact(Timeout = 60_000)]
    public async Task an_unknown_user_is_no_reason_to_wait()
    {
        await using var database = await TestDatabase.Create();
        await Refuses(database.UrlFor("nobody_of_that_name", Secret), "DATABASE_URL");
    }

    [Fact(Timeout = 60_000)]
    public async Task an_unknown_database_is_no_reason_to_wait()
    {
        await using var database = await TestDatabase.Create();
        await Refuses(database.Url.Replace(database.Name, "no_such_database", StringComparison.Ordinal), "no_such_database", "DATABASE_URL");
    }

    [Fact(Timeout = 60_000)]
    public async Task a_database_that_was_never_migrated_or_is_behind_names_the_command()
    {
        await using var empty = await TestDatabase.Create(migrated: false);
        await Refuses(empty.Url, "`woflo migrate`");

        await using var behind = await TestDatabase.Create();
        await behind.Execute("delete from woflo.migrations where number = (select max(number) from woflo.migrations)", Cancellation);
        await Refuses(behind.Url, "`woflo migrate`");
    }

    [Fact(Timeout = 60_000)]
    public async Task a_wrong_setting_names_its_variable()
    {
        await using var database = await TestDatabase.Create();
        await using var worker = WofloProcess.Worker(database.Url, [("WOFLO_LEASE_SECONDS", "soon")]);
        await Refused(worker, "WOFLO_LEASE_SECONDS");
    }

    [Fact(Timeout = 60_000)]
    public async Task migrates_an_empty_database_when_asked_to()
    {
        await using var empty = await TestDatabase.Create(migrated: false);
        await using var worker = WofloProcess.Worker(empty.Url, [], "--migrate", "--drain");
        Assert.Equal(0, await worker.Exit(Cancellation));
        Assert.Equal(0, await empty.Scalar<long>("select count(*) from job_queue", Cancellation));
    }

    private static async Task Refuses(string? url, params string[] names)
    {
        await using var worker = WofloProcess.Worker(url, []);
        await Refused(worker, names);
    }

    private static async Task Refused(WofloProcess worker, params string[] names)
    {
        Assert.Equal(2, await worker.Exit(Cancellation));
        var error = Assert.Single(worker.Events("worker_fatal_error")).GetProperty("error").GetString()!;
        Assert.All(names, name => Assert.Contains(name, error, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', error);
        Assert.DoesNotContain(Secret, string.Join('\n', worker.Output) + worker.Errors, StringComparison.Ordinal);
        Assert.Equal("worker_stopped", worker.Log[^1].GetProperty("event").GetString());
    }
}
