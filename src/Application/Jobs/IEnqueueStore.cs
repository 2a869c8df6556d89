namespace Woflo.Application.Jobs;

/// <summary>The way into the queue's table, and the keys of unique jobs.</summary>
public interface IEnqueueStore
{
    /// <summary>Inserts the jobs in one transaction. After a <c>DatabaseUnavailableException</c> they may be there: calling it again
    /// settles it for those with a unique key, and may insert the others twice.</summary>
    /// <returns>One answer a job, in their order.</returns>
    /// <exception cref="NoSuchOrganisationException">Nothing was written.</exception>
    Task<IReadOnlyList<EnqueuedJob>> Enqueue(IReadOnlyList<EnqueueJob> jobs, CancellationToken cancellation);
}

public sealed class NoSuchOrganisationException(IReadOnlySet<Guid> orgIds) : Exception($"There is no organisation {string.Join(", ", orgIds)}.")
{
    public IReadOnlySet<Guid> OrgIds { get; } = orgIds;
}
