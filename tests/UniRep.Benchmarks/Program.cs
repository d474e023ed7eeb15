using System.Diagnostics;
using UniRep.Benchmarks;
using UniRep.Compute;

var units = args.Length > 0 ? int.Parse(args[0]) : 1900;
var layers = args.Length > 1 ? int.Parse(args[1]) : 1;
var set = args.Length > 2 ? Enum.Parse<InstructionSet>(args[2]) : MlstmEngine.Supported[^1];
var lanes = args.Length > 3 ? int.Parse(args[3]) : 0;
var threads = args.Length > 4 ? int.Parse(args[4]) : 0;
using var engine = MlstmEngine.Create(
    Workload.Arrays(units, layers),
    new EngineOptions
    {
        InstructionSet = set,
        Lanes = lanes,
        Threads = threads,
    }
);
var flop = Workload.FlopPerResidue(engine.Shape);
var scale =
    units >= 1000 ? 1
    : units >= 200 ? 8
    : 60;
(string, byte[][])[] loads =
[
    ("single", Workload.Equal(1, 200 * scale)),
    ("ragged", Workload.Proteome(60 * scale, 200)),
    ("ragged", Workload.Proteome(60 * scale, 200)),
    ("ragged", Workload.Proteome(60 * scale, 200)),
];
Console.WriteLine($"{units} x {layers} {set} threads {engine.Threads}");
foreach (var (name, load) in loads)
{
    var peak = MachinePeak.FmaGflops(engine.Threads, set);
    var sink = new ChecksumSink();
    var watch = Stopwatch.StartNew();
    engine.Run(new ArraySource(load), sink);
    var seconds = watch.Elapsed.TotalSeconds;
    var residues = load.Sum(sequence => sequence.Length + 1.0);
    var rate = residues / seconds;
    Console.WriteLine(
        $"{name}: {rate:F0} residues/s, {rate * flop * 1e-9:F1} of {peak:F1} GFLOP/s = {rate * flop * 1e-7 / peak:F1} %, checksum {sink.Sum:R}"
    );
}
var bytes = (long)(flop * 2);
Console.WriteLine(
    $"read of {bytes >> 20} MB: {MachinePeak.ReadGigabytesPerSecond(bytes, engine.Threads):F1} GB/s"
);
