using FluentValidation;
using FluentValidation.Results;
using Woflo.Application.Jobs;
using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>A shop's reading, for a job or for a person who asks: to them, what is wrong with it is said as what is wrong with the request.</summary>
internal static class ShopTerms
{
    public static ShopProblem ProblemFor(this ShopReading reading, Horizon horizon)
    {
        try
        {
            return reading.Problem(horizon);
        }
        catch (JobFailedException exception)
        {
            throw Refused(exception.Message);
        }
    }

    /// <summary>What makes a plan of this shop good, as its runs are planned where they say nothing else.</summary>
    /// <param name="notes">Told where the shop's own weights cannot be used.</param>
    public static Objective ObjectiveOf(this SchedulingOptions options, ShopReading reading, List<string>? notes = null)
    {
        try
        {
            return reading is ShopReading.Read { Objective: { } own } ? options.Objective.With(own) : options.Objective;
        }
        catch (FormatException e)
        {
            // Rows made by hand: the plan is worth more than the weights.
            notes?.Add($"The organisation's own weights are not used. {e.Message}");
            return options.Objective;
        }
    }

    public static ValidationException Refused(string message) => new([new ValidationFailure("", message)]);
}
