namespace UniRep.Compute.Tests.Lanes;

/// <summary>The state of one row of a model whose result depends on every token and on their order, to the last bit.</summary>
internal sealed class FakeState
{
    /// <summary>More than the widest vector of a processor, and no multiple of any.</summary>
    public const int Units = 19;

    private ulong _hash;
    private readonly float[] _sum = new float[Units];

    public FakeState() => Reset();

    public float[] Sum => [.. _sum];

    public float[] Hidden => [.. Enumerable.Range(0, Units).Select(unit => Number(unit, 0))];

    public float[] Cell => [.. Enumerable.Range(0, Units).Select(unit => Number(unit, 20))];

    public float[] Logits =>
        [.. Enumerable.Range(0, MlstmShape.Classes).Select(at => Number(at, 7) - 500)];

    public FakeState Copy()
    {
        var copy = new FakeState { _hash = _hash };
        _sum.CopyTo(copy._sum, 0);
        return copy;
    }

    public void Reset()
    {
        _hash = 0xCBF29CE484222325;
        Array.Clear(_sum);
    }

    public void Step(int token)
    {
        _hash = ulong.RotateLeft((_hash ^ (ulong)(token + 1)) * 0x9E3779B97F4A7C15, 23);
        for (var unit = 0; unit < Units; unit++)
        {
            _sum[unit] += Number(unit, 0);
        }
    }

    /// <summary>Gives a whole number below 1,000, so that sums are exact.</summary>
    private float Number(int index, int salt) => ulong.RotateLeft(_hash, index + salt) % 1_000;
}

/// <summary>What a run must deliver for a sequence.</summary>
internal sealed record FakeResult(
    float[] Average,
    float[] Final,
    float[] Cell,
    float[] HiddenStates,
    float[] Logits
)
{
    public static FakeResult Of(
        ReadOnlySpan<byte> tokens,
        Outputs outputs,
        int firstToken = MlstmShape.Start
    )
    {
        var state = new FakeState();
        var positions = tokens.Length + 1;
        var (hidden, logits) = (new List<float>(), new List<float>());
        for (var position = 0; position < positions; position++)
        {
            state.Step(position == 0 ? firstToken : tokens[position - 1]);
            if (outputs.HasFlag(Outputs.HiddenStates))
            {
                hidden.AddRange(state.Hidden);
            }

            if (outputs.HasFlag(Outputs.Logits))
            {
                logits.AddRange(state.Logits);
            }
        }

        return new FakeResult(
            [.. state.Sum.Select(sum => sum / positions)],
            state.Hidden,
            state.Cell,
            [.. hidden],
            [.. logits]
        );
    }

    public static FakeResult Of(in SequenceOutput output) =>
        new(
            output.Average.ToArray(),
            output.Final.ToArray(),
            output.Cell.ToArray(),
            output.HiddenStates.ToArray(),
            output.Logits.ToArray()
        );

    public static void AssertEqual(FakeResult expected, FakeResult actual)
    {
        Assert.Equal(expected.Average, actual.Average);
        Assert.Equal(expected.Final, actual.Final);
        Assert.Equal(expected.Cell, actual.Cell);
        Assert.Equal(expected.HiddenStates, actual.HiddenStates);
        Assert.Equal(expected.Logits, actual.Logits);
    }
}
