namespace Woflo.Domain.Scheduling.Search;

/// <summary>Simulated annealing over sequences of tasks: a move takes some tasks out of the plan and puts them back one by one,
/// in another order or by other hands, each where it ends first (serial schedule generation). Moves look at what makes work orders
/// late: the chain of tasks that hold one another up.</summary>
internal sealed class Annealing
{
    private const int LongestStretch = 15;

    private readonly SearchShop _shop;
    private readonly PlanState _state;
    private readonly CriticalChain _chain;
    private readonly Random _random;

    // Open tasks by start, those left out last; and where each is in there.
    private readonly int[] _sequence;
    private readonly int[] _position;

    // The move at hand: what is taken out, in the order in which it goes back, and by whom (-1: anyone).
    private readonly int[] _list;
    private readonly int[] _by;
    private int _length;
    private readonly Place[] _before;
    private readonly bool[] _isListed;
    private readonly int[] _late;

    private readonly Place[] _best;
    private readonly long[] _bestCost = new long[Objective.Levels];
    private double[] _weights = WeightsFor(1);

    public Annealing(SearchShop shop, int seed)
    {
        _shop = shop;
        _state = new PlanState(shop);
        _random = new Random(seed);
        _sequence = [.. shop.Tasks.OfType<OpenTask>().Select(t => t.Index)];
        _position = new int[shop.Tasks.Length];
        _chain = new CriticalChain(shop, _state, _sequence, _position, _random);
        _list = new int[_sequence.Length];
        _by = new int[shop.Tasks.Length];
        _before = new Place[shop.Tasks.Length];
        _isListed = new bool[shop.Tasks.Length];
        _late = new int[shop.Problem.WorkOrders.Count];
        _best = new Place[shop.Tasks.Length];
        Array.Fill(_bestCost, long.MaxValue);
    }

    /// <summary>On the levels that are reckoned exactly here.</summary>
    public bool IsBeatenBy(Cost other)
    {
        for (var level = 0; level < Objective.Levels - 1; level++)
        {
            if (other.Levels[level] != _bestCost[level])
                return other.Levels[level] < _bestCost[level];
        }
        return false;
    }

    public bool IsEmpty => _sequence.Length == 0;

    public long Steps { get; private set; }

    /// <summary>What a level weighs while one is minimised: those above all but forbid, those below break ties.</summary>
    private static double[] WeightsFor(int level) => level switch
    {
        0 or 1 => [1e6, 1, 1e-2, 1e-5],
        2 => [1e10, 1e5, 1, 1e-4],
        _ => [1e12, 1e8, 1e4, 1],
    };

    public void MinimiseLevel(int level) => _weights = WeightsFor(level);

    /// <summary>Takes over a plan: what is legal of it, where it is.</summary>
    public void Load(IReadOnlyList<ScheduledTask> items)
    {
        _state.Load(items);
        Array.Fill(_by, -1);
        foreach (var index in _sequence)
            _state.Place(index, _by);
        Sort();
        Remember();
    }

    public IReadOnlyList<ScheduledTask> Best() => _shop.Items(index => _best[index]);

    /// <summary>Goes on from the best plan.</summary>
    public void Restart()
    {
        foreach (var index in _sequence)
            _state.Remove(index);
        foreach (var index in _sequence)
            _state.Restore(index, _best[index]);
        Sort();
    }

    /// <summary>Cools from one temperature to another.</summary>
    /// <returns>Whether a plan was found that is better than all before.</returns>
    public bool Run(double from, double to, int steps, Func<bool> stop)
    {
        var isBetter = false;
        var cooling = Math.Pow(to / from, 1.0 / steps);
        var temperature = from;
        for (var step = 0; step < steps; step++, temperature *= cooling)
        {
            if ((step & 63) == 0 && stop())
                break;
            Steps++;
            var threshold = Scalar() - (temperature * Math.Log(1 - _random.NextDouble()));
            if (!Propose() || !Try(threshold))
                continue;
            Sort();
            if (_state.Cost.AsSpan().SequenceCompareTo(_bestCost) < 0)
            {
                Remember();
                isBetter = true;
            }
        }
        return isBetter;
    }

