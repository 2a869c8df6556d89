using CsCheck;
using Woflo.Domain.Enrichment;

namespace Woflo.Domain.Tests.Enrichment;

public sealed class Redacting_text
{
    [Theory]
    [InlineData("call (512) 555-0142", "5550142")]
    [InlineData("call 512.555.0142 today", "5550142")]
    [InlineData("+1 512 555 0142", "5550142")]
    [InlineData("tel 5125550142", "5550142")]
    [InlineData("llamar 555-0142", "5550142")]
    [InlineData("+52 55 1234 5678", "12345678")]
    [InlineData("1FUJAPCK45DU12345 at the gate", "1FUJAPCK45DU12345")]
    [InlineData("vin: 1fuja pck45 du12345", "DU12345")]
    [InlineData("VIN last 8 45DU12345", "45DU12345")]
    public void leaves_no_number_of_a_person_or_vehicle(string text, string secret)
    {
        var bare = string.Concat(Redaction.Redact(text).Value.Where(char.IsAsciiLetterOrDigit));
        Assert.DoesNotContain(secret, bare, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("mail ray.k+shop@fleet-co.example please", "ray")]
    [InlineData("ray @ fleet.example", "fleet")]
    [InlineData("ray at fleet dot com", "fleet")]
    public void leaves_no_address(string text, string secret) =>
        Assert.DoesNotContain(secret, Redaction.Redact(text).Value, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("388,400 miles, torque 450 ft-lb")]
    [InlineData("SPN 4364 FMI 18 SA 0")]
    [InlineData("P/N 2125550142 and 23-13542-001")]
    [InlineData("unit T-101, 11R22.5, due 2026-11-24")]
    [InlineData("vin plate missing")]
    public void keeps_what_the_shop_needs(string text) => Assert.Equal(text, Redaction.Redact(text).Value);

    [Fact]
    public void twice_changes_nothing_more() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["0123456789-. ()+@ABvin"], 0, 60])
            .Sample(text => Redaction.Redact(Redaction.Redact(text).Value) == Redaction.Redact(text), iter: 5_000);

    [Theory]
    // A telephone number that begins where another one ended.
    [InlineData("@2539102v4+57818 61984n416vn47581n55671")]
    public void leaves_nothing_for_a_second_time(string text)
    {
        var once = Redaction.Redact(text);
        Assert.Equal(once, Redaction.Redact(once.Value));
    }

    [Fact]
    public void cuts_what_is_too_long_but_no_character()
    {
        var text = new string('a', RedactedText.MaxLength - 1) + "😀 and more";
        var redacted = Redaction.Redact(text).Value;
        Assert.Equal(RedactedText.MaxLength - 1, redacted.Length);
    }
}
