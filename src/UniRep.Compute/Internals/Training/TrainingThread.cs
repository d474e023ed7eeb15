using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Training;

/// <summary>One thread of a trainer: its lanes, its access to the work of all threads, and its scratch buffers.</summary>
internal sealed class TrainingThread : IDisposable
{
    private readonly int[] _tokens = new int[SegmentActivations.Lanes];

    /// <param name="all">The work that all threads share.</param>
    /// <param name="group">The work that the threads of a group share: the panels of each step.</param>
    /// <param name="firstLane">The first lane of the group.</param>
    /// <param name="laneStride">The distance from one lane of the group to the next.</param>
    public TrainingThread(
        PhasedWorkQueue.Worker all,
        PhasedWorkQueue.Worker group,
        int firstLane,
        int laneStride
    ) => (All, Group, FirstLane, LaneStride) = (all, group, firstLane, laneStride);

    public PhasedWorkQueue.Worker All { get; }

    public PhasedWorkQueue.Worker Group { get; }

    public int FirstLane { get; }

    public int LaneStride { get; }

    public TrainingScratch Scratch { get; } = new();

    /// <summary>Gives the number of active lanes that belong to the group.</summary>
    /// <param name="active">The number of active lanes of all groups.</param>
    public int LanesOf(int active) =>
        Math.Max(0, (active - FirstLane + LaneStride - 1) / LaneStride);

    /// <summary>Gives the tokens of the group's lanes in a step.</summary>
    public ReadOnlySpan<int> TokensOf(Segment segment, int step)
    {
        var lanes = LanesOf(segment.Active(step));
        for (var lane = 0; lane < lanes; lane++)
        {
            _tokens[lane] = segment.Tokens[segment.Offset(step) + FirstLane + lane * LaneStride];
        }

        return _tokens.AsSpan(0, lanes);
    }

    public void Dispose() => Scratch.Dispose();
}
