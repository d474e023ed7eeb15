namespace UniRep.Compute.Internals.Threading;

/// <summary>
/// Decides how many members of a team share its steps: all of them, as long as they meet without blocking. Where other
/// programs hold their cores, or a container's quota is used up, members wait for one that does not run, and fewer may be
/// faster. So fewer are tried, judged by the rate of steps, and more are tried again after a while, later where that
/// lost much. Results do not depend on it.
/// </summary>
internal sealed class Pace
{
    /// <summary>Above this share of the time a step's members are disturbed.</summary>
    private const double Disturbed = 0.25;

    /// <summary>More members take more of what others may use; they must gain this much.</summary>
    private const double WorthMore = 1.05;

    /// <summary>What trials lose may be one part of so many of the time.</summary>
    private const int PartLost = 20;
    private static readonly long Window = Gate.TicksOf(5e-3);
    private static readonly long TrialOfFewer = Gate.TicksOf(15e-3);

    /// <summary>
    /// Long enough for a scheduler to take back what it gives to a thread that has slept: at first that one runs freely.
    /// </summary>
    private static readonly long TrialOfMore = Gate.TicksOf(50e-3);

    /// <summary>For how long a rate counts: what disturbs for a moment changes nothing.</summary>
    private static readonly long Memory = Gate.TicksOf(0.1);
    private static readonly long Shortest = Gate.TicksOf(0.1);
    private static readonly long Longest = Gate.TicksOf(4);

    /// <summary>Numbers of members to choose from, the largest first, and what is known of each.</summary>
    private readonly int[] _sizes;
    private readonly Rate[] _rates;
    private int _choice;
    private int _lanes;
    private Trial _trial;
    private (int Steps, long Ticks, long Blocked) _seen;

    /// <summary>Ticks until fewer, or more, may be tried.</summary>
    private (long Fewer, long More) _left;

    public Pace(int size)
    {
        var halves = Enumerable.Range(1, 30).Select(power => size >> power);
        _sizes = [size, .. halves.Prepend(size - 1).Where(fewer => fewer > 0).Distinct()];
        _rates = new Rate[_sizes.Length];
    }

    private enum Trial
    {
        None,
        OfFewer,
        OfMore,
    }

    /// <summary>Gets how many members there are.</summary>
    public int Size => _sizes[0];

    /// <summary>Gets how many members shall share the next step.</summary>
    public int Members => _sizes[_choice];

    /// <summary>Takes note of a step.</summary>
    /// <param name="lanes">How many lanes it computed.</param>
    /// <param name="ticks">How long it took.</param>
    /// <param name="blocked">For how long members were blocked in it, all together.</param>
    public void Note(int lanes, long ticks, long blocked)
    {
        if (Size == 1)
        {
            return;
        }

        if (lanes != _lanes)
        {
            // Steps of another size: rates cannot be compared.
            (_lanes, _trial, _seen, _left) = (lanes, Trial.None, default, default);
            Array.Clear(_rates);
            return;
        }

        _seen = (_seen.Steps + 1, _seen.Ticks + ticks, _seen.Blocked + blocked);
        var enough = _trial switch
        {
            Trial.OfFewer => TrialOfFewer,
            Trial.OfMore => TrialOfMore,
            _ => Window,
        };
        if (_seen.Ticks < enough)
        {
            return;
        }

        if (_trial == Trial.None)
        {
            _rates[_choice].Add(_seen.Steps, _seen.Ticks, Memory);
            Choose();
        }
        else
        {
            _rates[_choice] = default;
            _rates[_choice].Add(_seen.Steps, _seen.Ticks, Memory);
            Judge();
        }

        _seen = default;
    }

    /// <summary>Changes to fewer where they are known to be faster, or begins a trial where there is a reason for it.</summary>
    private void Choose()
    {
        _left = (_left.Fewer - _seen.Ticks, _left.More - _seen.Ticks);
        if (_seen.Blocked > Disturbed * _seen.Ticks && _choice < _sizes.Length - 1)
        {
            if (_rates[_choice + 1].Value > _rates[_choice].Value)
            {
                _choice++;
                _left.More = Shortest;
                return;
            }

            if (_left.Fewer <= 0)
            {
                _trial = Trial.OfFewer;
                _choice++;
                return;
            }
        }

        if (_choice > 0 && _left.More <= 0)
        {
            _trial = Trial.OfMore;
            _choice--;
        }
    }

    /// <summary>Ends a trial: keeps the number of members if it pays, or goes back.</summary>
    private void Judge()
    {
        var (direction, worth) = _trial == Trial.OfFewer ? (1, 1) : (-1, WorthMore);
        var gain = _rates[_choice].Value / _rates[_choice - direction].Value;
        var pays = gain >= worth;
        if (!pays)
        {
            _choice -= direction;
        }

        // What fewer would reach is known for a while; how much more would be disturbed is not.
        var patience = Math.Clamp((long)(PartLost * _seen.Ticks * (1 - gain)), Shortest, Longest);
        _left = _trial == Trial.OfFewer ? (pays ? 0 : Longest, Shortest) : (_left.Fewer, patience);
        _trial = Trial.None;
    }

    /// <summary>Steps per tick, a mean over a time that is not much longer than a memory.</summary>
    private struct Rate
    {
        private long _ticks;

        public double Value { get; private set; }

        public void Add(int steps, long ticks, long memory)
        {
            _ticks = Math.Min(_ticks + ticks, Math.Max(ticks, memory));
            Value += (steps / (double)ticks - Value) * ticks / _ticks;
        }
    }
}
