using UniRep.Compute.Internals.Cuda;
using static UniRep.Compute.Tests.Lanes.FakeBatch;

namespace UniRep.Compute.Tests.Lanes;

/// <summary>A chunk that computes when it is waited for.</summary>
internal sealed class FakeChunk : ICudaChunk
{
    private readonly List<Action> _commands = [];
    private readonly Dictionary<int, FakeState> _results = [];
    private readonly Dictionary<(int Step, int Row), FakeState> _steps = [];
    private readonly Dictionary<(int Call, int Step, int Sequence), FakeState> _latencySteps = [];
    private readonly HashSet<int> _slots = [];
    private FakeBatch _batch = null!;
    private Stage _stage = Stage.Free;
    private int _stepCount;
    private int _calls;
    private int _number;

    private enum Stage
    {
        Free,
        Open,
        Submitted,
        Done,
    }

    public int MaximalSteps => _batch.Sizes.Steps;

    public int MaximalResults => _batch.Sizes.Results;

    public int MaximalLatencySteps => _batch.Sizes.LatencySteps;

    public void Begin(FakeBatch batch)
    {
        Check(_stage is Stage.Free or Stage.Done, "A third chunk is in use.");
        (_batch, _stage, _stepCount, _calls) = (batch, Stage.Open, 0, 0);
        _commands.Clear();
        _results.Clear();
        _steps.Clear();
        _latencySteps.Clear();
        _slots.Clear();
    }

    public void CopyRows(ReadOnlySpan<RowPair> pairs)
    {
        Check(_stage == Stage.Open, "The chunk is not open.");
        var copies = pairs.ToArray();
        var targets = copies.Select(pair => pair.To).ToHashSet();
        Check(targets.Count == copies.Length, "Two copies have one target.");
        Check(copies.All(pair => !targets.Contains(pair.From)), "A source is also a target.");
        _commands.Add(() =>
        {
            foreach (var (from, to) in copies)
            {
                _batch.States[to] = Read(from).Copy();
            }
        });
    }

    public void Step(ReadOnlySpan<uint> words)
    {
        Check(_stage == Stage.Open, "The chunk is not open.");
        Check(words.Length > 0 && words.Length <= _batch.Rows, "A step has too many rows.");
        Check(_stepCount < MaximalSteps, "A chunk has too many steps.");
        var copy = words.ToArray();
        foreach (var word in copy.Where(word => (word & StepWord.Last) != 0))
        {
            Claim((int)(word >> StepWord.SlotShift));
        }

        var step = _stepCount++;
        _batch.Steps++;
        _batch.RowSteps += words.Length;
        _commands.Add(() =>
        {
            for (var row = 0; row < copy.Length; row++)
            {
                Compute(step, row, copy[row]);
            }
        });
    }

    public int Latency(in LatencyBatch batch)
    {
        var (tokens, from, slots) = batch;
        Check(_stage == Stage.Open, "The chunk is not open.");
        var count = tokens.Length;
        Check(count > 0 && count <= _batch.LatencySequences, "Too many.");
        Check(from.Length == count && slots.Length == count, "The arrays differ in length.");
        Check(tokens.All(t => t.Length is > 0 && t.Length <= MaximalLatencySteps), "Too long.");
        Array.ForEach(slots, Claim);
        var call = _calls++;
        Check(call == 0, "A chunk has a second latency call.");
        _batch.LatencyPositions += tokens.Sum(t => (long)t.Length);
        _commands.Add(() =>
        {
            for (var at = 0; at < count; at++)
            {
                var state = from[at] < 0 ? new FakeState() : Read(from[at]).Copy();
                for (var step = 0; step < tokens[at].Length; step++)
                {
                    state.Step(tokens[at].Span[step]);
                    KeepStep(_latencySteps, (call, step, at), state);
                }

                _results.Add(slots[at], state);
            }
        });
        return call;
    }

    public void Submit()
    {
        Check(_stage == Stage.Open, "The chunk is not open.");
        Check(_stepCount + _calls > 0, "An empty chunk is submitted.");
        _stage = Stage.Submitted;
        _number = ++_batch.Submissions;
        Fail(!_batch.Sizes.FailInWait);
        _commands.ForEach(command => command());
    }

    public void Wait()
    {
        Check(_stage == Stage.Submitted, "The chunk is not submitted.");
        Fail(_batch.Sizes.FailInWait);
        _batch.DeviceTime += TimeSpan.FromMilliseconds(1);
        _stage = Stage.Done;
    }

    public CudaResult Result(int slot)
    {
        Check(_stage == Stage.Done, "A result is read before the end.");
        var state = _results[slot];
        return new CudaResult
        {
            Sum = state.Sum,
            Hidden = state.Hidden,
            Cell = state.Cell,
        };
    }

    public ReadOnlySpan<float> States(int step, int row) =>
        StepOf(Outputs.HiddenStates, step, row).Hidden;

    public ReadOnlySpan<float> Logits(int step, int row) =>
        StepOf(Outputs.Logits, step, row).Logits;

    public ReadOnlySpan<float> LatencyStates(int latency, int step, int sequence) =>
        LatencyStepOf(Outputs.HiddenStates, latency, step, sequence).Hidden;

    public ReadOnlySpan<float> LatencyLogits(int latency, int step, int sequence) =>
        LatencyStepOf(Outputs.Logits, latency, step, sequence).Logits;

    private FakeState StepOf(Outputs output, int step, int row)
    {
        Check(_stage == Stage.Done, "A state is read before the end.");
        Check(_batch.Outputs.HasFlag(output), "The batch was made without this output.");
        return _steps[(step, row)];
    }

    private FakeState LatencyStepOf(Outputs output, int latency, int step, int sequence)
    {
        Check(_stage == Stage.Done, "A state is read before the end.");
        Check(_batch.Outputs.HasFlag(output), "The batch was made without this output.");
        return _latencySteps[(latency, step, sequence)];
    }

    private FakeState Read(int row) =>
        _batch.States[row] ?? throw new FakeViolationException("A row was never written.");

    private void Claim(int slot)
    {
        Check(slot < MaximalResults, "A chunk has too many results.");
        Check(_slots.Add(slot), "Two results have one slot.");
    }

    private void Compute(int step, int row, uint word)
    {
        var isFirst = (word & StepWord.First) != 0;
        var state = isFirst ? new FakeState() : Read(row);
        _batch.States[row] = state;
        var token = (int)(word & 31);
        Check(token < MlstmShape.Tokens, "A word has no valid token.");
        state.Step(token);
        KeepStep(_steps, (step, row), state);
        if ((word & StepWord.Last) != 0)
        {
            _results.Add((int)(word >> StepWord.SlotShift), state.Copy());
        }
    }

    private void KeepStep<TKey>(Dictionary<TKey, FakeState> steps, TKey key, FakeState state)
        where TKey : notnull
    {
        if (_batch.Outputs != Outputs.Vectors)
        {
            steps.Add(key, state.Copy());
        }
    }

    private void Fail(bool here)
    {
        if (here && _number == _batch.Sizes.FailAt)
        {
            throw new CudaException("cuLaunchKernel", 719, "CUDA_ERROR_LAUNCH_FAILED", "failed");
        }
    }
}
