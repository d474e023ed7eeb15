namespace UniRep.Compute.Tests.Lanes;

/// <summary>Sequences for tests, from seeds.</summary>
internal static class Inputs
{
    /// <summary>Gives a sequence of residues.</summary>
    public static byte[] Tokens(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(1, 24))];

    /// <summary>
    /// Gives sequences of many lengths, some of them twice, some with the beginning of another, some a beginning of another.
    /// </summary>
    public static byte[][] Mixed(int seed, int count, int longest = 120)
    {
        var random = new Random(seed);
        var all = new List<byte[]>();
        while (all.Count < count)
        {
            var other = all.Count == 0 ? [] : all[random.Next(all.Count)];
            var shared = other[..random.Next(other.Length + 1)];
            all.Add(
                random.Next(6) switch
                {
                    0 => other,
                    1 => shared,
                    2 or 3 => [.. shared, .. Tokens(random, random.Next(longest / 2))],
                    4 => Tokens(random, random.Next(3)),
                    _ => Tokens(random, random.Next(longest)),
                }
            );
        }

        return [.. all];
    }

    /// <summary>Gives every single mutant of a random sequence.</summary>
    public static byte[][] Scan(int length, int seed = 1)
    {
        var random = new Random(seed);
        byte[] wild = [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(1, 21))];
        return
        [
            .. from position in Enumerable.Range(0, length)
            from residue in Enumerable.Range(1, 20)
            where residue != wild[position]
            select (byte[])[.. wild[..position], (byte)residue, .. wild[(position + 1)..]],
        ];
    }

    /// <summary>Gives sequences with the lengths of a proteome: log-normal, median 280.</summary>
    public static byte[][] Proteome(int count, int longest)
    {
        var random = new Random(4_400);
        double Normal() =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
            * Math.Cos(2 * Math.PI * random.NextDouble());
        int[] lengths =
        [
            longest,
            .. Enumerable
                .Range(1, count - 1)
                .Select(_ => (int)Math.Clamp(280 * Math.Exp(0.62 * Normal()), 15, longest)),
        ];
        random.Shuffle(lengths);
        return [.. lengths.Select(length => Tokens(random, length))];
    }
}

/// <summary>Gives sequences in memory.</summary>
internal class MemorySource(byte[][] sequences, int firstToken = MlstmShape.Start) : ISequenceSource
{
    private int _next;

    public int FirstToken => firstToken;

    public virtual bool IsAtHand => true;

    public virtual bool TryRead(out ReadOnlyMemory<byte> tokens)
    {
        tokens = _next < sequences.Length ? sequences[_next] : default;
        return _next++ < sequences.Length;
    }
}

/// <summary>Gives sequences with pauses between some of them.</summary>
internal sealed class SlowSource(byte[][] sequences, int every, Action pause)
    : MemorySource(sequences)
{
    private int _read;

    public override bool IsAtHand => false;

    public override bool TryRead(out ReadOnlyMemory<byte> tokens)
    {
        if (++_read % every == 0)
        {
            pause();
        }

        return base.TryRead(out tokens);
    }
}

/// <summary>Keeps results, and is full after each of some.</summary>
internal sealed class KeepingSink(int room = int.MaxValue) : ISequenceSink
{
    public List<(long Index, FakeResult Result)> Results { get; } = [];

    public int Room { get; set; } = room;

    public Action<int>? OnWrite { get; set; }

    public bool IsFull => Results.Count >= Room;

    public void Write(in SequenceOutput output)
    {
        Results.Add((output.Index, FakeResult.Of(output)));
        OnWrite?.Invoke(Results.Count);
    }

    /// <summary>Asserts that the results are those of the sequences, in their order.</summary>
    public void AssertResults(
        byte[][] sequences,
        Outputs outputs = Outputs.Vectors,
        int firstToken = MlstmShape.Start
    )
    {
        Assert.Equal(sequences.Length, Results.Count);
        for (var index = 0; index < sequences.Length; index++)
        {
            Assert.Equal(index, Results[index].Index);
            FakeResult.AssertEqual(
                FakeResult.Of(sequences[index], outputs, firstToken),
                Results[index].Result
            );
        }
    }
}
