using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Scheduling;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Tests;

/// <summary>An exception on any thread of a run is thrown to the caller of the run.</summary>
public sealed class FailureTests
{
    private static readonly byte[][] Sequences =
    [
        .. Enumerable.Range(0, 40).Select(seed => Waves.Tokens(200, seed)),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    [InlineData(2, 2)]
    public async Task A_kernel_that_fails_on_another_thread_ends_the_run(int groups, int perGroup)
    {
        var kernels = Kernels.All[^1];
        using var model = new PackedModel(
            Waves.Arrays(150, 1),
            Precision.Exact,
            kernels.StripColumns(150)
        );
        var product = new FailingProduct(kernels.ProductOf(Precision.Exact));
        var work = new SequenceRun(
            model,
            new Runs.Source(Sequences.AsEnumerable().GetEnumerator()),
            new Runs.KeepingSink(),
            Outputs.Vectors,
            new EngineOptions(),
            null,
            Token
        );
        work.Queue.WaitForFirst();
        var run = Task.Factory.StartNew(
            () =>
            {
                product.Spare = Environment.CurrentManagedThreadId;
                using var all = new LaneGroups(
                    model,
                    kernels,
                    product,
                    work,
                    new ThreadPlan(groups, perGroup, 4),
                    new ThreadCountTuner(perGroup)
                );
                work.Queue.SetLanes(groups, 4);
                all.Work();
            },
            Token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Ended(run));
        Assert.Throws<InvalidTimeZoneException>(work.State.ThrowIfFailed);
    }

    [Theory]
    [InlineData("source")]
    [InlineData("sink")]
    [InlineData("progress")]
    public async Task An_exception_of_source_sink_or_progress_ends_the_run(string part)
    {
        using var engine = MlstmEngine.Create(
            Waves.Arrays(20, 1),
            new EngineOptions { Threads = 4, ChunkBytes = 2_000 }
        );
        var calls = 0;
        var run = Task.Run(
            () =>
                engine.Run(
                    new Runs.Source(Source().GetEnumerator()),
                    new ActingSink(() => FailIn("sink")),
                    Outputs.Vectors,
                    new ActingProgress(() => FailIn("progress")),
                    Token
                ),
            Token
        );
        var error = await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Ended(run));
        Assert.Equal(part, error.Message);
        // The engine can be used again.
        Assert.Equal(Sequences.Length, Runs.Run(engine, Sequences).Count);

        void FailIn(string name)
        {
            if (name == part && Interlocked.Increment(ref calls) == 17)
            {
                throw new InvalidTimeZoneException(name);
            }
        }

        IEnumerable<byte[]> Source()
        {
            for (var seed = 0; seed < 2_000; seed++)
            {
                FailIn("source");
                yield return Waves.Tokens(60, seed);
            }
        }
    }

    private static Task Ended(Task run) => run.WaitAsync(TimeSpan.FromSeconds(60), Token);

    /// <summary>Fails on every thread but one, which waits until another has failed.</summary>
    private sealed unsafe class FailingProduct(Product product) : Product
    {
        private readonly ManualResetEventSlim _failed = new();

        public int Spare { get; set; }

        public override void Prepare(
            float* a,
            nint stride,
            int length,
            int rows,
            Operand operand
        ) => product.Prepare(a, stride, length, rows, operand);

        public override void MultiplyAdd(
            Operand operand,
            int rows,
            PackedMatrix matrix,
            int panel,
            float* next,
            float* tile,
            float* scratch
        )
        {
            if (Environment.CurrentManagedThreadId != Spare)
            {
                _failed.Set();
                throw new InvalidTimeZoneException("a kernel broke");
            }

            _failed.Wait(Token);
            product.MultiplyAdd(operand, rows, matrix, panel, next, tile, scratch);
        }
    }

    private sealed class ActingSink(Action act) : ISequenceSink
    {
        public void Write(in SequenceOutput output) => act();
    }

    private sealed class ActingProgress(Action act) : IProgress<long>
    {
        public void Report(long value) => act();
    }
}
