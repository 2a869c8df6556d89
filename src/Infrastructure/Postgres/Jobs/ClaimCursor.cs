using System.Buffers.Binary;
using Npgsql;
using NpgsqlTypes;
using Woflo.Domain.Jobs;

namespace Woflo.Infrastructure.Postgres.Jobs;

/// <summary>Where this worker's claims of one type go on: behind the organisation served last, and, in organisations that it takes much from, a second
/// before the row taken last. What lies before that is dead, and while somebody holds an old snapshot open, every claim would have to read
/// over it (50,509 buffers for one claim at 50,000 dead entries). The second is for inserts that commit late, and for clients' clocks. What
/// comes in before it, such as a job given back, is found from the start, once a poll, or more seldom where that takes long.</summary>
internal sealed class ClaimCursor(TimeSpan poll, TimeProvider time)
{
    /// <summary>So many jobs taken from an organisation are worth a place.</summary>
    private const int Much = 100;

    /// <summary>Each place costs every claim that passes it two descents of the index.</summary>
    private const int MostPlaces = 1_000;

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>Of the time, for reading from the start.</summary>
    private const double Share = 0.05;
    private static readonly TimeSpan UnansweredLook = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Taken> _taken = [];
    private Guid _lastServed;
    private bool _claimFromStart;
    private long _lookedFromStartAt;
    private TimeSpan _rest;

    /// <summary>Adds the parameters of <see cref="JobSql.Claim"/> that say where it goes on.</summary>
    public void ForClaim(NpgsqlParameterCollection parameters)
    {
        lock (_gate)
        {
            Add(parameters, _claimFromStart ? [] : Places());
            _claimFromStart = false;
        }
    }

    /// <summary>The same for <see cref="JobSql.Due"/>.</summary>
    /// <param name="thoroughly">From the start, whatever it takes.</param>
    /// <returns>Whether it looks from the start; then <see cref="Looked"/> is to be told.</returns>
    public bool ForLook(NpgsqlParameterCollection parameters, bool thoroughly)
    {
        lock (_gate)
        {
            var fromStart = thoroughly || time.GetElapsedTime(_lookedFromStartAt) >= _rest;
            Add(parameters, fromStart ? [] : Places());
            // Until it has come to an end: one that never does must not be asked for again at once.
            if (fromStart)
                (_lookedFromStartAt, _rest) = (time.GetTimestamp(), UnansweredLook);
            return fromStart;
        }
    }

    /// <param name="foundAny">Then the next claim begins at the start, too.</param>
    public void Looked(TimeSpan took, bool foundAny)
    {
        lock (_gate)
        {
            var rest = took / Share;
            (_lookedFromStartAt, _rest) = (time.GetTimestamp(), rest > poll ? rest : poll * 0.5);
            _claimFromStart |= foundAny;
        }
    }

    public void Advance(IReadOnlyList<ClaimedRow> rows)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            foreach (var row in rows)
            {
                if (!_taken.TryGetValue(row.Job.OrgId, out var taken))
                    _taken[row.Job.OrgId] = taken = new Taken();
                // The first of this claim may set it back: it was taken from the start.
                taken.Last = taken.At == now && taken.Last > row.RunAfter ? taken.Last : row.RunAfter;
                taken.At = now;
                taken.Jobs++;
            }
            // The one that stands last in the ring, which begins behind the last one served and wraps round.
            _lastServed = rows.Select(row => row.Job.OrgId).MaxBy(org => (org.CompareTo(_lastServed) <= 0, org));
        }
    }

    private void Add(NpgsqlParameterCollection parameters, IReadOnlyList<(Guid Org, DateTime From)> places)
    {
        parameters.Add(new NpgsqlParameter("after", NpgsqlDbType.Uuid) { Value = _lastServed });
        parameters.Add(new NpgsqlParameter("ahead", NpgsqlDbType.Integer) { Value = places.Count(place => place.Org.CompareTo(_lastServed) <= 0) + 1 });
        AddArray("orgs", NpgsqlDbType.Uuid, places.Select(place => place.Org));
        AddArray("below", NpgsqlDbType.Uuid, places.Select(place => Before(place.Org)).Append(Guid.AllBitsSet));
        AddArray("run_afters", NpgsqlDbType.TimestampTz, places.Select(place => place.From));

        void AddArray<T>(string name, NpgsqlDbType type, IEnumerable<T> values) =>
            parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Array | type) { Value = values.ToArray() });
    }

    private List<(Guid Org, DateTime From)> Places()
    {
        foreach (var (org, _) in _taken.Where(taken => time.GetElapsedTime(taken.Value.At) > ForgottenAfter).ToList())
            _taken.Remove(org);
        return [.. _taken.Where(taken => taken.Value.Jobs > Much && taken.Key != Guid.Empty)
            .OrderByDescending(taken => taken.Value.At).Take(MostPlaces)
            // The least date stands for -infinity.
            .Select(taken => (taken.Key, taken.Value.Last > DateTime.MinValue + Margin ? taken.Value.Last - Margin : DateTime.MinValue))
            .OrderBy(place => place.Key)];
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

        public long At { get; set; } = long.MinValue;

        public DateTime Last { get; set; }
    }
}

internal sealed record ClaimedRow(Job Job, Guid Fence, DateTime RunAfter, DateTime CreatedAt);
