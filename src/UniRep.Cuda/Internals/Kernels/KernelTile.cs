namespace UniRep.Compute.Internals.Cuda;

/// <summary>The rows and columns of the output that a block of a step kernel computes at a time.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Columns">The number of columns.</param>
/// <param name="Suffix">The end of the names of its kernels.</param>
/// <param name="Threads">The threads of a block.</param>
/// <param name="SharedBytes">The dynamic shared memory of a block.</param>
/// <param name="IsPersistent">Whether blocks take tile after tile, so that one block a multiprocessor is enough.</param>
/// <param name="IsPair">
/// Whether two blocks with tiles above each other share their weights: each copies half of them for both.
/// </param>
internal sealed record KernelTile(
    int Rows,
    int Columns,
    string Suffix,
    int Threads,
    int SharedBytes,
    bool IsPersistent,
    bool IsPair = false
)
{
    /// <summary>The tiles for Hopper: products of warpgroups, tiles copied by the copy unit.</summary>
    public static readonly KernelTile[] Warpgroup =
    [
        OfWarpgroup(64, 64, stages: 8),
        OfWarpgroup(128, 64, stages: 8),
        OfWarpgroup(128, 128, stages: 6),
        OfWarpgroup(128, 256, stages: 4),
    ];

    /// <summary>The tiles for every GPU since Ampere.</summary>
    public static readonly KernelTile[] Mma = [OfMma(64), OfMma(128)];

    /// <summary>Gets the rows of weights that a block copies at a time.</summary>
    public int WeightRows => IsPair ? Columns / 2 : Columns;

    /// <summary>Gives the number of tiles of an output.</summary>
    public int Count(int rows, int columns) => RowTiles(rows) * ColumnTiles(columns);

    /// <summary>Gives the number of tiles above each other.</summary>
    public int RowTiles(int rows) => IsPair ? 2 * Ceiling(rows, 2 * Rows) : Ceiling(rows, Rows);

    /// <summary>Gives the number of tiles beside each other.</summary>
    public int ColumnTiles(int columns) => Ceiling(columns, Columns);

    /// <summary>Gives the number of blocks that a device runs at a time, for persistent blocks.</summary>
    public int Blocks(int multiprocessors) => IsPair ? multiprocessors / 2 * 2 : multiprocessors;

    private static int Ceiling(int size, int piece) => (size + piece - 1) / piece;

    /// <summary>A row of a tile is copied in pieces of 64 numbers, that is 128 bytes; barriers and alignment need a little more.</summary>
    private static KernelTile OfWarpgroup(int rows, int columns, int stages) =>
        new(
            rows,
            columns,
            $"wg_{rows}x{columns}",
            Threads: (rows / 64 + 1) * 128,
            SharedBytes: stages * (rows * 128 + columns * 128) + 1024 + 256,
            IsPersistent: true,
            IsPair: columns == 256
        );

    private static KernelTile OfMma(int rows) =>
        new(
            rows,
            128,
            $"mma_{rows}",
            Threads: 128,
            SharedBytes: 3 * (rows * 128 + 128 * 128),
            IsPersistent: false
        );
}
