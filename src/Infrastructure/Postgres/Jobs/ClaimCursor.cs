using System.Buffers.Binary;
using Npgsql;
using NpgsqlTypes;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Postgres.Jobs;

/// <summary>Where this worker's claims of one type go on: behind the organisation served last, and, in organisations that it takes much from,
/// behind the row taken last. What lies before that row is dead, and while somebody holds an old snapshot open, every claim would have
/// to read over it (50,509 buffers for one claim at 50,000 dead entries, against 5). Rows that come in before it, such as one
/// given back, are found by the next claim from the start. Not safe for two claims at once, but for <see cref="FromStart"/>.</summary>
internal sealed class ClaimCursor(TimeProvider time)
{
    /// <summary>So many jobs taken from an organisation are worth a position.</summary>
    private const int Much = 100;

    /// <summary>Each position costs every claim that passes it two descents of the index.</summary>
    private const int MostPositions = 1_000;
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Guid, Taken> _taken = [];
    private Guid _lastServed;
    private bool _fromStart;

    /// <summary>The next claim looks before the positions, too.</summary>
    public void FromStart() => Volatile.Write(ref _fromStart, true);

    /// <summary>The parameters <c>after</c>, <c>ahead</c>, <c>orgs</c>, <c>below</c>, <c>run_afters</c>, <c>created_ats</c> and <c>ids</c> of <see cref="JobSql.Claim"/>.</summary>
    public void AddTo(NpgsqlParameterCollection parameters)
    {
        var positions = Interlocked.Exchange(ref _fromStart, false) ? [] : Positions();
        parameters.Add(new NpgsqlParameter("after", NpgsqlDbType.Uuid) { Value = _lastServed });
        parameters.Add(new NpgsqlParameter("ahead", NpgsqlDbType.Integer) { Value = positions.Count(p => p.Org.CompareTo(_lastServed) <= 0) + 1 });
        AddArray("orgs", NpgsqlDbType.Uuid, positions.Select(p => p.Org));
        AddArray("below", NpgsqlDbType.Uuid, positions.Select(p => Before(p.Org)).Append(Guid.AllBitsSet));
        AddArray("run_afters", NpgsqlDbType.TimestampTz, positions.Select(p => p.Last.RunAfter));
        AddArray("created_ats", NpgsqlDbType.TimestampTz, positions.Select(p => p.Last.CreatedAt));
        AddArray("ids", NpgsqlDbType.Uuid, positions.Select(p => p.Last.Id));

        void AddArray<T>(string name, NpgsqlDbType type, IEnumerable<T> values) =>
            parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Array | type) { Value = values.ToArray() });
    }

    public void Advance(IReadOnlyList<ClaimedRow> rows)
    {
        var now = time.GetTimestamp();
        foreach (var org in rows.GroupBy(row => row.Job.OrgId))
        {
            if (!_taken.TryGetValue(org.Key, out var taken))
                _taken[org.Key] = taken = new Taken();
            taken.Jobs += org.Count();
            taken.At = now;
            taken.Last = org.Max(row => row.Place);
        }
        // The one that stands last in the ring, which begins behind the last one served and wraps round.
        _lastServed = rows.Select(row => row.Job.OrgId).MaxBy(org => (org.CompareTo(_lastServed) <= 0, org));
    }

    private List<(Guid Org, (DateTime RunAfter, DateTime CreatedAt, Guid Id) Last)> Positions()
    {
        foreach (var (org, _) in _taken.Where(taken => time.GetElapsedTime(taken.Value.At) > ForgottenAfter).ToList())
            _taken.Remove(org);
        return [.. _taken.Where(taken => taken.Value.Jobs > Much && taken.Key != Guid.Empty)
            .OrderByDescending(taken => taken.Value.At).Take(MostPositions)
            .Select(taken => (taken.Key, taken.Value.Last)).OrderBy(position => position.Key)];
    }

    private static Guid Before(Guid org)
    {
        Span<byte> bytes = stackalloc byte[16];
        org.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt128BigEndian(bytes, BinaryPrimitives.ReadUInt128BigEndian(bytes) - 1);
        return new Guid(bytes, bigEndian: true);
    }

    private sealed class Taken
    {
        public int Jobs { get; set; }

        public long At { get; set; }

        public (DateTime RunAfter, DateTime CreatedAt, Guid Id) Last { get; set; }
    }
}

/// <param name="Place">Where the row stands in its organisation's queue.</param>
internal sealed record ClaimedRow(Job Job, Guid Fence, (DateTime RunAfter, DateTime CreatedAt, Guid Id) Place);
