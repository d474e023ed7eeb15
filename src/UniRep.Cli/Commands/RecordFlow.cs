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
    private readonly ConcurrentQueue<string> _ids = new();
    private readonly InputTally _tally = new();

    /// <summary>What has passed by.</summary>
    public InputSummary Summary => _tally.Summary;

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
                var record = item.ResultValue;
                _tally.Add(record);
                _ids.Enqueue(record.Id);
                tokens = record.Sequence.Tokens;
                return true;
            }

            if (!skipInvalid || !InputErrorModule.isOfRecord(item.ErrorValue))
            {
                throw Failed(item.ErrorValue);
            }

            _tally.AddBad(item.ErrorValue);
        }

        tokens = default;
        return false;
    }

    public void Write(in SequenceOutput output)
    {
        _ids.TryDequeue(out var id);
        writer.Write(id!, output);
    }
}
