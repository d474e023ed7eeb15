namespace UniRep.Compute.Internals.Scheduling;

/// <summary>Computes a stepwise run where there are no lanes: whole sequences, many at a time, from the start token.</summary>
internal sealed class StepwiseBatches(
    MlstmShape shape,
    IStepwiseSource source,
    Action<ISequenceSource, ISequenceSink, Outputs, CancellationToken> run,
    CancellationToken cancellation
) : IStepwiseWork, ISequenceSource, ISequenceSink, IStepStates
{
    private const int MaximalSequences = 256;

    private readonly List<Prefix> _prefixes = [];
    private readonly float[] _vectors = new float[3 * shape.Units];
    private int _read;
    private int _written;

    public long Positions { get; private set; }

    public bool IsAtHand => true;

    public bool Advance()
    {
        for (; ; )
        {
            cancellation.ThrowIfCancellationRequested();
            while (!source.IsPaused && _prefixes.Count < MaximalSequences && Take()) { }
            if (source.IsPaused || _prefixes.Count == 0)
            {
                return !source.IsPaused;
            }

            (_read, _written) = (0, 0);
            var needsLogits = _prefixes.Exists(prefix => prefix.Sequence.NeedsLogits);
            run(this, this, needsLogits ? Outputs.Logits : Outputs.Vectors, cancellation);
            _prefixes.RemoveAll(prefix => prefix.HasEnded);
        }
    }

    public void Close() => _prefixes.Clear();

    bool ISequenceSource.TryRead(out ReadOnlyMemory<byte> tokens)
    {
        var found = _read < _prefixes.Count;
        tokens = found ? _prefixes[_read++].Tokens : default;
        return found;
    }

    void ISequenceSink.Write(in SequenceOutput output)
    {
        var prefix = _prefixes[_written];
        output.Average.CopyTo(_vectors);
        output.Final.CopyTo(_vectors.AsSpan(shape.Units));
        output.Cell.CopyTo(_vectors.AsSpan(2 * shape.Units));
        Positions += output.Length + 1;
        prefix.Decide(
            new StepOutput(
                this,
                _written++,
                output.Length + 1,
                output.Logits.IsEmpty ? [] : output.Logits[^MlstmShape.Classes..]
            )
        );
    }

    ReadOnlySpan<float> IStepStates.Hidden(int row) => _vectors.AsSpan(shape.Units, shape.Units);

    void IStepStates.CopyVectors(int row, int positions, Span<float> vectors) =>
        _vectors.CopyTo(vectors);

    SavedState IStepStates.Save(int row, int positions, ReadOnlySpan<float> logits) =>
        new SavedPrefix(shape, _prefixes[row].Tokens.ToArray(), logits);

    /// <summary>Takes a sequence. It is computed up to its origin again, because vectors are not part of a saved prefix.</summary>
    private bool Take()
    {
        if (source.Take() is not { } sequence)
        {
            return false;
        }

        _prefixes.Add(new Prefix(sequence, SavedPrefix.Of(shape, sequence.Origin)));
        return true;
    }

    /// <summary>A sequence so far.</summary>
    private sealed class Prefix(IStepwiseSequence sequence, byte[] beginning)
    {
        private byte[] _tokens = beginning;

        public IStepwiseSequence Sequence => sequence;

        public ReadOnlyMemory<byte> Tokens => _tokens;

        public bool HasEnded { get; private set; }

        public void Decide(in StepOutput output)
        {
            var next = StepwiseTokens.Check(sequence.Next(output));
            HasEnded = next.IsEmpty;
            _tokens = [.. _tokens, .. next.Span];
        }
    }

    /// <summary>The residues of a beginning.</summary>
    private sealed class SavedPrefix(MlstmShape shape, byte[] tokens, ReadOnlySpan<float> logits)
        : SavedState(tokens.Length + 1, logits)
    {
        private protected override long StateBytes => tokens.Length;

        public static byte[] Of(MlstmShape shape, SavedState? saved) =>
            saved switch
            {
                null => [],
                SavedPrefix prefix when prefix.IsOf(shape) => prefix.Residues,
                _ => throw new ArgumentException(
                    "A sequence begins at a state that another engine saved."
                ),
            };

        private byte[] Residues => tokens;

        private bool IsOf(MlstmShape other) => ReferenceEquals(shape, other);
    }
}
