namespace UniRep.Interop.Tests;

/// <summary>Sequences that join an endless batch of a model from C#.</summary>
public sealed class UniRepBatchTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string[] Sequences =
    [
        "MKTAYIAKQRQISFVKSHFSRQ",
        "M",
        "GSHMASMTGGQQMGR",
        "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ",
    ];

    /// <summary>More than any test has the patience for.</summary>
    private static readonly string Long = new('A', 3_000_000);

    /// <summary>Residues that may wait: the long sequence and others behind it.</summary>
    private const long Room = 10_000_000;

    private readonly UniRepModel _model = UniRepModel.LoadDefault();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Vectors_are_those_of_the_model_to_the_bit()
    {
        await using var batch = _model.StartBatch();
        var tasks = Sequences.Select(sequence => batch.RepresentAsync(sequence, Token)).ToArray();
        for (var index = 0; index < tasks.Length; index++)
        {
            var rep = await tasks[index].WaitAsync(Patience, Token);
            AssertSame(_model.Represent(Sequences[index]), rep);
        }
    }

    [Fact]
    public async Task A_sequence_joins_and_ends_while_another_is_computed()
    {
        await using var batch = _model.StartBatch(Room, 4);
        var running = batch.RepresentAsync(Long, Token);
        foreach (var sequence in Sequences)
        {
            var rep = await batch.RepresentAsync(sequence, Token).WaitAsync(Patience, Token);
            AssertSame(_model.Represent(sequence), rep);
        }

        Assert.False(running.IsCompleted);
        Assert.Equal(1, batch.Statistics.Unfinished);
    }

    [Fact]
    public async Task Many_threads_may_join_at_once()
    {
        await using var batch = _model.StartBatch();
        var expected = Sequences.Select(sequence => _model.Represent(sequence)).ToArray();
        await Parallel.ForAsync(
            0,
            200,
            Token,
            async (at, token) =>
            {
                var index = at % Sequences.Length;
                var client = $"client {at % 3}";
                AssertSame(
                    expected[index],
                    await batch.RepresentAsync(Sequences[index], client, token)
                );
            }
        );
        await batch.DrainAsync().WaitAsync(Patience, Token);
        Assert.Equal(
            50 * Sequences.Sum(sequence => sequence.Length + 1),
            batch.Statistics.Positions
        );
    }

    [Fact]
    public async Task A_request_of_several_sequences_gives_them_in_order()
    {
        await using var batch = _model.StartBatch();
        var reps = await batch
            .RepresentAllAsync(Sequences, "client", Token)
            .WaitAsync(Patience, Token);
        Assert.Equal(
            _model.RepresentMany(Sequences).Select(rep => rep.ToFusion()),
            reps.Select(rep => rep.ToFusion())
        );
        Assert.Empty(await batch.RepresentAllAsync([], cancellation: Token));
    }

    [Fact]
    public async Task Other_results_are_those_of_the_model()
    {
        var sequence = Sequences[0];
        await using var batch = _model.StartBatch();
        Assert.Equal(
            _model.HiddenStates(sequence),
            await batch.HiddenStatesAsync(sequence, cancellation: Token)
        );
        Assert.Equal(
            _model.Logits(sequence),
            await batch.LogitsAsync(sequence, cancellation: Token)
        );
        foreach (var includeStop in new[] { true, false })
        {
            Assert.Equal(
                _model.LogLikelihood(sequence, includeStop),
                await batch.LogLikelihoodAsync(sequence, includeStop, cancellation: Token)
            );
        }
    }

    [Fact]
    public async Task Cancelling_ends_one_sequence_and_frees_its_lane()
    {
        await using var batch = _model.StartBatch(Room, 1);
        using var cancellation = new CancellationTokenSource();
        var running = batch.RepresentAsync(Long, cancellation.Token);
        var waiting = batch.RepresentAsync("MK", Token);
        await cancellation.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            running.WaitAsync(Patience, Token)
        );
        Assert.Equal(cancellation.Token, error.CancellationToken);
        AssertSame(_model.Represent("MK"), await waiting.WaitAsync(Patience, Token));
    }

    [Fact]
    public async Task A_cancelled_call_computes_nothing()
    {
        await using var batch = _model.StartBatch();
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            batch.RepresentAsync("MK", cancellation.Token)
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            batch.RepresentAllAsync(Sequences, cancellation: cancellation.Token)
        );
        await batch.DrainAsync().WaitAsync(Patience, Token);
        Assert.Equal(0, batch.Statistics.Positions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disposal_cancels_what_is_under_way(bool isAsynchronous)
    {
        var batch = _model.StartBatch(Room, 1);
        var running = batch.RepresentAsync(Long, Token);
        var waiting = batch.RepresentAsync("MK", Token);
        for (var times = 0; times < 2; times++)
        {
            await DisposeOf(batch, isAsynchronous);
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            running.WaitAsync(Patience, Token)
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            waiting.WaitAsync(Patience, Token)
        );
        await Assert.ThrowsAsync<ObjectDisposedException>(() => batch.RepresentAsync("MK", Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            batch.RepresentAllAsync(Sequences, cancellation: Token)
        );
    }

    [Fact]
    public async Task A_batch_outlives_the_disposal_of_its_model()
    {
        var expected = _model.Represent("MK");
        await using var batch = _model.StartBatch();
        _model.Dispose();
        AssertSame(expected, await batch.RepresentAsync("MK", Token).WaitAsync(Patience, Token));
        Assert.Throws<ObjectDisposedException>(() => _model.StartBatch());
    }

    [Fact]
    public async Task A_drained_batch_takes_no_more_sequences()
    {
        await using var batch = _model.StartBatch();
        var last = batch.RepresentAsync("MK", Token);
        await batch.DrainAsync().WaitAsync(Patience, Token);
        Assert.True(last.IsCompletedSuccessfully);
        var error = await Assert.ThrowsAsync<UniRepException>(() =>
            batch.RepresentAsync("MK", Token)
        );
        Assert.Equal("Closed", error.Case);
    }

    [Fact]
    public async Task A_full_queue_refuses_a_request_and_says_when_to_try_again()
    {
        await using var batch = _model.StartBatch(maximalWaitingResidues: 100, maximalLanes: 1);
        // More than may wait joins while nothing waits; the second sequence then waits behind the first.
        var running = batch.RepresentAllAsync([Long, Long], cancellation: Token);
        var refused = batch.RepresentAllAsync(["M", "MK"], "other", Token);
        var error = await Assert.ThrowsAsync<UniRepException>(() => refused);
        Assert.Equal("QueueFull", error.Case);
        Assert.Contains("try again in about", error.Message, StringComparison.Ordinal);
        Assert.False(running.IsCompleted);
        Assert.Equal(2, batch.Statistics.Unfinished);
    }

    [Fact]
    public async Task What_is_wrong_with_a_sequence_ends_its_task()
    {
        await using var batch = _model.StartBatch();
        var one = batch.RepresentAsync("MK?", Token);
        var error = await Assert.ThrowsAsync<UniRepException>(() => one);
        Assert.Equal(("UnknownResidue", 0, 3), (error.Case, error.Index, error.Position));
        var several = batch.RepresentAllAsync(["MK", "", "M"], cancellation: Token);
        error = await Assert.ThrowsAsync<UniRepException>(() => several);
        Assert.Equal(("EmptySequence", 1, null), (error.Case, error.Index, error.Position));
        await batch.DrainAsync().WaitAsync(Patience, Token);
        Assert.Equal(0, batch.Statistics.Positions);
    }

    [Fact]
    public async Task A_wrong_call_is_an_argument_error()
    {
        await using var batch = _model.StartBatch();
        await Assert.ThrowsAsync<ArgumentNullException>(() => batch.RepresentAsync(null!, Token));
        await Assert.ThrowsAsync<ArgumentNullException>(() =>
            batch.RepresentAsync("MK", client: null!, Token)
        );
        await Assert.ThrowsAsync<ArgumentNullException>(() =>
            batch.RepresentAllAsync(null!, cancellation: Token)
        );
        var error = await Assert.ThrowsAsync<ArgumentNullException>(() =>
            batch.RepresentAllAsync(["MK", null!], cancellation: Token)
        );
        Assert.Contains("index 1", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            "maximalWaitingResidues",
            Assert.Throws<ArgumentOutOfRangeException>(() => _model.StartBatch(-1)).ParamName
        );
        Assert.Equal(
            "maximalLanes",
            Assert.Throws<ArgumentOutOfRangeException>(() => _model.StartBatch(0, -1)).ParamName
        );
    }

    private static async Task DisposeOf(UniRepBatch batch, bool isAsynchronous)
    {
        if (isAsynchronous)
        {
            await batch.DisposeAsync();
        }
        else
        {
            await Task.Run(batch.Dispose, Token);
        }
    }

    private static void AssertSame(Representation expected, Representation actual) =>
        Tolerance.AssertSameBits(expected.ToFusion(), actual.ToFusion());
}
