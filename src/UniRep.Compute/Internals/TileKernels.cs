using System.Runtime.CompilerServices;

namespace UniRep.Compute.Internals;

/// <summary>
/// Micro-kernels, rows × vectors of accumulators in registers: tile += rows · panel. Every output has one chain of
/// multiply-adds in the order of k, whatever the kernel, so that a row's bits do not depend on its neighbours.
/// Written by eng/generate-kernels.fsx.
/// </summary>
internal static unsafe class TileKernels<TSimd, TForm, TVector>
    where TSimd : struct, ISimd<TVector>
    where TForm : struct, IWeightForm<TVector>
    where TVector : struct
{
    /// <summary>1 rows of 2 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows1x2(in TileArguments given)
    {
        nint w = TSimd.Width;
        float* panel = given.Panel;
        float* tile = given.Tile;
        byte* next = given.Next;
        nint ahead = given.Ahead;
        nint step = given.Step;
        nint depth = given.Depth;
        float* a0 = given.A;
        var c00 = TSimd.Load(tile + 0 + 0 * w);
        var c01 = TSimd.Load(tile + 0 + 1 * w);
        for (nint k = 0; k < depth; k++)
        {
            TSimd.Prefetch(next);
            TSimd.Prefetch(next + ahead);
            next += step;
            var b0 = TForm.Load(panel, 0 * w);
            var b1 = TForm.Load(panel, 1 * w);
            panel += TForm.Step;
            var x0 = TSimd.Broadcast(a0[k]);
            c00 = TForm.MultiplyAdd(x0, b0, c00);
            c01 = TForm.MultiplyAdd(x0, b1, c01);
        }

        TSimd.Store(c00, tile + 0 + 0 * w);
        TSimd.Store(c01, tile + 0 + 1 * w);
    }

    /// <summary>2 rows of 2 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows2x2(in TileArguments given)
    {
        nint w = TSimd.Width;
        float* panel = given.Panel;
        float* tile = given.Tile;
        byte* next = given.Next;
        nint ahead = given.Ahead;
        nint step = given.Step;
        nint depth = given.Depth;
        float* a0 = given.A;
        float* a1 = a0 + given.Stride;
        var c00 = TSimd.Load(tile + 0 + 0 * w);
        var c01 = TSimd.Load(tile + 0 + 1 * w);
        var c10 = TSimd.Load(tile + 64 + 0 * w);
        var c11 = TSimd.Load(tile + 64 + 1 * w);
        for (nint k = 0; k < depth; k++)
        {
            TSimd.Prefetch(next);
            TSimd.Prefetch(next + ahead);
            next += step;
            var b0 = TForm.Load(panel, 0 * w);
            var b1 = TForm.Load(panel, 1 * w);
            panel += TForm.Step;
            var x0 = TSimd.Broadcast(a0[k]);
            c00 = TForm.MultiplyAdd(x0, b0, c00);
            c01 = TForm.MultiplyAdd(x0, b1, c01);
            var x1 = TSimd.Broadcast(a1[k]);
            c10 = TForm.MultiplyAdd(x1, b0, c10);
            c11 = TForm.MultiplyAdd(x1, b1, c11);
        }

        TSimd.Store(c00, tile + 0 + 0 * w);
        TSimd.Store(c01, tile + 0 + 1 * w);
        TSimd.Store(c10, tile + 64 + 0 * w);
        TSimd.Store(c11, tile + 64 + 1 * w);
    }

    /// <summary>3 rows of 2 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows3x2(in TileArguments given)
    {
        nint w = TSimd.Width;
        float* panel = given.Panel;
        float* tile = given.Tile;
        byte* next = given.Next;
        nint ahead = given.Ahead;
        nint step = given.Step;
        nint depth = given.Depth;
        float* a0 = given.A;
        float* a1 = a0 + given.Stride;
        float* a2 = a1 + given.Stride;
        var c00 = TSimd.Load(tile + 0 + 0 * w);
        var c01 = TSimd.Load(tile + 0 + 1 * w);
        var c10 = TSimd.Load(tile + 64 + 0 * w);
        var c11 = TSimd.Load(tile + 64 + 1 * w);
        var c20 = TSimd.Load(tile + 128 + 0 * w);
        var c21 = TSimd.Load(tile + 128 + 1 * w);
        for (nint k = 0; k < depth; k++)
        {
            TSimd.Prefetch(next);
            TSimd.Prefetch(next + ahead);
            next += step;
            var b0 = TForm.Load(panel, 0 * w);
            var b1 = TForm.Load(panel, 1 * w);
            panel += TForm.Step;
            var x0 = TSimd.Broadcast(a0[k]);
            c00 = TForm.MultiplyAdd(x0, b0, c00);
            c01 = TForm.MultiplyAdd(x0, b1, c01);
            var x1 = TSimd.Broadcast(a1[k]);
            c10 = TForm.MultiplyAdd(x1, b0, c10);
            c11 = TForm.MultiplyAdd(x1, b1, c11);
            var x2 = TSimd.Broadcast(a2[k]);
            c20 = TForm.MultiplyAdd(x2, b0, c20);
            c21 = TForm.MultiplyAdd(x2, b1, c21);
        }

        TSimd.Store(c00, tile + 0 + 0 * w);
        TSimd.Store(c01, tile + 0 + 1 * w);
        TSimd.Store(c10, tile + 64 + 0 * w);
        TSimd.Store(c11, tile + 64 + 1 * w);
        TSimd.Store(c20, tile + 128 + 0 * w);
        TSimd.Store(c21, tile + 128 + 1 * w);
    }

    /// <summary>4 rows of 2 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4x2(in TileArguments given)
    {
        nint w = TSimd.Width;
        float* panel = given.Panel;
        float* tile = given.Tile;
        byte* next = given.Next;
        nint ahead = given.Ahead;
        nint step = given.Step;
        nint depth = given.Depth;
        float* a0 = given.A;
        float* a1 = a0 + given.Stride;
        float* a2 = a1 + given.Stride;
        float* a3 = a2 + given.Stride;
        var c00 = TSimd.Load(tile + 0 + 0 * w);
        var c01 = TSimd.Load(tile + 0 + 1 * w);
        var c10 = TSimd.Load(tile + 64 + 0 * w);
        var c11 = TSimd.Load(tile + 64 + 1 * w);
        var c20 = TSimd.Load(tile + 128 + 0 * w);
        var c21 = TSimd.Load(tile + 128 + 1 * w);
        var c30 = TSimd.Load(tile + 192 + 0 * w);
        var c31 = TSimd.Load(tile + 192 + 1 * w);
        for (nint k = 0; k < depth; k++)
        {
            TSimd.Prefetch(next);
            TSimd.Prefetch(next + ahead);
            next += step;
            var b0 = TForm.Load(panel, 0 * w);
            var b1 = TForm.Load(panel, 1 * w);
            panel += TForm.Step;
            var x0 = TSimd.Broadcast(a0[k]);
            c00 = TForm.MultiplyAdd(x0, b0, c00);
            c01 = TForm.MultiplyAdd(x0, b1, c01);
            var x1 = TSimd.Broadcast(a1[k]);
            c10 = TForm.MultiplyAdd(x1, b0, c10);
            c11 = TForm.MultiplyAdd(x1, b1, c11);
            var x2 = TSimd.Broadcast(a2[k]);
            c20 = TForm.MultiplyAdd(x2, b0, c20);
            c21 = TForm.MultiplyAdd(x2, b1, c21);
            var x3 = TSimd.Broadcast(a3[k]);
            c30 = TForm.MultiplyAdd(x3, b0, c30);
            c31 = TForm.MultiplyAdd(x3, b1, c31);
        }

        TSimd.Store(c00, tile + 0 + 0 * w);
        TSimd.Store(c01, tile + 0 + 1 * w);
        TSimd.Store(c10, tile + 64 + 0 * w);
        TSimd.Store(c11, tile + 64 + 1 * w);
        TSimd.Store(c20, tile + 128 + 0 * w);
        TSimd.Store(c21, tile + 128 + 1 * w);
        TSimd.Store(c30, tile + 192 + 0 * w);
        TSimd.Store(c31, tile + 192 + 1 * w);
    }

    /// <summary>5 rows of 2 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows5x2(in TileArguments given)
    {
        nint w = TSimd.Width;
        float* panel = given.Panel;
        float* tile = given.Tile;
        byte* next = given.Next;
        nint ahead = given.Ahead;
        nint step = given.Step;
        nint depth = given.Depth;
        float* a0 = given.A;
        float* a1 = a0 + given.Stride;
        float* a2 = a1 + given.Stride;
        float* a3 = a2 + given.Stride;
        float* a4 = a3 + given.Stride;
        var c00 = TSimd.Load(tile + 0 + 0 * w);
        var c01 = TSimd.Load(tile + 0 + 1 * w);
        var c10 = TSimd.Load(tile + 64 + 0 * w);
        var c11 = TSimd.Load(tile + 64 + 1 * w);
        var c20 = TSimd.Load(tile + 128 + 0 * w);
        var c21 = TSimd.Load(tile + 128 + 1 * w);
        var c30 = TSimd.Load(tile + 192 + 0 * w);
        var c31 = TSimd.Load(tile + 192 + 1 * w);
        var c40 = TSimd.Load(tile + 256 + 0 * w);
        var c41 = TSimd.Load(tile + 256 + 1 * w);
        for (nint k = 0; k < depth; k++)
        {
            TSimd.Prefetch(next);
            TSimd.Prefetch(next + ahead);
            next += step;
            var b0 = TForm.Load(panel, 0 * w);
            var b1 = TForm.Load(panel, 1 * w);
            panel += TForm.Step;
            var x0 = TSimd.Broadcast(a0[k]);
            c00 = TForm.MultiplyAdd(x0, b0, c00);
            c01 = TForm.MultiplyAdd(x0, b1, c01);
            var x1 = TSimd.Broadcast(a1[k]);
            c10 = TForm.MultiplyAdd(x1, b0, c10);
            c11 = TForm.MultiplyAdd(x1, b1, c11);
            var x2 = TSimd.Broadcast(a2[k]);
            c20 = TForm.MultiplyAdd(x2, b0, c20);
            c21 = TForm.MultiplyAdd(x2, b1, c21);
            var x3 = TSimd.Broadcast(a3[k]);
            c30 = TForm.MultiplyAdd(x3, b0, c30);
            c31 = TForm.MultiplyAdd(x3, b1, c31);
            var x4 = TSimd.Broadcast(a4[k]);
            c40 = TForm.MultiplyAdd(x4, b0, c40);
            c41 = TForm.MultiplyAdd(x4, b1, c41);
        }

        TSimd.Store(c00, tile + 0 + 0 * w);
        TSimd.Store(c01, tile + 0 + 1 * w);
        TSimd.Store(c10, tile + 64 + 0 * w);
        TSimd.Store(c11, tile + 64 + 1 * w);
        TSimd.Store(c20, tile + 128 + 0 * w);
        TSimd.Store(c21, tile + 128 + 1 * w);
        TSimd.Store(c30, tile + 192 + 0 * w);
        TSimd.Store(c31, tile + 192 + 1 * w);
        TSimd.Store(c40, tile + 256 + 0 * w);
        TSimd.Store(c41, tile + 256 + 1 * w);
    }

    /// <summary>6 rows of 2 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows6x2(in TileArguments given)
    {
        nint w = TSimd.Width;
        float* panel = given.Panel;
        float* tile = given.Tile;
        byte* next = given.Next;
        nint ahead = given.Ahead;
        nint step = given.Step;
        nint depth = given.Depth;
        float* a0 = given.A;
        float* a1 = a0 + given.Stride;
        float* a2 = a1 + given.Stride;
        float* a3 = a2 + given.Stride;
        float* a4 = a3 + given.Stride;
        float* a5 = a4 + given.Stride;
        var c00 = TSimd.Load(tile + 0 + 0 * w);
        var c01 = TSimd.Load(tile + 0 + 1 * w);
        var c10 = TSimd.Load(tile + 64 + 0 * w);
        var c11 = TSimd.Load(tile + 64 + 1 * w);
        var c20 = TSimd.Load(tile + 128 + 0 * w);
        var c21 = TSimd.Load(tile + 128 + 1 * w);
        var c30 = TSimd.Load(tile + 192 + 0 * w);
        var c31 = TSimd.Load(tile + 192 + 1 * w);
        var c40 = TSimd.Load(tile + 256 + 0 * w);
        var c41 = TSimd.Load(tile + 256 + 1 * w);
        var c50 = TSimd.Load(tile + 320 + 0 * w);
        var c51 = TSimd.Load(tile + 320 + 1 * w);
        for (nint k = 0; k < depth; k++)
        {
            TSimd.Prefetch(next);
            TSimd.Prefetch(next + ahead);
            next += step;
            var b0 = TForm.Load(panel, 0 * w);
            var b1 = TForm.Load(panel, 1 * w);
            panel += TForm.Step;
            var x0 = TSimd.Broadcast(a0[k]);
            c00 = TForm.MultiplyAdd(x0, b0, c00);
            c01 = TForm.MultiplyAdd(x0, b1, c01);
            var x1 = TSimd.Broadcast(a1[k]);
            c10 = TForm.MultiplyAdd(x1, b0, c10);
            c11 = TForm.MultiplyAdd(x1, b1, c11);
            var x2 = TSimd.Broadcast(a2[k]);
            c20 = TForm.MultiplyAdd(x2, b0, c20);
            c21 = TForm.MultiplyAdd(x2, b1, c21);
            var x3 = TSimd.Broadcast(a3[k]);
            c30 = TForm.MultiplyAdd(x3, b0, c30);
            c31 = TForm.MultiplyAdd(x3, b1, c31);
            var x4 = TSimd.Broadcast(a4[k]);
            c40 = TForm.MultiplyAdd(x4, b0, c40);
            c41 = TForm.MultiplyAdd(x4, b1, c41);
            var x5 = TSimd.Broadcast(a5[k]);
            c50 = TForm.MultiplyAdd(x5, b0, c50);
            c51 = TForm.MultiplyAdd(x5, b1, c51);
        }

        TSimd.Store(c00, tile + 0 + 0 * w);
        TSimd.Store(c01, tile + 0 + 1 * w);
        TSimd.Store(c10, tile + 64 + 0 * w);
        TSimd.Store(c11, tile + 64 + 1 * w);
        TSimd.Store(c20, tile + 128 + 0 * w);
        TSimd.Store(c21, tile + 128 + 1 * w);
        TSimd.Store(c30, tile + 192 + 0 * w);
        TSimd.Store(c31, tile + 192 + 1 * w);
        TSimd.Store(c40, tile + 256 + 0 * w);
        TSimd.Store(c41, tile + 256 + 1 * w);
        TSimd.Store(c50, tile + 320 + 0 * w);
        TSimd.Store(c51, tile + 320 + 1 * w);
    }

    /// <summary>1 rows of 4 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows1x4(in TileArguments given)
    {
        nint w = TSimd.Width;
        float* panel = given.Panel;
        float* tile = given.Tile;
        byte* next = given.Next;
        nint ahead = given.Ahead;
        nint step = given.Step;
        nint depth = given.Depth;
        float* a0 = given.A;
        var c00 = TSimd.Load(tile + 0 + 0 * w);
        var c01 = TSimd.Load(tile + 0 + 1 * w);
        var c02 = TSimd.Load(tile + 0 + 2 * w);
        var c03 = TSimd.Load(tile + 0 + 3 * w);
        for (nint k = 0; k < depth; k++)
        {
            TSimd.Prefetch(next);
            TSimd.Prefetch(next + ahead);
            next += step;
            var b0 = TForm.Load(panel, 0 * w);
            var b1 = TForm.Load(panel, 1 * w);
            var b2 = TForm.Load(panel, 2 * w);
            var b3 = TForm.Load(panel, 3 * w);
            panel += TForm.Step;
            var x0 = TSimd.Broadcast(a0[k]);
            c00 = TForm.MultiplyAdd(x0, b0, c00);
            c01 = TForm.MultiplyAdd(x0, b1, c01);
            c02 = TForm.MultiplyAdd(x0, b2, c02);
            c03 = TForm.MultiplyAdd(x0, b3, c03);
        }

        TSimd.Store(c00, tile + 0 + 0 * w);
        TSimd.Store(c01, tile + 0 + 1 * w);
        TSimd.Store(c02, tile + 0 + 2 * w);
        TSimd.Store(c03, tile + 0 + 3 * w);
    }

    /// <summary>2 rows of 4 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows2x4(in TileArguments given)
    {
        nint w = TSimd.Width;
        float* panel = given.Panel;
        float* tile = given.Tile;
        byte* next = given.Next;
        nint ahead = given.Ahead;
        nint step = given.Step;
        nint depth = given.Depth;
        float* a0 = given.A;
        float* a1 = a0 + given.Stride;
        var c00 = TSimd.Load(tile + 0 + 0 * w);
        var c01 = TSimd.Load(tile + 0 + 1 * w);
        var c02 = TSimd.Load(tile + 0 + 2 * w);
        var c03 = TSimd.Load(tile + 0 + 3 * w);
        var c10 = TSimd.Load(tile + 64 + 0 * w);
        var c11 = TSimd.Load(tile + 64 + 1 * w);
        var c12 = TSimd.Load(tile + 64 + 2 * w);
        var c13 = TSimd.Load(tile + 64 + 3 * w);
        for (nint k = 0; k < depth; k++)
        {
            TSimd.Prefetch(next);
            TSimd.Prefetch(next + ahead);
            next += step;
            var b0 = TForm.Load(panel, 0 * w);
            var b1 = TForm.Load(panel, 1 * w);
            var b2 = TForm.Load(panel, 2 * w);
            var b3 = TForm.Load(panel, 3 * w);
            panel += TForm.Step;
            var x0 = TSimd.Broadcast(a0[k]);
            c00 = TForm.MultiplyAdd(x0, b0, c00);
            c01 = TForm.MultiplyAdd(x0, b1, c01);
            c02 = TForm.MultiplyAdd(x0, b2, c02);
            c03 = TForm.MultiplyAdd(x0, b3, c03);
            var x1 = TSimd.Broadcast(a1[k]);
            c10 = TForm.MultiplyAdd(x1, b0, c10);
            c11 = TForm.MultiplyAdd(x1, b1, c11);
            c12 = TForm.MultiplyAdd(x1, b2, c12);
            c13 = TForm.MultiplyAdd(x1, b3, c13);
        }

        TSimd.Store(c00, tile + 0 + 0 * w);
        TSimd.Store(c01, tile + 0 + 1 * w);
        TSimd.Store(c02, tile + 0 + 2 * w);
        TSimd.Store(c03, tile + 0 + 3 * w);
        TSimd.Store(c10, tile + 64 + 0 * w);
        TSimd.Store(c11, tile + 64 + 1 * w);
        TSimd.Store(c12, tile + 64 + 2 * w);
        TSimd.Store(c13, tile + 64 + 3 * w);
    }

    /// <summary>3 rows of 4 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows3x4(in TileArguments given)
    {
        nint w = TSimd.Width;
        float* panel = given.Panel;
        float* tile = given.Tile;
        byte* next = given.Next;
        nint ahead = given.Ahead;
        nint step = given.Step;
        nint depth = given.Depth;
        float* a0 = given.A;
        float* a1 = a0 + given.Stride;
        float* a2 = a1 + given.Stride;
        var c00 = TSimd.Load(tile + 0 + 0 * w);
        var c01 = TSimd.Load(tile + 0 + 1 * w);
        var c02 = TSimd.Load(tile + 0 + 2 * w);
        var c03 = TSimd.Load(tile + 0 + 3 * w);
        var c10 = TSimd.Load(tile + 64 + 0 * w);
        var c11 = TSimd.Load(tile + 64 + 1 * w);
        var c12 = TSimd.Load(tile + 64 + 2 * w);
        var c13 = TSimd.Load(tile + 64 + 3 * w);
        var c20 = TSimd.Load(tile + 128 + 0 * w);
        var c21 = TSimd.Load(tile + 128 + 1 * w);
        var c22 = TSimd.Load(tile + 128 + 2 * w);
        var c23 = TSimd.Load(tile + 128 + 3 * w);
        for (nint k = 0; k < depth; k++)
        {
            TSimd.Prefetch(next);
            TSimd.Prefetch(next + ahead);
            next += step;
            var b0 = TForm.Load(panel, 0 * w);
            var b1 = TForm.Load(panel, 1 * w);
            var b2 = TForm.Load(panel, 2 * w);
            var b3 = TForm.Load(panel, 3 * w);
            panel += TForm.Step;
            var x0 = TSimd.Broadcast(a0[k]);
            c00 = TForm.MultiplyAdd(x0, b0, c00);
            c01 = TForm.MultiplyAdd(x0, b1, c01);
            c02 = TForm.MultiplyAdd(x0, b2, c02);
            c03 = TForm.MultiplyAdd(x0, b3, c03);
            var x1 = TSimd.Broadcast(a1[k]);
            c10 = TForm.MultiplyAdd(x1, b0, c10);
            c11 = TForm.MultiplyAdd(x1, b1, c11);
            c12 = TForm.MultiplyAdd(x1, b2, c12);
            c13 = TForm.MultiplyAdd(x1, b3, c13);
            var x2 = TSimd.Broadcast(a2[k]);
            c20 = TForm.MultiplyAdd(x2, b0, c20);
            c21 = TForm.MultiplyAdd(x2, b1, c21);
            c22 = TForm.MultiplyAdd(x2, b2, c22);
            c23 = TForm.MultiplyAdd(x2, b3, c23);
        }

        TSimd.Store(c00, tile + 0 + 0 * w);
        TSimd.Store(c01, tile + 0 + 1 * w);
        TSimd.Store(c02, tile + 0 + 2 * w);
        TSimd.Store(c03, tile + 0 + 3 * w);
        TSimd.Store(c10, tile + 64 + 0 * w);
        TSimd.Store(c11, tile + 64 + 1 * w);
        TSimd.Store(c12, tile + 64 + 2 * w);
        TSimd.Store(c13, tile + 64 + 3 * w);
        TSimd.Store(c20, tile + 128 + 0 * w);
        TSimd.Store(c21, tile + 128 + 1 * w);
        TSimd.Store(c22, tile + 128 + 2 * w);
        TSimd.Store(c23, tile + 128 + 3 * w);
    }

    /// <summary>4 rows of 4 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4x4(in TileArguments given)
    {
        nint w = TSimd.Width;
        float* panel = given.Panel;
        float* tile = given.Tile;
        byte* next = given.Next;
        nint ahead = given.Ahead;
        nint step = given.Step;
        nint depth = given.Depth;
        float* a0 = given.A;
        float* a1 = a0 + given.Stride;
        float* a2 = a1 + given.Stride;
        float* a3 = a2 + given.Stride;
        var c00 = TSimd.Load(tile + 0 + 0 * w);
        var c01 = TSimd.Load(tile + 0 + 1 * w);
        var c02 = TSimd.Load(tile + 0 + 2 * w);
        var c03 = TSimd.Load(tile + 0 + 3 * w);
        var c10 = TSimd.Load(tile + 64 + 0 * w);
        var c11 = TSimd.Load(tile + 64 + 1 * w);
        var c12 = TSimd.Load(tile + 64 + 2 * w);
        var c13 = TSimd.Load(tile + 64 + 3 * w);
        var c20 = TSimd.Load(tile + 128 + 0 * w);
        var c21 = TSimd.Load(tile + 128 + 1 * w);
        var c22 = TSimd.Load(tile + 128 + 2 * w);
        var c23 = TSimd.Load(tile + 128 + 3 * w);
        var c30 = TSimd.Load(tile + 192 + 0 * w);
        var c31 = TSimd.Load(tile + 192 + 1 * w);
        var c32 = TSimd.Load(tile + 192 + 2 * w);
        var c33 = TSimd.Load(tile + 192 + 3 * w);
        for (nint k = 0; k < depth; k++)
        {
            TSimd.Prefetch(next);
            TSimd.Prefetch(next + ahead);
            next += step;
            var b0 = TForm.Load(panel, 0 * w);
            var b1 = TForm.Load(panel, 1 * w);
            var b2 = TForm.Load(panel, 2 * w);
            var b3 = TForm.Load(panel, 3 * w);
            panel += TForm.Step;
            var x0 = TSimd.Broadcast(a0[k]);
            c00 = TForm.MultiplyAdd(x0, b0, c00);
            c01 = TForm.MultiplyAdd(x0, b1, c01);
            c02 = TForm.MultiplyAdd(x0, b2, c02);
            c03 = TForm.MultiplyAdd(x0, b3, c03);
            var x1 = TSimd.Broadcast(a1[k]);
            c10 = TForm.MultiplyAdd(x1, b0, c10);
            c11 = TForm.MultiplyAdd(x1, b1, c11);
            c12 = TForm.MultiplyAdd(x1, b2, c12);
            c13 = TForm.MultiplyAdd(x1, b3, c13);
            var x2 = TSimd.Broadcast(a2[k]);
            c20 = TForm.MultiplyAdd(x2, b0, c20);
            c21 = TForm.MultiplyAdd(x2, b1, c21);
            c22 = TForm.MultiplyAdd(x2, b2, c22);
            c23 = TForm.MultiplyAdd(x2, b3, c23);
            var x3 = TSimd.Broadcast(a3[k]);
            c30 = TForm.MultiplyAdd(x3, b0, c30);
            c31 = TForm.MultiplyAdd(x3, b1, c31);
            c32 = TForm.MultiplyAdd(x3, b2, c32);
            c33 = TForm.MultiplyAdd(x3, b3, c33);
        }

        TSimd.Store(c00, tile + 0 + 0 * w);
        TSimd.Store(c01, tile + 0 + 1 * w);
        TSimd.Store(c02, tile + 0 + 2 * w);
        TSimd.Store(c03, tile + 0 + 3 * w);
        TSimd.Store(c10, tile + 64 + 0 * w);
        TSimd.Store(c11, tile + 64 + 1 * w);
        TSimd.Store(c12, tile + 64 + 2 * w);
        TSimd.Store(c13, tile + 64 + 3 * w);
        TSimd.Store(c20, tile + 128 + 0 * w);
        TSimd.Store(c21, tile + 128 + 1 * w);
        TSimd.Store(c22, tile + 128 + 2 * w);
        TSimd.Store(c23, tile + 128 + 3 * w);
        TSimd.Store(c30, tile + 192 + 0 * w);
        TSimd.Store(c31, tile + 192 + 1 * w);
        TSimd.Store(c32, tile + 192 + 2 * w);
        TSimd.Store(c33, tile + 192 + 3 * w);
    }

    /// <summary>5 rows of 4 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows5x4(in TileArguments given)
    {
        nint w = TSimd.Width;
        float* panel = given.Panel;
        float* tile = given.Tile;
        byte* next = given.Next;
        nint ahead = given.Ahead;
        nint step = given.Step;
        nint depth = given.Depth;
        float* a0 = given.A;
        float* a1 = a0 + given.Stride;
        float* a2 = a1 + given.Stride;
        float* a3 = a2 + given.Stride;
        float* a4 = a3 + given.Stride;
        var c00 = TSimd.Load(tile + 0 + 0 * w);
        var c01 = TSimd.Load(tile + 0 + 1 * w);
        var c02 = TSimd.Load(tile + 0 + 2 * w);
        var c03 = TSimd.Load(tile + 0 + 3 * w);
        var c10 = TSimd.Load(tile + 64 + 0 * w);
        var c11 = TSimd.Load(tile + 64 + 1 * w);
        var c12 = TSimd.Load(tile + 64 + 2 * w);
        var c13 = TSimd.Load(tile + 64 + 3 * w);
        var c20 = TSimd.Load(tile + 128 + 0 * w);
        var c21 = TSimd.Load(tile + 128 + 1 * w);
        var c22 = TSimd.Load(tile + 128 + 2 * w);
        var c23 = TSimd.Load(tile + 128 + 3 * w);
        var c30 = TSimd.Load(tile + 192 + 0 * w);
        var c31 = TSimd.Load(tile + 192 + 1 * w);
        var c32 = TSimd.Load(tile + 192 + 2 * w);
        var c33 = TSimd.Load(tile + 192 + 3 * w);
        var c40 = TSimd.Load(tile + 256 + 0 * w);
        var c41 = TSimd.Load(tile + 256 + 1 * w);
        var c42 = TSimd.Load(tile + 256 + 2 * w);
        var c43 = TSimd.Load(tile + 256 + 3 * w);
        for (nint k = 0; k < depth; k++)
        {
            TSimd.Prefetch(next);
            TSimd.Prefetch(next + ahead);
            next += step;
            var b0 = TForm.Load(panel, 0 * w);
            var b1 = TForm.Load(panel, 1 * w);
            var b2 = TForm.Load(panel, 2 * w);
            var b3 = TForm.Load(panel, 3 * w);
            panel += TForm.Step;
            var x0 = TSimd.Broadcast(a0[k]);
            c00 = TForm.MultiplyAdd(x0, b0, c00);
            c01 = TForm.MultiplyAdd(x0, b1, c01);
            c02 = TForm.MultiplyAdd(x0, b2, c02);
            c03 = TForm.MultiplyAdd(x0, b3, c03);
            var x1 = TSimd.Broadcast(a1[k]);
            c10 = TForm.MultiplyAdd(x1, b0, c10);
            c11 = TForm.MultiplyAdd(x1, b1, c11);
            c12 = TForm.MultiplyAdd(x1, b2, c12);
            c13 = TForm.MultiplyAdd(x1, b3, c13);
            var x2 = TSimd.Broadcast(a2[k]);
            c20 = TForm.MultiplyAdd(x2, b0, c20);
            c21 = TForm.MultiplyAdd(x2, b1, c21);
            c22 = TForm.MultiplyAdd(x2, b2, c22);
            c23 = TForm.MultiplyAdd(x2, b3, c23);
            var x3 = TSimd.Broadcast(a3[k]);
            c30 = TForm.MultiplyAdd(x3, b0, c30);
            c31 = TForm.MultiplyAdd(x3, b1, c31);
            c32 = TForm.MultiplyAdd(x3, b2, c32);
            c33 = TForm.MultiplyAdd(x3, b3, c33);
            var x4 = TSimd.Broadcast(a4[k]);
            c40 = TForm.MultiplyAdd(x4, b0, c40);
            c41 = TForm.MultiplyAdd(x4, b1, c41);
            c42 = TForm.MultiplyAdd(x4, b2, c42);
            c43 = TForm.MultiplyAdd(x4, b3, c43);
        }

        TSimd.Store(c00, tile + 0 + 0 * w);
        TSimd.Store(c01, tile + 0 + 1 * w);
        TSimd.Store(c02, tile + 0 + 2 * w);
        TSimd.Store(c03, tile + 0 + 3 * w);
        TSimd.Store(c10, tile + 64 + 0 * w);
        TSimd.Store(c11, tile + 64 + 1 * w);
        TSimd.Store(c12, tile + 64 + 2 * w);
        TSimd.Store(c13, tile + 64 + 3 * w);
        TSimd.Store(c20, tile + 128 + 0 * w);
        TSimd.Store(c21, tile + 128 + 1 * w);
        TSimd.Store(c22, tile + 128 + 2 * w);
        TSimd.Store(c23, tile + 128 + 3 * w);
        TSimd.Store(c30, tile + 192 + 0 * w);
        TSimd.Store(c31, tile + 192 + 1 * w);
        TSimd.Store(c32, tile + 192 + 2 * w);
        TSimd.Store(c33, tile + 192 + 3 * w);
        TSimd.Store(c40, tile + 256 + 0 * w);
        TSimd.Store(c41, tile + 256 + 1 * w);
        TSimd.Store(c42, tile + 256 + 2 * w);
        TSimd.Store(c43, tile + 256 + 3 * w);
    }

    /// <summary>6 rows of 4 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows6x4(in TileArguments given)
    {
        nint w = TSimd.Width;
        float* panel = given.Panel;
        float* tile = given.Tile;
        byte* next = given.Next;
        nint ahead = given.Ahead;
        nint step = given.Step;
        nint depth = given.Depth;
        float* a0 = given.A;
        float* a1 = a0 + given.Stride;
        float* a2 = a1 + given.Stride;
        float* a3 = a2 + given.Stride;
        float* a4 = a3 + given.Stride;
        float* a5 = a4 + given.Stride;
        var c00 = TSimd.Load(tile + 0 + 0 * w);
        var c01 = TSimd.Load(tile + 0 + 1 * w);
        var c02 = TSimd.Load(tile + 0 + 2 * w);
        var c03 = TSimd.Load(tile + 0 + 3 * w);
        var c10 = TSimd.Load(tile + 64 + 0 * w);
        var c11 = TSimd.Load(tile + 64 + 1 * w);
        var c12 = TSimd.Load(tile + 64 + 2 * w);
        var c13 = TSimd.Load(tile + 64 + 3 * w);
        var c20 = TSimd.Load(tile + 128 + 0 * w);
        var c21 = TSimd.Load(tile + 128 + 1 * w);
        var c22 = TSimd.Load(tile + 128 + 2 * w);
        var c23 = TSimd.Load(tile + 128 + 3 * w);
        var c30 = TSimd.Load(tile + 192 + 0 * w);
        var c31 = TSimd.Load(tile + 192 + 1 * w);
        var c32 = TSimd.Load(tile + 192 + 2 * w);
        var c33 = TSimd.Load(tile + 192 + 3 * w);
        var c40 = TSimd.Load(tile + 256 + 0 * w);
        var c41 = TSimd.Load(tile + 256 + 1 * w);
        var c42 = TSimd.Load(tile + 256 + 2 * w);
        var c43 = TSimd.Load(tile + 256 + 3 * w);
        var c50 = TSimd.Load(tile + 320 + 0 * w);
        var c51 = TSimd.Load(tile + 320 + 1 * w);
        var c52 = TSimd.Load(tile + 320 + 2 * w);
        var c53 = TSimd.Load(tile + 320 + 3 * w);
        for (nint k = 0; k < depth; k++)
        {
            TSimd.Prefetch(next);
            TSimd.Prefetch(next + ahead);
            next += step;
            var b0 = TForm.Load(panel, 0 * w);
            var b1 = TForm.Load(panel, 1 * w);
            var b2 = TForm.Load(panel, 2 * w);
            var b3 = TForm.Load(panel, 3 * w);
            panel += TForm.Step;
            var x0 = TSimd.Broadcast(a0[k]);
            c00 = TForm.MultiplyAdd(x0, b0, c00);
            c01 = TForm.MultiplyAdd(x0, b1, c01);
            c02 = TForm.MultiplyAdd(x0, b2, c02);
            c03 = TForm.MultiplyAdd(x0, b3, c03);
            var x1 = TSimd.Broadcast(a1[k]);
            c10 = TForm.MultiplyAdd(x1, b0, c10);
            c11 = TForm.MultiplyAdd(x1, b1, c11);
            c12 = TForm.MultiplyAdd(x1, b2, c12);
            c13 = TForm.MultiplyAdd(x1, b3, c13);
            var x2 = TSimd.Broadcast(a2[k]);
            c20 = TForm.MultiplyAdd(x2, b0, c20);
            c21 = TForm.MultiplyAdd(x2, b1, c21);
            c22 = TForm.MultiplyAdd(x2, b2, c22);
            c23 = TForm.MultiplyAdd(x2, b3, c23);
            var x3 = TSimd.Broadcast(a3[k]);
            c30 = TForm.MultiplyAdd(x3, b0, c30);
            c31 = TForm.MultiplyAdd(x3, b1, c31);
            c32 = TForm.MultiplyAdd(x3, b2, c32);
            c33 = TForm.MultiplyAdd(x3, b3, c33);
            var x4 = TSimd.Broadcast(a4[k]);
            c40 = TForm.MultiplyAdd(x4, b0, c40);
            c41 = TForm.MultiplyAdd(x4, b1, c41);
            c42 = TForm.MultiplyAdd(x4, b2, c42);
            c43 = TForm.MultiplyAdd(x4, b3, c43);
            var x5 = TSimd.Broadcast(a5[k]);
            c50 = TForm.MultiplyAdd(x5, b0, c50);
            c51 = TForm.MultiplyAdd(x5, b1, c51);
            c52 = TForm.MultiplyAdd(x5, b2, c52);
            c53 = TForm.MultiplyAdd(x5, b3, c53);
        }

        TSimd.Store(c00, tile + 0 + 0 * w);
        TSimd.Store(c01, tile + 0 + 1 * w);
        TSimd.Store(c02, tile + 0 + 2 * w);
        TSimd.Store(c03, tile + 0 + 3 * w);
        TSimd.Store(c10, tile + 64 + 0 * w);
        TSimd.Store(c11, tile + 64 + 1 * w);
        TSimd.Store(c12, tile + 64 + 2 * w);
        TSimd.Store(c13, tile + 64 + 3 * w);
        TSimd.Store(c20, tile + 128 + 0 * w);
        TSimd.Store(c21, tile + 128 + 1 * w);
        TSimd.Store(c22, tile + 128 + 2 * w);
        TSimd.Store(c23, tile + 128 + 3 * w);
        TSimd.Store(c30, tile + 192 + 0 * w);
        TSimd.Store(c31, tile + 192 + 1 * w);
        TSimd.Store(c32, tile + 192 + 2 * w);
        TSimd.Store(c33, tile + 192 + 3 * w);
        TSimd.Store(c40, tile + 256 + 0 * w);
        TSimd.Store(c41, tile + 256 + 1 * w);
        TSimd.Store(c42, tile + 256 + 2 * w);
        TSimd.Store(c43, tile + 256 + 3 * w);
        TSimd.Store(c50, tile + 320 + 0 * w);
        TSimd.Store(c51, tile + 320 + 1 * w);
        TSimd.Store(c52, tile + 320 + 2 * w);
        TSimd.Store(c53, tile + 320 + 3 * w);
    }
}
