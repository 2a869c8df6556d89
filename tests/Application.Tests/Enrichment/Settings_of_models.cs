using Woflo.Application.Enrichment;
using Woflo.Application.Settings;

namespace Woflo.Application.Tests.Enrichment;

public sealed class Settings_of_models
{
    private static EnrichmentOptions Read(params (string Name, string Value)[] settings) =>
        EnrichmentOptions.Read(new SettingsReader(name => settings.FirstOrDefault(setting => setting.Name == name).Value));

    private static string Order(params (string Name, string Value)[] settings) => string.Join(',', Read(settings).Providers);

    [Fact]
    public void Without_a_key_or_an_address_nobody_is_asked() => Assert.Empty(Read(("AI_DEFAULT_PROVIDER", "openai")).Providers);

    [Fact]
    public void The_default_provider_is_asked_first_and_the_other_one_second()
    {
        (string, string) one = ("ANTHROPIC_API_KEY", "a"), other = ("OPENAI_API_KEY", "b");
        Assert.Equal("anthropic/claude-sonnet-4-5,openai/gpt-5-mini", Order(one, other));
        Assert.Equal("openai/gpt-5-mini,anthropic/claude-sonnet-4-5", Order(one, other, ("AI_DEFAULT_PROVIDER", "openai")));
        Assert.Equal("openai/gpt-5-mini", Order(other));
    }

    [Fact]
    public void A_server_of_ones_own_needs_no_key() =>
        Assert.Null(Assert.Single(Read(("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1")).Providers).Key);

    [Theory]
    [InlineData("WOFLO_OPENAI_MODEL", "unpriced", "WOFLO_AI_PRICES")]
    [InlineData("OPENAI_BASE_URL", "not an address", "OPENAI_BASE_URL")]
    [InlineData("OPENAI_BASE_URL", "file:///etc/passwd", "OPENAI_BASE_URL")]
    [InlineData("OPENAI_BASE_URL", "https://user:pass@host/v1", "OPENAI_BASE_URL")]
    [InlineData("WOFLO_AI_PRICES", "{", "WOFLO_AI_PRICES")]
    [InlineData("WOFLO_AI_PRICES", """{"gpt-5-mini":{"input":-1,"cached_input":0,"output":0}}""", "WOFLO_AI_PRICES")]
    [InlineData("WOFLO_AI_PRICES", """{"gpt-5-mini":{"input":1}}""", "WOFLO_AI_PRICES")]
    [InlineData("WOFLO_AI_PRICES", """{"gpt-5-mini":null}""", "WOFLO_AI_PRICES")]
    [InlineData("WOFLO_AI_PRICES", "null", "WOFLO_AI_PRICES")]
    [InlineData("AI_DEFAULT_PROVIDER", "somebody", "AI_DEFAULT_PROVIDER")]
    [InlineData("WOFLO_AI_DAILY_TOKENS", "0", "WOFLO_AI_DAILY_TOKENS")]
    [InlineData("WOFLO_AI_DAILY_COST", "-1", "WOFLO_AI_DAILY_COST")]
    [InlineData("WOFLO_AI_KEEP_RAW", "maybe", "WOFLO_AI_KEEP_RAW")]
    public void What_cannot_be_is_refused_by_the_variables_name(string name, string value, string named) =>
        Assert.StartsWith(named, Assert.Throws<SettingException>(() => Read(("OPENAI_API_KEY", "b"), (name, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void Fault_codes_of_ones_own_go_before_ours()
    {
        using var file = new AFile("\ufeffkind,number,name\r\nspn,520999,\"Fan, left\",cooling\r\n");
        var codes = Read(("WOFLO_FAULT_CODES", file.Path)).FaultCodes;
        Assert.Equal(("Fan, left", "Coolant temperature"), (codes.Spn(520_999)?.Name, codes.Spn(110)?.Name));
        Assert.NotEmpty(codes.Fingerprint);
    }

    [Theory]
    [InlineData("spn,1,Good\nspn,9999999,Name\nfmi,x,Name", "line 2: ", "from 0 to 524287; line 3: ")]
    [InlineData("1\n2\n3\n4\n5\n6\n7", "line 5: ", "; and 2 more")]
    [InlineData("spn,1,\u00ff", "not text in UTF-8", "")]
    public void Fault_codes_that_cannot_be_read_are_named_by_file_and_line(string content, params string[] named)
    {
        using var file = new AFile(content);
        var message = Assert.Throws<SettingException>(() => Read(("WOFLO_FAULT_CODES", file.Path))).Message;
        Assert.All(named.Prepend(file.Path).Prepend("WOFLO_FAULT_CODES: "), part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("/no/such/file.csv", "/no/such/file.csv")]
    [InlineData("/", "'/' cannot be read")]
    [InlineData("/dev/zero", "longer than 16 MB")]
    public void Fault_codes_that_are_no_file_are_refused(string path, string named) =>
        Assert.Contains(named, Assert.Throws<SettingException>(() => Read(("WOFLO_FAULT_CODES", path))).Message, StringComparison.Ordinal);

    private sealed class AFile : IDisposable
    {
        // This letter stands for a byte that is no UTF-8.
        public AFile(string content) => File.WriteAllBytes(Path, [.. content.SelectMany(c => c == '\u00ff' ? [0xff] : System.Text.Encoding.UTF8.GetBytes([c]))]);

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"woflo-{Guid.NewGuid():N}.csv");

        public void Dispose() => File.Delete(Path);
    }

    [Fact]
    public void No_key_is_shown()
    {
        var settings = new SettingsReader(name => name.EndsWith("_API_KEY", StringComparison.Ordinal) ? "s3cret" : null);
        Assert.DoesNotContain("s3cret", string.Join(' ', settings.Read) + string.Join(' ', EnrichmentOptions.Read(settings).Providers), StringComparison.Ordinal);
    }
}
