using System.Runtime.InteropServices;
using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

/// <summary>Small random models and their packed arrays.</summary>
internal static unsafe class Models
{
    /// <summary>Makes random weights with an embedding of any width.</summary>
    public static MlstmArrays Random(int units, int layers, int embedding = 10)
    {
        var random = new Random(units + 100 * layers + 10_000 * embedding);
        return MlstmArrays.Create(
            new MlstmShape(units, layers, embedding),
            array =>
            {
                var low = array.Parameter.Kind == ParameterKind.Gain ? 0.5f : -1f;
                var width = array.Parameter.Kind == ParameterKind.Gain ? 1f : 2f;
                return
                [
                    .. Enumerable
                        .Range(0, (int)array.Length)
                        .Select(_ => low + width * random.NextSingle()),
                ];
            }
        );
    }

    /// <summary>Gives all numbers of a packed array. Memory is filled with ones first, to notice what is not written.</summary>
    public static T[] All<T>(PackedBlocks blocks)
        where T : unmanaged
    {
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)blocks.Bytes, 64);
        try
        {
            NativeMemory.Fill(memory, (nuint)blocks.Bytes, 0xFF);
            blocks.Fill(0, blocks.Count, memory);
            return MemoryMarshal
                .Cast<byte, T>(new Span<byte>(memory, checked((int)blocks.Bytes)))
                .ToArray();
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    /// <summary>Folds weight normalisation into a matrix: a plain formula in float64, [rows, columns].</summary>
    public static float[,] Fold(float[] v, float[] g)
    {
        var folded = new float[v.Length / g.Length, g.Length];
        for (var column = 0; column < g.Length; column++)
        {
            var squares = 0.0;
            for (var row = 0; row < folded.GetLength(0); row++)
            {
                squares += Math.Pow(v[row * g.Length + column], 2);
            }

            for (var row = 0; row < folded.GetLength(0); row++)
            {
                folded[row, column] = (float)(
                    v[row * g.Length + column] * (g[column] / Math.Sqrt(Math.Max(squares, 1e-12)))
                );
            }
        }

        return folded;
    }
}
