using Woflo.Application.Database;
using Woflo.Infrastructure.Postgres.Jobs;

namespace Woflo.Infrastructure.Tests.Jobs;

public sealed class Gathering_requests
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IReadOnlyList<int>> _executions = [];

    [Fact]
    public async Task takes_all_that_came_while_one_was_under_way_up_to_its_limit()
    {
        var gathering = Gathering(batch => [.. batch.Select(n => n * 10)]);
        var asked = await Ask(gathering, 1, 2, 3, 4, 5, 6);
        _first.SetResult();
        int[] expected = [10, 20, 30, 40, 50, 60];
        Assert.Equal(expected, await Task.WhenAll(asked));
        Assert.Equal([[1], [2, 3, 4, 5], [6]], _executions);
    }

    [Fact]
    public async Task answers_nobody_before_the_execution_has_ended()
    {
        var gathering = Gathering(batch => batch);
        var asked = await Ask(gathering, 1, 2);
        Assert.DoesNotContain(asked, answer => answer.IsCompleted);
        _first.SetResult();
        await Task.WhenAll(asked);
    }

    [Fact]
    public async Task asks_again_and_first_for_those_that_got_no_answer()
    {
        var gathering = Gathering(batch => [.. batch.Take(2)]);
        var asked = await Ask(gathering, 1, 2, 3, 4, 5, 6);
        _first.SetResult();
        int[] expected = [1, 2, 3, 4, 5, 6];
        Assert.Equal(expected, await Task.WhenAll(asked));
        Assert.Equal([[1], [2, 3, 4, 5], [4, 5, 6], [6]], _executions);
    }

    [Fact]
    public async Task tells_only_the_one_that_spoils_it()
    {
        var gathering = Gathering(batch => batch.Contains(3) ? throw new InvalidOperationException("three") : batch);
        var asked = await Ask(gathering, 1, 2, 3, 4);
        _first.SetResult();
        int[] expected = [1, 2, 4];
        Assert.Equal(expected, await Task.WhenAll(asked[0], asked[1], asked[3]));
        Assert.Equal("three", (await Assert.ThrowsAsync<InvalidOperationException>(() => asked[2])).Message);
    }

    [Fact]
    public async Task tells_all_when_the_database_is_away_and_goes_on_when_it_is_back()
    {
        var away = true;
        var gathering = Gathering(batch => away && batch.Count > 1 ? throw new DatabaseUnavailableException("away", new IOException()) : batch);
        var asked = await Ask(gathering, 1, 2, 3);
        _first.SetResult();
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => asked[1]);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => asked[2]);
        Assert.Equal([[1], [2, 3]], _executions);
        away = false;
        Assert.Equal(7, await gathering.Ask(7));
    }

    [Fact]
    public async Task runs_a_further_execution_beside_the_first_only_when_it_is_full()
    {
        var gathering = new Gathering<int, int>(4, 2, async batch =>
        {
            lock (_executions)
                _executions.Add([.. batch]);
            await _first.Task;
            return batch;
        });
        var asked = await Ask(gathering, 1, 2, 3, 4, 5, 6, 7);
        Assert.Equal([[1], [2, 3, 4, 5]], _executions);
        _first.SetResult();
        int[] expected = [1, 2, 3, 4, 5, 6, 7];
        Assert.Equal(expected, await Task.WhenAll(asked));
        Assert.Equal([6, 7], _executions[2]);
    }

    // The first execution waits for _first, so that the test decides what gathers behind it.
    private Gathering<int, int> Gathering(Func<IReadOnlyList<int>, IReadOnlyList<int>> answer) => new(4, 1, async batch =>
    {
        lock (_executions)
            _executions.Add([.. batch]);
        await _first.Task;
        return answer(batch);
    });

    private async Task<Task<int>[]> Ask(Gathering<int, int> gathering, params int[] requests)
    {
        var first = gathering.Ask(requests[0]);
        while (true)
        {
            lock (_executions)
            {
                if (_executions.Count > 0)
                    return [first, .. requests.Skip(1).Select(gathering.Ask)];
            }
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}
