using System.Text.Json.Serialization;
using UniRep.Cli.Commands.Bench;
using UniRep.Cli.Commands.WeightFiles;
using UniRep.Compute;

namespace UniRep.Cli.Commands.Doctor;

/// <summary>What `unirep doctor` finds. Sizes are in bytes.</summary>
/// <param name="Program">The program's name and version.</param>
/// <param name="Machine">The system and the processor.</param>
/// <param name="Engine">What the engine on the CPU uses.</param>
/// <param name="MemoryBytes">The memory that this process may have.</param>
/// <param name="Models">The models that are known by name.</param>
/// <param name="Cuda">The NVIDIA GPUs.</param>
/// <param name="Libtorch">The library of --device torch.</param>
/// <param name="Check">What the GPUs compute; null unless asked for.</param>
internal sealed record DoctorReport(
    string Program,
    BenchMachine Machine,
    DoctorEngine Engine,
    long MemoryBytes,
    IReadOnlyList<DoctorModel> Models,
    DoctorCuda Cuda,
    DoctorLibtorch Libtorch,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        GpuCheckReport? Check = null
)
{
    public static DoctorReport Make() =>
        new(
            $"unirep {ProgramVersion.Text}",
            BenchMachine.Describe(),
            new DoctorEngine(
                InstructionSetModule.name(MlstmEngine.Supported[^1]),
                [.. MlstmEngine.Supported.Select(InstructionSetModule.name)],
                Environment.ProcessorCount
            ),
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            [.. WeightStore.names.Select(DoctorModel.Of)],
            DoctorCuda.Find(),
            DoctorLibtorch.Find()
        );
}

/// <summary>The engine on the CPU: the instruction set it chooses, all that the processor has, and its threads.</summary>
internal sealed record DoctorEngine(
    string InstructionSet,
    IReadOnlyList<string> Available,
    int Threads
);

/// <summary>A model and where its file is; not here if it has not been fetched.</summary>
internal sealed record DoctorModel(string Name, bool IsHere, string Where)
{
    public static DoctorModel Of(string name)
    {
        var where = WeightsCommand.WhereIs(name);
        return new DoctorModel(name, where == "embedded" || Path.Exists(where), where);
    }
}

/// <summary>The GPUs of --device cuda, or why there are none.</summary>
internal sealed record DoctorCuda(string? Missing, IReadOnlyList<DoctorGpu> Devices)
{
    public static DoctorCuda Find()
    {
        var found = CudaDevices.Find();
        return new DoctorCuda(found.Missing, [.. found.All.Select(DoctorGpu.Of)]);
    }
}

/// <summary>
/// A GPU; the reason if the engine cannot use it. The nominal peak, in FLOP/s of bfloat16, is null where it is not known.
/// </summary>
internal sealed record DoctorGpu(
    string Name,
    string Device,
    string ComputeCapability,
    string DriverCuda,
    int Multiprocessors,
    long ClockHertz,
    double? NominalPeak,
    long MemoryBytes,
    long FreeBytes,
    string? Unusable
)
{
    public static DoctorGpu Of(CudaDevice device) =>
        new(
            $"cuda:{device.Index}",
            device.Name,
            device.ComputeCapability.ToString(2),
            device.DriverVersion.ToString(2),
            device.Multiprocessors,
            device.ClockHertz,
            device.NominalPeak,
            device.MemoryBytes,
            device.FreeBytes,
            device.Unusable
        );
}

/// <summary>Where libtorch is, or why it cannot be loaded.</summary>
internal sealed record DoctorLibtorch(string Version, string? Folder, string? Missing)
{
    public static DoctorLibtorch Find()
    {
        var loaded = Torch.tryLoad(
            BackendChoice.OptionsOfTorch(TorchDevice.Cpu, TorchPrecision.Float32, 0)
        );
        return new DoctorLibtorch(
            Torch.libtorchVersion,
            loaded.IsOk ? loaded.ResultValue : null,
            loaded.IsOk ? null : loaded.ErrorValue.Message
        );
    }
}
