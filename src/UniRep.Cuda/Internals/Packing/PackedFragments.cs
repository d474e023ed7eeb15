using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// wmh and wh as the registers of the latency kernel hold them: [block][warp][fragment][lane][8] of bfloat16, a fragment
/// being 16 units by 16 inputs. The fragments of wmh come first, then those of the gates of wh, input by input.
/// </summary>
internal sealed unsafe class PackedFragments(
    CudaShape shape,
    FoldedWeightMatrix wmh,
    FoldedWeightMatrix wh
)
    : PackedBlocks(
        shape.LatencyBlocks,
        CudaShape.LatencyWarps * Matrices * shape.LatencyTiles * FragmentSize * sizeof(ushort)
    )
{
    /// <summary>wmh, and wh of four gates.</summary>
    private const int Matrices = 5;
    private const int Side = CudaShape.LatencyUnits;
    private const int Lanes = 32;
    private const int FragmentSize = Side * Side;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Fill(int block, byte* target)
    {
        var first = block * Side;
        var units = Math.Min(Side, shape.Units - first);
        var tiles = shape.LatencyTiles;
        var tile = stackalloc float[FragmentSize];
        for (var kTile = 0; kTile < CudaShape.LatencyWarps * tiles; kTile++)
        {
            var (warp, at) = Math.DivRem(kTile, tiles);
            for (var matrix = 0; matrix < Matrices; matrix++)
            {
                var (weights, column) =
                    matrix == 0 ? (wmh, first) : (wh, (matrix - 1) * shape.Units + first);
                new Span<float>(tile, FragmentSize).Clear();
                for (var k = 0; k < Side && kTile * Side + k < shape.Units; k++)
                {
                    weights.CopyTo(
                        new Span<float>(tile + k * Side, units),
                        kTile * Side + k,
                        column
                    );
                }

                var fragment = matrix == 0 ? at : tiles + at * (Matrices - 1) + matrix - 1;
                Arrange(
                    tile,
                    (ushort*)target + (long)(warp * Matrices * tiles + fragment) * FragmentSize
                );
            }
        }
    }

    /// <summary>Arranges a tile, [input][unit], as the lanes of a warp hold it.</summary>
    private static void Arrange(float* tile, ushort* fragment)
    {
        for (var lane = 0; lane < Lanes; lane++)
        {
            var (group, place) = Math.DivRem(lane, 4);
            for (var register = 0; register < 4; register++)
            {
                var unit = group + register % 2 * 8;
                var k = 4 * place + register / 2 * 2;
                fragment[lane * 8 + register * 2] = BFloat16Bits.Of(tile[k * Side + unit]);
                fragment[lane * 8 + register * 2 + 1] = BFloat16Bits.Of(
                    tile[(k + 1) * Side + unit]
                );
            }
        }
    }
}
