using Woflo.Domain.Enrichment;

namespace Woflo.Domain.Tests.Enrichment;

public sealed class Assessing_risk
{
    [Theory]
    [InlineData("Brake pedal goes almost to the floor", JobCategory.Brakes)]
    [InlineData("Truck won't stop, losing air fast", JobCategory.Brakes)]
    [InlineData("Sin frenos bajando la cuesta", JobCategory.Brakes)]
    [InlineData("Steering has a lot of play and it wanders all over the road", JobCategory.Steering)]
    [InlineData("Lug nuts on the left rear are loose", JobCategory.TiresWheels)]
    [InlineData("Cords showing on the right steer tire", JobCategory.TiresWheels)]
    [InlineData("Both headlights are out", JobCategory.Electrical)]
    [InlineData("Fifth wheel will not lock on the pin", JobCategory.TrailerCoupling)]
    [InlineData("Frame rail cracked behind the cab", JobCategory.BodyCab)]
    [InlineData("Fuel tank is leaking on the driver side", JobCategory.Fuel)]
    public void says_likely_with_its_evidence_where_a_danger_is_described(string notes, JobCategory expected)
    {
        var risk = Notes.Assessed(notes);
        Assert.Equal(OutOfServiceRisk.Likely, risk.OosRisk);
        Assert.Equal(expected, risk.OosCategory);
        Assert.NotEmpty(risk.Findings);
    }

    [Fact]
    public void rounds_up_where_a_safety_part_is_named_without_more() =>
        Assert.Equal(OutOfServiceRisk.Possible, Notes.Assessed("Replace right front brake shoes").OosRisk);

    [Theory]
    [InlineData("PM service due, check brakes, tires and lights")]
    [InlineData("A/C blows warm")]
    [InlineData("Coolant leak, no air leak found")]
    [InlineData("")]
    public void says_none_where_nothing_unsafe_is_said(string notes) => Assert.Equal(OutOfServiceRisk.None, Notes.Assessed(notes).OosRisk);

    [Theory]
    [InlineData("Towed in, no start", Drivable.No)]
    [InlineData("No arranca, llegó en grúa", Drivable.No)]
    [InlineData("Driver drove it in", Drivable.Yes)]
    [InlineData("Squeaks", Drivable.Unknown)]
    public void takes_drivable_from_the_text_alone(string notes, Drivable expected) => Assert.Equal(expected, Notes.Assessed(notes).Drivable);

    [Fact]
    public void asks_for_what_is_missing()
    {
        Assert.Contains("complaint", Notes.Assessed("").MissingInformation);
        Assert.Contains("fault_codes", Notes.Assessed("Check engine light is on").MissingInformation);
        Assert.Contains("position", Notes.Assessed("Brakes squeal").MissingInformation);
        Assert.DoesNotContain("mileage", Notes.Assessed("Brakes squeal at 210,000 miles").MissingInformation);
    }
}
