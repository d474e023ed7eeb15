namespace UniRep.Compute.Internals.Training;

/// <summary>
/// Some steps of several sequences. Sequences are sorted by length, the longest first, so that the active ones are always
/// the first lanes. Rows are ordered by step, and no row is padding.
/// </summary>
internal sealed class Segment
{
    private readonly int[] _offsets;

    /// <param name="sequences">The sequences, the longest first.</param>
    /// <param name="scales">The factor of the cross-entropy of each sequence in the loss.</param>
    /// <param name="from">The first step.</param>
    /// <param name="to">The step after the last.</param>
    public Segment(
        IReadOnlyList<DirectedSequence> sequences,
        IReadOnlyList<double> scales,
        int from,
        int to
    )
    {
        Steps = to - from;
        _offsets = new int[Steps + 1];
        for (var step = 0; step < Steps; step++)
        {
            _offsets[step + 1] = _offsets[step] + ActiveAt(sequences, from + step);
        }

        Tokens = new int[Rows];
        Targets = new int[Rows];
        Scales = new float[Rows];
        for (var step = 0; step < Steps; step++)
        {
            for (var lane = 0; lane < Active(step); lane++)
            {
                var sequence = sequences[lane];
                var residues = sequence.Residues.Span;
                var (row, at) = (_offsets[step] + lane, from + step);
                Tokens[row] = at == 0 ? sequence.First : residues[at - 1];
                Targets[row] = at == residues.Length ? sequence.Last : residues[at];
                Scales[row] = (float)scales[lane];
            }
        }
    }

    public int Steps { get; }

    public int Rows => _offsets[Steps];

    /// <summary>The input token of each row.</summary>
    public int[] Tokens { get; }

    /// <summary>The token that each row predicts.</summary>
    public int[] Targets { get; }

    /// <summary>The factor of the cross-entropy of each row in the loss.</summary>
    public float[] Scales { get; }

    /// <summary>Gives the number of active lanes of a step.</summary>
    public int Active(int step) => _offsets[step + 1] - _offsets[step];

    /// <summary>Gives the first row of a step.</summary>
    public int Offset(int step) => _offsets[step];

    /// <summary>
    /// Gives the first row of the step before. For the first step, this is the first of the negative rows, which hold the
    /// states before the segment.
    /// </summary>
    public int OffsetBefore(int step) => step == 0 ? -SegmentActivations.Lanes : _offsets[step - 1];

    /// <summary>Gives the number of sequences that have a step. A step reads the first token or a residue.</summary>
    public static int ActiveAt(IReadOnlyList<DirectedSequence> sequences, int step)
    {
        var (low, high) = (0, sequences.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sequences[middle].Length >= step ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
