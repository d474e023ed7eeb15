using System.CommandLine;
using System.Globalization;
using Microsoft.FSharp.Core;
using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>What --device and --precision name: where models are computed, and in which numbers.</summary>
/// <param name="Place">The device, as options and reports name it: `cpu`, `cuda:0`, `auto`, `torch:cpu`.</param>
/// <param name="Precision">The precision; null for that which is usual on the device.</param>
/// <param name="IsBatchInvariant">
/// Whether a sequence has the same bits whatever is computed beside it, though few sequences take longer on a GPU.
/// </param>
internal sealed record BackendChoice(
    string Place,
    string? Precision = null,
    bool IsBatchInvariant = false
)
{
    /// <summary>The folder of libtorch, where it is neither beside the program nor among NuGet's packages.</summary>
    public const string FolderVariable = "UNIREP_LIBTORCH";

    private const string Words = "cpu|cuda[:N]|auto|torch[:cpu|:cuda[:N]]";
    private const string Automatic = "auto";
    private const string CudaPrefix = "cuda:";
    private const string TorchPrefix = "torch:";

    public static BackendChoice Engine { get; } = new("cpu");

    /// <summary>Makes the option. It has two names: --device reads better, and --backend was there first.</summary>
    /// <param name="verb">What the command does there.</param>
    public static Option<BackendChoice> Option(string verb = "computes") =>
        new("--device", "--backend")
        {
            Description =
                $"what {verb}: the CPU; NVIDIA GPU number N (docs/cuda.md); a GPU where there is one, else the CPU; or libtorch on either (docs/torch.md)",
            HelpName = Words,
            DefaultValueFactory = _ => Engine,
            CustomParser = result =>
            {
                var word = result.Tokens[0].Value;
                if (Parse(word.ToLowerInvariant()) is { } place)
                {
                    return new BackendChoice(place);
                }

                result.AddError($"--device takes {Words}, not '{word}'.");
                return Engine;
            },
        };

    /// <summary>Makes the option for which <see cref="IsBatchInvariant"/> stands.</summary>
    public static Option<bool> BatchInvariant() =>
        new("--batch-invariant")
        {
            Description =
                "give a sequence the same bits whatever is computed beside it, also with --device cuda in bfloat16, where few sequences then take longer; the CPU always does",
        };

    /// <summary>Says of what decides step by step that it is slow on a device that takes whole runs only.</summary>
    public void WarnOfSteps(string command, string step)
    {
        if (Place != Engine.Place)
        {
            Reporter.Warn(
                $"{command} --device {Place}: each sequence is computed from its start again at every {step}; "
                    + "--device cpu keeps states, which is usually faster"
            );
        }
    }

    /// <summary>
    /// Gives the device in place of `auto`, and says which and why; checks that the device has the precision, or fails as
    /// commands do.
    /// </summary>
    public BackendChoice Settle(Reporter reporter)
    {
        if (Place != Automatic)
        {
            var usual = IsCuda ? SharedOptions.BFloat16 : SharedOptions.Exact;
            var settled = this with { Precision = Precision ?? usual };
            return settled.Fits ? settled : throw Unfit(settled.Precision!);
        }

        var (choice, reason) = Automatically();
        reporter.Say($"--device auto: {choice.Place}, {choice.Precision}: {reason}");
        return choice;
    }

    /// <summary>Makes the backend of a choice that is settled.</summary>
    public Backend Make(int threads)
    {
        if (IsCuda)
        {
            var options = OptionsOfCuda;
            // The device starts while the model is read.
            CudaEngine.Prepare(options);
            return Cuda.backend(options);
        }

        return IsTorch
            ? Torch.backendWith(
                OptionsOfTorch(
                    TorchDeviceModule.tryParse(Place[TorchPrefix.Length..])!.Value,
                    PrecisionOfTorch()!,
                    threads
                )
            )
            : Cpu.backend(new EngineOptions { Threads = threads, Precision = PrecisionOfEngine });
    }

    /// <summary>Gets the options of a choice that is settled on an NVIDIA GPU.</summary>
    public CudaOptions OptionsOfCuda =>
        new()
        {
            Device = int.Parse(Place[CudaPrefix.Length..], CultureInfo.InvariantCulture),
            Precision =
                Precision == SharedOptions.Exact ? CudaPrecision.Exact : CudaPrecision.BFloat16,
            Latency = !IsBatchInvariant,
        };

    /// <summary>Gets the precision of a choice that is settled on the CPU.</summary>
    public Precision PrecisionOfEngine => EnginePrecision(Precision!)!.Value;

    public override string ToString() => Place;

    public bool IsCuda => Place.StartsWith(CudaPrefix, StringComparison.Ordinal);

    public bool IsTorch => Place.StartsWith(TorchPrefix, StringComparison.Ordinal);

    private bool Fits =>
        IsCuda ? Precision is SharedOptions.Exact or SharedOptions.BFloat16
        : IsTorch ? PrecisionOfTorch() is not null
        : EnginePrecision(Precision!) is not null;

    /// <summary>The device that has the precision: a GPU where one is usable, else the CPU.</summary>
    private (BackendChoice Choice, string Reason) Automatically()
    {
        if (Precision == SharedOptions.TF32)
        {
            throw Unfit(Precision);
        }

        if (Precision is not (null or SharedOptions.Exact or SharedOptions.BFloat16))
        {
            return (Engine with { Precision = Precision }, "no GPU computes in this precision");
        }

        var found = Cuda.tryFirst();
        if (found.IsOk)
        {
            var place = CudaPrefix + found.ResultValue.Index.ToString(CultureInfo.InvariantCulture);
            return (
                this with
                {
                    Place = place,
                    Precision = Precision ?? SharedOptions.BFloat16,
                },
                found.ResultValue.Name
            );
        }

        return Precision == SharedOptions.BFloat16
            ? throw new CommandFailedException(
                ExitCode.Environment,
                $"--precision {Precision} needs a GPU, or --device torch: {found.ErrorValue}"
            )
            : (Engine with { Precision = SharedOptions.Exact }, found.ErrorValue);
    }

    /// <summary>Gives the options of libtorch, which is looked for where the environment says.</summary>
    internal static TorchOptions OptionsOfTorch(
        TorchDevice device,
        TorchPrecision precision,
        int threads
    ) =>
        new(
            device,
            precision,
            threads,
            TorchOptionsModule.on(device).BatchSize,
            Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
                ? FSharpOption<string>.Some(folder)
                : null,
            FuncConvert.FromAction<string>(Reporter.Warn)
        );

    private TorchPrecision? PrecisionOfTorch() =>
        Precision switch
        {
            SharedOptions.Exact => TorchPrecision.Float32,
            SharedOptions.BFloat16 => TorchPrecision.BFloat16,
            SharedOptions.TF32 => TorchPrecision.TF32,
            _ => null,
        };

    private static Precision? EnginePrecision(string name) =>
        PrecisionModule.all.FirstOrDefault(pair => pair.Item1 == name)?.Item2;

    /// <summary>Gives the full name of a device, or null if there is none of that name.</summary>
    private static string? Parse(string word)
    {
        if (word is "cpu" or Automatic)
        {
            return word;
        }

        var isTorch = word == "torch" || word.StartsWith(TorchPrefix, StringComparison.Ordinal);
        var rest =
            word == "torch" ? "cpu"
            : isTorch ? word[TorchPrefix.Length..]
            : word;
        return TorchDeviceModule.tryParse(rest)?.Value is { } device
            ? (isTorch ? TorchPrefix : "") + device.Name
            : null;
    }

    private static CommandFailedException Unfit(string precision) =>
        new(
            ExitCode.Usage,
            $"--precision {precision} needs --device "
                + precision switch
                {
                    SharedOptions.BFloat16 => "cuda or torch",
                    SharedOptions.TF32 => "torch",
                    _ => "cpu",
                }
        );
}
