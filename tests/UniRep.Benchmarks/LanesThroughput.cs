using UniRep.Compute;

namespace UniRep.Benchmarks;

/// <summary>
/// Compares numbers of lanes on sequences with the lengths of a proteome, in turn in one process, because the speed of a machine
/// can drift.
/// </summary>
internal static class LanesThroughput
{
    private const int Rounds = 7;
    private const int Sequences = 1_000;
    private const double SecondsPerRun = 2;

    public static void Print(int units, int layers, InstructionSet set, int[] lanes)
    {
        var arrays = RandomModel.Arrays(units, layers);
        MlstmEngine[] engines =
        [
            .. lanes.Select(count =>
                MlstmEngine.Create(
                    arrays,
                    new EngineOptions { InstructionSet = set, Lanes = count }
                )
            ),
        ];
        var flop = Workload.FlopPerResidue(engines[0].Shape);
        var speed = engines.Max(engine =>
            EngineThroughput.Rate(engine, Workload.Proteome(192, 30))
        );
        var load = Workload.Proteome(Sequences, speed * SecondsPerRun / Sequences);
        var (shares, ratios) = (NoFigures(), NoFigures());
        for (var round = 0; round < Rounds; round++)
        {
            var peak = MachinePeak.FmaGflops(engines[0].Threads, set);
            double[] rates = [.. engines.Select(engine => EngineThroughput.Rate(engine, load))];
            for (var at = 0; at < lanes.Length; at++)
            {
                shares[at].Add(rates[at] * flop * 1e-9 / peak);
                ratios[at].Add(rates[at] / rates[0]);
            }
        }

        Console.WriteLine($"{units} x {layers} {set}, {engines[0].Threads} threads");
        for (var at = 0; at < lanes.Length; at++)
        {
            Console.WriteLine(
                $"{lanes[at], 4} lanes: {EngineThroughput.Median(shares[at]):P1} of the peak, {EngineThroughput.Median(ratios[at]):F3} ({ratios[at].Min():F3} to {ratios[at].Max():F3}) times {lanes[0]} lanes"
            );
            engines[at].Dispose();
        }

        List<double>[] NoFigures() => [.. lanes.Select(_ => new List<double>())];
    }
}
