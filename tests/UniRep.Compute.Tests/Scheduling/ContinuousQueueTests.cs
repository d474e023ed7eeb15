using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute.Tests;

/// <summary>The queue of a continuous run: who gets a lane next, and what becomes of those that are cancelled or refused.</summary>
public class ContinuousQueueTests
{
    private static readonly MlstmShape Shape = new(5, 1);

    [Fact]
    public void Clients_take_turns_whatever_the_number_of_their_sequences()
    {
        var queue = new ContinuousQueue(Shape, long.MaxValue, 100);
        Join(queue, "many", [.. Enumerable.Repeat(500, 50)]);
        Join(queue, "one", 500);
        Join(queue, "two", 500, 500);
        var taken = Enumerable.Range(0, 6).Select(_ => Client(queue.Take()!)).ToArray();
        Assert.Equal(["many", "one", "two", "many", "two", "many"], taken);
    }

    [Fact]
    public void A_turn_is_worth_residues_and_not_sequences()
    {
        var queue = new ContinuousQueue(Shape, long.MaxValue, 100);
        Join(queue, "long ones", [.. Enumerable.Repeat(999, 20)]);
        Join(queue, "short ones", [.. Enumerable.Repeat(99, 200)]);
        var begun = new Dictionary<string, int> { ["long ones"] = 0, ["short ones"] = 0 };
        for (var turn = 0; turn < 60; turn++)
        {
            var slot = queue.Take()!;
            begun[Client(slot)] += slot.Steps;
        }

        Assert.InRange(begun["long ones"] - begun["short ones"], -2_000, 2_000);
    }

    [Fact]
    public void The_sequences_of_a_client_are_taken_in_the_order_in_which_they_joined()
    {
        var queue = new ContinuousQueue(Shape, long.MaxValue, 8);
        Join(queue, "one", 30, 10, 20);
        Join(queue, "one", 5);
        var taken = Enumerable.Range(0, 4).Select(_ => queue.Take()!.Tokens.Length);
        Assert.Equal([30, 10, 20, 5], taken);
    }

    [Fact]
    public void Short_sequences_overtake_long_ones_that_have_taken_their_part_of_the_lanes()
    {
        var queue = new ContinuousQueue(Shape, long.MaxValue, 8);
        Join(queue, "one", [.. Enumerable.Repeat(20_000, 8), 10, 10]);
        var taken = new List<int>();
        while (queue.Take() is { } slot)
        {
            taken.Add(slot.Tokens.Length);
        }

        Assert.Equal([20_000, 20_000, 10, 10], taken);
        Assert.Equal(6, queue.Statistics.WaitingSequences);
    }

    [Fact]
    public void Long_sequences_get_one_lane_at_least()
    {
        var queue = new ContinuousQueue(Shape, long.MaxValue, 1);
        Join(queue, "one", 50_000);
        Assert.Equal(50_000, queue.Take()!.Tokens.Length);
    }

    [Fact]
    public void More_residues_than_may_wait_are_refused_as_a_whole()
    {
        var queue = new ContinuousQueue(Shape, 100, 4);
        Join(queue, "one", 90);
        Assert.False(queue.TryJoin(Slots(5, 6), "two", out var refusal));
        Assert.False(refusal.IsClosed);
        Assert.Equal(90, refusal.WaitingResidues);
        Assert.True(refusal.TimeUntilRoom > TimeSpan.Zero);
        Assert.Equal(1, queue.Statistics.WaitingSequences);
        Join(queue, "two", 10);
        Assert.Equal(100, queue.Statistics.WaitingResidues);
    }

    [Fact]
    public void A_request_larger_than_what_may_wait_joins_while_nothing_waits()
    {
        var queue = new ContinuousQueue(Shape, 100, 4);
        Join(queue, "one", 5_000);
        Assert.False(queue.TryJoin(Slots(1), "two", out _));
    }

    [Fact]
    public async Task A_cancelled_sequence_waits_no_longer_and_its_residues_do_not_count()
    {
        var queue = new ContinuousQueue(Shape, 100, 4);
        using var cancellation = new CancellationTokenSource();
        var receiver = new KeepingReceiver();
        var request = new SequenceRequest(
            new byte[90],
            Outputs.Vectors,
            receiver,
            cancellation.Token
        );
        Assert.True(queue.TryJoin([new ContinuousSlot(0, request)], "one", out _));
        await cancellation.CancelAsync();
        Assert.Equal(0, queue.Statistics.WaitingResidues);
        Assert.Equal(0, queue.Statistics.Clients);
        Assert.Null(queue.Take());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiver.Result);
    }

    [Fact]
    public void A_sequence_cancelled_in_a_lane_is_unwanted()
    {
        var queue = new ContinuousQueue(Shape, 100, 4);
        using var cancellation = new CancellationTokenSource();
        var request = new SequenceRequest(
            new byte[9],
            Outputs.Vectors,
            new KeepingReceiver(),
            cancellation.Token
        );
        Assert.True(queue.TryJoin([new ContinuousSlot(0, request)], "one", out _));
        var slot = queue.Take()!;
        Assert.False(slot.IsUnwanted);
        cancellation.Cancel();
        Assert.True(slot.IsUnwanted);
        Assert.Equal(1, queue.Statistics.Lanes);
        queue.Drop(slot);
        Assert.Equal(0, queue.Statistics.Lanes);
    }

    private static string Client(Slot slot) =>
        ((NamedReceiver)((ContinuousSlot)slot).Request.Receiver).Name;

    private static void Join(ContinuousQueue queue, string client, params int[] lengths) =>
        Assert.True(queue.TryJoin(Slots(client, lengths), client, out _));

    private static ContinuousSlot[] Slots(params int[] lengths) => Slots("", lengths);

    private static ContinuousSlot[] Slots(string client, int[] lengths) =>
        [
            .. lengths.Select(
                (length, index) =>
                    new ContinuousSlot(
                        index,
                        new SequenceRequest(
                            new byte[length],
                            Outputs.Vectors,
                            new NamedReceiver(client)
                        )
                    )
            ),
        ];

    private sealed class NamedReceiver(string name) : ISequenceReceiver
    {
        public string Name => name;

        public void Complete(in SequenceOutput output) { }

        public void Fail(Exception exception) { }

        public void Cancel() { }
    }
}
