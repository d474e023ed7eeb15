using System.Diagnostics;

namespace UniRep.Interop.Tests;

/// <summary>The library as a C# program uses it: this project needs no reference to FSharp.Core.</summary>
public sealed class UniRepModelTests : IDisposable
{
    private static readonly string[] Sequences =
    [
        "MKTAYIAKQRQISFVKSHFSRQ",
        "M",
        "GSHMASMTGGQQMGR",
        "MKTAYIAKQRQISFVKSHFSRQ",
    ];

    private readonly UniRepModel _model = UniRepModel.LoadDefault();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_model_says_what_it_is()
    {
        Assert.Equal("open-672", _model.Name);
        Assert.Equal("CC-BY-4.0", _model.License);
        Assert.Equal(672, _model.Units);
        Assert.Equal(1, _model.Layers);
        Assert.Equal(64, _model.Fingerprint.Length);
        Assert.Empty(_model.Warnings);
    }

    [Fact]
    public void A_representation_is_three_vectors_and_their_fusion()
    {
        Representation rep = _model.Represent(Sequences[0]);
        Assert.Equal(672, rep.Average.Length);
        Assert.Equal([.. rep.Average.Span, .. rep.Final.Span, .. rep.Cell.Span], rep.ToFusion());
    }

    [Fact]
    public void Many_sequences_come_out_in_order_and_equal_to_each_alone()
    {
        var many = _model.RepresentMany(Sequences).ToList();
        Assert.Equal(Sequences.Length, many.Count);
        for (var index = 0; index < many.Count; index++)
        {
            Tolerance.AssertSameBits(
                _model.Represent(Sequences[index]).ToFusion(),
                many[index].ToFusion()
            );
        }
    }

    [Fact]
    public async Task Many_sequences_can_be_awaited()
    {
        var found = new List<float[]>();
        await foreach (
            var rep in _model.RepresentManyAsync(Sequences, TestContext.Current.CancellationToken)
        )
        {
            found.Add(rep.ToFusion());
        }

        var expected = _model.RepresentMany(Sequences).Select(rep => rep.ToFusion()).ToList();
        Assert.Equal(expected.Count, found.Count);
        for (var index = 0; index < expected.Count; index++)
        {
            Tolerance.AssertSameBits(expected[index], found[index]);
        }
    }

    [Fact]
    public async Task A_cancelled_stream_ends_with_an_exception()
    {
        using var cancellation = new CancellationTokenSource();
        var (seen, watch) = (0, Stopwatch.StartNew());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (
                var rep in _model
                    .RepresentManyAsync(Endless(), CancellationToken.None)
                    .WithCancellation(cancellation.Token)
            )
            {
                Assert.Equal(672, rep.Average.Length);
                if (++seen == 3)
                {
                    await cancellation.CancelAsync();
                }
            }
        });
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Reading_may_stop_early()
    {
        Assert.Equal(3, _model.RepresentMany(Endless()).Take(3).Count());
        var seen = 0;
        await foreach (
            var rep in _model.RepresentManyAsync(Endless(), TestContext.Current.CancellationToken)
        )
        {
            Assert.Equal(672, rep.Final.Length);
            if (++seen == 3)
            {
                break;
            }
        }
    }

    [Fact]
    public void States_and_logits_have_a_row_for_start_and_every_residue()
    {
        var sequence = Sequences[2];
        var states = _model.HiddenStates(sequence);
        var logits = _model.Logits(sequence);
        Assert.Equal((sequence.Length + 1, 672), (states.GetLength(0), states.GetLength(1)));
        Assert.Equal((sequence.Length + 1, 25), (logits.GetLength(0), logits.GetLength(1)));
        float[] final = [.. Enumerable.Range(0, 672).Select(unit => states[sequence.Length, unit])];
        Tolerance.AssertSameBits(_model.Represent(sequence).Final.ToArray(), final);
        Assert.All(logits.Cast<float>(), logit => Assert.True(float.IsFinite(logit)));
    }

    [Fact]
    public void A_log_likelihood_is_below_zero_and_lower_with_its_stop()
    {
        var (whole, open) = (
            _model.LogLikelihood(Sequences[0]),
            _model.LogLikelihood(Sequences[0], includeStop: false)
        );
        Assert.True(whole < open && open < 0);
    }

    [Fact]
    public void What_is_wrong_is_an_exception_that_says_so()
    {
        var letter = Assert.Throws<UniRepException>(() => _model.Represent("MK?"));
        Assert.Contains("'?'", letter.Message, StringComparison.Ordinal);
        var later = Assert.Throws<UniRepException>(() =>
            _model.RepresentMany(["MK", "M1"]).Count()
        );
        Assert.Contains("'1'", later.Message, StringComparison.Ordinal);
        var model = Assert.Throws<UniRepException>(() => UniRepModel.Load("no-such-model"));
        Assert.Contains("no-such-model", model.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => UniRepModel.LoadDefault(-1));
        Assert.Throws<ArgumentNullException>(() => _model.Represent(null!));
        Assert.Throws<ArgumentNullException>(() => _model.RepresentMany(null!));
    }

    [Fact]
    public void Null_annotations_reach_the_caller()
    {
        var nullability = new System.Reflection.NullabilityInfoContext();
        var sequence = typeof(UniRepModel).GetMethod("Represent")!.GetParameters()[0];
        Assert.Equal(
            System.Reflection.NullabilityState.NotNull,
            nullability.Create(sequence).ReadState
        );
    }

    [Fact]
    public void No_type_of_F_sharp_is_in_sight()
    {
        var visible = new[]
        {
            typeof(UniRepModel),
            typeof(UniRepBatch),
            typeof(Representation),
            typeof(UniRepException),
            typeof(TuningProgress),
        }
            .SelectMany(type => type.GetMembers())
            .SelectMany(member =>
                member switch
                {
                    System.Reflection.MethodInfo method =>
                    [
                        method.ReturnType,
                        .. method.GetParameters().Select(parameter => parameter.ParameterType),
                    ],
                    System.Reflection.ConstructorInfo constructor => constructor
                        .GetParameters()
                        .Select(parameter => parameter.ParameterType),
                    System.Reflection.PropertyInfo property => [property.PropertyType],
                    _ => Enumerable.Empty<Type>(),
                }
            )
            .Select(type => type.ToString());
        Assert.DoesNotContain(visible, name => name.Contains("FSharp", StringComparison.Ordinal));
    }

#pragma warning disable xUnit1051 // The README's lines, as they are.
    [Fact]
    public async Task The_readme_shows_code_that_runs()
    {
        string[] sequences = Sequences;
        var cancellationToken = TestContext.Current.CancellationToken;
        var written = new StringWriter();
        var console = Console.Out;
        Console.SetOut(written);
        try
        {
            using var model = UniRepModel.LoadDefault();
            Representation rep = model.Represent("MKTAYIAKQRQISFVKSHFSRQ");
            await foreach (Representation next in model.RepresentManyAsync(sequences))
                Console.WriteLine(next.Average.Span[0]);
            Assert.Equal(672, rep.Average.Length);
            await using UniRepBatch batch = model.StartBatch();
            Representation one = await batch.RepresentAsync("GSHMASMTGGQQMGR", cancellationToken);
            Assert.Equal(672, one.Average.Length);
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.Equal(4, written.ToString().TrimEnd().Split('\n').Length);
    }
#pragma warning restore xUnit1051

    private static IEnumerable<string> Endless()
    {
        for (var index = 0; ; index++)
        {
            yield return Sequences[index % Sequences.Length];
        }
    }
}
