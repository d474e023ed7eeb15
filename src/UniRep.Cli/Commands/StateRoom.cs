using Microsoft.FSharp.Core;

namespace UniRep.Cli.Commands;

/// <summary>Tells beforehand whether the states of every sequence's residues fit into an array each.</summary>
internal sealed class StateRoom
{
    private SequenceRecord? _longest;

    /// <summary>Residues of the longest sequence whose states one array holds, the state of start among them.</summary>
    public static int Limit(Model model) => (Array.MaxLength / model.Shape.Units) - 1;

    /// <summary>Takes notice of a record that passes by.</summary>
    public void Note(FSharpResult<SequenceRecord, InputError> item)
    {
        if (item.IsOk && item.ResultValue.Sequence.Length > (_longest?.Sequence.Length ?? 0))
        {
            _longest = item.ResultValue;
        }
    }

    /// <summary>Refuses what could not be held.</summary>
    public void Require(int limit, string file)
    {
        if (_longest is { } record && record.Sequence.Length > limit)
        {
            throw RecordFlow.Failed(
                InputError.NewTooManyStates(
                    file,
                    record.Id,
                    record.Line,
                    record.Sequence.Length,
                    limit
                )
            );
        }
    }
}
