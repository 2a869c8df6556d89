using System.Globalization;
using Woflo.Bench.Enrich;
using Woflo.Domain.Enrichment;

namespace Woflo.Domain.Tests.Enrichment;

public sealed class Finding_fault_codes
{
    [Theory]
    [InlineData("SPN 4364 FMI 18")]
    [InlineData("spn4364 fmi18")]
    [InlineData("spn4364-fmi18")]
    [InlineData("SPN: 4364, FMI: 18")]
    [InlineData("SPN 4364/18")]
    [InlineData("SPN-4364-18")]
    [InlineData("4364 FMI 18")]
    [InlineData("code 4364/18")]
    [InlineData("4364/18")]
    [InlineData("DTC 4364.18")]
    [InlineData("S/F 4364 18")]
    [InlineData("S:4364 F:18")]
    [InlineData("código SPN 4364 FMI 18")]
    [InlineData("FMI 18, SPN 4364")]
    [InlineData("SPN\n4364\nFMI\n18")]
    [InlineData("SPN 4,364 FMI 18")]
    [InlineData("S.P.N. 4364 F.M.I. 18")]
    [InlineData("SPN/FMI 4364/18")]
    [InlineData("SPN 04364 FMI l8")]
    public void reads_the_spellings_of_the_floor(string spelling)
    {
        var code = Assert.Single(Notes.Extracted($"Truck shows {spelling} today").FaultCodes);
        Assert.Equal((4364, 18), (code.Spn, code.Fmi));
        Assert.Equal("SPN 4364 FMI 18", code.Code);
        Assert.Equal(JobCategory.Aftertreatment, code.Category);
        Assert.NotNull(code.FmiName);
    }

    [Theory]
    [InlineData("SPN 100 FMI 1 SA 0 OC 3")]
    [InlineData("SA 0 SPN 100 FMI 1 x3")]
    [InlineData("SPN 100 FMI 1 (OC 3), source address 0")]
    [InlineData("SPN 100 FMI 1 3 times, sa:0x00")]
    public void reads_source_address_and_count(string notes)
    {
        var code = Assert.Single(Notes.Extracted(notes).FaultCodes);
        Assert.Equal((0, 3, "Engine"), (code.SourceAddress, code.Occurrences, code.SourceName));
    }

    [Theory]
    [InlineData("SPN 3216 FMI 4, 9 and 13", "SPN 3216 FMI 4;SPN 3216 FMI 9;SPN 3216 FMI 13")]
    [InlineData("SPNs 3031/3361 FMI 7", "SPN 3031 FMI 7;SPN 3361 FMI 7")]
    [InlineData("codes 4364/18, 3216/4 y 3226/9", "SPN 4364 FMI 18;SPN 3216 FMI 4;SPN 3226 FMI 9")]
    [InlineData("SPN FMI OC\n100 1 4\n110 0 2", "SPN 100 FMI 1;SPN 110 FMI 0")]
    [InlineData("SPN 100 FMI 1, 2 tires flat", "SPN 100 FMI 1")]
    public void reads_lists(string notes, string expected) =>
        Assert.Equal(expected, string.Join(';', Notes.Extracted(notes).FaultCodes.Select(code => code.Code)));

    [Theory]
    [InlineData("MID 128 PID 110 FMI 0", "MID 128 PID 110 FMI 0", "Coolant temperature")]
    [InlineData("128 MID 254 SID 12 FMI", "MID 128 SID 254 FMI 12", "Controller")]
    [InlineData("mid144-psid230-fmi9", "MID 144 PSID 230 FMI 9", null)]
    public void reads_codes_of_older_trucks(string notes, string expected, string? name)
    {
        var code = Assert.Single(Notes.Extracted(notes).FaultCodes);
        Assert.Equal((expected, name), (code.Code, code.Name));
    }

    [Fact]
    public void names_no_number_that_it_does_not_know() => Assert.Null(Assert.Single(Notes.Extracted("SPN 520999 FMI 4").FaultCodes).Name);

