namespace Woflo.Bench.Schedule;

/// <summary>SplitMix64: the same seed gives the same numbers on every version of .NET, which <see cref="System.Random"/> does not promise.</summary>
internal sealed class SeededRandom(int seed)
{
    private ulong _state = unchecked((ulong)seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03);

    /// <summary>From 0 up to, but without, <paramref name="below"/>.</summary>
    public int Next(int below) => (int)(NextBits() % (ulong)below);

    public int Next(int from, int below) => from + Next(below - from);

    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double share) => NextDouble() < share;

    public double Between(double from, double to) => from + NextDouble() * (to - from);

    // A sum of twelve is normal enough, and exact sums are the same everywhere.
    public double LogNormal(double median, double sigma)
    {
        var normal = -6.0;
        for (var i = 0; i < 12; i++)
            normal += NextDouble();
        return median * Math.Exp(sigma * normal);
    }

    public T Of<T>(IReadOnlyList<T> list) => list[Next(list.Count)];

    public IReadOnlyList<T> Shuffled<T>(IEnumerable<T> items)
    {
        var list = items.ToArray();
        for (var i = list.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (list[i], list[j]) = (list[j], list[i]);
        }
        return list;
    }

    public Guid Id() => new([.. BitConverter.GetBytes(NextBits()), .. BitConverter.GetBytes(NextBits())]);

    private ulong NextBits()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
