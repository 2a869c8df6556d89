using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using Woflo.Application.Settings;

namespace Woflo.Infrastructure.Postgres;

/// <summary>DATABASE_URL, understood. It is read by hand, since passwords in the field hold raw characters that no URL
/// parser lets pass. Nothing here ever shows the password, nor any part of a text that might hold one.</summary>
public sealed partial class DatabaseUrl
{
    public const string Variable = "DATABASE_URL";
    private const string Expected = "expected postgresql://user:password@host:5432/database";
    private const int DefaultPort = 5432;

    /// <summary>Where transaction poolers listen by convention (Supabase's).</summary>
    private const int PoolerPort = 6543;

    private readonly NpgsqlConnectionStringBuilder _builder;

    private DatabaseUrl(NpgsqlConnectionStringBuilder builder, TargetSessionAttributes target, bool isPooler, string safe)
    {
        _builder = builder;
        Target = target;
        IsPooler = isPooler;
        Safe = safe;
    }

    /// <summary>Known by the address alone to lead to a transaction pooler; a false may still turn out to be one on connecting.</summary>
    public bool IsPooler { get; }

    /// <summary>Which of several hosts will do.</summary>
    public TargetSessionAttributes Target { get; }

    /// <summary>For people: user, hosts and database, never the password.</summary>
    public string Safe { get; }

    public string User => _builder.Username!;

    public string DatabaseName => _builder.Database!;

    public override string ToString() => Safe;

    /// <summary>A copy, with only what the URL says; <see cref="Target"/> is not in it.</summary>
    public NpgsqlConnectionStringBuilder ConnectionString() => new(_builder.ConnectionString);

    /// <exception cref="SettingException">It names what is wrong and what was expected.</exception>
    public static DatabaseUrl Parse(string? text)
    {
        text = Unquote(text?.Trim() ?? "").Trim();
        if (text.Length == 0)
            throw Wrong($"is not set; {Expected}.");
        if (Scheme().Match(text) is not { Success: true } scheme)
            throw Wrong($"does not begin with postgresql:// or postgres://; {Expected}.");
        var rest = text[scheme.Length..];

        // The password may hold '@', so the first one after which everything reads as hosts, database and known parameters
        // ends it. Where none does, the last one does, and what follows it is what is wrong.
        for (var at = rest.IndexOf('@', StringComparison.Ordinal); at >= 0; at = rest.IndexOf('@', at + 1))
        {
            if (TryPlace(rest[(at + 1)..], mayShow: true, out var place, out _))
                return Build(rest[..at], place);
        }
        var last = rest.LastIndexOf('@');
        if (!TryPlace(rest[(last + 1)..], mayShow: last >= 0, out var only, out var problem))
            throw Wrong($"{problem}; {Expected}.");
        return Build(null, only);
    }

    /// <summary>What follows the login.</summary>
    private sealed record Place(IReadOnlyList<(string Host, int Port)> Hosts, string Database, IReadOnlyDictionary<string, string> Parameters);

    private static bool TryPlace(string text, bool mayShow, out Place place, out string problem)
    {
        place = new Place([], "", new Dictionary<string, string>());
        var question = text.IndexOf('?', StringComparison.Ordinal);
        var query = question >= 0 ? text[(question + 1)..] : "";
        var path = question >= 0 ? text[..question] : text;

        Dictionary<string, string> parameters = new(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? pair : pair[..equals];
            if (equals < 1 || pair.Contains('#', StringComparison.Ordinal))
                return Fail("has a part after '?' that is not name=value", out problem);
            if (!Known.ContainsKey(key) && !Ignored.Contains(key))
                return Fail(mayShow && ParameterName().IsMatch(key) ? $"has the parameter '{key}', which is not known" : "has a parameter that is not known", out problem);
            parameters[key] = Decode(pair[(equals + 1)..]);
        }

        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var database = slash >= 0 ? path[(slash + 1)..] : "";
        if (database.AsSpan().IndexOfAny("/@#") >= 0)
            return Fail("has a database name with a raw '/', '@' or '#' (write it percent-encoded)", out problem);

        List<(string, int)> hosts = [];
        var hostList = slash >= 0 ? path[..slash] : path;
        foreach (var host in hostList.Length == 0 ? [] : hostList.Split(','))
        {
            if (HostAndPort().Match(host) is not { Success: true } match)
                return Fail("has a host that is not a name, an IPv4 address or an [IPv6 address], with or without :port", out problem);
            var port = match.Groups["port"].Value;
            if (!TryPort(port, out var number))
                return Fail("has a port that is not a number from 1 to 65535", out problem);
            hosts.Add((Decode(match.Groups["host"].Value), number));
        }
        problem = "";
        place = new Place(hosts, Decode(database), parameters);
        return true;

        static bool Fail(string what, out string problem)
        {
            problem = what;
            return false;
        }
    }

