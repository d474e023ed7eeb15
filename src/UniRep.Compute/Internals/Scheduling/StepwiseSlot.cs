using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>A sequence that is decided while it is computed, on its way through the lanes.</summary>
internal sealed class StepwiseSlot : Slot
{
    private readonly IStepwiseSequence _sequence;
    private readonly SavedState? _origin;
    private readonly float[] _state;
    private ReadOnlyMemory<byte> _next;
    private int _done;
    private bool _hasEnded;

    public StepwiseSlot(IStepwiseSequence sequence, PackedModel model)
        : base(0, default, default)
    {
        _sequence = sequence;
        _origin = sequence.Origin;
        _state = _origin is null ? [] : SavedLane.Of(model, _origin);
        Position = _origin?.Positions ?? 0;
    }

    public override bool NeedsLogits => _done + 1 >= _next.Length && _sequence.NeedsLogits;

    public override bool HasEnded => _hasEnded;

    public override int NextToken => Position == 0 ? MlstmShape.Start : _next.Span[_done];

    public override ReadOnlySpan<float> Beginning => _state;

    public override void Begin(IStepStates states, int lane)
    {
        if (_origin is not null)
        {
            Decide(new StepOutput(states, lane, Position, _origin.Logits));
        }
    }

    public override void Keep(in StepOutput output)
    {
        _done += Position > 0 ? 1 : 0;
        if (_done >= _next.Length)
        {
            Decide(output);
        }
    }

    public override void KeepVectors(in StepOutput output) { }

    private void Decide(in StepOutput output)
    {
        _next = StepwiseTokens.Check(_sequence.Next(output));
        _done = 0;
        _hasEnded = _next.IsEmpty;
    }
}

/// <summary>Checks what a sequence decides.</summary>
internal static class StepwiseTokens
{
    public static ReadOnlyMemory<byte> Check(ReadOnlyMemory<byte> tokens) =>
        tokens.Span.ContainsAnyInRange((byte)MlstmShape.Tokens, byte.MaxValue)
            ? throw new ArgumentException($"A sequence gave a token above {MlstmShape.Tokens - 1}.")
            : tokens;
}
