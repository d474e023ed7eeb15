using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

/// <summary>Every element of every packed array against the formula of its place.</summary>
public sealed class PackedArraysTests
{
    public static TheoryData<int, int, int, CudaPrecision> Shapes =>
        new MatrixTheoryData<(int Units, int Layers, int Embedding), CudaPrecision>(
            [(64, 1, 10), (72, 1, 3), (100, 3, 10), (13, 3, 3), (200, 1, 3), (16, 1, 10)],
            [CudaPrecision.BFloat16, CudaPrecision.Exact]
        )
            .Select(row => row.Data)
            .Aggregate(
                new TheoryData<int, int, int, CudaPrecision>(),
                (data, row) =>
                {
                    data.Add(row.Item1.Units, row.Item1.Layers, row.Item1.Embedding, row.Item2);
                    return data;
                }
            );

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Matrices_have_a_unit_in_each_row(
        int units,
        int layers,
        int embedding,
        CudaPrecision precision
    )
    {
        var arrays = Models.Random(units, layers, embedding);
        var packed = new CudaArrays(arrays, precision);
        var padded = (units + 63) / 64 * 64;
        var rows = (padded + 255) / 256 * 256;
        for (var layer = 0; layer < layers; layer++)
        {
            var raw = arrays.Layers[layer];
            AssertMatrix(
                packed.Layers[layer].Wm,
                Models.Fold(raw.Wmh, raw.Gmh),
                rows,
                row => row < units ? row : -1
            );
            AssertMatrix(packed.Layers[layer].Wz, Models.Fold(raw.Wh, raw.Gh), 4 * padded, Gate);
            if (layer == 0)
            {
                Assert.Null(packed.Layers[layer].Wxm);
                Assert.Null(packed.Layers[layer].Wxz);
                continue;
            }

            AssertMatrix(
                packed.Layers[layer].Wxm!,
                Models.Fold(raw.Wmx, raw.Gmx),
                rows,
                row => row < units ? row : -1
            );
            AssertMatrix(packed.Layers[layer].Wxz!, Models.Fold(raw.Wx, raw.Gx), 4 * padded, Gate);
        }

        // The column of wh in a row; -1 for padding.
        int Gate(int row)
        {
            var unit = row / 32 * 8 + row % 8;
            return unit < units ? row % 32 / 8 * units + unit : -1;
        }

        void AssertMatrix(PackedBlocks blocks, float[,] folded, int count, Func<int, int> columnOf)
        {
            var exact = precision == CudaPrecision.Exact;
            var width = exact ? 2 * padded : padded;
            var expected = new ushort[count * width];
            for (var row = 0; row < count; row++)
            {
                for (var k = 0; k < units && columnOf(row) >= 0; k++)
                {
                    var value = folded[k, columnOf(row)];
                    var high = BFloat16Bits.Of(value);
                    expected[row * width + k] = high;
                    if (exact)
                    {
                        expected[row * width + padded + k] = BFloat16Bits.Of(
                            value - BFloat16Bits.ToSingle(high)
                        );
                    }
                }
            }

            Assert.Equal(expected, Models.All<ushort>(blocks));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Tables_have_a_token_in_each_row(
        int units,
        int layers,
        int embedding,
        CudaPrecision precision
    )
    {
        var arrays = Models.Random(units, layers, embedding);
        var packed = new CudaArrays(arrays, precision);
        var padded = (units + 63) / 64 * 64;
        var raw = arrays.Layers[0];
        var (wmx, wx) = (Models.Fold(raw.Wmx, raw.Gmx), Models.Fold(raw.Wx, raw.Gx));
        var xm = new float[26 * padded];
        var xz = new float[26 * 4 * padded];
        var inTurn = new float[26 * 4 * padded];
        for (var token = 0; token < 26; token++)
        {
            for (var unit = 0; unit < units; unit++)
            {
                xm[token * padded + unit] = (float)Input(wmx, token, unit);
                for (var gate = 0; gate < 4; gate++)
                {
                    var column = gate * units + unit;
                    var z = (float)(Input(wx, token, column) + raw.B[column]);
                    xz[Place(token, unit, gate)] = z;
                    inTurn[(token * 4 + gate) * padded + unit] = z;
                }
            }
        }

        var first = packed.Layers[0];
        AssertTable(xm, first.Xm!);
        AssertTable(xz, first.Xz);
        if (packed.Shape.LatencyTiles > 0)
        {
            AssertTable(inTurn, first.XzInTurn!);
        }

        for (var layer = 1; layer < layers; layer++)
        {
            var bias = new float[4 * padded];
            for (var column = 0; column < 4 * units; column++)
            {
                bias[Place(0, column % units, column / units)] = arrays.Layers[layer].B[column];
            }

            Assert.Null(packed.Layers[layer].Xm);
            Assert.Equal(bias, Models.All<float>(packed.Layers[layer].Xz));
        }

        double Input(float[,] w, int token, int column) =>
            Enumerable
                .Range(0, embedding)
                .Sum(i => (double)arrays.Embed[token * embedding + i] * w[i, column]);

        int Place(int token, int unit, int gate) =>
            ((token * (padded / 8) + unit / 8) * 4 + unit % 8 / 2) * 8 + gate * 2 + unit % 2;

        static void AssertTable(float[] expected, PackedBlocks blocks)
        {
            var actual = Models.All<float>(blocks);
            Tolerance.AssertWithin(expected, actual, 2e-6);
            Assert.Equal(expected.Select(value => value == 0), actual.Select(value => value == 0));
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(72)]
    [InlineData(13)]
    public void The_head_has_a_class_in_each_row(int units)
    {
        var arrays = Models.Random(units, 1);
        var packed = new CudaArrays(arrays, CudaPrecision.BFloat16);
        var padded = (units + 63) / 64 * 64;
        var expected = new float[25 * padded];
        for (var unit = 0; unit < units; unit++)
        {
            for (var k = 0; k < 25; k++)
            {
                expected[k * padded + unit] = arrays.HeadW[unit * 25 + k];
            }
        }

        Assert.Equal(expected, Models.All<float>(packed.HeadW));
        Assert.Equal(arrays.HeadB, Models.All<float>(packed.HeadB));
    }

    [Theory]
    [InlineData(64, 2)]
    [InlineData(13, 2)]
    [InlineData(250, 2)]
    [InlineData(256, 2)]
    [InlineData(260, 6)]
    [InlineData(770, 15)]
    public void Fragments_have_the_inputs_of_a_lane_side_by_side(int units, int tiles)
    {
        var arrays = Models.Random(units, 1);
        var packed = new CudaArrays(arrays, CudaPrecision.BFloat16);
        Assert.Equal(tiles, packed.Shape.LatencyTiles);
        var raw = arrays.Layers[0];
        var (wmh, wh) = (Models.Fold(raw.Wmh, raw.Gmh), Models.Fold(raw.Wh, raw.Gh));
        var actual = Models.All<ushort>(packed.Layers[0].Fragments!);
        var blocks = (units + 15) / 16;
        Assert.Equal(blocks * 8 * 5 * tiles * 32 * 8, actual.Length);
        for (var index = 0; index < actual.Length; index++)
        {
            var (e, r, lane) = (index % 2, index % 8 / 2, index / 8 % 32);
            var fragment = index / 256 % (5 * tiles);
            var (warp, block) = (index / 256 / (5 * tiles) % 8, index / 256 / (5 * tiles) / 8);
            var (g, j) = (lane / 4, lane % 4);
            var kt = warp * tiles + (fragment < tiles ? fragment : (fragment - tiles) / 4);
            var unit = block * 16 + g + (r & 1) * 8;
            var k = kt * 16 + 4 * j + (r >> 1) * 2 + e;
            var expected =
                unit >= units || k >= units ? 0f
                : fragment < tiles ? wmh[k, unit]
                : wh[k, (fragment - tiles) % 4 * units + unit];
            Assert.Equal(BFloat16Bits.Of(expected), actual[index]);
        }
    }

    [Theory]
    [InlineData(1921, 1, CudaPrecision.BFloat16)]
    [InlineData(64, 2, CudaPrecision.BFloat16)]
    [InlineData(64, 1, CudaPrecision.Exact)]
    public void Some_models_have_no_latency_kernel(int units, int layers, CudaPrecision precision)
    {
        var shape = new CudaShape(new MlstmShape(units, layers), precision);
        Assert.Equal(0, shape.LatencyTiles);
    }
}