    [Theory]
    [InlineData("P0420", "P0420"), InlineData("u0100", "U0100"), InlineData("P 0420", "P0420"), InlineData("U0100-00", "U0100-00"), InlineData("PO42O", "P0420"), InlineData("code C0035", "C0035")]
    public void reads_codes_of_light_vehicles(string code, string expected) =>
        Assert.Equal(expected, Assert.Single(Notes.Extracted($"Reads {code} only").FaultCodes).Code);

    [Theory]
    [InlineData("SPN 999999 FMI 4")]
    [InlineData("SPN 100 FMI 77")]
    [InlineData("tire size 11/22.5, 3/4 bolt, 12/05/2026")]
    [InlineData("part P01234567, part number P0420")]
    [InlineData("Invoice 4364/18")]
    [InlineData("295/75R22.5, 100/110 ft lbs, 24/7, 10/26")]
    [InlineData("Chevy C1500, dock B1204")]
    public void takes_other_numbers_for_what_they_are(string notes) => Assert.Empty(Notes.Extracted(notes).FaultCodes);

    [Fact]
    public void finds_the_codes_of_ten_thousand_strings_and_nothing_else()
    {
        var (right, found, there) = (0, 0, 0);
        var samples = FaultCodeStrings.Generate(10_000, seed: 20_261);
        foreach (var sample in samples)
        {
            var codes = FaultCodes.Find(Redaction.Redact(sample.Text)).Select(FaultCodeStrings.Truth).ToArray();
            right += codes.Count(sample.Codes.Contains);
            found += codes.Length;
            there += sample.Codes.Count;
        }
        Assert.True(samples.Select(sample => sample.Form).Distinct().Count() > 12);
        Assert.InRange((double)right / found, 0.995, 1);
        Assert.InRange((double)right / there, 0.995, 1);
    }

    [Fact]
    public void takes_a_shops_own_names_over_ours()
    {
        var table = FaultCodeTable.Parse(
            ["kind,number,name,category", "# a comment", "spn,520999,\"Fan, left\",cooling", "spn,100,Oil gallery,engine", "obd,p1abc,Ours", "sa,0,Motor"], out var errors);
        Assert.Empty(errors);
        var codes = FaultCodes.Find(Notes.Redacted("SPN 520999 FMI 4, SPN 100 FMI 1 SA 0, P1ABC, SPN 110 FMI 0"), table);
        Assert.Equal(["Fan, left", "Oil gallery", "Ours", "Coolant temperature"], codes.Select(code => code.Name));
        Assert.Equal(JobCategory.Cooling, codes[0].Category);
        Assert.Equal("Motor", codes[1].SourceName);
    }

    [Fact]
    public void an_answer_with_a_shops_own_names_is_told_from_others_by_what_the_table_says()
    {
        Assert.Equal(LocalEnricher.Version, Version("# nothing"));
        Assert.Equal(Version("spn,100,Oil gallery", "obd,P1ABC,Ours"), Version("# as before", "OBD, p1abc, Ours", "spn,100,\"Oil gallery\""));
        string[] versions = [LocalEnricher.Version, Version("spn,100,Oil gallery"), Version("spn,100,Oil gallery,engine"), Version("spn,101,Oil gallery"), Version("spn,100,Oil")];
        Assert.Equal(versions, versions.Distinct());

        static string Version(params string[] lines) => LocalEnricher.VersionWith(FaultCodeTable.Parse(lines, out _));
    }

    [Fact]
    public void a_category_of_a_shops_own_table_counts()
    {
        var text = Notes.Redacted("SPN 520999 FMI 4 active");
        var table = FaultCodeTable.Parse(["spn,520999,Trailer air supply,brakes"], out _);
        Assert.Equal(JobCategory.Unknown, ((Classification)LocalEnricher.Answer(EnrichmentStep.Classify, text)).Category);
        Assert.Equal(JobCategory.Brakes, ((Classification)LocalEnricher.Answer(EnrichmentStep.Classify, text, table)).Category);
        Assert.Equal(JobCategory.Unknown, ((Classification)LocalEnricher.Answer(EnrichmentStep.Classify, text)).Category);
    }

