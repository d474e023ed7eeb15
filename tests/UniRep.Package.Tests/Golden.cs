using System.Globalization;
using System.Runtime.InteropServices;

namespace UniRep.Package.Tests;

/// <summary>The golden value of one sequence under the embedded model.</summary>
internal static class Golden
{
    public const int Units = 256;

    private static readonly string[] Sequences = File.ReadAllLines(
        Repository.Find("tests", "golden", "open-256.sequences.txt")
    );

    /// <summary>A sequence of twenty residues, each of another kind.</summary>
    public const string Sequence = "ACDEFGHIKLMNPQRSTVWY";

    public static double[] Average { get; } = Read();

    /// <summary>Asserts that a line holds the vector, its numbers parted by spaces.</summary>
    public static void AssertEqual(string line)
    {
        var numbers = line.Split(' ')
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture))
            .ToArray();
        Assert.Equal(Units, numbers.Length);
        Tolerance.AssertClose(Average, numbers, Tolerance.Engine);
    }

    /// <summary>Reads the sequence's row of an array in float64, which ends the file.</summary>
    private static double[] Read()
    {
        var bytes = File.ReadAllBytes(Repository.Find("tests", "golden", "open-256.average.npy"));
        var rows = MemoryMarshal.Cast<byte, double>(
            bytes.AsSpan(bytes.Length - Sequences.Length * Units * sizeof(double))
        );
        return rows.Slice(Array.IndexOf(Sequences, Sequence) * Units, Units).ToArray();
    }
}