    /// <summary>A temperature at which a typical worsening is accepted now and then.</summary>
    public double TypicalWorsening()
    {
        var found = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            var before = Scalar();
            if (!Propose())
                continue;
            TakeOut();
            PutBack(double.MaxValue);
            if (Scalar() - before is var change and > 0 and < 1e6)
                found.Add(change);
            Undo();
        }
        found.Sort();
        return found.Count == 0 ? 1 : Math.Max(found[found.Count / 2], 1e-3);
    }

    private double Scalar() =>
        (_state.Cost[0] * _weights[0]) + (_state.Cost[1] * _weights[1]) + (_state.Cost[2] * _weights[2]) + (_state.Cost[3] * _weights[3]);

    private bool Try(double threshold)
    {
        TakeOut();
        if (PutBack(threshold))
            return true;
        Undo();
        return false;
    }

    private void TakeOut()
    {
        for (var i = 0; i < _length; i++)
        {
            _before[_list[i]] = _state.PlaceOf(_list[i]);
            _state.Remove(_list[i]);
        }
    }

    // What has been put back only ever adds to the cost, so that a bad move shows early.
    private bool PutBack(double threshold)
    {
        for (var i = 0; i < _length; i++)
        {
            _state.Place(_list[i], _by);
            if (Scalar() > threshold || IsMissed(_list[i]))
                return false;
        }
        return true;
    }

    // Left out, while what comes after it stays in the plan.
    private bool IsMissed(int index) => _state.Start[index] == PlanState.LeftOut
        && Array.Exists(_shop.Tasks[index]!.After, after => _state.IsPlaced(after) && _shop.Tasks[after]!.HeldStart is null);

    private void Undo()
    {
        for (var i = 0; i < _length; i++)
        {
            if (_state.Start[_list[i]] != PlanState.Pending)
                _state.Remove(_list[i]);
        }
        for (var i = 0; i < _length; i++)
            _state.Restore(_list[i], _before[_list[i]]);
    }

    private bool Propose()
    {
        _length = 0;
        var dice = _random.Next(100);
        if (dice < 70)
        {
            var order = LateOrder();
            return order < 0 ? ProposeShift() : dice < 25 ? ProposeOnChain(order) : dice < 40 ? ProposeOrders(order) : ProposeInTheWay(order);
        }
        return dice < 85 ? ProposeShift() : ProposeHands();
    }

    // Two tasks on the chain that ends late: the later goes before the earlier, or the earlier after the later, or to other hands.
    private bool ProposeOnChain(int order)
    {
        if (_chain.Find(order) == 0)
            return ProposeOrders(order);
        var (first, second) = _chain.Links[_random.Next(_chain.Count)];
        var dice = _random.Next(10);
        if (dice < 2)
        {
            var moved = _random.Next(2) == 0 ? first : second;
            if (HasChoice(moved))
            {
                ListFrom(Math.Min(_position[first], _position[second]), moved, isFirst: true);
                _by[moved] = OtherHands(moved);
                return true;
            }
        }
        if (dice < 7)
        {
            ListFrom(_position[first], second, isFirst: true);
            if (_random.Next(4) == 0)
                _by[second] = PlanState.Anyone;
        }
        else
        {
            ListFrom(_position[first], first, isFirst: false, behind: second);
        }
        return true;
    }

    // The late work order and one or two that are in its way are planned anew, the late one first.
    private bool ProposeOrders(int order)
    {
        Add(order);
        _chain.Find(order);
        for (var i = _random.Next(1, 4); i > 0 && _chain.Count > 0; i--)
            Add(_shop.Tasks[_chain.Links[_random.Next(_chain.Count)].First]!.Order);
        if (_random.Next(3) == 0)
            Add(_shop.Tasks[_sequence[_random.Next(_sequence.Length)]]!.Order);
        Unlist();
        return true;

        void Add(int which)
        {
            foreach (var task in _shop.TasksOfOrder[which])
            {
                if (_isListed[task])
                    continue;
                List(task, PlanState.Anyone);
            }
        }
    }

    // A task of the late work order goes earlier, perhaps to other hands; the work orders that are in its way there are planned anew after it.
    private bool ProposeInTheWay(int order)
    {
        var tasks = _shop.TasksOfOrder[order];
        var task = tasks[_random.Next(tasks.Length)];
        var facts = _shop.Tasks[task]!;
        var earliest = facts.Release;
        foreach (var before in facts.Before)
            earliest = Math.Max(earliest, _state.IsPlaced(before) ? _state.End[before] : int.MaxValue);
        var latest = _state.IsPlaced(task) ? _state.Start[task] : _shop.HorizonEnd;
        if (earliest >= latest)
            return ProposeOrders(order);
        var ability = _random.Next(facts.Abilities.Length);
        var (technician, minutes, _) = facts.Abilities[ability];
        var start = _random.Next(earliest, latest);
        List(task, PlanState.Hands(ability, -1));
        foreach (var other in tasks)
        {
            if (!_isListed[other] && (!_state.IsPlaced(other) || _state.Start[other] >= start))
                List(other, PlanState.Anyone);
        }
        var count = _length;
        foreach (var other in _sequence)
        {
            if (_state.IsPlaced(other) && _state.Technician[other] == technician && _state.Start[other] < start + minutes && _state.End[other] > start && !_isListed[other])
                List(other, PlanState.Anyone);
        }
        for (var (i, last) = (count, _length); i < last; i++)
        {
            foreach (var other in _shop.TasksOfOrder[_shop.Tasks[_list[i]]!.Order])
            {
                if (!_isListed[other] && _state.IsPlaced(other) && _state.Start[other] > start)
                    List(other, PlanState.Anyone);
            }
        }
        Unlist();
        return true;
    }

    // Any task goes elsewhere in the sequence.
    private bool ProposeShift()
    {
        var from = _random.Next(_sequence.Length);
        var reach = Math.Max(5, _sequence.Length / 8);
        var to = Math.Clamp(from + _random.Next(-reach, reach + 1), 0, _sequence.Length - 1);
        if (from == to)
            return false;
        var task = _sequence[from];
        if (to < from)
            ListFrom(to, task, isFirst: true);
        else
            ListFrom(from, task, isFirst: false, behind: _sequence[to]);
        if (_random.Next(3) == 0)
            _by[task] = PlanState.Anyone;
        return true;
    }

    // Any task goes to other hands.
    private bool ProposeHands()
    {
        var task = _sequence[_random.Next(_sequence.Length)];
        if (!HasChoice(task))
            return ProposeShift();
        ListFrom(_position[task], task, isFirst: true);
        _by[task] = OtherHands(task);
        return true;
    }

    // What lies from that position on, as it is, but for one task that goes first, or right behind another.
    private void ListFrom(int position, int moved, bool isFirst, int behind = -1)
    {
        if (isFirst)
            List(moved, Hands(moved));
        // Mostly a stretch is enough, and much cheaper than all the rest of the plan; what follows stays where it is.
        var last = Math.Max(position, behind >= 0 ? _position[behind] : _position[moved]);
        var end = _random.Next(10) == 0 ? _sequence.Length : Math.Min(_sequence.Length, last + 1 + _random.Next(LongestStretch));
        for (var i = position; i < end; i++)
        {
            if (_sequence[i] != moved)
                List(_sequence[i], Hands(_sequence[i]));
            if (_sequence[i] == behind)
                List(moved, Hands(moved));
        }
        Unlist();
    }

    private bool HasChoice(int task) => _shop.Tasks[task]!.Abilities.Length * _shop.Tasks[task]!.Groups.Length > 1;

    // Now and then the bay is chosen anew where the technician is not.
    private int Hands(int task) => _state.HandsOf(task) is >= 0 and var hands && _random.Next(4) > 0 ? hands
        : _state.IsPlaced(task) ? PlanState.Hands(_state.Ability[task], -1) : PlanState.Anyone;

    private int OtherHands(int task)
    {
        var facts = _shop.Tasks[task]!;
        return _random.Next(3) == 0 ? PlanState.Anyone : PlanState.Hands(_random.Next(facts.Abilities.Length), _random.Next(-1, facts.Groups.Length));
    }

    private void List(int task, int by)
    {
        _list[_length++] = task;
        _by[task] = by;
        _isListed[task] = true;
    }

    private void Unlist()
    {
        for (var i = 0; i < _length; i++)
            _isListed[_list[i]] = false;
    }

    private int LateOrder()
    {
        var count = 0;
        for (var o = 0; o < _late.Length; o++)
        {
            if (_state.LatenessOf(o) > 0 && _shop.TasksOfOrder[o].Length > 0)
                _late[count++] = o;
        }
        return count == 0 ? -1 : _late[_random.Next(count)];
    }

    private void Sort()
    {
        for (var i = 1; i < _sequence.Length; i++)
        {
            var task = _sequence[i];
            var key = Key(task);
            var at = i - 1;
            for (; at >= 0 && Key(_sequence[at]) > key; at--)
                _sequence[at + 1] = _sequence[at];
            _sequence[at + 1] = task;
        }
        for (var i = 0; i < _sequence.Length; i++)
            _position[_sequence[i]] = i;
    }

    private int Key(int task) => _state.IsPlaced(task) ? _state.Start[task] : int.MaxValue;

    private void Remember()
    {
        foreach (var index in _sequence)
            _best[index] = _state.PlaceOf(index);
        _state.Cost.CopyTo(_bestCost, 0);
    }
}
