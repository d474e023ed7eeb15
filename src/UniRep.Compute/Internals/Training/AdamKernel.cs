using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Training;

/// <summary>
/// The steps of Adam over a flat buffer, and the norm of the gradients. The buffer is divided into chunks of a fixed size, so
/// that sums do not depend on the number of threads.
/// </summary>
internal sealed unsafe class AdamKernel : IDisposable
{
    private const int ChunkSize = 1 << 14;
    private readonly TrainingModel _model;
    private readonly AlignedBuffer _first;
    private readonly AlignedBuffer _second;
    private readonly AlignedBuffer? _average;
    private readonly (long Start, int Length, bool Decays)[] _chunks;
    private readonly double[] _squares;

    public AdamKernel(TrainingModel model, bool averages)
    {
        _model = model;
        _first = new AlignedBuffer(model.Layout.Length);
        _second = new AlignedBuffer(model.Layout.Length);
        if (averages)
        {
            _average = new AlignedBuffer(model.Layout.Length);
            Buffer.MemoryCopy(
                model.Parameters,
                _average.Pointer,
                model.Layout.Length * sizeof(float),
                model.Layout.Length * sizeof(float)
            );
        }

        _chunks = [.. model.Layout.All.SelectMany(Chunks)];
        _squares = new double[_chunks.Length];
    }

    /// <summary>The first moment: the mean of gradients.</summary>
    public float* First => _first.Pointer;

    /// <summary>The second moment: the mean of squared gradients.</summary>
    public float* Second => _second.Pointer;

    /// <summary>The exponential moving average (EMA) of the parameters, or null.</summary>
    public float* Average => _average is null ? null : _average.Pointer;

    /// <summary>Sums the squares of all gradients. Every thread calls it.</summary>
    public double SumOfSquares(PhasedWorkQueue.Worker worker)
    {
        while (worker.TryTake(_chunks.Length, out var item))
        {
            _squares[item] = Squares(_chunks[item].Start, _chunks[item].Length);
        }

        worker.EndPhase();
        return _squares.Sum();
    }

    /// <summary>Updates all parameters. Every thread calls it.</summary>
    /// <param name="worker">The thread's access to the work.</param>
    /// <param name="step">The hyper-parameters of the step.</param>
    /// <param name="number">The number of this step, from 1.</param>
    /// <param name="scale">The factor of gradient clipping.</param>
    public void Update(PhasedWorkQueue.Worker worker, AdamStep step, long number, double scale)
    {
        while (worker.TryTake(_chunks.Length, out var item))
        {
            var (start, length, decays) = _chunks[item];
            Update(
                start,
                length,
                decays || step.DecaysAll ? step.WeightDecay : 0,
                step,
                number,
                scale
            );
        }

        worker.EndPhase();
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _average?.Dispose();
    }

    private static IEnumerable<(long, int, bool)> Chunks(PackedParameter parameter)
    {
        for (var at = 0L; at < parameter.Length; at += ChunkSize)
        {
            yield return (
                parameter.Start + at,
                (int)Math.Min(ChunkSize, parameter.Length - at),
                parameter.Decays
            );
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Squares(long start, int length)
    {
        var gradients = _model.Gradients + start;
        // A fixed width: the order of the sum is the same on every machine.
        var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
        for (var at = 0; at < length; at += Vector256<float>.Count)
        {
            var (a, b) = Vector256.Widen(Vector256.Load(gradients + at));
            low += a * a;
            high += b * b;
        }

        var sums = low + high;
        return sums[0] + sums[1] + (sums[2] + sums[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Update(
        long start,
        int length,
        double decay,
        AdamStep step,
        long number,
        double scale
    )
    {
        var parameters = _model.Parameters + start;
        var gradients = _model.Gradients + start;
        var first = First + start;
        var second = Second + start;
        var beta1 = Vector.Create((float)step.Beta1);
        var beta2 = Vector.Create((float)step.Beta2);
        var rest1 = Vector.Create((float)(1 - step.Beta1));
        var rest2 = Vector.Create((float)(1 - step.Beta2));
        var clip = Vector.Create((float)scale);
        var rate = Vector.Create((float)(step.Rate / (1 - Math.Pow(step.Beta1, number))));
        var correction = Vector.Create((float)(1 / (1 - Math.Pow(step.Beta2, number))));
        var epsilon = Vector.Create((float)step.Epsilon);
        var kept = Vector.Create((float)(1 - step.Rate * decay));
        for (var at = 0; at < length; at += Vector<float>.Count)
        {
            var g = Vector.Load(gradients + at) * clip;
            var m = beta1 * Vector.Load(first + at) + rest1 * g;
            var v = beta2 * Vector.Load(second + at) + rest2 * g * g;
            m.Store(first + at);
            v.Store(second + at);
            var move = rate * m / (Vector.SquareRoot(v * correction) + epsilon);
            (Vector.Load(parameters + at) * kept - move).Store(parameters + at);
        }

        if (_average is not null)
        {
            var slow = Vector.Create((float)step.AverageDecay);
            var fast = Vector.Create((float)(1 - step.AverageDecay));
            for (var at = 0; at < length; at += Vector<float>.Count)
            {
                var average = Average + start + at;
                (slow * Vector.Load(average) + fast * Vector.Load(parameters + at)).Store(average);
            }
        }
    }
}
