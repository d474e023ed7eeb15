using Microsoft.FSharp.Core;
using UniRep.Cli.Commands.Scoring;
using UniRep.Cli.Console;
using UniRep.Design;

namespace UniRep.Cli.Commands.TopModels;

/// <summary>What `unirep fit`, `predict` and `benchmark` share: tables, wild types, models, and failures.</summary>
internal sealed class TopModelRun(TopModelSettings settings, Interruption interruption)
    : IDisposable
{
    private Model? _model;

    public Reporter Reporter { get; } = new(settings.Quiet);

    public Model? Model => _model;

    public void Dispose() => _model?.Dispose();

    /// <summary>Refuses an output that is there already, is no file, or is what the run reads.</summary>
    public void CheckOutput(string path, params string?[] inputs) =>
        TableTarget.Check(
            path,
            settings.Overwrite,
            inputs.Append(settings.Table).Append(settings.WildType)
        );

    /// <summary>The measured proteins of the table.</summary>
    public MeasuredTable Measured(string column)
    {
        var numbered = WildType() is { } wildType
            ? FSharpOption<Tuple<int, Sequence>>.Some(new(wildType.First, wildType.Sequence))
            : null;
        var table = MeasuredTableModule.load(
            Reading,
            numbered,
            column,
            TableReading.SourceOf(settings.Table)
        );
        return table.IsError ? throw Failed(table.ErrorValue) : table.ResultValue;
    }

    /// <summary>The whole table, to which columns are added.</summary>
    public ScoringTable Table(params string[] added)
    {
        const string Columns = "--sequence-column";
        var table = ScoringFailure.Valid(
            ScoringTableModule.load(
                Reading,
                WildType() is { } wildType ? FSharpOption<WildType>.Some(wildType) : null,
                TableReading.SourceOf(settings.Table)
            ),
            Columns
        );
        _ = ScoringFailure.Valid(ScoringTableModule.checkColumns(added, table), Columns);
        return table;
    }

    /// <summary>Loads the model that features need.</summary>
    public void LoadModel(FeatureRequest request, string usual)
    {
        if (request.NeedsModel)
        {
            _model = ModelLoader.Load(
                settings.Weights ?? usual,
                settings.Backend.Settle(Reporter).Make(settings.Threads)
            );
        }
        else if (settings.Weights is not null)
        {
            Reporter.Warn("--weights: these features need no model");
        }

        if (request.Likelihood && _model is { HasHead: false })
        {
            throw new CommandFailedException(
                ExitCode.Weights,
                $"{_model.Card.Name} has no language-model head: leave out --density, or give other --weights"
            );
        }
    }

    public FSharpOption<Model>? OptionalModel =>
        _model is null ? null : FSharpOption<Model>.Some(_model);

    /// <summary>Computes with progress in residues.</summary>
    public T Compute<T>(Sequence[] sequences, Func<RunOptions, T> compute)
    {
        T result = default!;
        Reporter.Follow(
            "embedding",
            "residues",
            _model is null ? null : sequences.Sum(sequence => (double)sequence.Length),
            progress =>
                result = compute(
                    new RunOptions(FSharpOption<IProgress<long>>.Some(progress), interruption.Token)
                )
        );
        return result;
    }

    /// <summary>Writes a table; `-` is standard output.</summary>
    public void Write(string path, IEnumerable<string> columns, IEnumerable<string[]> rows) =>
        TableTarget.Write(path, settings.Overwrite, columns, rows);

    /// <summary>Gives what succeeded; rows in messages become lines of the table.</summary>
    public static T Valid<T>(FSharpResult<T, TopModelError> result, TableLines? table = null) =>
        result.IsOk ? result.ResultValue : throw Failed(result.ErrorValue, table);

    public static CommandFailedException Failed(TopModelError error, TableLines? table = null)
    {
        var code = error switch
        {
            { IsNoAccess: true } => ExitCode.Environment,
            { IsOtherWeights: true } => ExitCode.Weights,
            _ => ExitCode.BadInput,
        };
        int? row = error switch
        {
            TopModelError.TargetNotFinite { row: var at } => at,
            TopModelError.FeatureNotFinite { row: var at } => at,
            TopModelError.TooLong { row: var at } => at,
            _ => null,
        };
        var where =
            table is null ? ""
            : row is { } found ? $"{table.File}, line {table.LineOf(found)}: "
            : error.IsNoSuchFile || error.IsNoAccess || error.IsOtherWeights ? ""
            : $"{table.File}: ";
        return new(code, where + error.Message);
    }

    private static CommandFailedException Failed(MeasuredTableError error)
    {
        var unreadable =
            error is MeasuredTableError.Input
            {
                Item: FileError.Input { errors: [{ IsCannotRead: true }] }
            };
        var text = error is MeasuredTableError.Input { Item: var file }
            ? Advice.Tell(file, "--target or --sequence-column")
            : error.Message;
        return new(
            unreadable ? ExitCode.Environment : ExitCode.BadInput,
            text.ReplaceLineEndings("\nunirep: ")
        );
    }

    private WildType? WildType() =>
        settings.WildType is { } path ? WildTypeFile.Read(path, settings.Offset, null) : null;

    private InputOptions Reading =>
        TableReading.Options(settings.InputFormat, settings.SequenceColumn);
}

/// <summary>Where the rows of a table stand, for messages.</summary>
internal sealed record TableLines(string File, Func<int, long> LineOf);
