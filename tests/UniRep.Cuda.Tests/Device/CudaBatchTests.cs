using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

/// <summary>Batches run the kernels, on the emulated driver, and agree with the engine of the CPU.</summary>
[Collection(EmulatedDriver.Name)]
public sealed class CudaBatchTests
{
    private const int Ampere = 80;
    private const int Hopper = 90;

    [Theory]
    [InlineData(72, 1, CudaPrecision.BFloat16, Ampere)]
    [InlineData(72, 1, CudaPrecision.BFloat16, Hopper)]
    [InlineData(72, 1, CudaPrecision.Exact, Ampere)]
    [InlineData(72, 1, CudaPrecision.Exact, Hopper)]
    [InlineData(64, 3, CudaPrecision.BFloat16, Ampere)]
    [InlineData(64, 3, CudaPrecision.BFloat16, Hopper)]
    [InlineData(64, 3, CudaPrecision.Exact, Ampere)]
    [InlineData(64, 3, CudaPrecision.Exact, Hopper)]
    public void Steps_give_what_the_engine_of_the_cpu_gives(
        int units,
        int layers,
        CudaPrecision precision,
        int capability
    )
    {
        const Outputs Everything = Outputs.HiddenStates | Outputs.Logits;
        var arrays = Models.Random(units, layers);
        var sequences = Scan.Random(1, [8, 7, 7, 4, 1, 0]);
        using var model = EmulatedDriver.Load(
            arrays,
            new CudaOptions { Precision = precision },
            capability
        );
        using var batch = model.CreateBatch(sequences.Length, Everything);
        var actual = Scan.Run(batch, sequences, Everything);
        AssertClose(arrays, sequences, actual, precision);
    }

    [Theory]
    [InlineData(72, 1, CudaPrecision.BFloat16, Ampere)]
    [InlineData(72, 1, CudaPrecision.BFloat16, Hopper)]
    [InlineData(13, 2, CudaPrecision.Exact, Hopper)]
    public void A_sequence_has_the_same_bits_in_any_tile_and_batch(
        int units,
        int layers,
        CudaPrecision precision,
        int capability
    )
    {
        var arrays = Models.Random(units, layers);
        var sequences = Scan.Random(2, Enumerable.Range(0, 270).Select(row => row < 150 ? 3 : 2));
        byte[][] some = [sequences[5], sequences[149], sequences[269]];
        using var model = EmulatedDriver.Load(
            arrays,
            new CudaOptions { Precision = precision },
            capability
        );
        using var few = model.CreateBatch(some.Length, Outputs.Vectors);
        using var many = model.CreateBatch(sequences.Length, Outputs.Vectors);
        Assert.Equal((128, 384), (few.Rows, many.Rows));
        var alone = Scan.Run(few, some);
        AssertClose(arrays, some, alone, precision);
        foreach (var tile in (KernelTile?[])[null, .. model.Steps.Tiles])
        {
            model.Steps.Forced = tile;
            var actual = Scan.Run(many, sequences);
            foreach (var (expected, row) in alone.Zip((int[])[5, 149, 269]))
            {
                Tolerance.AssertSameBits(expected.Average, actual[row].Average);
                Tolerance.AssertSameBits(expected.Final, actual[row].Final);
                Tolerance.AssertSameBits(expected.Cell, actual[row].Cell);
            }
        }
    }

    [Theory]
    [InlineData(1, CudaPrecision.BFloat16)]
    [InlineData(2, CudaPrecision.Exact)]
    public void Sequences_share_a_saved_state(int layers, CudaPrecision precision)
    {
        var arrays = Models.Random(64, layers);
        using var model = EmulatedDriver.Load(arrays, new CudaOptions { Precision = precision });
        using var batch = model.CreateBatch(0, Outputs.Vectors);
        var saved = batch.Rows + batch.SavedRows - 1;
        var chunk = batch.Begin();
        chunk.Step([StepWord.Of(MlstmShape.Start, true, false, 0)]);
        chunk.Step([StepWord.Of(7, false, false, 0)]);
        chunk.CopyRows([new RowPair(0, saved)]);
        chunk.Step([StepWord.Of(3, false, true, 0)]);
        chunk.CopyRows([new RowPair(saved, 1), new RowPair(0, 2)]);
        chunk.Step([
            StepWord.Of(20, false, true, 1),
            StepWord.Of(9, false, true, 2),
            StepWord.Of(11, false, true, 4),
        ]);
        chunk.Submit();
        chunk.Wait();
        EngineRun[] actual =
        [
            Scan.Vectors(chunk.Result(0), 3),
            Scan.Vectors(chunk.Result(1), 4),
            Scan.Vectors(chunk.Result(2), 3),
            Scan.Vectors(chunk.Result(4), 4),
        ];
        AssertClose(
            arrays,
            [
                [7, 3],
                [7, 3, 20],
                [7, 9],
                [7, 3, 11],
            ],
            actual,
            precision
        );
    }

