namespace Woflo.Application.Enrichment;

/// <summary>Who may spend what, what was spent, and what was bought for it. Every call is reserved before it is made, and recorded after;
/// what is settled with the job's completion is the module's effects' to write.</summary>
public interface ISpendingLedger
{
    /// <summary>Sets the call's upper bound aside, in a transaction of its own, or says why it may not be made.</summary>
    Task<Reservation> Reserve(PlannedCall call, CancellationToken cancellation);

    /// <summary>Writes what a call brought, before anybody looks into it, and corrects the reservation to the cost.
    /// A reservation that is never corrected counts as spent.</summary>
    Task Record(Guid callId, ModelReply reply, long? costMicros, RoutePause? pause, CancellationToken cancellation);
}

/// <param name="Purpose">first, repair, longer: why this call is made.</param>
public sealed record PlannedCall(
    Guid OrgId, Guid JobId, Guid WorkOrderId, string Step, ModelRoute Route, string PromptVersion, string Purpose, byte[] RequestHash, long Tokens, long CostMicros);

public sealed record RoutePause(string RouteId, TimeSpan For, CallOutcome Reason);

public abstract record Reservation
{
    public sealed record Granted(Guid CallId) : Reservation;

    /// <summary>The very same request was answered before, and the answer is not settled yet: it is not paid for again.</summary>
    public sealed record Answered(Guid CallId, ModelReply Reply) : Reservation;

    /// <param name="Outcome"><see cref="CallOutcome.Paused"/>, <see cref="CallOutcome.BudgetSpent"/>, <see cref="CallOutcome.TooLarge"/>
    /// or <see cref="CallOutcome.Lost"/>.</param>
    /// <param name="Wait">For the first two: until when.</param>
    /// <param name="Reason">Why the route is paused.</param>
    public sealed record Denied(CallOutcome Outcome, TimeSpan Wait = default, CallOutcome? Reason = null) : Reservation;
}
