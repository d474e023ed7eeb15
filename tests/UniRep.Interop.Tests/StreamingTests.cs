using System.Runtime.CompilerServices;

namespace UniRep.Interop.Tests;

/// <summary>Many sequences, in their own time, cancelled, and left off.</summary>
public sealed class StreamingTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly string[] Sequences = ["MKTAYIAKQRQISFVKSHFSRQ", "M", "GSHMASMTGGQQMGR"];

    private readonly UniRepModel _model = UniRepModel.LoadDefault();
    private readonly TaskCompletionSource _gone = new();
    private int _asked;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Leaving_off_early_stops_the_reading()
    {
        Assert.Equal(256, _model.RepresentMany(Many()).First().Average.Length);
        Assert.InRange(_asked, 1, 500);
        await _gone.Task.WaitAsync(Patience, Token);
    }

    [Fact]
    public async Task Breaking_out_of_a_loop_stops_the_reading()
    {
        await foreach (var rep in _model.RepresentManyAsync(Many(), Token))
        {
            Assert.Equal(256, rep.Average.Length);
            break;
        }

        Assert.InRange(_asked, 1, 500);
        await _gone.Task.WaitAsync(Patience, Token);
    }

    [Fact]
    public async Task Log_likelihoods_of_many_are_those_of_each()
    {
        var alone = Sequences.Select(sequence => _model.LogLikelihood(sequence, false)).ToArray();
        Assert.Equal(alone, _model.LogLikelihoodMany(Sequences, includeStop: false));
        Assert.Equal(alone, await Collect(_model.LogLikelihoodManyAsync(Sequences, false, Token)));
        var late = _model.LogLikelihoodManyAsync(Late(Sequences), false, Token);
        Assert.Equal(alone, await Collect(late));
        // A second look computes again.
        Assert.Equal(alone, await Collect(late));
    }

    [Fact]
    public async Task Each_asynchronous_method_gives_what_the_other_gives()
    {
        var sequence = Sequences[0];
        var rep = await _model.RepresentAsync(sequence, Token);
        Assert.Equal(_model.Represent(sequence).ToFusion(), rep.ToFusion());
        Assert.Equal(
            _model.HiddenStates(sequence),
            await _model.HiddenStatesAsync(sequence, Token)
        );
        Assert.Equal(_model.Logits(sequence), await _model.LogitsAsync(sequence, Token));
        Assert.Equal(
            _model.LogLikelihood(sequence),
            await _model.LogLikelihoodAsync(sequence, cancellation: Token)
        );
    }

    [Fact]
    public async Task An_asynchronous_source_gets_each_result_while_it_waits()
    {
        using var taken = new SemaphoreSlim(0);
        async IAsyncEnumerable<string> Waiting(
            [EnumeratorCancellation] CancellationToken token = default
        )
        {
            foreach (var sequence in Sequences)
            {
                yield return sequence;
                Assert.True(await taken.WaitAsync(Patience, token), "the result did not come");
            }
        }

        var found = new List<float[]>();
        await foreach (var rep in _model.RepresentManyAsync(Waiting(Token), Token))
        {
            found.Add(rep.ToFusion());
            taken.Release();
        }

        Assert.Equal(_model.RepresentMany(Sequences).Select(rep => rep.ToFusion()), found);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_for_an_asynchronous_source()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var closed = new TaskCompletionSource();
        async IAsyncEnumerable<string> Endless(
            [EnumeratorCancellation] CancellationToken token = default
        )
        {
            try
            {
                yield return "MK";
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                closed.SetResult();
            }
        }

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (
                var rep in _model.RepresentManyAsync(
                    Endless(CancellationToken.None),
                    cancellation.Token
                )
            )
            {
                Assert.Equal(256, rep.Cell.Length);
                await cancellation.CancelAsync();
            }
        });
        Assert.NotNull(error);
        await closed.Task.WaitAsync(Patience, Token);
    }

    [Fact]
    public async Task A_cancelled_call_computes_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _model.RepresentAsync("MK", cancellation.Token)
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Collect(_model.RepresentManyAsync(Many(), cancellation.Token))
        );
        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task Cancelling_ends_one_long_sequence()
    {
        using var cancellation = new CancellationTokenSource();
        var computing = _model.LogLikelihoodAsync(
            new string('A', 3_000_000),
            true,
            cancellation.Token
        );
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            computing.WaitAsync(Patience, Token)
        );
    }

    [Fact]
    public async Task A_second_disposal_is_harmless()
    {
        var reader = _model.RepresentManyAsync(Many(), Token).GetAsyncEnumerator(Token);
        Assert.True(await reader.MoveNextAsync());
        await reader.DisposeAsync();
        await reader.DisposeAsync();
        Assert.False(await reader.MoveNextAsync());
        await _gone.Task.WaitAsync(Patience, Token);
        var unread = _model.RepresentManyAsync(Many(), Token).GetAsyncEnumerator(Token);
        await unread.DisposeAsync();
        await unread.DisposeAsync();
        _model.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task A_reader_left_behind_stops_its_run()
    {
        await Abandon();
        var end = DateTime.UtcNow + Patience;
        while (!_gone.Task.IsCompleted && DateTime.UtcNow < end)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(50, Token);
        }

        Assert.True(_gone.Task.IsCompleted);
    }

    [Fact]
    public async Task A_reader_outlives_the_disposal_of_its_model()
    {
        var found = 0;
        await foreach (var rep in _model.RepresentManyAsync(Many().Take(200), Token))
        {
            Assert.Equal(256, rep.Average.Length);
            found++;
            _model.Dispose();
        }

        Assert.Equal(200, found);
    }

    /// <summary>Thousands of sequences, counted as they are asked for.</summary>
    private IEnumerable<string> Many()
    {
        try
        {
            for (var index = 0; index < 5_000; index++)
            {
                Interlocked.Increment(ref _asked);
                yield return Sequences[index % Sequences.Length];
            }
        }
        finally
        {
            _gone.TrySetResult();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task Abandon()
    {
        var reader = _model.RepresentManyAsync(Many(), Token).GetAsyncEnumerator(Token);
        Assert.True(await reader.MoveNextAsync());
    }

    private static async IAsyncEnumerable<string> Late(IEnumerable<string> sequences)
    {
        foreach (var sequence in sequences)
        {
            await Task.Yield();
            yield return sequence;
        }
    }

    private static async Task<List<T>> Collect<T>(IAsyncEnumerable<T> items)
    {
        var found = new List<T>();
        await foreach (var item in items)
        {
            found.Add(item);
        }

        return found;
    }
}
