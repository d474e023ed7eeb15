using System.Collections.Concurrent;
using Microsoft.FSharp.Core;
using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>Records into the engine, results with their ids into the output; counts on the way.</summary>
internal sealed class RecordFlow(
    IEnumerator<FSharpResult<SequenceRecord, InputError>> records,
    RepWriter writer,
    bool skipInvalid
) : ISequenceSource, ISequenceSink
{
    private const int MaximalMessages = 20;
    private readonly ConcurrentQueue<string> _ids = new();
    private readonly HashSet<string> _seen = [];

    public long Records { get; private set; }

    public long Residues { get; private set; }

    public long RepeatedIds { get; private set; }

    public long SkippedRecords { get; private set; }

    /// <summary>The first records left out.</summary>
    public List<InputError> Skipped { get; } = [];

    /// <summary>How often each letter occurred that the model never learnt.</summary>
    public SortedDictionary<char, long> Untrained { get; } = [];

    /// <summary>The failure of a command whose input is wrong.</summary>
    public static CommandFailedException Failed(InputError error) =>
        new(
            error.IsCannotRead ? ExitCode.Environment : ExitCode.BadInput,
            InputErrorModule.describe(error)
        );

    public bool TryRead(out ReadOnlyMemory<byte> tokens)
    {
        while (records.MoveNext())
        {
            var item = records.Current;
            if (item.IsOk)
            {
                tokens = Count(item.ResultValue);
                return true;
            }

            if (!skipInvalid || !InputErrorModule.isOfRecord(item.ErrorValue))
            {
                throw Failed(item.ErrorValue);
            }

            SkippedRecords++;
            if (Skipped.Count < MaximalMessages)
            {
                Skipped.Add(item.ErrorValue);
            }
        }

        tokens = default;
        return false;
    }

    public void Write(in SequenceOutput output)
    {
        _ids.TryDequeue(out var id);
        writer.Write(id!, output);
    }

    private ReadOnlyMemory<byte> Count(SequenceRecord record)
    {
        Records++;
        Residues += record.Sequence.Length;
        if (!_seen.Add(record.Id))
        {
            RepeatedIds++;
        }

        foreach (var (letter, count) in SequenceModule.untrained(record.Sequence))
        {
            Untrained[letter] = Untrained.GetValueOrDefault(letter) + count;
        }

        _ids.Enqueue(record.Id);
        return record.Sequence.Tokens;
    }
}
