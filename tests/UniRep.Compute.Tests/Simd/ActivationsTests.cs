using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Tests;

public unsafe class ActivationsTests
{
    private static readonly float[] Inputs =
    [
        0f,
        -0f,
        float.Epsilon,
        1e-30f,
        -1e-10f,
        9.01f,
        9.03f,
        -50f,
        87f,
        88.5f,
        -88.5f,
        -200f,
        float.MaxValue,
        float.PositiveInfinity,
        float.NegativeInfinity,
        .. Enumerable.Range(-20_000, 40_001).Select(k => k / 997f),
    ];

    [Theory]
    [MemberData(nameof(Runs.Sets), MemberType = typeof(Runs))]
    public void Gates_are_close_to_those_of_float64_for_every_input(InstructionSet set)
    {
        var kernels = Kernels.All.First(kernels => kernels.InstructionSet == set);
        var worst = 0.0;
        foreach (var chunk in Inputs.Chunk(16))
        {
            // i = f = 1/2 with u = tanh(x) give c; o = σ(x) gives h = σ(x) · tanh(c).
            var tile = new float[64];
            chunk.CopyTo(tile, 32);
            chunk.CopyTo(tile, 48);
            var (h, c) = Gates(kernels, tile);
            for (var unit = 0; unit < chunk.Length; unit++)
            {
                var x = (double)chunk[unit];
                var expectedC = 0.5 * Math.Tanh(x);
                var expectedH = 1 / (1 + Math.Exp(-x)) * Math.Tanh(expectedC);
                worst = Math.Max(worst, Relative(expectedC, c[unit]));
                worst = Math.Max(worst, Math.Abs(expectedH - h[unit]));
            }
        }

        Assert.True(worst < 5e-7, $"off by {worst:E2}");
    }

    [Theory]
    [MemberData(nameof(Runs.Sets), MemberType = typeof(Runs))]
    public void NaN_stays_NaN(InstructionSet set)
    {
        var kernels = Kernels.All.First(kernels => kernels.InstructionSet == set);
        var tile = new float[64];
        Array.Fill(tile, float.NaN);
        var (h, c) = Gates(kernels, tile);
        Assert.All(h, value => Assert.True(float.IsNaN(value)));
        Assert.All(c, value => Assert.True(float.IsNaN(value)));
    }

    private static (float[] H, float[] C) Gates(Kernels kernels, float[] tile)
    {
        var (h, c) = (new float[16], new float[16]);
        fixed (
            float* tilePointer = tile,
                hPointer = h,
                cPointer = c
        )
        {
            kernels.Gates(
                tilePointer,
                1,
                new GateTargets
                {
                    H = hPointer,
                    C = cPointer,
                    Stride = 16,
                }
            );
        }

        return (h, c);
    }

    private static double Relative(double expected, double actual) =>
        expected == actual ? 0 : Math.Abs(actual - expected) / Math.Max(Math.Abs(expected), 1e-37);
}
