using System.Runtime.InteropServices;
using UniRep.Compute;

namespace UniRep.Cli.Commands.Doctor;

/// <summary>Computes some sequences on each GPU and on the CPU, in this process, and compares the vectors.</summary>
internal static class GpuCheck
{
    private static readonly string[] Precisions = [SharedOptions.BFloat16, SharedOptions.Exact];

    /// <summary>Gets the models without a choice: several layers, and one layer, which has a kernel for few sequences.</summary>
    public static IReadOnlyList<string> Models { get; } = ["open-256", "open-672"];

    /// <summary>Checks GPUs. Without any, nothing is computed.</summary>
    /// <param name="gpus">The names of the GPUs, such as cuda:0.</param>
    /// <param name="models">The names or paths of models.</param>
    /// <param name="sequences">The sequences.</param>
    public static GpuCheckReport Run(
        IReadOnlyList<string> gpus,
        IReadOnlyList<string> models,
        IReadOnlyList<Sequence> sequences
    ) =>
        new(
            sequences.Count,
            gpus.Count == 0 ? [] : [.. models.SelectMany(weights => Of(gpus, weights, sequences))]
        );

    private static List<GpuCheckResult> Of(
        IReadOnlyList<string> gpus,
        string weights,
        IReadOnlyList<Sequence> sequences
    )
    {
        using var model = ModelLoader.Load(weights, Cpu.backend(new EngineOptions()));
        Rep[] expected = [.. ModelModule.representMany(model, sequences)];
        return
        [
            .. gpus.SelectMany(
                    _ => Precisions,
                    (gpu, precision) => new BackendChoice(gpu, precision)
                )
                .Select(choice => Of(choice, model.Card.Name, weights, sequences, expected)),
        ];
    }

    private static GpuCheckResult Of(
        BackendChoice choice,
        string name,
        string weights,
        IReadOnlyList<Sequence> sequences,
        Rep[] expected
    )
    {
        var options = choice.OptionsOfCuda;
        var limits = GpuCheckErrors.LimitsOf(options.Precision, expected[0].Average.Length);
        GpuCheckResult Result(
            string verdict,
            GpuCheckErrors? errors,
            bool? sameBits,
            string? failure
        ) => new(choice.Place, name, choice.Precision!, verdict, errors, limits, sameBits, failure);
        try
        {
            var loaded = ModelModule.load(Cuda.backend(options), weights);
            if (loaded.IsError)
            {
                return Result("failed", null, null, loaded.ErrorValue.Message);
            }

            using var model = loaded.ResultValue;
            Rep[] first = [.. ModelModule.representMany(model, sequences)];
            Rep[] second = [.. ModelModule.representMany(model, sequences)];
            var errors = GpuCheckErrors.Worst(first, expected);
            var sameBits = HaveSameBits(first, second);
            return Result(
                errors.IsWithin(limits) && sameBits ? "ok" : "wrong",
                errors,
                sameBits,
                null
            );
        }
        catch (UniRepException error)
        {
            return Result("failed", null, null, error.Message);
        }
    }

    private static bool HaveSameBits(Rep[] first, Rep[] second) =>
        first
            .Zip(second)
            .All(pair =>
                Bits(pair.First.Average).SequenceEqual(Bits(pair.Second.Average))
                && Bits(pair.First.Final).SequenceEqual(Bits(pair.Second.Final))
                && Bits(pair.First.Cell).SequenceEqual(Bits(pair.Second.Cell))
            );

    private static ReadOnlySpan<int> Bits(float[] vector) =>
        MemoryMarshal.Cast<float, int>(vector.AsSpan());
}
