namespace UniRep.Compute.Internals;

/// <summary>Reads a source in chunks whose results take a bounded number of bytes.</summary>
internal sealed class ChunkReader(
    ISequenceSource source,
    MlstmShape shape,
    Outputs outputs,
    long chunkBytes,
    CancellationToken cancellation
)
{
    private const int MaximalSequences = 16_384;
    private const long MaximalResidues = 8 << 20;
    private ReadOnlyMemory<byte>? _held;
    private long _next;

    /// <summary>Gets whether the source has no more.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Reads the next chunk; null if there is none.</summary>
    public Chunk? Next()
    {
        var chunk = new Chunk();
        var bytes = 0L;
        var residues = 0L;
        while (chunk.Slots.Count < MaximalSequences && TryRead(out var tokens))
        {
            bytes += Size(tokens);
            residues += tokens.Length;
            if (chunk.Slots.Count > 0 && (bytes > chunkBytes || residues > MaximalResidues))
            {
                _held = tokens;
                break;
            }

            chunk.Add(_next++, tokens);
        }

        if (chunk.Slots.Count == 0)
        {
            return null;
        }

        chunk.Close();
        return chunk;
    }

    /// <summary>The bytes of a sequence's result.</summary>
    private long Size(ReadOnlyMemory<byte> tokens)
    {
        var perStep =
            (outputs.HasFlag(Outputs.HiddenStates) ? shape.Units : 0)
            + (outputs.HasFlag(Outputs.Logits) ? MlstmShape.Classes : 0);
        return sizeof(float) * (3L * shape.Units + (tokens.Length + 1L) * perStep);
    }

    private bool TryRead(out ReadOnlyMemory<byte> tokens)
    {
        if (_held is { } held)
        {
            (tokens, _held) = (held, null);
            return true;
        }

        tokens = default;
        if (IsExhausted || cancellation.IsCancellationRequested || !source.TryRead(out tokens))
        {
            IsExhausted = true;
            return false;
        }

        if (tokens.Span.ContainsAnyInRange((byte)MlstmShape.Tokens, byte.MaxValue))
        {
            throw new ArgumentException(
                $"Sequence {_next} holds a token above {MlstmShape.Tokens - 1}."
            );
        }

        Throw.IfTooManyResults(_next, tokens.Length, shape, outputs);
        return true;
    }
}
