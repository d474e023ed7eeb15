namespace UniRep.Compute.Internals.Training;

/// <summary>Choices of table rows for the rows of a tile.</summary>
internal static class RowIndices
{
    /// <summary>Row r of the table for row r of the tile: 0, 1, 2, …</summary>
    public static int[] InOrder { get; } = [.. Enumerable.Range(0, SegmentActivations.Rows)];

    /// <summary>The first row of the table for every row of the tile: 0, 0, 0, …</summary>
    public static int[] Zeros { get; } = new int[SegmentActivations.Rows];
}
