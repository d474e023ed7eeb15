using System.Runtime.Intrinsics;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Products.Emission;

/// <summary>Compares emitted kernels with managed kernels on random numbers from a fixed seed.</summary>
internal static unsafe class SelfTest
{
    private const int Items = 37;
    private const int Columns = PackedMatrix.Columns;

    public static bool Passes(EmittedKernels kernels, Precision precision)
    {
        for (var rows = 1; rows <= 6; rows++)
        {
            var managed = Multiply(rows, precision, null);
            if (!managed.AsSpan().SequenceEqual(Multiply(rows, precision, kernels)))
            {
                return false;
            }
        }

        return true;
    }

    private static int[] Multiply(int rows, Precision precision, EmittedKernels? emitted)
    {
        var random = new Random(1);
        var (a, panel) = (new byte[rows * Items * 4], new byte[Items * Columns * 4]);
        var tile = new int[rows * Columns];
        random.NextBytes(a);
        random.NextBytes(panel);
        fixed (
            byte* aPointer = a,
                panelPointer = panel
        )
        fixed (int* tilePointer = tile)
        {
            var (x, w, sums) = ((nint)aPointer, (nint)panelPointer, (nint)tilePointer);
            if (precision == Precision.Int8)
            {
                Run<ByteQuads<Simd512, Vector512<float>>>(x, rows, w, sums, emitted);
            }
            else
            {
                Run<ShortPairs<Simd512, Vector512<float>>>(x, rows, w, sums, emitted);
            }
        }

        return tile;
    }

    private static void Run<TForm>(nint a, int rows, nint panel, nint tile, EmittedKernels? emitted)
        where TForm : struct, IWeightForm<Vector512<float>> =>
        PanelProduct<Simd512, TForm, Vector512<float>>.Multiply(
            (float*)a,
            Items,
            rows,
            (float*)panel,
            Columns,
            Items,
            (float*)tile,
            (float*)panel,
            emitted
        );
}
