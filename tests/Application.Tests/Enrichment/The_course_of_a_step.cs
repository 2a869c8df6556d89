using Woflo.Application.Enrichment;

namespace Woflo.Application.Tests.Enrichment;

public sealed class The_course_of_a_step
{
    private static readonly CallOutcome[] Outcomes = Enum.GetValues<CallOutcome>();

    [Fact]
    public void Is_stated_for_each_outcome() => Assert.Equal(Outcomes, StepCourse.Moves.Keys.Order());

    /// <summary>Every sequence of outcomes there can be, to its end.</summary>
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void Has_at_most_one_repair_one_higher_limit_and_one_fallback_and_always_ends(int routes)
    {
        var ends = 0;
        foreach (var isLast in new[] { false, true })
            Walk([]);
        Assert.True(ends > 100);

        void Walk(List<CallOutcome> sofar)
        {
            foreach (var next in Outcomes)
            {
                List<CallOutcome> path = [.. sofar, next];
                var course = new StepCourse(routes);
                var moves = path.ConvertAll(outcome => course.After(outcome, isLastAttempt: true));
                Assert.True(moves.Count(move => move == Move.Repair) <= 1);
                Assert.True(moves.Count(move => move == Move.RaiseLimit) <= 1);
                Assert.True(moves.Count(move => move == Move.NextRoute) <= Math.Min(routes, 2));
                Assert.True(path.Count <= 4);
                if (moves[^1] == Move.Done || course.Ending is not null)
                    ends++;
                else
                    Walk(path);
            }
        }
    }

    [Theory]
    [InlineData(CallOutcome.Refused), InlineData(CallOutcome.Unreachable), InlineData(CallOutcome.RateLimited), InlineData(CallOutcome.Garbage)]
    public void Does_not_use_up_the_repair_where_there_is_nothing_to_repair(CallOutcome first)
    {
        var course = new StepCourse(2);
        Assert.Equal(Move.NextRoute, course.After(first, isLastAttempt: false));
        Assert.Equal(Move.Repair, course.After(CallOutcome.Invalid, isLastAttempt: false));
    }

    [Theory]
    [InlineData("RateLimited,Paused", false, "Defer")]
    [InlineData("KeyRefused,OutOfMoney", true, "Defer")]
    [InlineData("BudgetSpent", true, "Defer")]
    [InlineData("Invalid,BudgetSpent", false, "Defer")]
    [InlineData("Invalid,Invalid,Paused", false, "NeedsReview")]
    [InlineData("Refused,Refused", false, "NeedsReview")]
    [InlineData("Unreachable,Paused", false, "Retry")]
    [InlineData("Unreachable,TimedOut", false, "Retry")]
    [InlineData("Unreachable,TimedOut", true, "NeedsReview")]
    [InlineData("Truncated,Truncated,Refused", false, "NeedsReview")]
    [InlineData("TooLarge,TooLarge", false, "NeedsReview")]
    public void Ends_as_its_outcomes_say(string outcomes, bool isLast, string ending)
    {
        var course = new StepCourse(2);
        foreach (var outcome in outcomes.Split(','))
        {
            Assert.Null(course.Ending);
            course.After(Enum.Parse<CallOutcome>(outcome), isLast);
        }
        Assert.Equal(Enum.Parse<Ending>(ending), course.Ending);
    }
}
