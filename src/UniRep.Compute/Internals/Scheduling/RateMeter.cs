using System.Diagnostics;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>Measures positions per second over the last seconds of work. Callers hold the lock of the run.</summary>
internal sealed class RateMeter
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(0.5);

    /// <summary>The weight of a window in the average.</summary>
    private const double NewShare = 0.3;

    private double _rate;
    private long _since;
    private long _positions;
    private bool _isWorking;

    /// <summary>Begins to measure, unless it does already.</summary>
    public void Resume(long positions)
    {
        if (!_isWorking)
        {
            (_isWorking, _since, _positions) = (true, Stopwatch.GetTimestamp(), positions);
        }
    }

    /// <summary>Ends measuring, because there is nothing to compute.</summary>
    public void Pause(long positions)
    {
        Measure(positions, TimeSpan.FromMilliseconds(20));
        _isWorking = false;
    }

    /// <summary>Gives the positions per second; 0 if not known.</summary>
    public double Of(long positions)
    {
        Measure(positions, Window);
        return _rate;
    }

    /// <summary>Gives the time that positions take; one second if the rate is not known.</summary>
    public TimeSpan TimeFor(long count, long positions) =>
        Of(positions) is > 0 and var rate
            ? TimeSpan.FromSeconds(Math.Min(count / rate, TimeSpan.MaxValue.TotalSeconds / 2))
            : TimeSpan.FromSeconds(1);

    private void Measure(long positions, TimeSpan least)
    {
        if (!_isWorking || Stopwatch.GetElapsedTime(_since) is var time && time < least)
        {
            return;
        }

        var rate = (positions - _positions) / time.TotalSeconds;
        _rate = _rate == 0 ? rate : _rate + NewShare * (rate - _rate);
        (_since, _positions) = (Stopwatch.GetTimestamp(), positions);
    }
}
