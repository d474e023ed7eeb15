namespace UniRep.Compute;

/// <summary>
/// The state of a model after the start token and some residues. Sequences that share this beginning can start here, with
/// the bits that they have from the start. It belongs to the engine that saved it, is immutable, and holds nothing that must
/// be freed.
/// </summary>
public abstract class SavedState
{
    private readonly float[] _logits;

    private protected SavedState(int positions, ReadOnlySpan<float> logits)
    {
        Positions = positions;
        _logits = logits.ToArray();
    }

    /// <summary>Gets the number of positions done: the start token and the residues so far.</summary>
    public int Positions { get; }

    /// <summary>Gets the logits of the next token, [25]; empty if they were not computed.</summary>
    public ReadOnlySpan<float> Logits => _logits;

    /// <summary>
    /// Gets the size in memory: about 8 H (layers + 1) bytes for a model with H units, rounded up to whole panels of 64
    /// units. That is 4.4 KB for 256 units, 31 KB for 1,900.
    /// </summary>
    public long Bytes => StateBytes + sizeof(float) * _logits.LongLength;

    private protected abstract long StateBytes { get; }
}
