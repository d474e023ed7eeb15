using BenchmarkDotNet.Attributes;
using UniRep.Compute;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Benchmarks;

/// <summary>
/// Times the matrix product with one panel of 64 columns, in every precision and instruction set of this machine. Rows are
/// converted to integers every time; in a step, many panels share that.
/// </summary>
public unsafe class ProductBenchmarks
{
    private AlignedBuffer? _a;
    private PackedMatrix? _matrix;
    private AlignedBuffer? _tiles;
    private Operand? _operand;
    private Product? _product;
    private Kernels? _kernels;

    public static IEnumerable<InstructionSet> Sets => MlstmEngine.Supported;

    [ParamsSource(nameof(Sets))]
    public InstructionSet Set { get; set; }

    [ParamsAllValues]
    public Precision Precision { get; set; }

    [Params(256, 1900)]
    public int Depth { get; set; }

    [Params(1, 6, 32)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _kernels = Kernels.All.First(kernels => kernels.InstructionSet == Set);
        _product = _kernels.ProductOf(Precision);
        _a = new AlignedBuffer((long)Rows * Stride);
        float[] values = [.. Enumerable.Repeat(1e-3f, Depth * PackedMatrix.Columns)];
        _matrix = new PackedMatrix(
            Depth,
            1,
            (_, column) => column,
            new RawWeightMatrix(values, PackedMatrix.Columns),
            Precision,
            _kernels.StripColumns(Depth)
        );
        _tiles = new AlignedBuffer(2L * Rows * PackedMatrix.Columns);
        _operand = new Operand(Rows, Depth, Precision);
        _a.Span.Fill(0.5f);
    }

    [GlobalCleanup]
    public void Release()
    {
        _a!.Dispose();
        _matrix!.Dispose();
        _tiles!.Dispose();
        _operand!.Dispose();
    }

    [Benchmark]
    public void Product()
    {
        _kernels!.Clear(_tiles!.Pointer, Rows);
        _product!.Prepare(_a!.Pointer, Stride, Depth, Rows, _operand!);
        _product.MultiplyAdd(
            _operand!,
            Rows,
            _matrix!,
            0,
            _matrix!.Panel(0),
            _tiles.Pointer,
            _tiles.Pointer + Rows * PackedMatrix.Columns
        );
    }

    private int Stride => Depth + 80;
}

/// <summary>Times the gates of 16 units of 32 rows with their running sums, in every instruction set of this machine.</summary>
public unsafe class GatesBenchmarks
{
    private const int Rows = 32;
    private const int Units = PackedLayer.UnitsPerPanel;
    private AlignedBuffer? _tile;
    private AlignedBuffer? _state;
    private Kernels? _kernels;

    public static IEnumerable<InstructionSet> Sets => MlstmEngine.Supported;

    [ParamsSource(nameof(Sets))]
    public InstructionSet Set { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _kernels = Kernels.All.First(kernels => kernels.InstructionSet == Set);
        _tile = new AlignedBuffer(Rows * PackedMatrix.Columns);
        _state = new AlignedBuffer(4 * Rows * Units);
        _tile.Span.Fill(0.5f);
    }

    [GlobalCleanup]
    public void Release()
    {
        _tile!.Dispose();
        _state!.Dispose();
    }

    [Benchmark]
    public void Gates() =>
        _kernels!.Gates(
            _tile!.Pointer,
            Rows,
            new GateTargets
            {
                H = _state!.Pointer,
                C = _state.Pointer + Rows * Units,
                Sum = _state.Pointer + 2 * Rows * Units,
                Compensation = _state.Pointer + 3 * Rows * Units,
                Stride = Units,
            }
        );
}
