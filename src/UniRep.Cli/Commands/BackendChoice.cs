using System.CommandLine;
using Microsoft.FSharp.Core;
using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>What --backend names: the engine of this program, or libtorch on a device.</summary>
/// <param name="Device">The device of libtorch; null for the engine.</param>
internal sealed record BackendChoice(TorchDevice? Device)
{
    /// <summary>The folder of libtorch, where it is neither beside the program nor among NuGet's packages.</summary>
    public const string FolderVariable = "UNIREP_LIBTORCH";

    private const string Words = "cpu|torch[:cpu|:cuda[:N]]";

    public static BackendChoice Engine { get; } = new((TorchDevice?)null);

    public static Option<BackendChoice> Option() =>
        new("--backend")
        {
            Description =
                "what computes: this program's engine, or libtorch on the CPU or on NVIDIA GPU number N (docs/torch.md)",
            HelpName = Words,
            DefaultValueFactory = _ => Engine,
            CustomParser = result =>
            {
                var word = result.Tokens[0].Value;
                if (TryParse(word.ToLowerInvariant()) is { } choice)
                {
                    return choice;
                }

                result.AddError($"--backend takes {Words}, not '{word}'.");
                return Engine;
            },
        };

    /// <summary>Makes the backend for a precision by its name, or fails as commands do.</summary>
    public Backend Make(string precision, int threads)
    {
        if (Device is null)
        {
            var engine = PrecisionModule.all.FirstOrDefault(pair => pair.Item1 == precision);
            return engine is null
                ? throw Unfit(precision, "torch")
                : Cpu.backend(new EngineOptions { Threads = threads, Precision = engine.Item2 });
        }

        var options = new TorchOptions(
            Device,
            precision switch
            {
                SharedOptions.Exact => TorchPrecision.Float32,
                "bfloat16" => TorchPrecision.BFloat16,
                "tf32" => TorchPrecision.TF32,
                _ => throw Unfit(precision, "cpu"),
            },
            threads,
            TorchOptionsModule.on(Device).BatchSize,
            Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
                ? FSharpOption<string>.Some(folder)
                : null,
            FuncConvert.FromAction<string>(Reporter.Warn)
        );
        return Torch.backendWith(options);
    }

    public override string ToString() => Device is null ? "cpu" : $"torch:{Device.Name}";

    private static BackendChoice? TryParse(string word) =>
        word switch
        {
            "cpu" => Engine,
            "torch" => new BackendChoice(TorchDevice.Cpu),
            _ when word.StartsWith("torch:", StringComparison.Ordinal) => TorchDeviceModule
                .tryParse(word["torch:".Length..])
                ?.Value
                is { } device
                ? new BackendChoice(device)
                : null,
            _ => null,
        };

    private static CommandFailedException Unfit(string precision, string backend) =>
        new(ExitCode.Usage, $"--precision {precision} needs --backend {backend}");
}
