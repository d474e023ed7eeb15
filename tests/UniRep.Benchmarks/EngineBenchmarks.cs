using BenchmarkDotNet.Attributes;
using UniRep.Compute;

namespace UniRep.Benchmarks;

/// <summary>Times runs of the engine on models of every size.</summary>
public class EngineBenchmarks
{
    private MlstmEngine? _engine;
    private byte[][] _ragged = [];
    private byte[][] _single = [];

    /// <summary>Gets or sets the units and layers: those of the published models.</summary>
    [Params("64x4", "256x1", "256x4", "1900x1")]
    public string Model { get; set; } = "";

    [GlobalSetup]
    public void Pack()
    {
        var sizes = Model.Split('x');
        var (units, layers) = (int.Parse(sizes[0]), int.Parse(sizes[1]));
        _engine = MlstmEngine.Create(RandomModel.Arrays(units, layers));
        _ragged = Workload.Proteome(128, units > 1000 ? 30 : 300);
        _single = Workload.Equal(1, 300);
    }

    [GlobalCleanup]
    public void Release() => _engine!.Dispose();

    [Benchmark]
    public double Ragged() => Sum(_ragged);

    [Benchmark]
    public double Single() => Sum(_single);

    private double Sum(byte[][] load)
    {
        var sink = new ChecksumSink();
        _engine!.Run(new ArraySource(load), sink);
        return sink.Sum;
    }
}
