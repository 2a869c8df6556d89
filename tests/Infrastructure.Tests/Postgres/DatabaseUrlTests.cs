using Npgsql;
using Woflo.Application.Settings;
using Woflo.Infrastructure.Postgres;

namespace Woflo.Infrastructure.Tests.Postgres;

public sealed class DatabaseUrlTests
{
    [Theory]
    [InlineData("postgresql://u:secret@h:5432/db", "secret")]
    [InlineData("postgres://u:secret@h/db", "secret")]
    [InlineData("POSTGRES://u:secret@h/db", "secret")]
    [InlineData("  'postgresql://u:secret@h/db'\n", "secret")]
    [InlineData("\"postgresql://u:secret@h/db\"", "secret")]
    [InlineData("postgresql://u:'secret'@h/db", "secret")]
    [InlineData("postgresql://u:'s'e'c'@h/db", "s'e'c")]
    [InlineData("postgresql://u:'p@s#s'@h/db", "p@s#s")]
    [InlineData("postgresql://u:p%40s%23s%2Fx%3F%3A%25@h/db", "p@s#s/x?:%")]
    [InlineData("postgresql://u:p%C3%A4ss@h/db", "päss")]
    [InlineData("postgresql://u:päss€😀%41@h/db", "päss€😀A")]
    [InlineData("postgresql://u:p#ss@h/db", "p#ss")]
    [InlineData("postgresql://u:#@h/db?sslmode=require", "#")]
    [InlineData("postgresql://u:p@ss@h/db", "p@ss")]
    [InlineData("postgresql://u:p@@@h/db", "p@@")]
    [InlineData("postgresql://u:100%@h/db", "100%")]
    [InlineData("postgresql://u:a%zz%41@h/db", "a%zz%41")]
    [InlineData("postgresql://u:bad%ffutf8@h/db", "bad%ffutf8")]
    [InlineData("postgresql://u:a/b@h/db", "a/b")]
    [InlineData("postgresql://u:a?b@h/db", "a?b")]
    [InlineData("postgresql://u:a?b=c@h/db", "a?b=c")]
    [InlineData("postgresql://u:a:b::c@h/db", "a:b::c")]
    [InlineData("postgresql://u:a@x/y@h/db", "a@x/y")]
    [InlineData("postgresql://u:a@x?y=1@h/db", "a@x?y=1")]
    [InlineData("postgresql://u:a@b@h/db?application_name=me@here", "a@b")]
    [InlineData("postgresql://u:pa+ss word&;=@h/db", "pa+ss word&;=")]
    [InlineData("postgresql://u@h/db", null)]
    [InlineData("postgresql://u:@h/db", null)]
    [InlineData("postgresql://u@h/db?password=se%40cret", "se@cret")]
    public void A_password_is_understood_however_it_is_written(string url, string? password)
    {
        var parsed = DatabaseUrl.Parse(url);

        var settings = parsed.ConnectionString();
        Assert.Equal((password, "u", "h", 5432, "db"), (settings.Password, settings.Username, settings.Host, settings.Port, settings.Database));
        Assert.Equal("postgresql://u@h:5432/db", parsed.Safe);
        Assert.Equal("postgresql://u@h:5432/db", parsed.ToString());
    }

    [Theory]
    [InlineData("h", "h", 5432)]
    [InlineData("db.example.com:6000", "db.example.com", 6000)]
    [InlineData("10.0.0.7:6000", "10.0.0.7", 6000)]
    [InlineData("[::1]", "::1", 5432)]
    [InlineData("[2001:db8::1]:6000", "2001:db8::1", 6000)]
    [InlineData("h1:1,h2:2", "h1:1,h2:2", 1)]
    [InlineData("h1,h2", "h1:5432,h2:5432", 5432)]
    [InlineData("[::1]:1,h2", "[::1]:1,h2:5432", 1)]
    [InlineData("%2Fvar%2Frun%2Fpostgresql", "/var/run/postgresql", 5432)]
    public void Hosts_are_names_addresses_or_several(string hosts, string expected, int port)
    {
        var settings = DatabaseUrl.Parse($"postgresql://u:p@{hosts}/db").ConnectionString();

        Assert.Equal((expected, port), (settings.Host, settings.Port));
    }

    [Fact]
    public void A_socket_may_stand_in_the_parameters()
    {
        var settings = DatabaseUrl.Parse("postgresql://u:p@/db?host=/var/run/postgresql&port=5433").ConnectionString();

        Assert.Equal(("/var/run/postgresql", 5433), (settings.Host, settings.Port));
    }

    [Theory]
    [InlineData("disable", SslMode.Disable)]
    [InlineData("allow", SslMode.Allow)]
    [InlineData("prefer", SslMode.Prefer)]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-ca", SslMode.VerifyCA)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    [InlineData("require&sslrootcert=/etc/ca.pem", SslMode.VerifyCA)]
    [InlineData("require&sslrootcert=system", SslMode.VerifyFull)]
    [InlineData("verify-full&sslrootcert=%2Fetc%2Fca.pem", SslMode.VerifyFull)]
    public void Encryption_is_as_libpq_names_it(string value, SslMode mode)
    {
        var settings = DatabaseUrl.Parse($"postgresql://u:p@h/db?sslmode={value}").ConnectionString();

        Assert.Equal(mode, settings.SslMode);
        Assert.Equal(value.Contains("ca.pem", StringComparison.Ordinal) ? "/etc/ca.pem" : null, settings.RootCertificate);
    }

