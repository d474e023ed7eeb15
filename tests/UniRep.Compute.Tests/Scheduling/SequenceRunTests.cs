using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute.Tests;

/// <summary>The run queue gives sequences to lanes, and the ordered delivery gives results to the sink.</summary>
public sealed class SequenceRunTests : IDisposable
{
    private readonly PackedModel _model = new(Waves.Arrays(5, 1), Precision.Exact, 64);
    private readonly CountingSink _sink = new();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(3, 3)]
    [InlineData(40, int.MaxValue)]
    public void The_number_of_sequences_is_known_only_if_the_source_is_exhausted(
        int sequences,
        int expected
    )
    {
        var run = Begin([.. Enumerable.Range(0, sequences).Select(seed => Waves.Tokens(50, seed))]);
        Assert.Equal(expected, run.Queue.WaitForFirst());
        run.Close(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Results_are_delivered_in_the_order_of_the_input()
    {
        var run = Begin([
            [1],
            [2, 3],
            [4],
            [5, 6, 7],
        ]);
        var slots = TakeAll(run);
        Assert.Equal([0L, 1, 2, 3], slots.Select(slot => slot.Index).Order());
        run.Complete(slots.Single(slot => slot.Index == 3));
        run.Complete(slots.Single(slot => slot.Index == 1));
        Assert.Empty(_sink.Delivered);
        run.Complete(slots.Single(slot => slot.Index == 0));
        Assert.Equal([0L, 1], _sink.Delivered);
        run.Complete(slots.Single(slot => slot.Index == 2));
        Assert.Equal([0L, 1, 2, 3], _sink.Delivered);
        Assert.False(run.Resume());
    }

    [Fact]
    public void A_duplicate_is_computed_once_and_delivered_in_its_place()
    {
        var run = Begin([
            [1, 2],
            [3],
            [1, 2],
            [1, 2],
        ]);
        var slots = TakeAll(run);
        Assert.Equal([0L, 1], slots.Select(slot => slot.Index).Order());
        run.Complete(slots.Single(slot => slot.Index == 0));
        Assert.Equal([0L], _sink.Delivered);
        run.Complete(slots.Single(slot => slot.Index == 1));
        Assert.Equal([0L, 1, 2, 3], _sink.Delivered);
    }

    [Fact]
    public void A_full_sink_gets_nothing_until_the_run_resumes()
    {
        _sink.Room = 1;
        var run = Begin([
            [1],
            [2],
            [3],
        ]);
        TakeAll(run).ForEach(run.Complete);
        Assert.Equal([0L], _sink.Delivered);
        Assert.True(run.MustStop);
        Assert.False(run.Resume());
        Assert.Equal([0L], _sink.Delivered);
        _sink.Room = 4;
        Assert.False(run.Resume());
        Assert.Equal([0L, 1, 2], _sink.Delivered);
        Assert.False(run.MustStop);
    }

    [Fact]
    public void A_failed_run_delivers_nothing_and_throws_the_first_exception()
    {
        var run = Begin([
            [1],
            [2],
        ]);
        var slots = TakeAll(run);
        run.State.Fail(new InvalidTimeZoneException("first"));
        run.State.Fail(new InvalidTimeZoneException("second"));
        slots.ForEach(run.Complete);
        Assert.True(run.MustStop);
        Assert.Empty(_sink.Delivered);
        var error = Assert.Throws<InvalidTimeZoneException>(run.State.ThrowIfFailed);
        Assert.Equal("first", error.Message);
    }

    [Fact]
    public void A_source_at_hand_with_a_wrong_token_ends_the_run()
    {
        var run = Begin([
            [26],
        ]);
        Assert.Equal(0, run.Queue.WaitForFirst());
        var error = Assert.Throws<ArgumentException>(run.State.ThrowIfFailed);
        Assert.Equal("Sequence 0 has a token above 25.", error.Message);
    }

    [Fact]
    public void A_sequence_with_a_shared_prefix_waits_for_its_branch_point()
    {
        byte[] trunk = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        var run = Begin([trunk, [.. trunk[..8], 11, 12], trunk[..8]]);
        Assert.Equal(3, run.Queue.WaitForFirst());
        var first = Assert.Single(TakeAll(run));
        var branch = Assert.Single(first.Branches);
        Assert.Equal(9, branch.Positions);
        Assert.Equal([2L], branch.Complete.Select(slot => slot.Index));
        run.Queue.Split(branch, 4, state => state.AsSpan().Fill(7));
        Assert.Equal([7f, 7, 7, 7], branch.State!);
        var second = run.Queue.Take()!;
        Assert.Same(branch, second.Origin);
        Assert.Equal(9, second.Position);
        run.Queue.ReleaseState(branch);
        Assert.Null(branch.State);
    }

    private SequenceRun Begin(byte[][] sequences) =>
        new(
            _model,
            new MemorySource(sequences),
            _sink,
            Outputs.Vectors,
            new EngineOptions(),
            null,
            TestContext.Current.CancellationToken
        );

    private static List<Slot> TakeAll(SequenceRun run)
    {
        run.Queue.WaitForFirst();
        var slots = new List<Slot>();
        while (run.Queue.Take() is { } slot)
        {
            slots.Add(slot);
        }

        return slots;
    }

    private sealed class MemorySource(byte[][] sequences) : ISequenceSource
    {
        private int _next;

        public bool IsAtHand => true;

        public bool TryRead(out ReadOnlyMemory<byte> tokens)
        {
            tokens = _next < sequences.Length ? sequences[_next] : default;
            return _next++ < sequences.Length;
        }
    }

    private sealed class CountingSink : ISequenceSink
    {
        public int Room { get; set; } = int.MaxValue;

        public List<long> Delivered { get; } = [];

        public bool IsFull => Delivered.Count >= Room;

        public void Write(in SequenceOutput output) => Delivered.Add(output.Index);
    }
}
