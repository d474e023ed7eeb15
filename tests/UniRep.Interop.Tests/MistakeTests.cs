using UniRep.Compute;

namespace UniRep.Interop.Tests;

/// <summary>What is wrong with a call or its sequences is told as such.</summary>
public sealed class MistakeTests : IDisposable
{
    private static readonly string[] Sequences = ["MKTAYIAKQRQISFVKSHFSRQ", "M", "GSHMASMTGGQQMGR"];

    private readonly UniRepModel _model = UniRepModel.LoadDefault();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Fact]
    public void An_exception_tells_which_sequence_is_wrong_and_where()
    {
        var seen = 0;
        var error = Assert.Throws<UniRepException>(() =>
        {
            foreach (var rep in _model.RepresentMany(["MK", "M", "MK1"]))
            {
                seen++;
            }
        });
        Assert.Equal(("UnknownResidue", 2, 3), (error.Case, error.Index, error.Position));
        Assert.Equal(2, seen);
        var one = Assert.Throws<UniRepException>(() => _model.Represent("m"));
        Assert.Equal((0, 1), (one.Index, one.Position));
        var empty = Assert.Throws<UniRepException>(() =>
            _model.LogLikelihoodMany(["M", ""]).Count()
        );
        Assert.Equal(("EmptySequence", 1, null), (empty.Case, empty.Index, empty.Position));
        var model = Assert.Throws<UniRepException>(() => UniRepModel.Load("no-such-model"));
        Assert.Equal((null, null), (model.Index, model.Position));
    }

    [Fact]
    public async Task Null_is_an_argument_error_everywhere()
    {
        Assert.Throws<ArgumentNullException>(() => _model.Represent(null!));
        Assert.Throws<ArgumentNullException>(() => _model.HiddenStates(null!));
        Assert.Throws<ArgumentNullException>(() => _model.Logits(null!));
        Assert.Throws<ArgumentNullException>(() => _model.LogLikelihood(null!));
        Assert.Throws<ArgumentNullException>(() => _model.RepresentMany(null!));
        Assert.Throws<ArgumentNullException>(() => _model.LogLikelihoodMany(null!));
        Assert.Throws<ArgumentNullException>(() =>
            _model.RepresentManyAsync((IEnumerable<string>)null!, Token)
        );
        Assert.Throws<ArgumentNullException>(() =>
            _model.RepresentManyAsync((IAsyncEnumerable<string>)null!, Token)
        );
        await Assert.ThrowsAsync<ArgumentNullException>(() => _model.RepresentAsync(null!, Token));
        Assert.Throws<ArgumentNullException>(() => UniRepModel.Load(null!));
        Assert.Throws<ArgumentNullException>(() =>
            UniRepModel.EvoTune(["MK"], nameOrPath: null!, cancellation: Token)
        );
        Assert.Throws<ArgumentNullException>(() => UniRepModel.EvoTune(null!, cancellation: Token));
        Assert.Throws<ArgumentNullException>(() =>
            UniRepModel.EvoTune(["MK", null!], cancellation: Token)
        );

        var seen = 0;
        var error = await Assert.ThrowsAsync<ArgumentNullException>(async () =>
        {
            await foreach (var rep in _model.RepresentManyAsync(["MK", "M", null!, "K"], Token))
            {
                seen++;
            }
        });
        Assert.Equal(2, seen);
        Assert.Contains("index 2", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => _model.RepresentMany(["MK", null!]).Count());
    }

    [Fact]
    public void A_number_that_is_no_precision_is_an_argument_error()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            UniRepModel.LoadDefault(precision: (Precision)77)
        );
        Assert.Equal("precision", error.ParamName);
    }

    [Fact]
    public async Task A_model_that_was_disposed_of_says_so()
    {
        var late = _model.RepresentMany(Sequences);
        _model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _model.Represent("MK"));
        Assert.Throws<ObjectDisposedException>(() => _model.LogLikelihood("MK"));
        Assert.Throws<ObjectDisposedException>(() => _model.RepresentMany(Sequences));
        Assert.Throws<ObjectDisposedException>(() => _model.LogLikelihoodMany(Sequences));
        Assert.Throws<ObjectDisposedException>(() => _model.RepresentManyAsync(Sequences, Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _model.RepresentAsync("MK", Token));
        Assert.Throws<ObjectDisposedException>(() => late.Count());
    }
}
