using System.Text.Json.Serialization;
using UniRep.Cli.Commands.Doctor;
using UniRep.Compute;

namespace UniRep.Cli.Commands.Bench;

/// <summary>What `unirep bench --device cuda` measures.</summary>
/// <param name="Program">The program's name and version.</param>
/// <param name="Measured">When.</param>
/// <param name="Machine">The machine.</param>
/// <param name="Gpu">The device.</param>
/// <param name="Units">The units of a layer.</param>
/// <param name="Layers">The layers.</param>
/// <param name="Precision">The numbers of the matrix products.</param>
/// <param name="OneProteinMilliseconds">The time of one protein of 300 residues, from its tokens to its vectors.</param>
/// <param name="OneProteinDeviceMilliseconds">The part of it in which the device had work.</param>
/// <param name="File">The proteins of a file; null without one.</param>
/// <param name="DeviceBytes">The memory of the device that weights and the largest batch take.</param>
/// <param name="DeviceBytesAtEnd">The same after all batches.</param>
/// <param name="Batches">The batches that were computed.</param>
/// <param name="MeasuredPeak">What the device does at most in products of bfloat16, measured after all loads.</param>
/// <param name="Loads">The rates at each load.</param>
/// <param name="Training">The rate of training.</param>
internal sealed record BenchGpuFigures(
    string Program,
    DateTime Measured,
    BenchMachine Machine,
    DoctorGpu Gpu,
    int Units,
    int Layers,
    string Precision,
    BenchSpread OneProteinMilliseconds,
    BenchSpread OneProteinDeviceMilliseconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BenchGpuFile? File,
    long DeviceBytes,
    long DeviceBytesAtEnd,
    int Batches,
    BenchGpuPeak MeasuredPeak,
    IReadOnlyList<BenchGpuLoad> Loads,
    BenchGpuTraining Training
);

/// <summary>The peak of a device, measured by a kernel that does nothing but products.</summary>
/// <param name="Kernel">The kernel; null if nothing could be measured.</param>
/// <param name="Teraflops">The rates of its launches in TFLOP/s; null if nothing could be measured.</param>
/// <param name="Missing">Why nothing could be measured; null if it could.</param>
internal sealed record BenchGpuPeak(string? Kernel, BenchSpread? Teraflops, string? Missing)
{
    public static BenchGpuPeak Of(CudaPeak peak) =>
        new(
            peak.Kernel,
            peak.Missing is null
                ? BenchSpread.Of([.. peak.Rates.Select(rate => rate * 1e-12)])
                : null,
            peak.Missing
        );
}

/// <summary>The time of all proteins of a file, and the part of it in which the device had work.</summary>
internal sealed record BenchGpuFile(
    int Proteins,
    long Residues,
    BenchSpread Seconds,
    BenchSpread DeviceSeconds
);

/// <summary>Residues per second at one load.</summary>
/// <param name="Load">The load.</param>
/// <param name="ResiduesPerSecond">The rate, with reading, planning and handing results over.</param>
/// <param name="DeviceResiduesPerSecond">Residues over the time in which the device had work, by its own clock.</param>
/// <param name="Teraflops">
/// The operations that the definition of the model asks for, in TFLOP/s: the same for a rate in every precision.
/// </param>
/// <param name="ShareOfNominalPeak">
/// The operations that are made, three for one in exact, over the nominal peak of the device; null where that is not known.
/// What fills tiles up does not count.
/// </param>
/// <param name="ShareOfMeasuredPeak">The same over the median of the measured peak; null where none was measured.</param>
internal sealed record BenchGpuLoad(
    string Load,
    BenchSpread ResiduesPerSecond,
    BenchSpread DeviceResiduesPerSecond,
    double Teraflops,
    double? ShareOfNominalPeak,
    double? ShareOfMeasuredPeak
);
