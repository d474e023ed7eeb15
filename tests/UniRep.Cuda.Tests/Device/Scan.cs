using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

/// <summary>Runs sequences on a batch, each in a row of its own, and keeps what comes.</summary>
internal sealed class Scan
{
    private readonly byte[][] _sequences;
    private readonly int _units;

    private Scan(byte[][] sequences, int units)
    {
        (_sequences, _units) = (sequences, units);
        Results = new EngineRun[sequences.Length];
    }

    public EngineRun[] Results { get; }

    /// <summary>Makes tokens of some lengths, without the first one.</summary>
    public static byte[][] Random(int seed, IEnumerable<int> lengths)
    {
        var random = new Random(seed);
        return
        [
            .. lengths.Select(length =>
                Enumerable.Range(0, length).Select(_ => (byte)random.Next(1, 24)).ToArray()
            ),
        ];
    }

    /// <summary>
    /// Runs sequences, the longest first, in chunks of a few steps; while one chunk runs, the next is planned and submitted.
    /// </summary>
    public static EngineRun[] Run(
        ICudaBatch batch,
        byte[][] sequences,
        Outputs outputs = Outputs.Vectors,
        int stepsPerChunk = 3
    )
    {
        var scan = new Scan(sequences, batch.Units);
        var states = sequences.Select(_ => new List<float>()).ToArray();
        var logits = sequences.Select(_ => new List<float>()).ToArray();
        var steps = sequences.Max(sequence => sequence.Length) + 1;
        (ICudaChunk Chunk, int First, int Count)? before = null;
        for (var first = 0; first < steps; first += stepsPerChunk)
        {
            var chunk = batch.Begin();
            var count = Math.Min(Math.Min(stepsPerChunk, chunk.MaximalSteps), steps - first);
            for (var step = first; step < first + count; step++)
            {
                chunk.Step(scan.Words(step));
            }

            chunk.Submit();
            Take(before);
            before = (chunk, first, count);
        }

        Take(before);
        return scan.Results;

        void Take((ICudaChunk Chunk, int First, int Count)? done)
        {
            if (done is not var (chunk, first, count))
            {
                return;
            }

            chunk.Wait();
            for (var step = first; step < first + count; step++)
            {
                for (var row = 0; row < scan.Words(step).Length; row++)
                {
                    if (outputs.HasFlag(Outputs.HiddenStates))
                    {
                        states[row].AddRange(chunk.States(step - first, row));
                    }

                    if (outputs.HasFlag(Outputs.Logits))
                    {
                        logits[row].AddRange(chunk.Logits(step - first, row));
                    }

                    if (sequences[row].Length == step)
                    {
                        scan.Take(chunk.Result(row), row, [.. states[row]], [.. logits[row]]);
                    }
                }
            }
        }
    }

    /// <summary>Gives a result as the engine of the CPU does.</summary>
    public static EngineRun Vectors(
        CudaResult result,
        int positions,
        float[]? states = null,
        float[]? logits = null
    ) =>
        new(
            [.. result.Sum.ToArray().Select(sum => sum / positions)],
            result.Hidden.ToArray(),
            result.Cell.ToArray(),
            states ?? [],
            logits ?? []
        );

    /// <summary>Gives the words of the rows that a step computes.</summary>
    private uint[] Words(int step) =>
        [
            .. _sequences
                .TakeWhile(sequence => sequence.Length >= step)
                .Select(
                    (sequence, row) =>
                        StepWord.Of(
                            step == 0 ? MlstmShape.Start : sequence[step - 1],
                            step == 0,
                            step == sequence.Length,
                            row
                        )
                ),
        ];

    private void Take(CudaResult result, int row, float[] states, float[] logits)
    {
        Assert.Equal(_units, result.Sum.Length);
        Results[row] = Vectors(result, _sequences[row].Length + 1, states, logits);
    }
}
