namespace Woflo.Domain.Scheduling.Search;

/// <summary>How much of a resource is taken when: a step function over all minutes, kept as sorted steps.</summary>
internal sealed class Timeline
{
    private readonly int _capacity;

    // Step i lasts from _at[i] up to _at[i + 1]; a sentinel closes the last. Neighbours differ, so that packed work is one step.
    private int[] _at = new int[16];
    private int[] _used = new int[16];
    private int _count = 1;

    public Timeline(int capacity, MinuteSet taken)
    {
        _capacity = capacity;
        (_at[0], _at[1]) = (int.MinValue, int.MaxValue);
        foreach (var range in taken.Ranges)
            Add(range.Start, range.End, capacity);
    }

    /// <summary>The first minute from which there is room for so long; greatest where that would be after <paramref name="latest"/>.</summary>
    public int FirstGap(int from, int minutes, int latest)
    {
        var (at, used) = (_at, _used);
        for (var i = StepAt(from); from <= latest;)
        {
            if (used[i] >= _capacity)
            {
                from = at[++i];
                continue;
            }
            var end = i + 1;
            while (used[end - 1] < _capacity && at[end] < from + minutes)
                end++;
            if (used[end - 1] < _capacity)
                return from;
            from = at[end];
            i = end;
        }
        return int.MaxValue;
    }

    /// <summary>When the first stretch without room in [start, end) is over; null where there is room throughout.</summary>
    public int? BlockedUntil(int start, int end)
    {
        for (var i = StepAt(start); _at[i] < end; i++)
        {
            if (_used[i] >= _capacity)
                return _at[i + 1];
        }
        return null;
    }

    public void Take(int start, int end) => Add(start, end, 1);

    public void Release(int start, int end) => Add(start, end, -1);

    private void Add(int start, int end, int change)
    {
        var first = Cut(start);
        var last = Cut(end);
        for (var i = first; i < last; i++)
            _used[i] += change;
        Merge(last);
        Merge(first);
    }

    // Makes a step begin there.
    private int Cut(int minute)
    {
        var i = StepAt(minute);
        if (_at[i] == minute)
            return i;
        if (_count + 2 > _at.Length)
        {
            Array.Resize(ref _at, _at.Length * 2);
            Array.Resize(ref _used, _used.Length * 2);
        }
        Array.Copy(_at, i + 1, _at, i + 2, _count - i);
        Array.Copy(_used, i, _used, i + 1, _count - i);
        _at[i + 1] = minute;
        _count++;
        return i + 1;
    }

    private void Merge(int i)
    {
        if (i == 0 || i == _count || _used[i - 1] != _used[i])
            return;
        Array.Copy(_at, i + 1, _at, i, _count - i);
        Array.Copy(_used, i + 1, _used, i, _count - i - 1);
        _count--;
    }

    private int StepAt(int minute)
    {
        int low = 0, high = _count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >> 1;
            if (_at[middle] <= minute)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }
}
