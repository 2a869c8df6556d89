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

    [Theory]
    [InlineData("ph# 5l2-555-Ol42", "ph# [PHONE]")]
    [InlineData("tel5125550142", "tel[PHONE]")]
    [InlineData("call five one two five five five oh one four two", "call [PHONE]")]
    [InlineData("five five five 0142", "[PHONE]")]
    [InlineData("whatsapp 55 1234 5678", "whatsapp [PHONE]")]
    [InlineData("my # is 9 5 6 - 5 5 5 - 0 1 9 9", "my # is [PHONE]")]
    [InlineData("ray (at) fleet (dot) com", "[EMAIL]")]
    [InlineData("correo ray arroba fleet punto mx", "correo [EMAIL]")]
    [InlineData("1FUJAPCK45DUI2E45 at the gate", "[VIN] at the gate")]
    [InlineData("1XPB DP9X 4WT 460939", "[VIN]")]
    [InlineData("card 4111 1111 1111 1111", "card [CARD]")]
    [InlineData("4111-1111-llll-1111", "[CARD]")]
    [InlineData("visa ending in 4242", "visa ending in [CARD]")]
    [InlineData("plate TX ABC-1234", "plate TX [PLATE]")]
    [InlineData("placas 45-AB-6C", "placas [PLATE]")]
    [InlineData("DL 12345678", "DL [ID]")]
    [InlineData("licencia num. S530-123-45-678-0", "licencia num. [ID]")]
    [InlineData("ssn 123-45-6789", "ssn [ID]")]
    [InlineData("truck is at 1200 W Main St, Laredo, TX 78040", "truck is at [ADDRESS]")]
    [InlineData("calle hidalgo #617 col. centro", "[ADDRESS]")]
    [InlineData("8800 FM 1960 W", "[ADDRESS]")]
    [InlineData("P.O. Box 123", "[ADDRESS]")]
    public void knows_the_spellings_of_people_and_scanners(string text, string redacted) => Assert.Equal(redacted, Redaction.Redact(text).Value);

    [Theory]
    [InlineData("spoke w/ Thandeka about brakes", "spoke w/ [NAME] about brakes")]
    [InlineData("spoke w/ thandeka about brakes", "spoke w/ [NAME] about brakes")]
    [InlineData("DRIVER PRZEMEK MOKOENA WAITING", "DRIVER [NAME] WAITING")]
    [InlineData("driver John S. says it pulls", "driver [NAME]. says it pulls")]
    [InlineData("cust Mr. O'Brien-Lee", "cust Mr. [NAME]")]
    [InlineData("per Dave", "per [NAME]")]
    [InlineData("hablé con José Ángel de los frenos", "hablé con [NAME] de los frenos")]
    [InlineData("brakes done\n- TJ", "brakes done\n- [NAME]")]
    [InlineData("Thandeka 512-555-0142", "[NAME] [PHONE]")]
    [InlineData("spoke with Grant about the bill", "spoke with [NAME] about the bill")]
    [InlineData("Mack called about his truck", "[NAME] called about his truck")]
    [InlineData("J0hn called", "[NAME] called")]
    public void knows_people_by_what_stands_around_them(string text, string redacted) => Assert.Equal(redacted, Redaction.Redact(text).Value);

    [Theory]
    [InlineData("2015 Mack with Jake brake inop, Johnson bar sticky, Peterbilt hood")]
    [InlineData("Cat C15 with Parker fitting, Victor Reinz gasket, Allison 3000, Eaton clutch")]
    [InlineData("called Cummins for parts, per Detroit TSB, Mack dealer has it")]
    [InlineData("mark location, grant county, will replace rod, Jack stand")]
    [InlineData("PO 4500012345 invoice 20261124001, Cat 326-1643 filter")]
    [InlineData("$1,250.00, 2.5 hrs, 110 psi, 65 mph, 295/75R22.5")]
    [InlineData("tread 8 8 9 7 8 9 8 8 7 8, torqued to 450 600 1200 in stages")]
    [InlineData("plate light out, tag axle 2, license plate bracket, cdl driver, clutch plate")]
    [InlineData("2 drive axle tires, 1 way valve, 12 V @ battery. Con carga")]
    [InlineData("no frena bien, la troca jala a la derecha, luz prendida")]
    [InlineData("MID 128 PID 100 FMI 1, P0420, 3216/4")]
    public void keeps_the_trade(string text) => Assert.Equal(text, Redaction.Redact(text).Value);

    [Fact]
    public void gives_one_value_one_pseudonym_in_all_its_spellings_and_another_one_under_another_key()
    {
        var ours = new Pseudonyms(new byte[Pseudonyms.KeyBytes]);
        var theirs = new Pseudonyms([.. Enumerable.Repeat((byte)1, Pseudonyms.KeyBytes)]);
        Assert.Single(new[] { "(512) 555-0142", "+1 512.555.0142", "5l2-555-Ol42", "five one two five five five oh one four two" }
            .Select(phone => Redaction.Redact(phone, ours).Value).Distinct(StringComparer.Ordinal));
        Assert.Equal(Redaction.Redact("per José Pérez", ours), Redaction.Redact("per JOSE PEREZ", ours));
        Assert.NotEqual(Redaction.Redact("per Maria", ours), Redaction.Redact("per Dave", ours));
        Assert.NotEqual(Redaction.Redact("512-555-0142", ours), Redaction.Redact("512-555-0142", theirs));
        Assert.Matches("^\\[PHONE-[0-9A-F]{4}\\]$", Redaction.Redact("512-555-0142", ours).Value);
    }

    [Fact]
    public void twice_changes_nothing_more()
    {
        var pseudonyms = new Pseudonyms(new byte[Pseudonyms.KeyBytes]);
        string[] vocabulary = ["call", "Maria", "Thandeka", "mokoena", "and", "or", "driver", "per", "Mr.", "-", ",", ".", "\n", "512-555-0142", "555-0142", "5125550142", "vin", "plate", "ABC", "1234", "DL", "12345678", "ray@fleet.com",
            "1200", "W", "Main", "St", "TX", "78040", "4111 1111 1111 1111", "five", "oh", "[PHONE]", "[NAME-4F2A]", "(", ")", "/", "'s", "Jake", "brake", "called", "J", "["];
        var words = Gen.Int[0, vocabulary.Length - 1].Select(i => vocabulary[i]);
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["0123456789-. ()+@ABvin"], 0, 60], words.Array[0, 30].Select(parts => string.Join(' ', parts)), words.Array[0, 15].Select(string.Concat))
            .Sample(text =>
            {
                var once = Redaction.Redact(text, pseudonyms);
                return once == Redaction.Redact(once.Value, pseudonyms);
            }, iter: 5_000);
    }

    [Fact]
    public void lets_no_brackets_hide_a_number() =>
        Assert.DoesNotContain("555", Redaction.Redact("[PHONE-5125550142] [PHONE 512-555-0142]").Value, StringComparison.Ordinal);

    [Fact]
    public void shows_nothing_of_a_text_that_somebody_prints() =>
        Assert.DoesNotContain("Maria", new WorkOrderText("Maria", ["Maria"]).ToString(), StringComparison.Ordinal);

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
