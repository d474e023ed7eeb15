namespace UniRep.Compute.Internals.Training;

/// <summary>
/// A batch in the order of computation: sequences of similar length side by side, divided into windows of steps, and windows
/// into segments of rows.
/// </summary>
internal sealed class TrainingBatch
{
    private readonly DirectedSequence[] _sequences;
    private readonly double[] _scales;
    private readonly int _window;
    private readonly int _lanes;
    private readonly int _rows;

    /// <param name="sequences">The residues of each sequence, after stop if it is read backward.</param>
    /// <param name="mean">How the cross-entropy is averaged.</param>
    /// <param name="window">The number of steps of truncated back-propagation; 0 for no truncation.</param>
    /// <param name="lanes">The largest number of sequences side by side.</param>
    /// <param name="rows">The largest number of rows of a segment, unless a single step has more.</param>
    public TrainingBatch(
        IReadOnlyList<ReadOnlyMemory<byte>> sequences,
        LossMean mean,
        int window,
        int lanes = SegmentActivations.Lanes,
        int rows = SegmentActivations.Rows
    )
    {
        (_lanes, _rows) = (lanes, rows);
        if (sequences.Count == 0)
        {
            throw new ArgumentException(
                "A batch needs at least one sequence, and each at least one residue."
            );
        }

        _sequences =
        [
            .. sequences
                .Select(DirectedSequence.Read)
                .OrderByDescending(sequence => sequence.Length),
        ];
        Tokens = _sequences.Sum(sequence => sequence.Length + 1L);
        _window = window;
        _scales =
        [
            .. _sequences.Select(sequence =>
                mean == LossMean.PerToken
                    ? 1.0 / Tokens
                    : 1.0 / ((sequence.Length + 1.0) * _sequences.Length)
            ),
        ];
    }

    /// <summary>The number of predicted tokens.</summary>
    public long Tokens { get; }

    /// <summary>Gives the segments of each window, and whether sequences start there.</summary>
    public IEnumerable<(Segment[] Segments, bool IsFirst)> Windows()
    {
        for (var lane = 0; lane < _sequences.Length; lane += _lanes)
        {
            var count = Math.Min(_lanes, _sequences.Length - lane);
            var sequences = new ArraySegment<DirectedSequence>(_sequences, lane, count);
            var scales = new ArraySegment<double>(_scales, lane, count);
            var steps = sequences[0].Length + 1;
            var window = _window == 0 ? steps : _window;
            for (var from = 0; from < steps; from += window)
            {
                var to = Math.Min(from + window, steps);
                yield return ([.. Segments(sequences, scales, from, to)], from == 0);
            }
        }
    }

    private IEnumerable<Segment> Segments(
        ArraySegment<DirectedSequence> sequences,
        ArraySegment<double> scales,
        int from,
        int to
    )
    {
        while (from < to)
        {
            var steps = Math.Max(1, _rows / Segment.ActiveAt(sequences, from));
            var end = Math.Min(from + steps, to);
            yield return new Segment(sequences, scales, from, end);
            from = end;
        }
    }
}