    [Theory]
    [InlineData("any", TargetSessionAttributes.Any)]
    [InlineData("read-write", TargetSessionAttributes.ReadWrite)]
    [InlineData("read-only", TargetSessionAttributes.ReadOnly)]
    [InlineData("primary", TargetSessionAttributes.Primary)]
    [InlineData("standby", TargetSessionAttributes.Standby)]
    [InlineData("prefer-standby", TargetSessionAttributes.PreferStandby)]
    public async Task Of_several_hosts_the_right_one_is_asked_for(string value, TargetSessionAttributes target)
    {
        var url = DatabaseUrl.Parse($"postgresql://u:p@h1:1,h2:2/db?target_session_attrs={value}");

        Assert.Equal(target, url.Target);
        // Npgsql refuses combinations that it does not take only when the source is built.
        await using var pooled = DataSources.Pooled(url, "test", new PoolerWatch(false));
        await using var unpooled = DataSources.Unpooled(url, "test");
    }

    [Theory]
    [InlineData("postgresql://u:p@h/db", false)]
    [InlineData("postgresql://u:p@h:6543/db", true)]
    [InlineData("postgresql://u:p@h/db?pgbouncer=true", true)]
    [InlineData("postgresql://u:p@h/db?pgbouncer=false", false)]
    [InlineData("postgresql://postgres.abc:p#@aws-0-eu.pooler.supabase.com:6543/postgres?pgbouncer=true&connection_limit=1", true)]
    public void A_pooler_is_known_by_its_port_or_by_the_parameter(string url, bool pooler) =>
        Assert.Equal(pooler, DatabaseUrl.Parse(url).IsPooler);

    [Fact]
    public void Other_drivers_parameters_are_passed_over_and_libpqs_are_followed()
    {
        var settings = DatabaseUrl.Parse(
            "postgres://u:p@h/db?schema=public&connection_limit=5&pool_timeout=0&statement_cache_size=0&connect_timeout=7"
            + "&application_name=shop&channel_binding=require&options=-c%20geqo%3Doff&keepalives_idle=3").ConnectionString();

        Assert.Equal((7, "shop", ChannelBinding.Require, "-c geqo=off", 3),
            (settings.Timeout, settings.ApplicationName, settings.ChannelBinding, settings.Options, settings.TcpKeepAliveTime));
    }

    private const string Secret = "t0pSecret";

    [Theory]
    [InlineData(null, "is not set")]
    [InlineData("", "is not set")]
    [InlineData("''", "is not set")]
    [InlineData($"mysql://u:{Secret}@h/db", "begin with postgresql://")]
    [InlineData($"u:{Secret}@h/db", "begin with postgresql://")]
    [InlineData($"Host=h;Password={Secret}", "begin with postgresql://")]
    [InlineData("postgresql://", "no user")]
    [InlineData("postgresql://h/db", "no user")]
    [InlineData($"postgresql://:{Secret}@h/db", "no user")]
    [InlineData($"postgresql://u:{Secret}@/db", "no host")]
    [InlineData($"postgresql://u:{Secret}@h", "no database")]
    [InlineData($"postgresql://u:{Secret}@h/", "no database")]
    [InlineData($"postgresql://u:{Secret}@h:54x2/db", "port")]
    [InlineData($"postgresql://u:{Secret}@h:0/db", "port")]
    [InlineData($"postgresql://u:{Secret}@h:65536/db", "port")]
    [InlineData($"postgresql://u:{Secret}@h h/db", "host")]
    [InlineData($"postgresql://u:{Secret}@[::1/db", "host")]
    [InlineData($"postgresql://u:{Secret}@h1,,h2/db", "host")]
    [InlineData($"postgresql://u:{Secret}@h/a/b", "database name")]
    [InlineData($"postgresql://u:{Secret}@h/db#x", "database name")]
    [InlineData($"postgresql://u:{Secret}@h/db?sslmode=on", "sslmode is none of disable, allow, prefer, require, verify-ca, verify-full")]
    [InlineData($"postgresql://u:{Secret}@h/db?target_session_attrs=master", "target_session_attrs is none of any, read-write")]
    [InlineData($"postgresql://u:{Secret}@h/db?pgbouncer=maybe", "pgbouncer is neither true nor false")]
    [InlineData($"postgresql://u:{Secret}@h/db?connect_timeout=soon", "connect_timeout is not a whole number")]
    [InlineData($"postgresql://u:{Secret}@h/db?sslmod=require", "the parameter 'sslmod'")]
    [InlineData($"postgresql://u:{Secret}@h/db?sslmode", "not name=value")]
    [InlineData($"postgresql://u:{Secret}/db", "port")]
    [InlineData($"postgresql://u:54?{Secret}=1", "a parameter that is not known")]
    [InlineData($"postgresql://u:{Secret}%00@h/db", "NUL")]
    [InlineData($"postgresql://u:x@y?{Secret}=z@h:port/db", "port")]
    public void A_wrong_one_is_told_by_name_and_without_its_password(string? url, string problem)
    {
        var error = Assert.Throws<SettingException>(() => DatabaseUrl.Parse(url));

        Assert.StartsWith("DATABASE_URL: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }
}
