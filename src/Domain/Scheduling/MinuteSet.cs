using System.Runtime.InteropServices;

namespace Woflo.Domain.Scheduling;

/// <summary>Minutes from <paramref name="Start"/> up to, but without, <paramref name="End"/>.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MinuteRange(int Start, int End)
{
    public int Length => End - Start;

    public bool Overlaps(MinuteRange other) => Start < other.End && other.Start < End;
}

/// <summary>A set of minutes as sorted, disjoint, non-touching ranges: windows of work, opening hours, legal starts.</summary>
public sealed class MinuteSet : IEquatable<MinuteSet>
{
    public static readonly MinuteSet Empty = new([]);

    private readonly MinuteRange[] _ranges;

    private MinuteSet(MinuteRange[] ranges) => _ranges = ranges;

    public IReadOnlyList<MinuteRange> Ranges => _ranges;

    public bool IsEmpty => _ranges.Length == 0;

    public int TotalMinutes => _ranges.Sum(r => r.Length);

    public int LongestMinutes => _ranges.Length == 0 ? 0 : _ranges.Max(r => r.Length);

    public static MinuteSet Of(int start, int end) => start < end ? new([new MinuteRange(start, end)]) : Empty;

    /// <summary>The union of <paramref name="ranges"/>, in any order; empty and backward ones count for nothing.</summary>
    public static MinuteSet Of(IEnumerable<MinuteRange> ranges)
    {
        var merged = new List<MinuteRange>();
        foreach (var range in ranges.Where(r => r.Start < r.End).OrderBy(r => r.Start))
        {
            if (merged.Count > 0 && range.Start <= merged[^1].End)
                merged[^1] = merged[^1] with { End = Math.Max(merged[^1].End, range.End) };
            else
                merged.Add(range);
        }
        return merged.Count == 0 ? Empty : new([.. merged]);
    }

    public MinuteSet Union(MinuteSet other) => Of(_ranges.Concat(other._ranges));

    public MinuteSet Intersect(MinuteSet other)
    {
        var common = new List<MinuteRange>();
        for (int i = 0, j = 0; i < _ranges.Length && j < other._ranges.Length;)
        {
            var start = Math.Max(_ranges[i].Start, other._ranges[j].Start);
            var end = Math.Min(_ranges[i].End, other._ranges[j].End);
            if (start < end)
                common.Add(new MinuteRange(start, end));
            if (_ranges[i].End < other._ranges[j].End)
                i++;
            else
                j++;
        }
        return common.Count == 0 ? Empty : new([.. common]);
    }

    public MinuteSet Clip(int start, int end) => Intersect(Of(start, end));

    public MinuteSet Subtract(MinuteSet other)
    {
        if (IsEmpty || other.IsEmpty)
            return this;
        var left = new List<MinuteRange>(_ranges.Length + other._ranges.Length);
        var next = 0;
        foreach (var range in _ranges)
        {
            var start = range.Start;
            while (next < other._ranges.Length && other._ranges[next].End <= start)
                next++;
            // The last one may reach into the next range too.
            for (var i = next; i < other._ranges.Length && other._ranges[i].Start < range.End; i++)
            {
                if (other._ranges[i].Start > start)
                    left.Add(new MinuteRange(start, other._ranges[i].Start));
                start = Math.Max(start, other._ranges[i].End);
            }
            if (start < range.End)
                left.Add(range with { Start = start });
        }
        return left.Count == 0 ? Empty : new([.. left]);
    }

    public MinuteSet Subtract(int start, int end)
    {
        if (start >= end || !Overlaps(start, end))
            return this;
        var left = new List<MinuteRange>(_ranges.Length + 1);
        foreach (var range in _ranges)
        {
            if (range.End <= start || range.Start >= end)
            {
                left.Add(range);
                continue;
            }
            if (range.Start < start)
                left.Add(range with { End = start });
            if (range.End > end)
                left.Add(range with { Start = end });
        }
        return left.Count == 0 ? Empty : new([.. left]);
    }

    public bool Overlaps(int start, int end)
    {
        var i = FirstEndingAfter(start);
        return i < _ranges.Length && _ranges[i].Start < end;
    }

    /// <summary>The first range that reaches into [start, end).</summary>
    public MinuteRange? FirstOverlap(int start, int end)
    {
        var i = FirstEndingAfter(start);
        return i < _ranges.Length && _ranges[i].Start < end ? _ranges[i] : null;
    }

    public bool Covers(int start, int end)
    {
        var i = FirstEndingAfter(start);
        return i < _ranges.Length && _ranges[i].Start <= start && end <= _ranges[i].End;
    }

    /// <summary>The first minute not before <paramref name="from"/> from which <paramref name="length"/> minutes lie in one range.</summary>
    public int? FirstFit(int from, int length)
    {
        for (var i = FirstEndingAfter(from); i < _ranges.Length; i++)
        {
            var start = Math.Max(from, _ranges[i].Start);
            if (start + length <= _ranges[i].End)
                return start;
        }
        return null;
    }

    /// <summary>The end of <paramref name="length"/> minutes of this set counted from <paramref name="start"/>, which must be one of them.</summary>
    public int? EndAfter(int start, int length)
    {
        var i = FirstEndingAfter(start);
        if (i == _ranges.Length || _ranges[i].Start > start)
            return null;
        for (var left = length; i < _ranges.Length; i++)
        {
            var from = Math.Max(start, _ranges[i].Start);
            if (from + left <= _ranges[i].End)
                return from + left;
            left -= _ranges[i].End - from;
        }
        return null;
    }

    /// <summary>How many minutes of [start, end) are in this set.</summary>
    public int MinutesWithin(int start, int end)
    {
        var minutes = 0;
        for (var i = FirstEndingAfter(start); i < _ranges.Length && _ranges[i].Start < end; i++)
            minutes += Math.Min(end, _ranges[i].End) - Math.Max(start, _ranges[i].Start);
        return minutes;
    }

    /// <summary>All minutes from which <paramref name="length"/> minutes lie in one range.</summary>
    public MinuteSet StartsFor(int length) => Of(_ranges.Select(r => new MinuteRange(r.Start, r.End - length + 1)));

    public bool Equals(MinuteSet? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    public override bool Equals(object? obj) => Equals(obj as MinuteSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var range in _ranges)
            hash.Add(range);
        return hash.ToHashCode();
    }

    public override string ToString() => string.Join(' ', _ranges.Select(r => $"[{r.Start},{r.End})"));

    private int FirstEndingAfter(int minute)
    {
        int low = 0, high = _ranges.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].End > minute)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
