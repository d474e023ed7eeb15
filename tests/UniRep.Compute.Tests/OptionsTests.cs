using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace UniRep.Compute.Tests;

/// <summary>Invalid options are refused, and an instruction set gives the same bits on every machine.</summary>
public sealed class OptionsTests
{
    private static readonly MlstmArrays Arrays = Waves.Arrays(5, 1);

    private static readonly ReadOnlyMemory<byte>[] Batch = [new byte[] { 1, 2, 3 }];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData((Precision)77)]
    [InlineData((Precision)(-1))]
    public void An_invalid_precision_is_refused(Precision precision)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() =>
            MlstmEngine.Create(Arrays, new EngineOptions { Precision = precision })
        );
        Assert.Contains(
            $"{precision} is not a valid Precision. Valid are Exact, Int16Weights, Int16, Int8.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_invalid_instruction_set_is_refused()
    {
        const InstructionSet None = (InstructionSet)77;
        var error = Assert.ThrowsAny<ArgumentException>(() =>
            MlstmEngine.Create(Arrays, new EngineOptions { InstructionSet = None })
        );
        Assert.Contains(
            "Valid are Portable, Fma128, Avx2, Avx512.",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.ThrowsAny<ArgumentException>(() =>
            MlstmTrainer.Create(Arrays, new TrainerOptions { InstructionSet = None })
        );
        Assert.ThrowsAny<ArgumentException>(() => MachinePeak.FmaGflops(1, None));
    }

    [Fact]
    public void Invalid_outputs_and_means_are_refused()
    {
        using var engine = MlstmEngine.Create(Arrays);
        Assert.ThrowsAny<ArgumentException>(() =>
            Runs.Run(
                engine,
                [
                    [1],
                ],
                (Outputs)4
            )
        );
        using var trainer = MlstmTrainer.Create(Arrays);
        Assert.ThrowsAny<ArgumentException>(() =>
            trainer.Gradient(Batch, (LossMean)2, cancellation: Token)
        );
        Assert.ThrowsAny<ArgumentException>(() =>
            trainer.Evaluate(Batch, (LossMean)2, cancellation: Token)
        );
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    [InlineData(5000)]
    [InlineData(int.MaxValue)]
    public void A_number_of_threads_out_of_range_is_refused(int threads)
    {
        Assert.ThrowsAny<ArgumentException>(() =>
            MlstmEngine.Create(Arrays, new EngineOptions { Threads = threads })
        );
        Assert.ThrowsAny<ArgumentException>(() =>
            MlstmTrainer.Create(Arrays, new TrainerOptions { Threads = threads })
        );
        Assert.ThrowsAny<ArgumentException>(() =>
            MachinePeak.FmaGflops(threads, InstructionSet.Portable)
        );
        Assert.ThrowsAny<ArgumentException>(() =>
            MachinePeak.ReadGigabytesPerSecond(1 << 20, threads)
        );
    }

    [Fact]
    public void Many_threads_give_the_same_bits()
    {
        var sequences = Enumerable.Range(0, 40).Select(seed => Waves.Tokens(30, seed)).ToArray();
        using var one = MlstmEngine.Create(Arrays, new EngineOptions { Threads = 1 });
        using var many = MlstmEngine.Create(
            Arrays,
            new EngineOptions { Threads = EngineOptions.MaximalThreads }
        );
        Runs.AssertSameBits(Runs.Run(one, sequences), Runs.Run(many, sequences));
    }

    // The digests were computed once; DOTNET_EnableAVX2=0 and DOTNET_EnableHWIntrinsic=0 must not change the first one.
    [Theory]
    [InlineData(InstructionSet.Portable, "A57E744F5A9445CE")]
    [InlineData(InstructionSet.Fma128, "D341B4642B87EA91")]
    [InlineData(InstructionSet.Avx2, "D341B4642B87EA91")]
    [InlineData(InstructionSet.Avx512, "D341B4642B87EA91")]
    public void An_instruction_set_gives_the_same_bits_on_every_machine(
        InstructionSet set,
        string digest
    )
    {
        Assert.SkipUnless(MlstmEngine.Supported.Contains(set), $"this machine has no {set}");
        using var engine = MlstmEngine.Create(
            RandomModel.Arrays(70, 2),
            new EngineOptions { InstructionSet = set }
        );
        var numbers = Runs.Run(
                engine,
                [.. Enumerable.Range(0, 20).Select(seed => Waves.Tokens(50 + seed, seed))],
                Outputs.HiddenStates | Outputs.Logits
            )
            .SelectMany(result => result.Numbers)
            .ToArray();
        var found = SHA256.HashData(MemoryMarshal.AsBytes(numbers.AsSpan()));
        Assert.Equal(digest, Convert.ToHexString(found)[..16]);
    }
}
