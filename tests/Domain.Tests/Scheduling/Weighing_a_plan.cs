using Woflo.Domain.Scheduling;

namespace Woflo.Domain.Tests.Scheduling;

public sealed class Weighing_a_plan
{
    [Fact]
    public void Lays_an_organisations_weights_over_the_defaults_and_a_runs_over_both()
    {
        var objective = Objective.Default
            .With("""{"commitment_factor": 5, "moved_bay": 0}""")
            .With("""{"moved_bay": 7, "late_minute_by_priority": [0, 0, 1, 2, 3]}""");
        Assert.Equal((5, 7, 60), (objective.CommitmentFactor, objective.MovedBay, objective.MovedTechnician));
        Assert.Equal([0, 0, 1, 2, 3], objective.LateMinuteByPriority);
    }

    [Fact]
    public void Reads_back_all_weights_as_it_writes_them()
    {
        foreach (var weight in Weight.All)
        {
            var changed = weight.With(Objective.Default, [.. weight.Get(Objective.Default).Select(_ => weight.Max)]);
            Assert.Equal(weight.Get(changed), weight.Get(Objective.Default.With(changed.ToJson().ToJsonString())));
            Assert.Single(Weight.All, w => !w.Get(changed).SequenceEqual(w.Get(Objective.Default)));
        }
        Assert.Equal(Weight.All.Count, typeof(Objective).GetProperties().Count(p => p.SetMethod is { IsPublic: true }));
    }

    [Theory]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"\ud800": 1}""", "not valid JSON")]
    [InlineData("""{"lateness": 1}""", "no weight 'lateness'")]
    [InlineData("""{"lateness": 1}""", "late_minute_by_priority")]
    [InlineData("""{"held_factor": 0}""", "held_factor is 0; expected is a whole number from 1 to 1000")]
    [InlineData("""{"held_factor": 1.5}""", "held_factor is 1.5")]
    [InlineData("""{"held_factor": "5"}""", "held_factor is \"5\"")]
    [InlineData("""{"held_factor": null}""", "held_factor is null")]
    [InlineData("""{"held_factor": [5]}""", "held_factor is [5]")]
    [InlineData("""{"bay_change": 100001}""", "from 0 to 100000")]
    [InlineData("""{"left_out_by_priority": [1, 2, 3]}""", "a list of 5 whole numbers, each from 1 to 1000000")]
    [InlineData("""{"stability_by_day": []}""", "a list of 1 to 31 whole numbers")]
    [InlineData("""{"wait_minute_by_priority": [1, 2, 3, 4, -5]}""", "wait_minute_by_priority")]
    public void Names_what_is_wrong_and_what_was_expected(string weights, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => Objective.Default.With(weights)).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_every_fault_at_once()
    {
        var message = Assert.Throws<FormatException>(() => Objective.Default.With("""{"a": 1, "moved_bay": -1}""")).Message;
        Assert.Contains("'a'", message, StringComparison.Ordinal);
        Assert.Contains("moved_bay", message, StringComparison.Ordinal);
    }
}
