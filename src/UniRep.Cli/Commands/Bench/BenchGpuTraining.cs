using System.Diagnostics;
using UniRep.Compute;

namespace UniRep.Cli.Commands.Bench;

/// <summary>Training on an NVIDIA GPU: steps of gradient and update, of one batch.</summary>
/// <param name="Sequences">The sequences of the batch.</param>
/// <param name="Length">Their length.</param>
/// <param name="TokensPerSecond">The rate: every residue, and the stop token of each sequence. Null if it was not measured.</param>
/// <param name="Teraflops">The operations that the definition asks for, forward and backward, in TFLOP/s.</param>
/// <param name="Missing">Why it was not measured; null if it was.</param>
internal sealed record BenchGpuTraining(
    int Sequences,
    int Length,
    BenchSpread? TokensPerSecond,
    double? Teraflops,
    string? Missing
)
{
    private const int Count = 256;
    private const int LengthOfEach = 300;

    /// <summary>The backward pass has two products for each of the forward pass.</summary>
    private const int Passes = 3;

    private static readonly AdamStep Step = new() { Rate = 1e-4, MaximalNorm = 1 };

    /// <summary>Measures. A device without the memory for it is no failure of the other figures.</summary>
    /// <param name="arrays">The parameters to begin with.</param>
    /// <param name="options">The device and the precision.</param>
    /// <param name="rounds">The number of steps after a first one.</param>
    /// <param name="flop">The operations of the forward pass per token.</param>
    /// <param name="cancellation">Ends it.</param>
    public static BenchGpuTraining Measure(
        MlstmArrays arrays,
        CudaOptions options,
        int rounds,
        double flop,
        CancellationToken cancellation
    )
    {
        try
        {
            using var trainer = CudaTrainer.Resume(TrainerState.Start(arrays), null, options);
            ReadOnlyMemory<byte>[] batch =
            [
                .. BenchWorkload
                    .Equal(Count, LengthOfEach)
                    .Select(tokens => (ReadOnlyMemory<byte>)tokens),
            ];
            var rates = new double[rounds];
            for (var round = -1; round < rounds; round++)
            {
                var watch = Stopwatch.StartNew();
                var loss = trainer.Gradient(batch, cancellation: cancellation);
                trainer.Update(Step);
                if (round >= 0)
                {
                    rates[round] = loss.Tokens / watch.Elapsed.TotalSeconds;
                }
            }

            var spread = BenchSpread.Of([.. rates]);
            return new BenchGpuTraining(
                Count,
                LengthOfEach,
                spread,
                spread.Median * Passes * flop * 1e-12,
                null
            );
        }
        catch (CudaException error) when (error.IsOutOfMemory)
        {
            return new BenchGpuTraining(Count, LengthOfEach, null, null, error.Message);
        }
    }
}
