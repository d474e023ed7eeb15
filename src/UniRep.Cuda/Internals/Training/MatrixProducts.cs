namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// The products of matrices in training. Tiles and parts are chosen by the sizes and the number of multiprocessors alone, so
/// that a device gives the same bits each time.
/// </summary>
internal sealed unsafe class MatrixProducts : IDisposable
{
    private const int Depth = 32;
    private const int LargestSplit = 16;

    /// <summary>The least number of steps in depth that a part of a product has.</summary>
    private const int LeastSteps = 4;

    private static readonly int[] Tiles = [64, 128];

    private readonly Dictionary<(ProductLayout, bool, int), CudaFunction> _kernels = [];
    private readonly CudaStream _stream;
    private readonly CudaTrainingKernels _others;
    private readonly DeviceMemory _parts;
    private readonly int _multiprocessors;
    private readonly bool _isExact;

    /// <param name="module">The kernels.</param>
    /// <param name="stream">Where products are added.</param>
    /// <param name="others">The other kernels.</param>
    /// <param name="largest">The number of elements of the largest product that stays in parts.</param>
    /// <param name="isExact">The precision of products that leave it open.</param>
    public MatrixProducts(
        CudaModule module,
        CudaStream stream,
        CudaTrainingKernels others,
        int largest,
        bool isExact
    )
    {
        (_stream, _others, _isExact) = (stream, others, isExact);
        _multiprocessors = module.Context.Device.Multiprocessors;
        foreach (var layout in Enum.GetValues<ProductLayout>())
        {
            foreach (var exact in (bool[])[false, true])
            {
                foreach (var tile in Tiles)
                {
                    var name =
                        $"train_{(exact ? "exact_" : "")}{layout.ToString().ToLowerInvariant()}_{tile}";
                    var kernel = module.Function(name);
                    kernel.SetSharedMemory(SharedBytes(layout, exact, tile));
                    _kernels.Add((layout, exact, tile), kernel);
                }
            }
        }

        // Products in several parts have at most two tiles for each multiprocessor.
        var elements = Math.Max(largest, 2L * _multiprocessors * Tiles[0] * Tiles[0]);
        _parts = new DeviceMemory(module.Context, elements * sizeof(float));
    }

    /// <summary>Gets the address of the parts of the last product.</summary>
    public ulong Parts => _parts.Address;

    /// <summary>Computes a product that stays in parts, one after another, [parts][m][n].</summary>
    /// <returns>The number of parts.</returns>
    public int InParts(
        ProductLayout layout,
        DeviceMatrix a,
        DeviceMatrix b,
        (int M, int N, int K) sizes
    )
    {
        var splits = Splits(sizes);
        Launch(
            layout,
            _isExact,
            Of(a, b, new DeviceMatrix(Parts, sizes.N), sizes) with
            {
                Splits = splits,
            }
        );
        return splits;
    }

    /// <summary>Computes c = a · b, or c += a · b.</summary>
    /// <param name="layout">How the factors lie.</param>
    /// <param name="a">The first factor.</param>
    /// <param name="b">The second factor.</param>
    /// <param name="c">The product.</param>
    /// <param name="sizes">The rows and columns of c, and the terms of its sums.</param>
    /// <param name="adds">Whether to add to what c holds.</param>
    /// <param name="isExact">Whether to compute in exact precision whatever the options say.</param>
    /// <param name="rows">The address of the places of a's rows, if they are not in order.</param>
    public void Compute(
        ProductLayout layout,
        DeviceMatrix a,
        DeviceMatrix b,
        DeviceMatrix c,
        (int M, int N, int K) sizes,
        bool adds = false,
        bool isExact = false,
        ulong rows = 0
    )
    {
        var product = Of(a, b, c, sizes) with { Rows = rows };
        var splits = c.Pitch == sizes.N ? Splits(sizes) : 1;
        if (splits == 1)
        {
            Launch(layout, isExact || _isExact, product with { Adds = adds ? 1 : 0 });
            return;
        }

        Launch(layout, isExact || _isExact, product with { C = Parts, Splits = splits });
        _others.Sum(_stream, Parts, splits, c.Address, sizes.M * sizes.N, adds);
    }

    public void Dispose() => _parts.Dispose();

    private static MatrixProduct Of(
        DeviceMatrix a,
        DeviceMatrix b,
        DeviceMatrix c,
        (int M, int N, int K) sizes
    ) =>
        new()
        {
            A = a.Address,
            B = b.Address,
            C = c.Address,
            M = sizes.M,
            N = sizes.N,
            K = sizes.K,
            PitchA = a.Pitch,
            PitchB = b.Pitch,
            PitchC = c.Pitch,
            Splits = 1,
        };

    private static int SharedBytes(ProductLayout layout, bool exact, int tile)
    {
        int Factor(bool byDepth) =>
            byDepth ? Depth * (tile + 8) * sizeof(ushort) : tile * (Depth + 8) * sizeof(ushort);
        var one = Factor(layout == ProductLayout.TN) + Factor(layout != ProductLayout.NT);
        return 2 * one * (exact ? 2 : 1);
    }

    private static int Count(int size, int tile) => (size + tile - 1) / tile;

    /// <summary>Gives into how many parts to cut the sums, so that few tiles keep all multiprocessors busy.</summary>
    private int Splits((int M, int N, int K) sizes)
    {
        var tiles = (long)Count(sizes.M, Tiles[0]) * Count(sizes.N, Tiles[0]);
        var most = Math.Min(LargestSplit, Count(sizes.K, Depth) / LeastSteps);
        return (int)Math.Clamp(2 * _multiprocessors / tiles, 1, Math.Max(1, most));
    }

    private void Launch(ProductLayout layout, bool exact, MatrixProduct product)
    {
        var large =
            product.Splits == 1
            && (long)Count(product.M, Tiles[1]) * Count(product.N, Tiles[1]) >= _multiprocessors;
        var tile = Tiles[large ? 1 : 0];
        _kernels[(layout, exact, tile)]
            .Launch(
                _stream,
                Count(product.N, tile),
                Count(product.M, tile) * product.Splits,
                2 * tile,
                SharedBytes(layout, exact, tile),
                [(nint)(&product)]
            );
    }
}
