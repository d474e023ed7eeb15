using BenchmarkDotNet.Attributes;
using UniRep.Compute;
using UniRep.Compute.Internals;

namespace UniRep.Benchmarks;

/// <summary>The matrix product with one panel of 64 columns, under every instruction set of this machine.</summary>
public unsafe class ProductBenchmarks
{
    private AlignedBuffer? _a;
    private AlignedBuffer? _panel;
    private AlignedBuffer? _tile;
    private Kernels? _kernels;

    public static IEnumerable<InstructionSet> Sets => MlstmEngine.Supported;

    [ParamsSource(nameof(Sets))]
    public InstructionSet Set { get; set; }

    [Params(256, 1900)]
    public int Depth { get; set; }

    [Params(1, 6, 32)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _kernels = Kernels.All.First(kernels => kernels.InstructionSet == Set);
        _a = new AlignedBuffer((long)Rows * Depth);
        _panel = new AlignedBuffer((long)Depth * PackedLayer.Columns);
        _tile = new AlignedBuffer((long)Rows * PackedLayer.Columns);
        _a.Span.Fill(0.5f);
        _panel.Span.Fill(1e-3f);
    }

    [GlobalCleanup]
    public void Release()
    {
        _a!.Dispose();
        _panel!.Dispose();
        _tile!.Dispose();
    }

    [Benchmark]
    public void Product()
    {
        _kernels!.Clear(_tile!.Pointer, Rows);
        _kernels.Multiply(
            _a!.Pointer,
            Depth,
            Rows,
            _panel!.Pointer,
            Depth,
            _tile.Pointer,
            _panel.Pointer
        );
    }
}

/// <summary>The gates of 16 units of 32 rows, with their running sums, under every instruction set of this machine.</summary>
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
        _tile = new AlignedBuffer(Rows * PackedLayer.Columns);
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
