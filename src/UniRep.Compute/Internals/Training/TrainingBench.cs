using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Training;

/// <summary>What a thread has to itself in training, and its place in the work.</summary>
internal sealed unsafe class TrainingBench : IDisposable
{
    private const int Columns = PackedMatrix.Columns;
    private readonly AlignedBuffer _tile = new(SegmentStore.Lanes * Columns);
    private readonly AlignedBuffer _panel = new(SegmentStore.Rows * Columns);
    private readonly AlignedBuffer _unwanted = new(MlstmShape.Tokens * Columns);
    private readonly int[] _choice = new int[SegmentStore.Lanes];

    /// <param name="all">Its place among all threads.</param>
    /// <param name="group">Its place among the threads that take steps together.</param>
    /// <param name="firstLane">The first lane of its group.</param>
    /// <param name="groups">From one of the group's lanes to the next.</param>
    public TrainingBench(WorkShare.Member all, WorkShare.Member group, int firstLane, int groups) =>
        (All, Group, FirstLane, Groups) = (all, group, firstLane, groups);

    public WorkShare.Member All { get; }

    public WorkShare.Member Group { get; }

    public int FirstLane { get; }

    public int Groups { get; }

    /// <summary>A tile of as many rows as there may be lanes.</summary>
    public float* Tile => _tile.Pointer;

    /// <summary>64 columns of all rows of a segment.</summary>
    public float* Panel => _panel.Pointer;

    /// <summary>Sums that nobody wants.</summary>
    public float* Unwanted => _unwanted.Pointer;

    /// <summary>0, 1, 2, …</summary>
    public static int[] InOrder { get; } = [.. Enumerable.Range(0, SegmentStore.Rows)];

    /// <summary>0, 0, 0, …</summary>
    public static int[] Zeros { get; } = new int[SegmentStore.Rows];

    /// <summary>How many of the active lanes are the group's.</summary>
    public int LanesOf(int active) => Math.Max(0, (active - FirstLane + Groups - 1) / Groups);

    /// <summary>The tokens that the group's lanes read in a step.</summary>
    public ReadOnlySpan<int> TokensOf(Segment segment, int step)
    {
        var lanes = LanesOf(segment.Active(step));
        for (var lane = 0; lane < lanes; lane++)
        {
            _choice[lane] = segment.Tokens[segment.Offset(step) + FirstLane + lane * Groups];
        }

        return _choice.AsSpan(0, lanes);
    }

    /// <summary>Sets rows of the tile to zero.</summary>
    public void Clear(int rows) => new Span<float>(Tile, rows * Columns).Clear();

    public void Dispose()
    {
        _tile.Dispose();
        _panel.Dispose();
        _unwanted.Dispose();
    }
}
