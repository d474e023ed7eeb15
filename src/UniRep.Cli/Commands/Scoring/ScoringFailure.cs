using Microsoft.FSharp.Core;
using UniRep.Design;

namespace UniRep.Cli.Commands.Scoring;

/// <summary>Errors of wild types, tables and scores as exit codes and messages.</summary>
internal static class ScoringFailure
{
    /// <summary>Gives what succeeded, or fails as commands do.</summary>
    /// <param name="result">What was tried.</param>
    /// <param name="columns">The options that name a column of the table.</param>
    public static T Valid<T>(
        FSharpResult<T, ScoringError> result,
        string columns = Advice.ScoringColumns
    ) => result.IsOk ? result.ResultValue : throw Of(result.ErrorValue, columns);

    /// <summary>Gives what was read, or fails as commands do.</summary>
    /// <param name="result">What was read of a table.</param>
    /// <param name="columns">The options that name a column of it.</param>
    public static T Valid<T>(FSharpResult<T, FileError> result, string columns) =>
        result.IsOk
            ? result.ResultValue
            : throw Of(ScoringError.NewInput(result.ErrorValue), columns);

    public static CommandFailedException Of(
        ScoringError error,
        string columns = Advice.ScoringColumns
    ) =>
        new(
            error switch
            {
                ScoringError.Input { Item: FileError.Input { errors: [{ IsCannotRead: true }] } } =>
                    ExitCode.Environment,
                ScoringError.Alignment { Item: AlignmentError.Input { Item.IsCannotRead: true } } =>
                    ExitCode.Environment,
                ScoringError.Output { Item: var output } => output.IsNotWritable || output.IsBusy
                    ? ExitCode.Environment
                    : ExitCode.Usage,
                { IsBadRegion: true } => ExitCode.Usage,
                _ => ExitCode.BadInput,
            },
            Advice.Tell(error, columns).ReplaceLineEndings("\nunirep: ")
        );
}
