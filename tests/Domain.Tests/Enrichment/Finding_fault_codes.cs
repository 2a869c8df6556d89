using Woflo.Domain.Enrichment;

namespace Woflo.Domain.Tests.Enrichment;

public sealed class Finding_fault_codes
{
    [Theory]
    [InlineData("SPN 4364 FMI 18")]
    [InlineData("spn4364 fmi18")]
    [InlineData("SPN: 4364, FMI: 18")]
    [InlineData("SPN 4364/18")]
    [InlineData("SPN-4364-18")]
    [InlineData("4364 FMI 18")]
    [InlineData("code 4364/18")]
    public void reads_the_spellings_of_the_floor(string spelling)
    {
        var code = Assert.Single(Notes.Extracted($"Truck shows {spelling} today").FaultCodes);
        Assert.Equal((4364, 18), (code.Spn, code.Fmi));
        Assert.Equal("SPN 4364 FMI 18", code.Code);
        Assert.Equal(JobCategory.Aftertreatment, code.Category);
    }

    [Fact]
    public void reads_source_address_and_count()
    {
        var code = Assert.Single(Notes.Extracted("SPN 100 FMI 1 SA 0 OC 3").FaultCodes);
        Assert.Equal((0, 3), (code.SourceAddress, code.Occurrences));
    }

    [Fact]
    public void names_no_number_that_it_does_not_know() => Assert.Null(Assert.Single(Notes.Extracted("SPN 520999 FMI 4").FaultCodes).Name);

    [Theory]
    [InlineData("P0420"), InlineData("u0100")]
    public void reads_codes_of_light_vehicles(string code) =>
        Assert.Equal(code.ToUpperInvariant(), Assert.Single(Notes.Extracted($"Reads {code} only").FaultCodes).Code);

    [Theory]
    [InlineData("SPN 999999 FMI 4")]
    [InlineData("SPN 100 FMI 77")]
    [InlineData("tire size 11/22.5, 3/4 bolt, 12/05/2026")]
    [InlineData("part P01234567")]
    public void takes_other_numbers_for_what_they_are(string notes) => Assert.Empty(Notes.Extracted(notes).FaultCodes);
}
