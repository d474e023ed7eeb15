using System.Runtime.InteropServices;
using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

/// <summary>The arguments of kernels have the layout of kernels/step.cuh.</summary>
public sealed class StepArgumentsTests
{
    [Fact]
    public void A_step_is_nine_pointers_and_six_integers()
    {
        Assert.Equal(96, Marshal.SizeOf<StepArguments>());
        string[] fields =
        [
            nameof(StepArguments.Xm),
            nameof(StepArguments.Xz),
            nameof(StepArguments.Words),
            nameof(StepArguments.Y),
            nameof(StepArguments.Raw),
            nameof(StepArguments.Cell),
            nameof(StepArguments.Sum),
            nameof(StepArguments.Results),
            nameof(StepArguments.States),
            nameof(StepArguments.Rows),
            nameof(StepArguments.Units),
            nameof(StepArguments.IsExact),
            nameof(StepArguments.Sources),
            nameof(StepArguments.IsRowwise),
            nameof(StepArguments.IsTokenless),
        ];
        Assert.Equal(
            Enumerable.Range(0, 15).Select(at => at < 9 ? 8 * at : 72 + 4 * (at - 9)),
            fields.Select(field => (int)Marshal.OffsetOf<StepArguments>(field))
        );
    }

    [Fact]
    public void A_pair_of_rows_is_two_integers() => Assert.Equal(8, Marshal.SizeOf<RowPair>());

    [Theory]
    [InlineData(24, true, false, 0, 24 + 32u)]
    [InlineData(3, false, true, 5, 3 + 64 + 5 * 256u)]
    [InlineData(25, false, true, (1 << 24) - 1, 25 + 64 + 0xFFFFFF00u)]
    public void A_word_has_token_marks_and_slot(
        int token,
        bool isFirst,
        bool isLast,
        int slot,
        uint expected
    ) => Assert.Equal(expected, StepWord.Of(token, isFirst, isLast, slot));
}
