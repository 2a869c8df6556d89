namespace Woflo.Domain.Jobs;

/// <summary>What becomes of a job whose attempt failed.</summary>
public enum Course
{
    /// <summary>Again after 2^attempts minutes until attempts are used up, then the dead letter.</summary>
    Retry,

    /// <summary>Again after the first attempt only, then the dead letter.</summary>
    RetryOnce,

    /// <summary>Later, with the attempt given back, as often as the limit of deferral allows, then the dead letter.</summary>
    Defer,

    /// <summary>The dead letter at once, whatever attempts are left.</summary>
    DeadLetter,

    /// <summary>Ended by a person: failed, but nobody's fault; left out of replays and alarms.</summary>
    Cancel,
}

/// <summary>Why an attempt failed. The class, never the message, decides what follows.</summary>
public sealed record FailureClass(string Name, Course Course, bool RaisesAlarm = false)
{
    public static readonly FailureClass Transient = new("transient", Course.Retry);
    public static readonly FailureClass Timeout = new("timeout", Course.Retry);
    public static readonly FailureClass Bug = new("bug", Course.RetryOnce);
    public static readonly FailureClass InvalidInput = new("invalid_input", Course.DeadLetter);
    public static readonly FailureClass Infeasible = new("infeasible", Course.DeadLetter);
    public static readonly FailureClass RateLimited = new("rate_limited", Course.Defer);
    public static readonly FailureClass Budget = new("budget", Course.Defer);
    public static readonly FailureClass Auth = new("auth", Course.Defer, RaisesAlarm: true);
    public static readonly FailureClass OutOfMoney = new("out_of_money", Course.Defer, RaisesAlarm: true);

    /// <summary>The database was out of reach while the handler read from it: not the job's fault, so it costs no attempt.</summary>
    public static readonly FailureClass Unavailable = new("unavailable", Course.Defer);

    /// <summary>The worker vanished. Only rescue ends an attempt so; too many of them are a dead letter of this class.</summary>
    public static readonly FailureClass Lost = new("lost", Course.DeadLetter);
    public static readonly FailureClass Cancelled = new("cancelled", Course.Cancel);

    public static readonly IReadOnlyList<FailureClass> All =
        [Transient, Timeout, Bug, InvalidInput, Infeasible, RateLimited, Budget, Auth, OutOfMoney, Unavailable, Lost, Cancelled];

    /// <summary>The class of that name; a name nobody knows counts as transient.</summary>
    public static FailureClass Named(string? name) => All.FirstOrDefault(c => c.Name == name) ?? Transient;
}

/// <summary>One attempt's failure.</summary>
/// <param name="Type">What failed, as one word: an exception's or a rule's name.</param>
/// <param name="RetryAfter">For deferred classes: how long to wait, where the cause said so.</param>
public sealed record JobFailure(FailureClass Class, string Type, string Message, TimeSpan? RetryAfter = null)
{
    public const int MaxErrorLength = 4_000;

    /// <summary>As stored in the row's <c>error</c>: "Type: message", at most <see cref="MaxErrorLength"/> characters,
    /// without NUL, which PostgreSQL's text cannot hold.</summary>
    public string Error
    {
        get
        {
            var text = $"{Type}: {Message}".Replace("\0", "", StringComparison.Ordinal);
            if (text.Length <= MaxErrorLength)
                return text;
            var end = char.IsHighSurrogate(text[MaxErrorLength - 2]) ? MaxErrorLength - 2 : MaxErrorLength - 1;
            return text[..end] + "…";
        }
    }

    public static JobFailure InvalidInput(string message) => new(FailureClass.InvalidInput, "InvalidInput", message);

    public static JobFailure Cancelled(string reason) => new(FailureClass.Cancelled, "Cancelled", reason);
}
