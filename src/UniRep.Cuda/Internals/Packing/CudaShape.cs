namespace UniRep.Compute.Internals.Cuda;

/// <summary>The sizes of a model in the memory of a device. Units are padded to a multiple of 64 with zeros.</summary>
internal sealed class CudaShape
{
    /// <summary>Units are padded to a multiple of this.</summary>
    public const int UnitMultiple = 64;

    /// <summary>Rows of a matrix are padded to a multiple of this, the widest tile.</summary>
    public const int MatrixRowMultiple = 256;

    /// <summary>The number of units of a block of the latency kernel.</summary>
    public const int LatencyUnits = 16;

    /// <summary>The number of warps of a block of the latency kernel.</summary>
    public const int LatencyWarps = 8;

    /// <summary>The numbers of tiles of 16 units a warp for which there is a latency kernel.</summary>
    public static readonly int[] LatencyTileCounts = [2, 6, 15];

    public CudaShape(MlstmShape model, CudaPrecision precision)
    {
        (Model, IsExact) = (model, precision == CudaPrecision.Exact);
        PaddedUnits = RoundUp(model.Units, UnitMultiple);
        Width = IsExact ? 2 * PaddedUnits : PaddedUnits;
        MatrixRows = RoundUp(PaddedUnits, MatrixRowMultiple);
        LatencyTiles =
            IsExact || model.Layers > 1
                ? 0
                : Array.Find(
                    LatencyTileCounts,
                    tiles => model.Units <= tiles * LatencyWarps * LatencyUnits
                );
    }

    /// <summary>Gets the sizes of the model.</summary>
    public MlstmShape Model { get; }

    /// <summary>Gets whether numbers are pairs of bfloat16 numbers.</summary>
    public bool IsExact { get; }

    /// <summary>Gets the number of hidden units.</summary>
    public int Units => Model.Units;

    /// <summary>Gets the number of layers.</summary>
    public int Layers => Model.Layers;

    /// <summary>Gets the number of hidden units with padding.</summary>
    public int PaddedUnits { get; }

    /// <summary>Gets the number of bfloat16 numbers in a row of a matrix or of h and m: the high parts, then the low parts.</summary>
    public int Width { get; }

    /// <summary>Gets the number of rows of wmh and wmx, with padding.</summary>
    public int MatrixRows { get; }

    /// <summary>Gets the number of rows of wh and wx, with padding.</summary>
    public int GateRows => 4 * PaddedUnits;

    /// <summary>Gets the number of tiles a warp of the latency kernel of this model; 0 if there is none.</summary>
    public int LatencyTiles { get; }

    /// <summary>Gets the number of blocks of the latency kernel.</summary>
    public int LatencyBlocks => (Units + LatencyUnits - 1) / LatencyUnits;

    /// <summary>Rounds up to a multiple.</summary>
    public static int RoundUp(int value, int multiple) =>
        (value + multiple - 1) / multiple * multiple;
}
