namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// The nominal peak of a GPU in dense products of bfloat16 with sums of float32: its multiprocessors times its highest clock
/// times what one does in a clock. That last number goes by the name of the GPU and not by its compute capability: of 8.6, 8.9
/// and 9.0 there are GPUs with half or a quarter of it.
/// </summary>
internal static class NominalPeak
{
    /// <summary>
    /// The operations of a multiprocessor in a clock: NVIDIA's published TFLOP/s, without sparsity, over the multiprocessors and
    /// the clock for which they are published.
    /// </summary>
    private static readonly Dictionary<string, int> PerClock = new(StringComparer.Ordinal)
    {
        ["A100"] = 2048, // 312 TFLOP/s: 108 at 1.41 GHz
        ["A30"] = 2048, // 165 TFLOP/s: 56 at 1.44 GHz
        ["A10"] = 1024, // 125 TFLOP/s: 72 at 1.695 GHz
        ["A40"] = 1024, // 149.7 TFLOP/s: 84 at 1.74 GHz
        ["L4"] = 1024, // 121 TFLOP/s: 58 at 2.04 GHz
        ["H100"] = 4096, // 989 TFLOP/s: 132 at 1.83 GHz; 756 TFLOP/s: 114 at 1.62 GHz
        ["H200"] = 4096, // 989 TFLOP/s: 132 at 1.83 GHz
        ["GH200"] = 4096, // 990 TFLOP/s: 132 at 1.83 GHz
    };

    /// <summary>Gives the peak in floating-point operations per second; null where no published figure is known here.</summary>
    public static double? Of(DeviceProperties device)
    {
        var perClock = device
            .Name.Split([' ', '-'])
            .Select(word => PerClock.GetValueOrDefault(word))
            .FirstOrDefault(found => found > 0);
        var peak = perClock * 1e3 * device.ClockKilohertz * device.Multiprocessors;
        return peak > 0 ? peak : null;
    }
}
