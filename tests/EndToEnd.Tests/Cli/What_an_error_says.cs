using FluentValidation;
using FluentValidation.Results;
using Woflo.Application.Database;
using Woflo.Application.Settings;
using Woflo.Cli;

namespace Woflo.EndToEnd.Tests.Cli;

public sealed class What_an_error_says
{
    public static readonly TheoryData<Exception, int> Cases = new()
    {
        { new SettingException("DATABASE_URL", "is not set."), 2 },
        { new DatabaseMisconfiguredException("the password is refused"), 2 },
        { new DatabaseUnavailableException("Connection refused"), 1 },
        { new ValidationException([new ValidationFailure("payload", "payload: not a JSON object.")]), 1 },
        { new MigrationException("run it again"), 1 },
        { new InvalidOperationException("boom"), 1 },
    };

    [Theory, MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void is_one_line_with_an_exit_code(Exception exception, int exitCode)
    {
        var (message, code) = Errors.Explain(exception);

        Assert.Equal(exitCode, code);
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("   at ", message);
    }

    [Fact]
    public void shows_no_terminal_code_that_the_server_sent() =>
        Assert.DoesNotContain('\u001b', Errors.Explain(new DatabaseUnavailableException("\u001b[2J\nx")).Message);
}
