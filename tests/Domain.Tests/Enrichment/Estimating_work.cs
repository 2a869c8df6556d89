using Woflo.Domain.Enrichment;

namespace Woflo.Domain.Tests.Enrichment;

public sealed class Estimating_work
{
    public static TheoryData<string> SomeNotes() =>
        ["", "Brakes squeal", "Replace clutch", "Oil change", "Engine overhaul", "Steering loose", "Driver complains", "Alternator and batteries dead"];

    [Theory, MemberData(nameof(SomeNotes))]
    public void plans_tasks_that_add_up_to_the_hours(string notes)
    {
        var estimate = Notes.Estimated(notes);
        Assert.True(estimate.HoursLow <= estimate.HoursHigh);
        Assert.Equal((int)(estimate.HoursLow * 60), estimate.TaskPlan.Sum(step => step.MinutesLow));
        Assert.Equal((int)(estimate.HoursHigh * 60), estimate.TaskPlan.Sum(step => step.MinutesHigh));
        Assert.All(estimate.TaskPlan, step => Assert.InRange(step.MinutesLow, 1, step.MinutesHigh));
        Assert.Contains(estimate.TaskPlan, step => step.Type == PlannedTask.Diagnose);
        Assert.Contains(estimate.TaskPlan, step => step.Type == PlannedTask.QaTest);
        Assert.Contains(estimate.TaskPlan, step => step.Type == PlannedTask.Paperwork);
    }

    [Theory]
    [InlineData("Brakes squeal", true)]
    [InlineData("Steering pulls left", true)]
    [InlineData("U joint worn", true)]
    [InlineData("A/C blows warm", false)]
    public void ends_with_a_road_test_where_brakes_steering_or_driveline_are_touched(string notes, bool expected) =>
        Assert.Equal(expected, Notes.Estimated(notes).TaskPlan.Any(step => step.Type == PlannedTask.RoadTest));

    [Fact]
    public void knows_jobs_by_name() => Assert.Equal("clutch", Notes.Estimated("Replace the clutch").Basis);

    [Fact]
    public void plans_no_repair_while_the_system_is_unknown() =>
        Assert.DoesNotContain(Notes.Estimated("Driver complains").TaskPlan, step => step.Type == PlannedTask.Repair);

    [Fact]
    public void fills_no_field_from_an_unsure_answer()
    {
        Assert.Equal(WorkOrderFields.Nothing, WorkOrderFields.From(Notes.All(Notes.Redacted("Driver complains"))));
        Assert.Equal(JobCategory.Brakes, WorkOrderFields.From(Notes.All(Notes.Redacted("Brakes squeal, slack adjuster"))).Category);
    }
}
