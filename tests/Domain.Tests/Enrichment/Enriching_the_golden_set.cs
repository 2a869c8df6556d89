using Woflo.Bench.Enrich;
using Woflo.Domain.Enrichment;

namespace Woflo.Domain.Tests.Enrichment;

/// <summary>The bench prints the figures; here their floor is held.</summary>
public sealed class Enriching_the_golden_set
{
    [Theory]
    [InlineData(GoldenSet.Dev), InlineData(GoldenSet.Test)]
    public void gives_valid_answers_and_the_right_category_and_misses_no_danger(string split)
    {
        var orders = GoldenSet.Read(split).Select(order => (Order: order, Answers: Answers.To(order.Text))).ToArray();
        Assert.All(orders, pair => Assert.Empty(pair.Answers.Broken()));
        Assert.InRange(orders.Count(pair => pair.Order.Accepted.Contains(Spelling.Of(pair.Answers.Classification.Category))) / (double)orders.Length, 0.85, 1);
        Assert.All(orders.Where(pair => pair.Order.Safety == true), pair => Assert.True(pair.Answers.Classification.SafetyCritical, pair.Order.Text));
        Assert.All(orders.Where(pair => pair.Order.Codes.Count > 0), pair =>
            Assert.Equal(pair.Order.Codes.Order(StringComparer.Ordinal), pair.Answers.Extraction.FaultCodes.Select(code => code.Code).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void sees_that_a_complaint_is_about_safety_however_it_is_put()
    {
        var notes = SafetyNotes.Generate(700, seed: 20_261);
        Assert.InRange(notes.Count(note => Notes.Classified(note).SafetyCritical) / (double)notes.Count, 0.99, 1);
    }

    [Theory]
    [InlineData("alternater not chargin", JobCategory.Electrical)]
    [InlineData("raditor leaking coolent", JobCategory.Cooling)]
    [InlineData("transmision slips in 3rd", JobCategory.Transmission)]
    [InlineData("steernig gear loose", JobCategory.Steering)]
    public void reads_over_slips_of_the_pen(string notes, JobCategory expected) => Assert.Equal(expected, Notes.Classified(notes).Category);

    [Fact]
    public void says_which_part_of_the_category_it_is() => Assert.Equal("air_supply", Notes.Classified("Air dryer purges all the time, air pressure low").System);
}
