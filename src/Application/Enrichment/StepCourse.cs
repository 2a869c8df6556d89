namespace Woflo.Application.Enrichment;

/// <summary>What a call to a language model came to.</summary>
public enum CallOutcome
{
    /// <summary>The answer holds all rules.</summary>
    Accepted,

    /// <summary>There is an answer, and it breaks rules.</summary>
    Invalid,

    /// <summary>The provider's own protocol was kept, and the answer is empty.</summary>
    Empty,

    /// <summary>The output limit cut the answer.</summary>
    Truncated,

    Refused,

    /// <summary>A success by its status, but nothing in the provider's protocol.</summary>
    Garbage,

    /// <summary>Not reached, cut off, or broken on the provider's side.</summary>
    Unreachable,

    TimedOut,

    /// <summary>The request died with its worker too often to be sent once more.</summary>
    Lost,

    /// <summary>The request itself is refused: too long for the model, say.</summary>
    Rejected,

    RateLimited,

    /// <summary>The key, or this model for it, is refused.</summary>
    KeyRefused,

    OutOfMoney,

    /// <summary>Not called: the provider has asked to wait.</summary>
    Paused,

    /// <summary>Not called: more than the organisation may spend in a whole day.</summary>
    TooLarge,

    /// <summary>Not called: the organisation's budget of the day is spent.</summary>
    BudgetSpent,
}

/// <summary>What a call's outcome leads to.</summary>
internal enum Move
{
    Done,

    /// <summary>The same model again, told which rules it broke. Once a step; else <see cref="NextRoute"/>.</summary>
    Repair,

    /// <summary>The same model again with a higher output limit. Once a step; else <see cref="NextRoute"/>.</summary>
    RaiseLimit,

    /// <summary>The other provider, once a step; then the step is over.</summary>
    NextRoute,

    /// <summary>The job waits.</summary>
    Defer,
}

/// <summary>How a step that no model answered ends.</summary>
internal enum Ending
{
    NeedsReview,

    /// <summary>No provider was out of order on our side: the queue tries again.</summary>
    Retry,

    /// <summary>Every route is paused, or the budget is spent.</summary>
    Defer,
}

/// <summary>The course of one step, without any I/O: one call's outcome after the other.</summary>
internal sealed class StepCourse(int routes)
{
    /// <summary>Two providers: one, and one to fall back on.</summary>
    public const int MaxRoutes = 2;

    /// <summary>The whole course in one place.</summary>
    public static readonly IReadOnlyDictionary<CallOutcome, Move> Moves = new Dictionary<CallOutcome, Move>
    {
        [CallOutcome.Accepted] = Move.Done,
        [CallOutcome.Invalid] = Move.Repair,
        [CallOutcome.Empty] = Move.Repair,
        [CallOutcome.Truncated] = Move.RaiseLimit,
        [CallOutcome.Refused] = Move.NextRoute,
        [CallOutcome.Garbage] = Move.NextRoute,
        [CallOutcome.Unreachable] = Move.NextRoute,
        [CallOutcome.TimedOut] = Move.NextRoute,
        [CallOutcome.Lost] = Move.NextRoute,
        [CallOutcome.Rejected] = Move.NextRoute,
        [CallOutcome.RateLimited] = Move.NextRoute,
        [CallOutcome.KeyRefused] = Move.NextRoute,
        [CallOutcome.OutOfMoney] = Move.NextRoute,
        [CallOutcome.Paused] = Move.NextRoute,
        [CallOutcome.TooLarge] = Move.NextRoute,
        [CallOutcome.BudgetSpent] = Move.Defer,
    };

    private readonly List<CallOutcome> _lastOfRoutes = [];
    private bool _repaired;

    public int Route { get; private set; }

    public bool HasRaisedLimit { get; private set; }

    /// <summary>Null while there is something to do, and after an answer that was accepted.</summary>
    public Ending? Ending { get; private set; }

    /// <summary>Goes on after a call.</summary>
    /// <returns>What to do now; <see cref="Move.NextRoute"/> with an <see cref="Ending"/> when there is none left.</returns>
    public Move After(CallOutcome outcome, bool isLastAttempt)
    {
        var move = Moves[outcome] switch
        {
            Move.Repair when _repaired => Move.NextRoute,
            Move.RaiseLimit when HasRaisedLimit => Move.NextRoute,
            var planned => planned,
        };
        switch (move)
        {
            case Move.Repair:
                _repaired = true;
                break;
            case Move.RaiseLimit:
                HasRaisedLimit = true;
                break;
            case Move.Defer:
                Ending = Enrichment.Ending.Defer;
                break;
            case Move.NextRoute:
                _lastOfRoutes.Add(outcome);
                Route++;
                if (Route == Math.Min(routes, MaxRoutes))
                    Ending = End(isLastAttempt);
                break;
        }
        return move;
    }

    private Ending End(bool isLastAttempt) =>
        _lastOfRoutes.TrueForAll(IsPause) ? Enrichment.Ending.Defer
        : _lastOfRoutes.TrueForAll(IsPassing) && !isLastAttempt ? Enrichment.Ending.Retry
        : Enrichment.Ending.NeedsReview;

    // What says nothing about the notes, and may be over in a while.
    private static bool IsPassing(CallOutcome outcome) => IsPause(outcome) || outcome is CallOutcome.Unreachable or CallOutcome.TimedOut;

    private static bool IsPause(CallOutcome outcome) =>
        outcome is CallOutcome.RateLimited or CallOutcome.KeyRefused or CallOutcome.OutOfMoney or CallOutcome.Paused;
}