    [Theory]
    [InlineData(64)]
    [InlineData(72)]
    [InlineData(256)]
    public void Few_sequences_run_to_their_end_in_one_launch(int units)
    {
        const Outputs Everything = Outputs.HiddenStates | Outputs.Logits;
        var arrays = Models.Random(units, 1);
        using var model = EmulatedDriver.Load(arrays, new CudaOptions());
        using var batch = model.CreateBatch(8, Everything);
        Assert.Equal(8, batch.LatencySequences);
        byte[][] sequences =
        [
            [7, 3, 20, 4],
            [],
            [9, 2],
        ];
        var chunk = batch.Begin();
        chunk.Step([StepWord.Of(MlstmShape.Start, true, false, 0)]);
        chunk.Step([StepWord.Of(7, false, false, 0)]);
        var latency = chunk.Latency(
            new LatencyBatch(
                [
                    new byte[] { 3, 20, 4 },
                    new byte[] { MlstmShape.Start },
                    new byte[] { MlstmShape.Start, 9, 2 },
                ],
                [0, -1, -1],
                [0, 5, 2]
            )
        );
        chunk.Submit();
        chunk.Wait();
        EngineRun[] actual =
        [
            Scan.Vectors(
                chunk.Result(0),
                5,
                [
                    .. chunk.States(0, 0),
                    .. chunk.States(1, 0),
                    .. chunk.LatencyStates(latency, 0, 0),
                    .. chunk.LatencyStates(latency, 1, 0),
                    .. chunk.LatencyStates(latency, 2, 0),
                ],
                [
                    .. chunk.Logits(0, 0),
                    .. chunk.Logits(1, 0),
                    .. chunk.LatencyLogits(latency, 0, 0),
                    .. chunk.LatencyLogits(latency, 1, 0),
                    .. chunk.LatencyLogits(latency, 2, 0),
                ]
            ),
            Scan.Vectors(
                chunk.Result(5),
                1,
                [.. chunk.LatencyStates(latency, 0, 1)],
                [.. chunk.LatencyLogits(latency, 0, 1)]
            ),
            Scan.Vectors(
                chunk.Result(2),
                3,
                [
                    .. chunk.LatencyStates(latency, 0, 2),
                    .. chunk.LatencyStates(latency, 1, 2),
                    .. chunk.LatencyStates(latency, 2, 2),
                ],
                [
                    .. chunk.LatencyLogits(latency, 0, 2),
                    .. chunk.LatencyLogits(latency, 1, 2),
                    .. chunk.LatencyLogits(latency, 2, 2),
                ]
            ),
        ];
        AssertClose(arrays, sequences, actual, CudaPrecision.BFloat16);
    }

    [Fact]
    public void The_latency_kernel_is_off_where_the_options_or_the_precision_say_so()
    {
        var arrays = Models.Random(64, 1);
        foreach (
            var options in (CudaOptions[])
                [new() { Latency = false }, new() { Precision = CudaPrecision.Exact }]
        )
        {
            using var model = EmulatedDriver.Load(arrays, options);
            using var batch = model.CreateBatch(0, Outputs.Vectors);
            Assert.Equal(0, batch.LatencySequences);
            Assert.Throws<ArgumentOutOfRangeException>(() =>
                batch.Begin().Latency(new LatencyBatch([new byte[] { 24 }], [-1], [0]))
            );
        }
    }

    [Fact]
    public void The_latency_kernel_is_off_where_its_blocks_do_not_fit()
    {
        // 17 blocks of 16 units; the emulated device has 16 multiprocessors.
        using var model = EmulatedDriver.Load(Models.Random(272, 1), new CudaOptions());
        using var batch = model.CreateBatch(0, Outputs.Vectors);
        Assert.Equal(0, batch.LatencySequences);
    }

    [Theory]
    [InlineData(Hopper, true)]
    [InlineData(Ampere, false)]
    [InlineData(100, false)]
    public void Only_compute_capability_9_0_has_kernels_of_warpgroups(int capability, bool expected)
    {
        using var model = EmulatedDriver.Load(Models.Random(64, 1), new CudaOptions(), capability);
        Assert.Equal(expected, model.Steps.UseWarpgroups);
    }

    private static void AssertClose(
        MlstmArrays arrays,
        byte[][] sequences,
        EngineRun[] actual,
        CudaPrecision precision
    )
    {
        using var engine = MlstmEngine.Create(arrays, new EngineOptions { Threads = 1 });
        var expected = EngineRun.Of(engine, sequences);
        var tolerance = precision == CudaPrecision.Exact ? 2e-5 : 2e-2;
        for (var row = 0; row < sequences.Length; row++)
        {
            var (e, a) = (expected[row], actual[row]);
            Tolerance.AssertCloseToLargest(e.Average, a.Average, tolerance);
            Tolerance.AssertCloseToLargest(e.Final, a.Final, tolerance);
            Tolerance.AssertCloseToLargest(e.Cell, a.Cell, tolerance);
            if (a.HiddenStates.Length > 0)
            {
                Tolerance.AssertCloseToLargest(e.HiddenStates, a.HiddenStates, tolerance);
                Tolerance.AssertCloseToLargest(e.Logits, a.Logits, tolerance);
            }
        }
    }
}