    [Theory]
    [InlineData("spn,600000,Too high", "from 0 to 524287")]
    [InlineData("spn,12a,No number", "whole number")]
    [InlineData("spx,12,No kind", "one of spn")]
    [InlineData("spn,12", "expected kind,number,name")]
    [InlineData("spn,12,", "1 to 200")]
    [InlineData("spn,12,Name,motor", "not one of unknown")]
    [InlineData("obd,X0420,Name", "P0420")]
    public void names_the_bad_lines_of_a_shops_own_table(string line, string expected)
    {
        FaultCodeTable.Parse(["spn,1000,Good", line], out var errors);
        var error = Assert.Single(errors);
        Assert.StartsWith("line 2: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void knows_all_failure_modes_and_enough_numbers_and_addresses()
    {
        var table = FaultCodeTable.Standard;
        Assert.All(Enumerable.Range(0, 32), fmi => Assert.NotNull(table.Fmi(fmi)));
        Assert.InRange(Known(FaultCodeTable.MaxSpn, table.Spn).Count, 300, 10_000);
        Assert.InRange(Known(FaultCodeTable.MaxSourceAddress, table.SourceAddress).Count, 40, 256);
        Assert.All(Known(FaultCodeTable.MaxSpn, table.Spn), spn => Assert.NotNull(table.Spn(spn)!.Category));
        Assert.DoesNotContain(Known(FaultCodeTable.MaxSpn, table.Spn), spn => spn >= FaultCodeTable.FirstManufacturerSpn);
        Assert.Null(table.Spn(6410));
    }

    /// <summary>The lists lie beside the checkout where it is worked on, and are no part of it.</summary>
    [Theory]
    [InlineData("j1939_spn.csv"), InlineData("j1939_source_addresses.csv"), InlineData("j1939_fmi.csv")]
    public void gives_numbers_the_meaning_that_the_lists_give_them(string file)
    {
        var path = Lists(file);
        Assert.SkipWhen(path is null, $"No folder shared/data with {file} beside the checkout.");
        var listed = File.ReadLines(path!).Skip(1)
            .Select(line => line.Split(',', 2))
            .ToLookup(fields => int.Parse(fields[0], CultureInfo.InvariantCulture), fields => fields[1]);
        var table = FaultCodeTable.Standard;
        Func<int, FaultCodeName?> find = file switch { "j1939_spn.csv" => table.Spn, "j1939_fmi.csv" => table.Fmi, _ => table.SourceAddress };
        // Known faults of the lists: FMI 31; and FMIs from 22 on are not in it.
        foreach (var number in Known(FaultCodeTable.MaxSpn, find).Where(number => file != "j1939_fmi.csv" || number < 22))
        {
            Assert.True(listed.Contains(number), $"{number} is not in {file}");
            Assert.True(Stems(find(number)!.Name).Overlaps(listed[number].SelectMany(Stems)), $"{number}: {find(number)!.Name} / {string.Join(" / ", listed[number])}");
        }
    }

    private static List<int> Known(int most, Func<int, FaultCodeName?> find) => Enumerable.Range(0, most + 1).Where(number => find(number) is not null).ToList();

    /// <summary>Words of one meaning under one stem.</summary>
    private static HashSet<string> Stems(string name) =>
        name.ToLowerInvariant().Replace("high", "above", StringComparison.Ordinal).Replace("too low", "below", StringComparison.Ordinal)
            .Split([.. name.ToLowerInvariant().Where(c => !char.IsAsciiLetterOrDigit(c)).Distinct()])
            .Where(word => word.Length >= 3)
            .Select(word => word[..Math.Min(4, word.Length)])
            .Where(stem => stem is not ("the" or "and" or "for"))
            .Append(name.Contains("Engine", StringComparison.OrdinalIgnoreCase) ? "engine" : "-" + name)
            .ToHashSet(StringComparer.Ordinal);

    private static string? Lists(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "data", file);
            if (File.Exists(path))
                return path;
        }
        return null;
    }
}
