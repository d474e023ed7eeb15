namespace UniRep.Compute.Internals.Threading;

/// <summary>
/// Chooses how many threads of a group share a step. All of them do as long as they meet without blocking. Threads block
/// where other programs hold their cores or a container's CPU quota is used up; then fewer threads may be faster. The
/// tuner tries fewer, compares the rates of steps, and tries more again after a while. It waits longer after a trial that
/// lost much. Results do not depend on the number of threads.
/// </summary>
internal sealed class ThreadCountTuner
{
    /// <summary>Threads are disturbed if they are blocked for more than this part of the time.</summary>
    private const double DisturbedShare = 0.25;

    /// <summary>More threads are kept only for this gain, because they take cores from other programs.</summary>
    private const double GainForMore = 1.05;

    /// <summary>A trial may lose one part in this many of the time.</summary>
    private const int LossDivisor = 20;
    private static readonly long Window = WaitableValue.TicksOf(5e-3);
    private static readonly long TrialOfFewer = WaitableValue.TicksOf(15e-3);

    /// <summary>
    /// A scheduler favours a thread that has slept. The trial is long enough for that to end.
    /// </summary>
    private static readonly long TrialOfMore = WaitableValue.TicksOf(50e-3);

    /// <summary>The time over which a rate is averaged: a short disturbance changes nothing.</summary>
    private static readonly long AveragingTime = WaitableValue.TicksOf(0.1);
    private static readonly long ShortestPause = WaitableValue.TicksOf(0.1);
    private static readonly long LongestPause = WaitableValue.TicksOf(4);

    /// <summary>The numbers of threads to choose from, the largest first, and the rate of steps of each.</summary>
    private readonly int[] _counts;
    private readonly Rate[] _rates;
    private int _choice;
    private int _lanes;
    private Trial _trial;
    private (int Steps, long Ticks, long Blocked) _measured;

    /// <summary>Ticks until a trial of fewer, or of more, threads is allowed.</summary>
    private (long Fewer, long More) _pause;

    public ThreadCountTuner(int maximalThreads)
    {
        var halves = Enumerable.Range(1, 30).Select(power => maximalThreads >> power);
        _counts =
        [
            maximalThreads,
            .. halves.Prepend(maximalThreads - 1).Where(fewer => fewer > 0).Distinct(),
        ];
        _rates = new Rate[_counts.Length];
    }

    private enum Trial
    {
        None,
        OfFewer,
        OfMore,
    }

    /// <summary>Gets the largest number of threads.</summary>
    public int MaximalThreads => _counts[0];

    /// <summary>Gets the number of threads for the next step.</summary>
    public int Threads => _counts[_choice];

    /// <summary>Records the time of a step.</summary>
    /// <param name="lanes">The number of lanes that it computed.</param>
    /// <param name="ticks">Its duration.</param>
    /// <param name="blocked">The ticks for which threads were blocked in it, summed over threads.</param>
    public void Record(int lanes, long ticks, long blocked)
    {
        if (MaximalThreads == 1)
        {
            return;
        }

        if (lanes != _lanes)
        {
            // Rates of steps with other lanes cannot be compared.
            (_lanes, _trial, _measured, _pause) = (lanes, Trial.None, default, default);
            Array.Clear(_rates);
            return;
        }

        _measured = (_measured.Steps + 1, _measured.Ticks + ticks, _measured.Blocked + blocked);
        var enough = _trial switch
        {
            Trial.OfFewer => TrialOfFewer,
            Trial.OfMore => TrialOfMore,
            _ => Window,
        };
        if (_measured.Ticks < enough)
        {
            return;
        }

        if (_trial == Trial.None)
        {
            _rates[_choice].Add(_measured.Steps, _measured.Ticks, AveragingTime);
            Choose();
        }
        else
        {
            _rates[_choice] = default;
            _rates[_choice].Add(_measured.Steps, _measured.Ticks, AveragingTime);
            Judge();
        }

        _measured = default;
    }

    /// <summary>Changes to fewer threads if they are known to be faster, or begins a trial if there is a reason.</summary>
    private void Choose()
    {
        _pause = (_pause.Fewer - _measured.Ticks, _pause.More - _measured.Ticks);
        if (_measured.Blocked > DisturbedShare * _measured.Ticks && _choice < _counts.Length - 1)
        {
            if (_rates[_choice + 1].Value > _rates[_choice].Value)
            {
                _choice++;
                _pause.More = ShortestPause;
                return;
            }

            if (_pause.Fewer <= 0)
            {
                _trial = Trial.OfFewer;
                _choice++;
                return;
            }
        }

        if (_choice > 0 && _pause.More <= 0)
        {
            _trial = Trial.OfMore;
            _choice--;
        }
    }

    /// <summary>Ends a trial: keeps the number of threads if it pays, or restores the last one.</summary>
    private void Judge()
    {
        var (direction, leastGain) = _trial == Trial.OfFewer ? (1, 1) : (-1, GainForMore);
        var gain = _rates[_choice].Value / _rates[_choice - direction].Value;
        var pays = gain >= leastGain;
        if (!pays)
        {
            _choice -= direction;
        }

        // The rate of fewer threads stays known for a while; the disturbance of more threads does not.
        var pause = Math.Clamp(
            (long)(LossDivisor * _measured.Ticks * (1 - gain)),
            ShortestPause,
            LongestPause
        );
        _pause =
            _trial == Trial.OfFewer
                ? (pays ? 0 : LongestPause, ShortestPause)
                : (_pause.Fewer, pause);
        _trial = Trial.None;
    }

    /// <summary>Steps per tick, averaged over a time that is not much longer than a limit.</summary>
    private struct Rate
    {
        private long _ticks;

        public double Value { get; private set; }

        public void Add(int steps, long ticks, long averagingTime)
        {
            _ticks = Math.Min(_ticks + ticks, Math.Max(ticks, averagingTime));
            Value += (steps / (double)ticks - Value) * ticks / _ticks;
        }
    }
}