    private static DatabaseUrl Build(string? login, Place place)
    {
        var colon = login?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        var user = Decode(colon >= 0 ? login![..colon] : login ?? "");
        var password = colon >= 0 ? Decode(Unquote(login![(colon + 1)..], "'")) : null;
        var parameters = place.Parameters;
        if (parameters.TryGetValue("user", out var otherUser))
            user = otherUser;
        if (parameters.TryGetValue("password", out var otherPassword))
            password = otherPassword;
        var database = parameters.GetValueOrDefault("dbname", place.Database);

        var hosts = place.Hosts;
        if (parameters.TryGetValue("port", out var portText) && !TryPort(portText, out _))
            throw Wrong("port is not a number from 1 to 65535.");
        var ports = TryPort(portText ?? "", out var byParameter) ? byParameter : DefaultPort;
        if (parameters.TryGetValue("host", out var otherHost))
            hosts = [.. otherHost.Split(',').Select(host => (host, ports))];

        if (user.Length == 0)
            throw Wrong($"names no user; {Expected}.");
        if (hosts.Count == 0 || hosts.Any(host => host.Host.Length == 0))
            throw Wrong($"names no host; {Expected}.");
        if (database.Length == 0)
            throw Wrong($"names no database; {Expected}.");
        foreach (var (what, value) in new[] { ("user", user), ("password", password ?? ""), ("database", database) })
        {
            if (value.Contains('\0', StringComparison.Ordinal))
                throw Wrong($"has a NUL byte in its {what}.");
        }

        var builder = new NpgsqlConnectionStringBuilder
        {
            Username = user,
            Database = database,
            // Npgsql takes host:port lists; a single host goes without, since an IPv6 address has colons of its own.
            Host = hosts is [var single] ? single.Host.Trim('[', ']') : string.Join(',', hosts.Select(host => $"{host.Host}:{host.Port}")),
            Port = hosts[0].Port,
        };
        if (!string.IsNullOrEmpty(password))
            builder.Password = password;

        var target = TargetSessionAttributes.Any;
        var isPooler = hosts.Any(host => host.Port == PoolerPort);
        foreach (var (key, value) in parameters)
        {
            if (!Known.TryGetValue(key, out var apply))
                continue;
            switch (key)
            {
                case "pgbouncer":
                    isPooler |= Flag(key, value);
                    break;
                case "target_session_attrs":
                    target = Choose(key, value, Targets);
                    break;
                default:
                    apply(builder, key, value);
                    break;
            }
        }
        // As libpq has it: with a root certificate at hand, `require` means that it is looked at.
        if (builder is { SslMode: SslMode.Require, RootCertificate: not null })
            builder.SslMode = SslMode.VerifyCA;

        var safeHosts = string.Join(',', hosts.Select(host => $"{host.Host}:{host.Port}"));
        return new DatabaseUrl(builder, target, isPooler, $"postgresql://{user}@{safeHosts}/{database}");
    }

    private static readonly Dictionary<string, SslMode> SslModes = new(StringComparer.Ordinal)
    {
        ["disable"] = SslMode.Disable,
        ["allow"] = SslMode.Allow,
        ["prefer"] = SslMode.Prefer,
        ["require"] = SslMode.Require,
        ["verify-ca"] = SslMode.VerifyCA,
        ["verify-full"] = SslMode.VerifyFull,
    };

    private static readonly Dictionary<string, TargetSessionAttributes> Targets = new(StringComparer.Ordinal)
    {
        ["any"] = TargetSessionAttributes.Any,
        ["read-write"] = TargetSessionAttributes.ReadWrite,
        ["read-only"] = TargetSessionAttributes.ReadOnly,
        ["primary"] = TargetSessionAttributes.Primary,
        ["standby"] = TargetSessionAttributes.Standby,
        ["prefer-standby"] = TargetSessionAttributes.PreferStandby,
    };

