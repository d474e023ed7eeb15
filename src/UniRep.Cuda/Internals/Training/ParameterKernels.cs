using System.Runtime.InteropServices;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>The kernels of parameters in training: kernels/training/parameters.cuh.</summary>
internal sealed unsafe class ParameterKernels(CudaModule module)
{
    /// <summary>The numbers whose squares a block of <see cref="Squares"/> sums.</summary>
    public const int SquaresOfBlock = 4096;

    private const int ColumnsOfBlock = 32;
    private const int SharedOfSums = KernelLaunch.Threads * sizeof(double);

    private readonly CudaFunction _fold = module.Function("train_fold");
    private readonly CudaFunction _unfold = module.Function("train_unfold");
    private readonly CudaFunction _columnSums = module.Function("train_column_sums");
    private readonly CudaFunction _pad = module.Function("train_pad");
    private readonly CudaFunction _squares = module.Function("train_squares");
    private readonly CudaFunction _adam = module.Function("train_adam");

    /// <summary>Folds weight normalisation into a matrix.</summary>
    public void Fold(
        CudaStream stream,
        ulong v,
        ulong g,
        ulong inverse,
        DeviceMatrix w,
        PaddedColumns columns
    ) =>
        OverColumns(
            _fold,
            stream,
            columns,
            [v, g, w, inverse, columns.Rows, columns.Count, columns.Block, columns.Padded, w.Pitch]
        );

    /// <summary>Computes the gradients of v and g from that of the folded matrix.</summary>
    public void Unfold(
        CudaStream stream,
        (ulong V, ulong G) values,
        ulong inverse,
        DeviceMatrix dw,
        (ulong V, ulong G) gradients,
        PaddedColumns columns
    ) =>
        OverColumns(
            _unfold,
            stream,
            columns,
            [
                values.V,
                values.G,
                inverse,
                dw,
                gradients.V,
                gradients.G,
                columns.Rows,
                columns.Count,
                columns.Block,
                columns.Padded,
                dw.Pitch,
            ]
        );

    /// <summary>Adds the sums of columns over rows to raw numbers.</summary>
    public void AddColumnSums(
        CudaStream stream,
        DeviceMatrix from,
        ulong to,
        PaddedColumns columns
    ) =>
        OverColumns(
            _columnSums,
            stream,
            columns,
            [from, to, columns.Rows, columns.Count, columns.Block, columns.Padded, from.Pitch, true]
        );

    /// <summary>Copies a raw matrix to a padded one.</summary>
    public void Pad(CudaStream stream, ulong raw, DeviceMatrix padded, PaddedColumns columns) =>
        Copy(stream, raw, padded.Address, padded.Pitch, columns, false);

    /// <summary>Copies a padded matrix to a raw one.</summary>
    public void Unpad(CudaStream stream, DeviceMatrix padded, ulong raw, PaddedColumns columns) =>
        Copy(stream, padded.Address, raw, padded.Pitch, columns, true);

    /// <summary>Sums squares, <see cref="SquaresOfBlock"/> numbers at a time.</summary>
    public void Squares(CudaStream stream, ulong numbers, ulong sums, int count) =>
        KernelLaunch.OverBlocks(
            _squares,
            stream,
            (count + SquaresOfBlock - 1) / SquaresOfBlock,
            SharedOfSums,
            [numbers, sums, count]
        );

    /// <summary>Makes a step of Adam.</summary>
    public void Adam(
        CudaStream stream,
        ulong parameters,
        ulong gradients,
        ulong first,
        ulong second,
        ulong average,
        int count,
        AdamNumbers numbers
    ) =>
        _adam.Launch(
            stream,
            KernelLaunch.Blocks(count),
            1,
            KernelLaunch.Threads,
            0,
            [
                (nint)(&parameters),
                (nint)(&gradients),
                (nint)(&first),
                (nint)(&second),
                (nint)(&average),
                (nint)(&count),
                (nint)(&numbers),
            ]
        );

    private static void OverColumns(
        CudaFunction kernel,
        CudaStream stream,
        PaddedColumns columns,
        ReadOnlySpan<KernelArgument> arguments
    ) =>
        KernelLaunch.OverBlocks(
            kernel,
            stream,
            (columns.Count + ColumnsOfBlock - 1) / ColumnsOfBlock,
            SharedOfSums,
            arguments
        );

    private void Copy(
        CudaStream stream,
        ulong from,
        ulong to,
        int pitch,
        PaddedColumns columns,
        bool isBack
    ) =>
        KernelLaunch.OverElements(
            _pad,
            stream,
            (long)columns.Rows * columns.Count,
            [from, to, columns.Rows, columns.Count, columns.Block, columns.Padded, pitch, isBack]
        );
}

/// <summary>Rows of raw numbers whose columns, in blocks, have padding on the device.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Count">The number of columns without padding.</param>
/// <param name="Block">The columns of a block without padding.</param>
/// <param name="Padded">The columns of a block with padding.</param>
internal readonly record struct PaddedColumns(int Rows, int Count, int Block, int Padded);

/// <summary>The numbers of a step of Adam: struct Adam of kernels/training/parameters.cuh.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AdamNumbers
{
    /// <summary>β₁.</summary>
    public float Beta1;

    /// <summary>1 − β₁.</summary>
    public float Rest1;

    /// <summary>β₂.</summary>
    public float Beta2;

    /// <summary>1 − β₂.</summary>
    public float Rest2;

    /// <summary>The factor of gradient clipping.</summary>
    public float Clip;

    /// <summary>The learning rate over 1 − β₁ᵗ.</summary>
    public float Rate;

    /// <summary>1 over 1 − β₂ᵗ.</summary>
    public float Correction;

    /// <summary>ε.</summary>
    public float Epsilon;

    /// <summary>What weight decay leaves of a parameter.</summary>
    public float Kept;

    /// <summary>The decay of the average.</summary>
    public float Slow;

    /// <summary>1 less the decay of the average.</summary>
    public float Fast;

    /// <summary>Gives the numbers of a step.</summary>
    /// <param name="step">The hyper-parameters.</param>
    /// <param name="number">The number of the step, from 1.</param>
    /// <param name="clip">The factor of gradient clipping.</param>
    /// <param name="decay">The weight decay of these parameters.</param>
    public static AdamNumbers Of(AdamStep step, long number, double clip, double decay) =>
        new()
        {
            Beta1 = (float)step.Beta1,
            Rest1 = (float)(1 - step.Beta1),
            Beta2 = (float)step.Beta2,
            Rest2 = (float)(1 - step.Beta2),
            Clip = (float)clip,
            Rate = (float)(step.Rate / (1 - Math.Pow(step.Beta1, number))),
            Correction = (float)(1 / (1 - Math.Pow(step.Beta2, number))),
            Epsilon = (float)step.Epsilon,
            Kept = (float)(1 - step.Rate * decay),
            Slow = (float)step.AverageDecay,
            Fast = (float)(1 - step.AverageDecay),
        };
}
