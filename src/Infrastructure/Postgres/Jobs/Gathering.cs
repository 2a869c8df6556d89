namespace Woflo.Infrastructure.Postgres.Jobs;

/// <summary>Lets requests that wait at the same moment share one execution, as a database gathers commits: while one runs, the next
/// fills up. Nobody is answered before the execution has committed, and nobody waits for company.</summary>
/// <param name="limit">The most requests one execution takes.</param>
/// <param name="parallel">The most executions at once; a further one only starts with as many requests as it may take.</param>
/// <param name="execute">Answers the first requests in order, at least one; the others are asked again with the next execution.</param>
internal sealed class Gathering<TRequest, TAnswer>(int limit, int parallel, Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<TAnswer>>> execute)
{
    private readonly Lock _gate = new();
    private List<Waiter> _waiting = [];
    private int _executing;

    public Task<TAnswer> Ask(TRequest request)
    {
        var waiter = new Waiter(request);
        lock (_gate)
        {
            _waiting.Add(waiter);
            if (_executing > 0 && (_executing == parallel || _waiting.Count < limit))
                return waiter.Task;
            _executing++;
        }
        _ = ExecuteAll();
        return waiter.Task;
    }

    private async Task ExecuteAll()
    {
        List<Waiter> batch = [];
        while (true)
        {
            lock (_gate)
            {
                if (batch.Count == 0 && (_waiting.Count == 0 || (_executing > 1 && _waiting.Count < limit)))
                {
                    _executing--;
                    return;
                }
                // Those that were not answered stand first.
                var room = Math.Min(limit - batch.Count, _waiting.Count);
                batch.AddRange(_waiting.GetRange(0, room));
                _waiting.RemoveRange(0, room);
            }
            batch = await Execute(batch);
        }
    }

    /// <returns>Those that have to ask again.</returns>
    private async Task<List<Waiter>> Execute(List<Waiter> batch)
    {
        IReadOnlyList<TAnswer> answers;
        try
        {
            answers = await execute(batch.ConvertAll(waiter => waiter.Request));
            if (answers.Count == 0)
                throw new InvalidOperationException("An execution answered nobody.");
        }
        catch (Exception exception) when (batch.Count == 1 || DatabaseErrors.IsUnavailable(exception))
        {
            batch.ForEach(waiter => waiter.SetException(exception));
            return [];
        }
        catch (Exception)
        {
            // One of them spoils it: alone, each learns its own lot.
            foreach (var waiter in batch)
                await Execute([waiter]);
            return [];
        }
        for (var i = 0; i < answers.Count; i++)
            batch[i].SetResult(answers[i]);
        return batch[answers.Count..];
    }

    private sealed class Waiter(TRequest request) : TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TRequest Request => request;
    }
}
