namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// The raw parameters on the device, their gradients, Adam's moments and the average: five arrays of the same layout, without
/// padding within a parameter.
/// </summary>
internal sealed class RawParameters : IDisposable
{
    private const int Alignment = 64;
    private readonly DisposalScope _owned = new();
    private readonly Dictionary<(MlstmParameter, int), (long Start, int Length)> _places = [];
    private readonly CudaStream _stream;
    private readonly ParameterKernels _kernels;
    private readonly DeviceMemory _values;
    private readonly DeviceMemory _gradients;
    private readonly DeviceMemory _first;
    private readonly DeviceMemory _second;
    private readonly DeviceMemory? _average;
    private readonly DeviceMemory _sums;
    private readonly double[] _squares;
    private readonly int _length;

    /// <param name="stream">Where work is added.</param>
    /// <param name="kernels">The kernels.</param>
    /// <param name="state">The values to begin with.</param>
    /// <param name="averages">Whether to keep an average.</param>
    public RawParameters(
        CudaStream stream,
        ParameterKernels kernels,
        TrainerState state,
        bool averages
    )
    {
        (_stream, _kernels, Shape) = (stream, kernels, state.Parameters.Shape);
        foreach (var array in Shape.Parameters())
        {
            var length = checked((int)array.Length);
            _places.Add((array.Parameter, array.Layer ?? 0), (_length, length));
            _length = checked(_length + CudaShape.RoundUp(length, Alignment));
        }

        try
        {
            _values = Upload(state.Parameters);
            _gradients = Upload(null);
            _first = Upload(state.First);
            _second = Upload(state.Second);
            _average = averages ? Upload(state.Average ?? state.Parameters) : null;
            _squares = new double[
                (_length + ParameterKernels.SquaresOfBlock - 1) / ParameterKernels.SquaresOfBlock
            ];
            _sums = _owned.Add(
                new DeviceMemory(stream.Context, (long)_squares.Length * sizeof(double))
            );
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>Gets the sizes of the model.</summary>
    public MlstmShape Shape { get; }

    /// <summary>Gives the address of a parameter.</summary>
    public ulong Value(MlstmParameter parameter, int layer = 0) =>
        Address(_values, parameter, layer);

    /// <summary>Gives the address of the gradient of a parameter.</summary>
    public ulong Gradient(MlstmParameter parameter, int layer = 0) =>
        Address(_gradients, parameter, layer);

    /// <summary>Sets all gradients to zero.</summary>
    public void ClearGradients() => _stream.Fill(_gradients, 0);

    /// <summary>Sums the squares of all gradients, in an order that does not change. Waits for the device.</summary>
    public double SumOfSquares()
    {
        _kernels.Squares(_stream, _gradients.Address, _sums.Address, _length);
        _stream.DownloadNow<double>(_sums, 0, _squares);
        return _squares.Sum();
    }

    /// <summary>Makes a step of Adam.</summary>
    /// <param name="step">The hyper-parameters.</param>
    /// <param name="number">The number of the step, from 1.</param>
    /// <param name="clip">The factor of gradient clipping.</param>
    public void Update(AdamStep step, long number, double clip)
    {
        foreach (var ((parameter, _), (start, length)) in _places)
        {
            var decays =
                step.DecaysAll
                || parameter.Kind is ParameterKind.Matrix or ParameterKind.HeadMatrix;
            ulong Part(DeviceMemory? memory) =>
                memory?.Part(start * sizeof(float), (long)length * sizeof(float)) ?? 0;
            _kernels.Adam(
                _stream,
                Part(_values),
                Part(_gradients),
                Part(_first),
                Part(_second),
                Part(_average),
                length,
                AdamNumbers.Of(step, number, clip, decays ? step.WeightDecay : 0)
            );
        }
    }

    /// <summary>Copies the parameters to the host.</summary>
    public MlstmArrays Values() => Download(_values);

    /// <summary>Copies the gradients to the host.</summary>
    public MlstmArrays Gradients() => Download(_gradients);

    /// <summary>Copies Adam's first moments to the host.</summary>
    public MlstmArrays First() => Download(_first);

    /// <summary>Copies Adam's second moments to the host.</summary>
    public MlstmArrays Second() => Download(_second);

    /// <summary>Copies the average to the host; null if there is none.</summary>
    public MlstmArrays? Average() => _average is null ? null : Download(_average);

    public void Dispose() => _owned.Dispose();

    private ulong Address(DeviceMemory memory, MlstmParameter parameter, int layer)
    {
        var (start, length) = _places[(parameter, layer)];
        return memory.Part(start * sizeof(float), (long)length * sizeof(float));
    }

    private DeviceMemory Upload(MlstmArrays? arrays)
    {
        var memory = _owned.Add(new DeviceMemory(_stream.Context, (long)_length * sizeof(float)));
        _stream.Fill(memory, 0);
        if (arrays is not null)
        {
            foreach (var array in Shape.Parameters())
            {
                var start = _places[(array.Parameter, array.Layer ?? 0)].Start;
                _stream.UploadNow<float>(arrays[array], memory, start * sizeof(float));
            }
        }

        return memory;
    }

    private MlstmArrays Download(DeviceMemory memory) =>
        MlstmArrays.Create(
            Shape,
            array =>
            {
                var (start, length) = _places[(array.Parameter, array.Layer ?? 0)];
                var numbers = new float[length];
                _stream.DownloadNow<float>(memory, start * sizeof(float), numbers);
                return numbers;
            }
        );
}
