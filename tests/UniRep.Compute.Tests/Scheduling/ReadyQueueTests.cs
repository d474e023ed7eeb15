using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute.Tests;

/// <summary>The order in which sequences are taken.</summary>
public sealed class ReadyQueueTests
{
    private static readonly int[] Lengths = [10, 12, 10, 100, 11, 10];

    [Fact]
    public void Sequences_are_taken_in_the_order_of_the_input_while_the_source_has_more() =>
        Assert.Equal([0L, 1, 2, 3, 4, 5], Order(isLast: false));

    [Fact]
    public void At_the_end_a_sequence_that_would_be_alone_in_a_lane_is_taken_first() =>
        Assert.Equal([3L, 0], Order(isLast: true).Take(2));

    [Fact]
    public void An_empty_queue_gives_nothing()
    {
        var queue = new ReadyQueue();
        Assert.Null(queue.Take(true, 2));
        queue.Add(Slot(0, 5));
        Assert.NotNull(queue.Take(true, 2));
        Assert.Null(queue.Take(true, 2));
        Assert.Equal(0, queue.Count);
    }

    private static long[] Order(bool isLast)
    {
        var queue = new ReadyQueue();
        foreach (var (index, length) in Lengths.Index())
        {
            queue.Add(Slot(index, length));
        }

        return [.. Lengths.Select(_ => queue.Take(isLast, 2)!.Index)];
    }

    private static Slot Slot(int index, int length) =>
        new(index, Waves.Tokens(length, index), new InputSize(1, 1, length));
}
