using System.Globalization;
using CsCheck;
using Woflo.Domain.Enrichment;

namespace Woflo.Domain.Tests.Enrichment;

public sealed class Enriching_any_text
{
    private static readonly string[] Vocabulary =
    [
        "brake", "pedal", "floor", "no", "steering", "wheel", "frenos", "dirección", "SPN", "4364", "FMI", "18", "P0420", "leak", "air", "engine", "ok",
        ".", ",", "\n", "won't", "stop", "😀", "tire", "loose", "pm", "oil change", "(512) 555-0142", "é", "\u0301", "'", "\t", "A/C",
    ];

    private static readonly Gen<string> Words = Gen.Int[0, Vocabulary.Length - 1].Select(i => Vocabulary[i]);

    private static readonly Gen<string> Texts = Gen.OneOf(Words.Array[0, 40].Select(words => string.Join(' ', words)), Gen.String, Words.Array[0, 20].Select(string.Concat));

    [Fact]
    public void rests_every_claim_on_words_of_the_text() => Texts.Sample(text =>
    {
        var redacted = Redaction.Redact(text);
        foreach (var result in Notes.All(redacted))
        {
            Assert.InRange(result.Confidence, 0m, 1m);
            Assert.All(Notes.Evidence(result), span =>
            {
                Assert.NotEqual("", span);
                Assert.Contains(span, redacted.Value, StringComparison.Ordinal);
            });
        }
    }, iter: 3_000);

    [Fact]
    public void gives_the_same_answer_in_every_culture()
    {
        var text = Notes.Redacted("Los FRENOS fallan, ENGINE IDLES ROUGH, 388,400 miles. SPN 4364 FMI 18", "Brake shoe kit");
        var expected = Notes.All(text).Select(Notes.Json).ToArray();
        var before = CultureInfo.CurrentCulture;
        try
        {
            // Culture data may be absent; a changed number format and casing is enough to show.
            var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            odd.NumberFormat.NumberDecimalSeparator = ",";
            odd.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = odd;
            Assert.Equal(expected, Notes.All(text).Select(Notes.Json));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void reads_fifty_kilobytes()
    {
        var text = Notes.Redacted(string.Concat(Enumerable.Repeat("brake pedal to the floor, air leak, SPN 4364 FMI 18. ", 1_000)));
        Assert.True(text.Value.Length > 50_000);
        Assert.Equal(JobCategory.Brakes, ((Classification)LocalEnricher.Answer(EnrichmentStep.Classify, text)).Category);
        Assert.All(Notes.All(text), result => Assert.True(Notes.Json(result).Length < 20_000));
    }

    [Fact]
    public void of_nothing_claims_nothing() => Assert.All(Notes.All(Notes.Redacted(null)), result =>
    {
        Assert.Empty(Notes.Evidence(result));
        Assert.Equal(0m, result.Confidence);
    });

    [Fact]
    public void reads_the_parts_asked_for_too()
    {
        var classified = (Classification)LocalEnricher.Answer(EnrichmentStep.Classify, Notes.Redacted("Customer waiting", "Brake chamber"));
        Assert.Equal(JobCategory.Brakes, classified.Category);
    }
}
