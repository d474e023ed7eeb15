using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests.Training;

/// <summary>Batches, trainers and arrays for tests of training.</summary>
internal static class TrainingBatches
{
    /// <summary>Small segments, so that a batch has many.</summary>
    public static TrainingLimits Small { get; } = new(Lanes: 5, Rows: 30);

    /// <summary>Makes random sequences.</summary>
    public static ReadOnlyMemory<byte>[] Random(int count, int longest)
    {
        var random = new Random(7);
        byte[] Sequence() =>
            [
                .. Enumerable
                    .Range(0, 1 + random.Next(longest))
                    .Select(_ => (byte)random.Next(1, 24)),
            ];
        return [.. Enumerable.Range(0, count).Select(_ => (ReadOnlyMemory<byte>)Sequence())];
    }

    /// <summary>Starts a training in exact precision on an emulated device, or skips the test.</summary>
    public static CudaTrainer Start(MlstmArrays arrays, bool averages = false) =>
        EmulatedDriver.Train(
            TrainerState.Start(arrays),
            new TrainerOptions { Averages = averages },
            new CudaOptions { Precision = CudaPrecision.Exact },
            Small
        );

    /// <summary>Asserts that arrays are close, each relative to its largest number.</summary>
    public static void AssertClose(MlstmArrays expected, MlstmArrays actual, double tolerance)
    {
        foreach (var array in expected.Shape.Parameters())
        {
            Tolerance.AssertCloseToLargest(expected[array], actual[array], tolerance);
        }
    }

    /// <summary>Asserts that arrays are equal to the last bit.</summary>
    public static void AssertSameBits(MlstmArrays expected, MlstmArrays actual)
    {
        foreach (var array in expected.Shape.Parameters())
        {
            Tolerance.AssertSameBits(expected[array], actual[array]);
        }
    }
}
