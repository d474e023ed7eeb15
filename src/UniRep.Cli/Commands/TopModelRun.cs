using Microsoft.FSharp.Core;
using UniRep.Cli.Console;
using UniRep.Design;

namespace UniRep.Cli.Commands;

/// <summary>What `unirep fit`, `predict` and `benchmark` share: tables, wild types, models, and failures.</summary>
internal sealed class TopModelRun(TopModelSettings settings, Interruption interruption)
    : IDisposable
{
    private Model? _model;

    public Reporter Reporter { get; } = new(settings.Quiet);

    public Model? Model => _model;

    public void Dispose() => _model?.Dispose();

    /// <summary>Refuses an output that is there already, is no file, or is what the run reads.</summary>
    public void CheckOutput(string path, params string?[] inputs)
    {
        if (IsStream(path))
        {
            return;
        }

        if (
            inputs
                .Append(settings.Table)
                .Append(settings.WildType)
                .Any(input =>
                    input is not null && Path.Exists(input) && OutputPath.isSame(input, path)
                )
        )
        {
            throw new CommandFailedException(
                ExitCode.Usage,
                $"{path}: the output would replace what this run reads: give another name with -o"
            );
        }

        _ = Valid(TableOutput.check(PlaceOf(path)));
    }

    /// <summary>The wild type and the number of its first residue, if there is one.</summary>
    public FSharpOption<Tuple<int, Sequence>>? WildType()
    {
        if (settings.WildType is not { } path)
        {
            return null;
        }

        var records = SequenceFile.load(path);
        return records.IsError
            ? throw Failed(MeasuredTableError.NewInput(records.ErrorValue))
            : FSharpOption<Tuple<int, Sequence>>.Some(
                new(settings.Offset + 1, records.ResultValue[0].Sequence)
            );
    }

    public MeasuredTable Measured(string column)
    {
        var table = MeasuredTableModule.load(Reading, WildType(), column, settings.Table);
        return table.IsError ? throw Failed(table.ErrorValue) : table.ResultValue;
    }

    public SequenceTable Sequences()
    {
        var table = MeasuredTableModule.loadTable(Reading, WildType(), settings.Table);
        return table.IsError
            ? throw Failed(MeasuredTableError.NewInput(table.ErrorValue))
            : table.ResultValue;
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
        Valid(TableOutput.write(PlaceOf(path), columns, rows));

    public static bool IsStream(string path) =>
        path is "-" or "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    /// <summary>Gives what succeeded; rows in messages become lines of the table.</summary>
    public static T Valid<T>(FSharpResult<T, TopModelError> result, SequenceTable? table = null) =>
        result.IsOk ? result.ResultValue : throw Failed(result.ErrorValue, table);

    public static CommandFailedException Failed(TopModelError error, SequenceTable? table = null)
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
            : row is { } found ? $"{table.File}, line {table.Records[found].Line}: "
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
        var text = error
            is MeasuredTableError.Input { Item: FileError.Input { errors: var errors } }
            ? error.Message
                + (
                    errors.Head is InputError.NoColumn
                        ? ". Name one with --target or --sequence-column"
                        : ""
                )
            : error.Message;
        return new(
            unreadable ? ExitCode.Environment : ExitCode.BadInput,
            text.ReplaceLineEndings("\nunirep: ")
        );
    }

    private static Unit Valid(FSharpResult<Unit, OutputError> result) =>
        result.IsOk
            ? result.ResultValue
            : throw new CommandFailedException(
                result.ErrorValue.IsNotWritable || result.ErrorValue.IsBusy
                    ? ExitCode.Environment
                    : ExitCode.Usage,
                Advice.Tell(result.ErrorValue)
            );

    private TablePlace PlaceOf(string path) =>
        IsStream(path)
            ? TablePlace.NewStream(StandardOutput.Open())
            : TablePlace.NewFile(path, settings.Overwrite);

    private InputOptions Reading
    {
        get
        {
            var usual = SequenceFile.defaults;
            return new InputOptions(
                settings.InputFormat is null
                    ? null
                    : FSharpOption<InputFormat>.Some(settings.InputFormat),
                settings.SequenceColumn is null
                    ? null
                    : FSharpOption<string>.Some(settings.SequenceColumn),
                usual.IdColumn,
                usual.UpperCase,
                usual.TrimStop,
                usual.UnknownAsX,
                usual.GapsAsX,
                usual.Keep
            );
        }
    }
}