    /// <summary>libpq's parameters, on what Npgsql calls them.</summary>
    private static readonly Dictionary<string, Action<NpgsqlConnectionStringBuilder, string, string>> Known = new(StringComparer.Ordinal)
    {
        ["user"] = Elsewhere,
        ["password"] = Elsewhere,
        ["host"] = Elsewhere,
        ["port"] = Elsewhere,
        ["dbname"] = Elsewhere,
        ["pgbouncer"] = Elsewhere,
        ["target_session_attrs"] = Elsewhere,
        ["sslmode"] = (b, key, value) => b.SslMode = Choose(key, value, SslModes),
        ["ssl"] = (b, key, value) => b.SslMode = Flag(key, value) ? SslMode.Require : SslMode.Prefer,
        ["sslrootcert"] = (b, _, value) =>
        {
            if (value == "system")
                b.SslMode = SslMode.VerifyFull;
            else
                b.RootCertificate = value;
        },
        ["sslcert"] = (b, _, value) => b.SslCertificate = value,
        ["sslkey"] = (b, _, value) => b.SslKey = value,
        ["sslpassword"] = (b, _, value) => b.SslPassword = value,
        ["sslnegotiation"] = (b, key, value) => b.SslNegotiation = Choose(key, value, new Dictionary<string, SslNegotiation>
        {
            ["postgres"] = SslNegotiation.Postgres,
            ["direct"] = SslNegotiation.Direct,
        }),
        ["channel_binding"] = (b, key, value) => b.ChannelBinding = Choose(key, value, new Dictionary<string, ChannelBinding>
        {
            ["disable"] = ChannelBinding.Disable,
            ["prefer"] = ChannelBinding.Prefer,
            ["require"] = ChannelBinding.Require,
        }),
        ["gssencmode"] = (b, key, value) => b.GssEncryptionMode = Choose(key, value, new Dictionary<string, GssEncryptionMode>
        {
            ["disable"] = GssEncryptionMode.Disable,
            ["prefer"] = GssEncryptionMode.Prefer,
            ["require"] = GssEncryptionMode.Require,
        }),
        ["load_balance_hosts"] = (b, key, value) => b.LoadBalanceHosts = Choose(key, value, new Dictionary<string, bool>
        {
            ["disable"] = false,
            ["random"] = true,
        }),
        // libpq waits for ever on 0, and so would we; the most Npgsql takes is 1024.
        ["connect_timeout"] = (b, key, value) => b.Timeout = Whole(key, value, 1, 1024),
        ["keepalives_idle"] = (b, key, value) => b.TcpKeepAliveTime = Whole(key, value, 1, 86_400),
        ["keepalives_interval"] = (b, key, value) => b.TcpKeepAliveInterval = Whole(key, value, 1, 86_400),
        ["application_name"] = (b, _, value) => b.ApplicationName = value,
        ["options"] = (b, _, value) => b.Options = value,
        ["passfile"] = (b, _, value) => b.Passfile = value,
        ["krbsrvname"] = (b, _, value) => b.KerberosServiceName = value,
    };

    /// <summary>What other drivers and their pools read from the same URL, and what libpq does that has no meaning here.</summary>
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal)
    {
        "schema", "connection_limit", "pool_timeout", "pool_size", "max_overflow", "socket_timeout", "statement_cache_size",
        "prepared_statement_cache_size", "prepare_threshold", "prepareThreshold", "prepared_statements", "binary_parameters",
        "default_query_exec_mode", "statement_cache_capacity", "description_cache_capacity", "pool_max_conns", "pool_min_conns",
        "pool_max_conn_lifetime", "pool_max_conn_idle_time", "pool_mode", "uselibpqcompat", "supa", "client_encoding", "encoding",
        "fallback_application_name", "keepalives", "keepalives_count", "tcp_user_timeout", "sslcompression", "sslsni",
        "ssl_min_protocol_version", "ssl_max_protocol_version",
    };

    private static void Elsewhere(NpgsqlConnectionStringBuilder builder, string key, string value) { }

    private static T Choose<T>(string key, string value, Dictionary<string, T> choices) => choices.TryGetValue(value, out var chosen)
        ? chosen
        : throw Wrong($"{key} is none of {string.Join(", ", choices.Keys)}.");

    private static bool Flag(string key, string value) => value switch
    {
        "true" or "1" or "on" or "yes" => true,
        "false" or "0" or "off" or "no" => false,
        _ => throw Wrong($"{key} is neither true nor false."),
    };

    private static int Whole(string key, string value, int min, int max) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw Wrong($"{key} is not a whole number from {min} to {max}.");

    private static bool TryPort(string text, out int port)
    {
        port = DefaultPort;
        return text.Length == 0
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65_535);
    }

    /// <summary>Undoes percent-encoding. A text with a '%' that begins no code was never encoded, and stays as it is;
    /// so does one that would not decode to text.</summary>
    private static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal) || StrayPercent().IsMatch(text))
            return text;
        try
        {
            var bytes = new List<byte>(text.Length);
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] == '%')
                {
                    bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    i += 2;
                    continue;
                }
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length - 1;
            }
            return StrictUtf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return text;
        }
    }

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private static string Unquote(string text, string quotes = "'\"`") =>
        text.Length >= 2 && text[0] == text[^1] && quotes.Contains(text[0], StringComparison.Ordinal) ? text[1..^1] : text;

    private static SettingException Wrong(string problem) => new(Variable, problem);

    [GeneratedRegex("^postgres(ql)?://", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Scheme();

    // A percent-encoded path is the folder of a Unix socket.
    [GeneratedRegex(@"^(?<host>\[[0-9A-Fa-f:.]+(%[0-9A-Za-z]+)?\]|[A-Za-z0-9._-]+|%2[Ff][A-Za-z0-9._%-]+)(:(?<port>[^:]*))?$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex HostAndPort();

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex StrayPercent();

    [GeneratedRegex("^[A-Za-z_]{1,40}$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex ParameterName();
}
