using UniRep.Compute;

namespace UniRep.Benchmarks;

/// <summary>Random weights and sequences from fixed seeds.</summary>
internal static class Workload
{
    /// <summary>Gives sequences with the lengths of a proteome: log-normal, sigma 0.6, 20 to 2,000 residues.</summary>
    public static byte[][] Proteome(int sequences, double median = 300)
    {
        var random = new Random(2);
        double Normal() =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
            * Math.Cos(2 * Math.PI * random.NextDouble());
        return
        [
            .. Enumerable
                .Range(0, sequences)
                .Select(_ =>
                    Residues((int)Math.Clamp(median * Math.Exp(0.6 * Normal()), 20, 2_000), random)
                ),
        ];
    }

    /// <summary>Gives sequences of one length.</summary>
    public static byte[][] Equal(int sequences, int length)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, sequences).Select(_ => Residues(length, random))];
    }

    /// <summary>Gives all single mutants of a protein: each of the other 19 amino acids at every position.</summary>
    public static byte[][] SingleMutants(int length)
    {
        var protein = Residues(length, new Random(4));
        return
        [
            .. Enumerable
                .Range(0, 19 * length)
                .Select(number =>
                {
                    var mutant = protein.ToArray();
                    ref var residue = ref mutant[number / 19];
                    residue = (byte)(1 + (residue + number % 19) % 21);
                    return mutant;
                }),
        ];
    }

    /// <summary>Gives the floating-point operations per residue (2 per multiply-add) of the products that depend on the state.</summary>
    public static double FlopPerResidue(MlstmShape shape) =>
        2.0 * 5 * shape.Units * shape.Units * (2 * shape.Layers - 1);

    private static byte[] Residues(int length, Random random)
    {
        var tokens = new byte[length];
        random.NextBytes(tokens);
        return [.. tokens.Select(token => (byte)(1 + token % 21))];
    }
}

/// <summary>Gives sequences from an array.</summary>
internal sealed class ArraySource(byte[][] sequences) : ISequenceSource
{
    private int _next;

    public bool TryRead(out ReadOnlyMemory<byte> tokens)
    {
        tokens = _next < sequences.Length ? sequences[_next] : default;
        return _next++ < sequences.Length;
    }
}

/// <summary>Sums one number of every result.</summary>
internal sealed class ChecksumSink : ISequenceSink
{
    public double Sum { get; private set; }

    public void Write(in SequenceOutput output) => Sum += output.Average[0];
}
