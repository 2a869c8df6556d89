namespace Woflo.Application.Enrichment;

/// <summary>What one step cost an organisation at one model on one day of its own.</summary>
/// <param name="Unanswered">Of the calls: nothing came back that could be counted, so what was set aside for them stands.</param>
/// <param name="CostMicros">In millionths of the prices' currency.</param>
public sealed record UsageLine(
    Guid OrgId, string OrgName, DateOnly Day, string Provider, string Model, string Step, int Calls, int Unanswered, long Tokens, long CostMicros);

public interface IUsageReader
{
    /// <summary>The latest days first.</summary>
    /// <param name="days">How many days back, today included.</param>
    Task<IReadOnlyList<UsageLine>> Read(Guid? orgId, int days, CancellationToken cancellation);
}
