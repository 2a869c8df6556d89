namespace Woflo.Application.Jobs;

/// <summary>Rings when some client has inserted a job that is due soon. A ring may be missed: polling alone is enough.</summary>
public interface IQueueBell
{
    /// <summary>Whether rings can be heard now; false behind a transaction pooler and while the connection is down.</summary>
    bool IsListening { get; }

    /// <summary>Listens until cancelled, reconnecting as needed; never throws for want of a database.</summary>
    /// <param name="ring">Called with the types that were inserted and the time until the first of them is due.</param>
    /// <param name="heard">Called whenever listening begins: what was inserted before was not heard, and only now is a worker's sleep worth
    /// announcing.</param>
    Task Listen(Action<IReadOnlyCollection<string>, TimeSpan> ring, Action heard, CancellationToken cancellation);
}
