namespace UniRep.Compute.Internals.Training;

/// <summary>
/// Some steps of a group of sequences. Sequences are sorted by length, the longest first, so that those still active are
/// always the first lanes; rows lie step by step, and no row is padding.
/// </summary>
internal sealed class Segment
{
    private readonly int[] _offsets;

    /// <param name="sequences">Residues of every sequence, the longest first.</param>
    /// <param name="scales">What each sequence's summed cross-entropy counts in the loss.</param>
    /// <param name="from">The first step.</param>
    /// <param name="to">The step after the last.</param>
    public Segment(
        IReadOnlyList<ReadOnlyMemory<byte>> sequences,
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
                var residues = sequences[lane].Span;
                var (row, at) = (_offsets[step] + lane, from + step);
                Tokens[row] = at == 0 ? MlstmShape.Start : residues[at - 1];
                Targets[row] = at == residues.Length ? MlstmShape.Stop : residues[at];
                Scales[row] = (float)scales[lane];
            }
        }
    }

    public int Steps { get; }

    public int Rows => _offsets[Steps];

    /// <summary>The token that each row reads.</summary>
    public int[] Tokens { get; }

    /// <summary>The token that each row is to predict.</summary>
    public int[] Targets { get; }

    /// <summary>What each row's cross-entropy counts in the loss.</summary>
    public float[] Scales { get; }

    /// <summary>Lanes active in a step.</summary>
    public int Active(int step) => _offsets[step + 1] - _offsets[step];

    /// <summary>The first row of a step.</summary>
    public int Offset(int step) => _offsets[step];

    /// <summary>
    /// The first row of the step before; in the first step one of the rows, counted from below zero, that hold the states
    /// before the segment.
    /// </summary>
    public int OffsetBefore(int step) => step == 0 ? -SegmentActivations.Lanes : _offsets[step - 1];

    /// <summary>How many sequences have a step; it reads start or a residue.</summary>
    public static int ActiveAt(IReadOnlyList<ReadOnlyMemory<byte>> sequences, int step)
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
