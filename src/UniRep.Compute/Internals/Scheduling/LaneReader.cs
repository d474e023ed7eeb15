using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>Reads the states of lanes.</summary>
internal sealed class LaneReader(PackedModel model, LaneStates states) : IStepStates
{
    public ReadOnlySpan<float> Hidden(int row) => states.TopH(row);

    public void CopyVectors(int row, int positions, Span<float> vectors) =>
        states.CopyVectors(row, positions, vectors);

    public SavedState Save(int row, int positions, ReadOnlySpan<float> logits)
    {
        var state = GC.AllocateUninitializedArray<float>(states.Size);
        states.Save(row, state);
        return new SavedLane(model, state, positions, logits);
    }
}

/// <summary>The state of a lane.</summary>
internal sealed class SavedLane(
    PackedModel model,
    float[] state,
    int positions,
    ReadOnlySpan<float> logits
) : SavedState(positions, logits)
{
    private protected override long StateBytes => sizeof(float) * state.LongLength;

    /// <summary>Gives the numbers of a state, if it is one of a model.</summary>
    /// <exception cref="ArgumentException">Another engine saved it.</exception>
    public static float[] Of(PackedModel model, SavedState saved) =>
        saved is SavedLane lane && lane.IsOf(model)
            ? lane.Numbers
            : throw new ArgumentException(
                "A sequence begins at a state that another engine saved."
            );

    private float[] Numbers => state;

    private bool IsOf(PackedModel other) => model == other;
}
