using Npgsql;

namespace Woflo.Infrastructure.Postgres;

/// <summary>The ways to connect to the one database this program works on.</summary>
internal static class DataSources
{
    /// <summary>All that one worker may hold, its listener included.</summary>
    public const int MaxConnections = 6;

    /// <param name="watch">A pooler may stand anywhere, and a failover may bring one: it is shown each new connection.</param>
    public static NpgsqlDataSource Pooled(DatabaseUrl url, string applicationName, PoolerWatch watch)
    {
        var builder = Configure(url, applicationName, pooling: true);
        builder.UsePhysicalConnectionInitializer(watch.CheckNow, watch.Check);
        return Build(builder, url);
    }

    /// <summary>Connections that end when they are closed, for work that needs a session to itself.</summary>
    public static NpgsqlDataSource Unpooled(DatabaseUrl url, string applicationName) =>
        Build(Configure(url, applicationName, pooling: false), url);

    private static NpgsqlDataSourceBuilder Configure(DatabaseUrl url, string applicationName, bool pooling)
    {
        var settings = url.ConnectionString();
        settings.Pooling = pooling;
        if (pooling)
            settings.MaxPoolSize = MaxConnections;
        // No session holds anything of ours, and behind a pooler the reset would hit somebody else's.
        settings.NoResetOnClose = true;
        settings.Enlist = false;
        settings.CommandTimeout = 30;
        settings.ApplicationName ??= applicationName;
        if (!settings.ShouldSerialize("Timeout"))
            settings.Timeout = 10;
        // Kerberos only where it is asked for: offering it costs each connect a round trip, and a library that slim images lack.
        if (!settings.ShouldSerialize("GSS Encryption Mode"))
            settings.GssEncryptionMode = GssEncryptionMode.Disable;
        settings.TcpKeepAlive = true;
        if (settings.TcpKeepAliveTime == 0)
            settings.TcpKeepAliveTime = 15;
        if (settings.TcpKeepAliveInterval == 0)
            settings.TcpKeepAliveInterval = 5;
        return new NpgsqlDataSourceBuilder(settings.ConnectionString);
    }

    private static NpgsqlDataSource Build(NpgsqlDataSourceBuilder builder, DatabaseUrl url) => url.Target == TargetSessionAttributes.Any
        ? builder.Build()
        : builder.BuildMultiHost().WithTargetSession(url.Target);
}
