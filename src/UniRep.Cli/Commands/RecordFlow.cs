using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.FSharp.Core;
using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>Records into the engine, results with their ids into the output; counts on the way.</summary>
internal sealed class RecordFlow(
    IEnumerator<FSharpResult<SequenceRecord, InputError>> records,
    bool skipInvalid
) : ISequenceSource, ISequenceSink
{
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentQueue<(string Id, string[] Kept)> _underWay = new();
    private readonly InputTally _tally = new();
    private SequenceRecord? _ahead;
    private long _lastLook;

    /// <summary>What has passed by.</summary>
    public InputSummary Summary => _tally.Summary;

    /// <summary>Where the parts of the records come from; null before the first.</summary>
    public RecordSource? Source { get; private set; }

    /// <summary>Where results go; to be set before the first.</summary>
    public RepWriter? Writer { get; set; }

    /// <summary>Residues of the longest sequence that the output can hold, and the file that messages name.</summary>
    public (int Residues, string File) Limit { get; init; } = (int.MaxValue, "");

    /// <summary>Whether results go to standard output, whose reader may leave.</summary>
    public bool IsPiped { get; init; }

    /// <summary>The failure of a command whose input is wrong.</summary>
    public static CommandFailedException Failed(InputError error) =>
        new(error.IsCannotRead ? ExitCode.Environment : ExitCode.BadInput, Advice.Tell(error));

    /// <summary>Reads the first record ahead, and tells where its parts come from.</summary>
    public RecordSource? Peek()
    {
        _ahead ??= Next();
        return Source;
    }

    public bool TryRead(out ReadOnlyMemory<byte> tokens)
    {
        var record = _ahead ?? Next();
        _ahead = null;
        tokens = record is null ? default : record.Sequence.Tokens;
        if (record is null)
        {
            return false;
        }

        _underWay.Enqueue((record.Id, record.Kept));
        return true;
    }

    public void Write(in SequenceOutput output)
    {
        _underWay.TryDequeue(out var record);
        FiniteVectors.Require(record.Id, output);
        RequireReader();
        Writer!.Write(record.Id, record.Kept, output);
    }

    /// <summary>The next record that can be embedded.</summary>
    private SequenceRecord? Next()
    {
        while (records.MoveNext())
        {
            var item = records.Current;
            var error = item.IsOk ? TooLong(item.ResultValue) : item.ErrorValue;
            if (error is null)
            {
                var record = item.ResultValue;
                _tally.Add(record);
                Source ??= record.Source;
                return record;
            }

            if (!skipInvalid || !InputErrorModule.isOfRecord(error))
            {
                throw Failed(error);
            }

            _tally.AddBad(error);
        }

        return null;
    }

    /// <summary>Tells whether a record's states are more numbers than an array holds.</summary>
    private InputError? TooLong(SequenceRecord record) =>
        record.Sequence.Length > Limit.Residues
            ? InputError.NewTooManyStates(
                Limit.File,
                record.Id,
                record.Line,
                record.Sequence.Length,
                Limit.Residues
            )
            : null;

    /// <summary>Formats that are written at the end would not notice that nobody reads any more.</summary>
    private void RequireReader()
    {
        if (!IsPiped || Stopwatch.GetElapsedTime(_lastLook) < Watch)
        {
            return;
        }

        _lastLook = Stopwatch.GetTimestamp();
        if (StandardOutput.IsAbandoned())
        {
            throw new IOException("Broken pipe");
        }
    }
}
