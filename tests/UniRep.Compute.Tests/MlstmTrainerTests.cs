namespace UniRep.Compute.Tests;

public sealed class MlstmTrainerTests
{
    public static TheoryData<InstructionSet> Sets => [.. MlstmEngine.Supported];

    /// <summary>Sequences of many lengths, more than are computed side by side.</summary>
    private static readonly ReadOnlyMemory<byte>[] Batch =
    [
        .. Enumerable
            .Range(0, 70)
            .Select(index => (ReadOnlyMemory<byte>)Waves.Tokens(1 + index * 7 % 90, index)),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_loss_is_that_of_the_equations(InstructionSet set)
    {
        var arrays = Waves.Arrays(33, 2);
        var reference = new Reference(arrays);
        var sequences = Batch.Take(6).ToArray();
        var (nats, tokens) = (0.0, 0);
        foreach (var sequence in sequences)
        {
            var result = reference.Run(sequence.ToArray());
            byte[] targets = [.. sequence.Span, MlstmShape.Stop];
            for (var at = 0; at < targets.Length; at++)
            {
                var logits = result
                    .Logits.Skip(at * MlstmShape.Classes)
                    .Take(MlstmShape.Classes)
                    .ToArray();
                var top = logits.Max();
                nats +=
                    top + Math.Log(logits.Sum(x => Math.Exp(x - top))) - logits[targets[at] - 1];
                tokens++;
            }
        }

        using var trainer = Create(arrays, set);
        var loss = trainer.Evaluate(sequences, cancellation: Token);
        Assert.Equal(tokens, loss.Tokens);
        Tolerance.AssertNear(nats, loss.Nats, 1e-5 * nats);
        Tolerance.AssertNear(nats / tokens, loss.Loss, 1e-5 * nats);
        Assert.Equal(loss, trainer.Gradient(sequences, cancellation: Token));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_instruction_set_gives_the_same_gradient(InstructionSet set)
    {
        var arrays = Waves.Arrays(70, 2);
        using var portable = Create(arrays, InstructionSet.Portable);
        using var other = Create(arrays, set);
        portable.Gradient(Batch, cancellation: Token);
        other.Gradient(Batch, cancellation: Token);
        var (expected, found) = (Arrays(portable.Gradients()), Arrays(other.Gradients()));
        Assert.Equal(expected.Length, found.Length);
        for (var array = 0; array < expected.Length; array++)
        {
            // These waves saturate gates, and rounding grows along the sequences: 1.3e-4 was met.
            Tolerance.AssertCloseToLargest(expected[array], found[array], 3 * Tolerance.Gradient);
        }
    }

    [Theory]
    [InlineData(70, 2)]
    [InlineData(700, 1)]
    public void Threads_and_memory_change_no_bit(int units, int layers)
    {
        var arrays = Waves.Arrays(units, layers);
        var expected = Trained(new TrainerOptions { Threads = 1 });
        foreach (
            var options in (TrainerOptions[])
                [
                    new() { Threads = 2 },
                    new() { Threads = 5 },
                    new() { Threads = 2, StateBytes = 0 },
                ]
        )
        {
            Tolerance.AssertSameBits(expected, Trained(options));
        }

        float[] Trained(TrainerOptions options)
        {
            using var trainer = MlstmTrainer.Create(arrays, options);
            trainer.Gradient(Batch, LossMean.PerSequence, cancellation: Token);
            trainer.Update(new AdamStep { Rate = 0.01, MaximalNorm = 0.1 });
            return Numbers(trainer.Parameters());
        }
    }

    [Fact]
    public void Long_sequences_give_the_same_gradient_in_little_memory()
    {
        var arrays = Waves.Arrays(20, 2);
        ReadOnlyMemory<byte>[] titin = [Waves.Tokens(30_000, 1)];
        using var roomy = MlstmTrainer.Create(arrays);
        using var narrow = MlstmTrainer.Create(arrays, new TrainerOptions { StateBytes = 1 << 20 });
        Assert.Equal(
            roomy.Gradient(titin, cancellation: Token),
            narrow.Gradient(titin, cancellation: Token)
        );
        Tolerance.AssertSameBits(Numbers(roomy.Gradients()), Numbers(narrow.Gradients()));
        Assert.True(double.IsFinite(roomy.Update(new AdamStep { Rate = 0.01 })));
    }

    [Fact]
    public void Training_that_resumes_from_a_saved_state_gives_the_same_bits()
    {
        var options = new TrainerOptions { Averages = true };
        var step = new AdamStep { Rate = 0.01, AverageDecay = 0.5 };
        using var whole = MlstmTrainer.Create(Waves.Arrays(20, 1), options);
        whole.Gradient(Batch, cancellation: Token);
        whole.Update(step);
        using var resumed = MlstmTrainer.Resume(whole.Save(), options);
        foreach (var trainer in (MlstmTrainer[])[whole, resumed])
        {
            trainer.Gradient(Batch, cancellation: Token);
            trainer.Update(step);
        }

        Assert.Equal(2, resumed.Steps);
        Tolerance.AssertSameBits(Numbers(whole.Parameters()), Numbers(resumed.Parameters()));
        Tolerance.AssertSameBits(Numbers(whole.Average()!), Numbers(resumed.Average()!));
    }

    [Fact]
    public void The_moving_average_keeps_its_share_of_the_old_parameters()
    {
        var arrays = Waves.Arrays(5, 1);
        using var trainer = MlstmTrainer.Create(arrays, new TrainerOptions { Averages = true });
        trainer.Gradient(Batch, cancellation: Token);
        trainer.Update(new AdamStep { Rate = 0.1, AverageDecay = 0.75 });
        var after = trainer.Parameters();
        Assert.Equal(arrays.Embed.Length, after.Embed.Length);
        Tolerance.AssertWithin(
            [.. arrays.Embed.Select((before, at) => 0.75 * before + 0.25 * after.Embed[at])],
            trainer.Average()!.Embed,
            1e-6
        );
    }

    [Fact]
    public void A_gradient_that_is_not_finite_moves_nothing()
    {
        var arrays = Waves.Arrays(5, 1);
        arrays.HeadB[0] = float.NaN;
        using var trainer = MlstmTrainer.Create(arrays);
        trainer.Gradient(Batch, cancellation: Token);
        Assert.False(double.IsFinite(trainer.Update(new AdamStep { Rate = 0.1 })));
        Assert.Equal(0, trainer.Steps);
        Assert.Equal(arrays.Embed, trainer.Parameters().Embed);
    }

    [Fact]
    public void A_gradient_is_used_once()
    {
        using var trainer = MlstmTrainer.Create(Waves.Arrays(5, 1));
        var step = new AdamStep { Rate = 0.1 };
        Assert.Throws<InvalidOperationException>(() => trainer.Update(step));
        trainer.Gradient(Batch, cancellation: Token);
        trainer.Update(step);
        Assert.Throws<InvalidOperationException>(() => trainer.Update(step));
    }

    public static TheoryData<AdamStep> Impossible =>
        [
            new AdamStep { Rate = double.NaN },
            new AdamStep { Rate = double.PositiveInfinity },
            new AdamStep { Rate = -0.1 },
            new AdamStep { Rate = 0.1, Epsilon = 0 },
            new AdamStep { Rate = 0.1, Epsilon = 1e-60 },
            new AdamStep { Rate = 0.1, Beta1 = 1 },
            new AdamStep { Rate = 0.1, Beta2 = -0.1 },
            new AdamStep { Rate = 0.1, WeightDecay = -1 },
            new AdamStep { Rate = 0.1, MaximalNorm = 0 },
            new AdamStep { Rate = 0.1, AverageDecay = 1.5 },
        ];

    [Theory]
    [MemberData(nameof(Impossible))]
    public void A_step_that_would_give_NaN_is_refused(AdamStep step)
    {
        var arrays = Waves.Arrays(5, 1);
        using var trainer = MlstmTrainer.Create(arrays);
        trainer.Gradient(Batch, cancellation: Token);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Update(step));
        Assert.Equal(0, trainer.Steps);
        Assert.Equal(arrays.Embed, trainer.Parameters().Embed);
    }

    [Fact]
    public void An_invalid_batch_is_refused()
    {
        using var trainer = MlstmTrainer.Create(Waves.Arrays(5, 1));
        Assert.Throws<ArgumentException>(() => trainer.Gradient([], cancellation: Token));
        Assert.Throws<ArgumentException>(() => trainer.Gradient([default], cancellation: Token));
        Assert.Throws<ArgumentException>(() =>
            trainer.Gradient([new byte[] { 1, 24 }], cancellation: Token)
        );
        Assert.Throws<ArgumentException>(() =>
            trainer.Gradient([new byte[] { 0 }], cancellation: Token)
        );
    }

    [Fact]
    public void A_cancelled_batch_leaves_the_parameters()
    {
        var arrays = Waves.Arrays(20, 1);
        using var trainer = MlstmTrainer.Create(arrays);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            trainer.Gradient(Batch, cancellation: cancelled.Token)
        );
        Assert.Throws<InvalidOperationException>(() => trainer.Update(new AdamStep { Rate = 0.1 }));
        Assert.Equal(arrays.Embed, trainer.Parameters().Embed);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    public async Task A_batch_ends_whenever_it_is_cancelled(long stateBytes)
    {
        using var trainer = MlstmTrainer.Create(
            Waves.Arrays(20, 1),
            new TrainerOptions { Threads = 2, StateBytes = stateBytes }
        );
        ReadOnlyMemory<byte>[] batch =
        [
            .. Enumerable.Range(0, 4).Select(_ => (ReadOnlyMemory<byte>)Residues(400)),
        ];
        for (var moment = 0; moment < 2000; moment++)
        {
            using var cancelled = new CancellationTokenSource();
            var running = Task.Run(
                () => Assert.ThrowsAny<OperationCanceledException>(() => Repeat(cancelled.Token)),
                Token
            );
            Thread.SpinWait(moment % 97 * 20);
            cancelled.Cancel();
            await running.WaitAsync(TimeSpan.FromSeconds(30), Token);
        }

        void Repeat(CancellationToken token)
        {
            for (; ; )
            {
                trainer.Gradient(batch, cancellation: token);
            }
        }

        static byte[] Residues(int length) =>
            [.. Enumerable.Range(0, length).Select(at => (byte)(1 + at % 20))];
    }

    private static MlstmTrainer Create(MlstmArrays arrays, InstructionSet set) =>
        MlstmTrainer.Create(arrays, new TrainerOptions { InstructionSet = set });

    private static float[] Numbers(MlstmArrays arrays) =>
        [.. Arrays(arrays).SelectMany(array => array)];

    private static float[][] Arrays(MlstmArrays arrays) =>
        [.. arrays.Shape.Parameters().Select(array => arrays[array])];
}
