using System.Net;
using System.Net.Sockets;
using Npgsql;
using Woflo.Application.Database;
using Woflo.Infrastructure.Postgres;
using Woflo.TestKit;

namespace Woflo.Infrastructure.Tests.Postgres;

public sealed class DataSourcesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Our_bounds_hold_unless_the_url_says_otherwise()
    {
        using var plain = DataSources.Pooled(DatabaseUrl.Parse("postgresql://u:p@h/db"), "woflo-worker", new PoolerWatch(false));
        using var told = DataSources.Pooled(
            DatabaseUrl.Parse("postgresql://u:p@h/db?connect_timeout=3&application_name=mine&gssencmode=require"), "woflo-worker", new PoolerWatch(false));

        using var renewals = DataSources.Renewals(DatabaseUrl.Parse("postgresql://u:p@h/db"), "woflo-worker");

        NpgsqlConnectionStringBuilder ours = new(plain.ConnectionString), theirs = new(told.ConnectionString);
        Assert.Equal(DataSources.MaxConnections, ours.MaxPoolSize + new NpgsqlConnectionStringBuilder(renewals.Source.ConnectionString).MaxPoolSize);
        Assert.Equal((5, 10, 30, "woflo-worker", true, true, GssEncryptionMode.Disable),
            (ours.MaxPoolSize, ours.Timeout, ours.CommandTimeout, ours.ApplicationName, ours.NoResetOnClose, ours.TcpKeepAlive, ours.GssEncryptionMode));
        Assert.Equal((3, "mine", GssEncryptionMode.Require), (theirs.Timeout, theirs.ApplicationName, theirs.GssEncryptionMode));
    }

    [Fact]
    public async Task A_direct_connection_is_not_taken_for_a_poolers()
    {
        PoolerWatch watch = new(false);
        await using var source = DataSources.Pooled(database.ParsedUrl, "test", watch);

        await using var connection = await source.OpenConnectionAsync(Cancellation);

        Assert.False(watch.Found);
    }

    [Fact]
    public async Task A_pooler_is_found_out_on_connecting_and_migrations_through_it_are_refused()
    {
        Assert.SkipUnless(PgBouncer.IsInstalled, PgBouncer.Missing);
        await using var empty = await TestDatabase.Create(migrated: false);
        await using var pooler = await PgBouncer.Start(empty.ParsedUrl, Cancellation);
        var url = DatabaseUrl.Parse(pooler.Url(empty.ParsedUrl));
        PoolerWatch watch = new(url.IsPooler);
        await using var source = DataSources.Pooled(url, "test", watch);
        Assert.False(watch.Found);

        await using (await source.OpenConnectionAsync(Cancellation))
            Assert.True(watch.Found);

        var refused = await Assert.ThrowsAsync<MigrationException>(() => new Migrator(url, "test").Migrate(null, Cancellation));
        Assert.Contains("direct port", refused.Message, StringComparison.Ordinal);
        Assert.IsType<SchemaState.NeverMigrated>(await new Migrator(url, "test").Check(Cancellation));
    }

    [Fact]
    public async Task A_pooler_whose_server_is_gone_is_waited_for()
    {
        Assert.SkipUnless(PgBouncer.IsInstalled, PgBouncer.Missing);
        await using var server = await PostgresServer.StartPrivate();
        await using var own = await TestDatabase.Create(migrated: false, server);
        await using var pooler = await PgBouncer.Start(own.ParsedUrl, Cancellation);
        await own.DisposeAsync();
        await server.DisposeAsync();

        var error = await Connecting(pooler.Url(own.ParsedUrl) + "?connect_timeout=2");

        Assert.IsType<DatabaseUnavailableException>(DatabaseErrors.Translate(error));
    }

    [Fact]
    public async Task A_refused_password_and_an_unknown_database_are_for_a_person_to_mend()
    {
        var password = database.ParsedUrl.ConnectionString().Password;
        Assert.SkipWhen(string.IsNullOrEmpty(password), "the server lets anybody in");

        var refused = DatabaseErrors.Translate(await Connecting(database.UrlFor(database.ParsedUrl.User, "wrong-secret")));
        var unknown = DatabaseErrors.Translate(await Connecting(database.Url + (database.Url.Contains('?', StringComparison.Ordinal) ? '&' : '?') + "dbname=nowhere"));
        var unencrypted = DatabaseErrors.Translate(await Connecting(database.UrlFor(database.ParsedUrl.User, "") + "?sslmode=disable"));

        Assert.Contains("password", Assert.IsType<DatabaseMisconfiguredException>(refused).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", refused.ToString(), StringComparison.Ordinal);
        Assert.Contains("nowhere", Assert.IsType<DatabaseMisconfiguredException>(unknown).Message, StringComparison.Ordinal);
        Assert.Contains("DATABASE_URL has none", Assert.IsType<DatabaseMisconfiguredException>(unencrypted).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_connect_is_for_a_person_to_mend()
    {
        await using var own = await TestDatabase.Create(migrated: false);
        await own.Execute($"revoke connect on database {own.Name} from public", Cancellation);
        await using var role = await Role.Create(own, Cancellation);

        var error = DatabaseErrors.Translate(await Connecting(role.Url));

        Assert.Contains("grant it connect", Assert.IsType<DatabaseMisconfiguredException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_encrypt_is_told_apart_from_one_that_is_away()
    {
        Assert.SkipWhen(await database.Scalar<string>("show ssl", Cancellation) == "on", "the server encrypts");

        var error = DatabaseErrors.Translate(await Connecting(database.Url + "?sslmode=require"));

        Assert.Contains("sslmode", Assert.IsType<DatabaseMisconfiguredException>(error).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:1")]
    [InlineData("no-such-host.invalid")]
    [InlineData("127.0.0.1:1,127.0.0.1:2")]
    [InlineData("127.0.0.1:1,no-such-host.invalid")]
    public async Task A_server_that_is_not_there_is_waited_for(string hosts)
    {
        var error = await Connecting($"postgresql://u:p@{hosts}/db?connect_timeout=3");

        Assert.IsType<DatabaseUnavailableException>(DatabaseErrors.Translate(error));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_waited_for()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();

        var error = await Connecting($"postgresql://u:p@127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/db?connect_timeout=1");

        Assert.IsType<DatabaseUnavailableException>(DatabaseErrors.Translate(error));
    }

    [Fact]
    public async Task A_connection_broken_by_a_restart_is_waited_for_and_the_next_one_works()
    {
        await using var server = await PostgresServer.StartPrivate();
        await using var own = await TestDatabase.Create(migrated: false, server);
        await using var source = DataSources.Pooled(own.ParsedUrl, "test", new PoolerWatch(false));
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        await using NpgsqlCommand command = new("select 1", connection);
        await server.Restart(crash: true);

        var error = await Record.ExceptionAsync(() => command.ExecuteScalarAsync(Cancellation));

        Assert.IsType<DatabaseUnavailableException>(DatabaseErrors.Translate(error!));
        await using var next = await source.OpenConnectionAsync(Cancellation);
    }

    private static async Task<Exception> Connecting(string url)
    {
        await using var source = DataSources.Pooled(DatabaseUrl.Parse(url), "test", new PoolerWatch(false));
        return await Assert.ThrowsAnyAsync<Exception>(async () => await source.OpenConnectionAsync(Cancellation));
    }
}
