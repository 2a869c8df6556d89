namespace Woflo.Worker;

/// <summary>Wakes one waiter. Set while nobody waits, it lets the next wait through; set twice, it counts once.</summary>
internal sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim _set = new(0, 1);

    public void Set()
    {
        if (_set.CurrentCount > 0)
            return;
        try
        {
            _set.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else set it at this very moment.
        }
    }

    public Task Wait(CancellationToken cancellation) => _set.WaitAsync(cancellation);

    /// <returns>False when the time was up first.</returns>
    public Task<bool> Wait(TimeSpan atMost, CancellationToken cancellation) =>
        _set.WaitAsync(atMost > TimeSpan.Zero ? atMost : TimeSpan.Zero, cancellation);

    public void Dispose() => _set.Dispose();
}
