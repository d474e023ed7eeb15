namespace UniRep.Compute;

/// <summary>
/// A sequence as a model reads it. Forward, it begins with start and ends with stop; backward, from its last residue to its
/// first, it begins with stop and ends with start, so that the first token tells the model which way it reads.
/// </summary>
/// <param name="Residues">The residues in the order in which they are read.</param>
/// <param name="First">The token before them.</param>
public readonly record struct DirectedSequence(ReadOnlyMemory<byte> Residues, int First)
{
    /// <summary>Gets the number of residues.</summary>
    public int Length => Residues.Length;

    /// <summary>Gets the token that is predicted after the last residue: stop, or start where stop came first.</summary>
    public int Last => First == MlstmShape.Stop ? MlstmShape.Start : MlstmShape.Stop;

    /// <summary>Reads the tokens of a trainer: those of a sequence that is read backward begin with stop.</summary>
    /// <param name="tokens">The residues, after stop if they are read backward.</param>
    /// <exception cref="ArgumentException">There is no residue, or a token is not in 1 to 23.</exception>
    public static DirectedSequence Read(ReadOnlyMemory<byte> tokens)
    {
        var isBackward = !tokens.IsEmpty && tokens.Span[0] == MlstmShape.Stop;
        var residues = isBackward ? tokens[1..] : tokens;
        if (residues.IsEmpty)
        {
            throw new ArgumentException(
                "A batch needs at least one sequence, and each at least one residue."
            );
        }

        if (residues.Span.IndexOfAnyExceptInRange((byte)1, (byte)(MlstmShape.Start - 1)) >= 0)
        {
            throw new ArgumentException(
                "A token is not a residue: residues are 1 to 23, after stop (25) if they are read backward."
            );
        }

        return new(residues, isBackward ? MlstmShape.Stop : MlstmShape.Start);
    }
}
