namespace UniRep.Cli.Commands.Bench;

/// <summary>A program that computes representations, measured beside others.</summary>
internal interface IBenchContender : IDisposable
{
    /// <summary>Gets the name and the precision: `engine exact`, `libtorch float32`.</summary>
    string Name { get; }

    /// <summary>Gets the library and its version.</summary>
    string Library { get; }

    /// <summary>Gets what it does with sequences of mixed lengths, in words.</summary>
    string MixedLengths { get; }

    /// <summary>Measures residues per second on sequences of any lengths; null if it only computes batches of equal length.</summary>
    double? Rate(byte[][] sequences);

    /// <summary>Measures residues per second on so many sequences of equal length, for about so many seconds.</summary>
    double EqualRate(int lanes, double seconds);

    /// <summary>Measures tokens per second of one training step, gradient and update; null if it does not train here.</summary>
    double? TrainingRate(ReadOnlyMemory<byte>[] batch);
}
