namespace UniRep.Compute.Internals.Cuda;

/// <summary>The rows and columns of the output that a block of a step kernel computes at a time.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Columns">The number of columns.</param>
/// <param name="Suffix">The end of the names of its kernels.</param>
/// <param name="Threads">The threads of a block.</param>
/// <param name="SharedBytes">The dynamic shared memory of a block.</param>
internal sealed record KernelTile(
    int Rows,
    int Columns,
    string Suffix,
    int Threads,
    int SharedBytes
)
{
    /// <summary>The tiles for Hopper: products of warpgroups, tiles copied by the copy unit.</summary>
    public static readonly KernelTile[] Warpgroup =
    [
        OfWarpgroup(64, 64, stages: 8, new TileCost(3.3, 0.258, 1.26)),
        OfWarpgroup(128, 64, stages: 8, new TileCost(3.4, 0.284, 1.67)),
        OfWarpgroup(128, 128, stages: 6, new TileCost(2.5, 0.368, 3.15)),
        OfWarpgroup(128, 256, stages: 4, new TileCost(0.5, 0.695, 5.76)),
        OfWarpgroup(64, 256, stages: 5, new TileCost(6, 0.368, 2.25), isPair: true),
    ];

    /// <summary>The tiles for every GPU since Ampere.</summary>
    public static readonly KernelTile[] Mma = [OfMma(64), OfMma(128)];

    /// <summary>Gets what a launch costs, for blocks that take tile after tile; null for those that have one tile each.</summary>
    public TileCost? Cost { get; private init; }

    /// <summary>
    /// Gets whether two blocks with tiles above each other share their weights: each copies half of them for both.
    /// </summary>
    public bool IsPair { get; private init; }

    /// <summary>Gets the rows of weights that a block copies at a time.</summary>
    public int WeightRows => IsPair ? Columns / 2 : Columns;

    /// <summary>Gives the number of tiles of an output.</summary>
    public int Count(int rows, int columns) => RowTiles(rows) * ColumnTiles(columns);

    /// <summary>Gives the number of tiles above each other.</summary>
    public int RowTiles(int rows) => IsPair ? 2 * Ceiling(rows, 2 * Rows) : Ceiling(rows, Rows);

    /// <summary>Gives the number of tiles beside each other.</summary>
    public int ColumnTiles(int columns) => Ceiling(columns, Columns);

    /// <summary>Gives the number of blocks that a device runs at a time, one a multiprocessor.</summary>
    public int Blocks(int multiprocessors) => IsPair ? multiprocessors / 2 * 2 : multiprocessors;

    /// <summary>Gives the number of tiles that the busiest block takes one after another.</summary>
    public int Rounds(int rows, int columns, int multiprocessors) =>
        Ceiling(Count(rows, columns), Blocks(multiprocessors));

    private static int Ceiling(int size, int piece) => (size + piece - 1) / piece;

    /// <summary>A row of a tile is copied in pieces of 64 numbers, that is 128 bytes; barriers and alignment need a little more.</summary>
    private static KernelTile OfWarpgroup(
        int rows,
        int columns,
        int stages,
        TileCost cost,
        bool isPair = false
    ) =>
        new(
            rows,
            columns,
            $"wg_{rows}x{columns}",
            Threads: isPair ? 384 : (rows / 64 + 1) * 128,
            SharedBytes: stages * (rows * 128 + columns * 128) + 1024 + 256
        )
        {
            Cost = cost,
            IsPair = isPair,
        };

    private static KernelTile OfMma(int rows) =>
        new(rows, 128, $"mma_{rows}", Threads: 128, SharedBytes: 3 * (rows * 128 + 128 * 128));
}

/// <summary>The time of a launch, measured on an H200 in µs: Start + rounds · (Piece · pieces + End).</summary>
/// <param name="Start">What each launch takes.</param>
/// <param name="Piece">What a tile takes for 64 inputs.</param>
/// <param name="End">What a tile takes at its end.</param>
internal sealed record TileCost(double Start, double Piece, double End);
