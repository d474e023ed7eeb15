using Microsoft.FSharp.Core;
using UniRep.Design;

namespace UniRep.Cli.Commands.Designs;

/// <summary>Errors of directed evolution as exit codes and messages.</summary>
internal static class EvolveFailure
{
    public static CommandFailedException Failed(EvolutionRunError error) =>
        new(
            CodeOf(error),
            error.Message + (error.IsAlreadyBegun ? " (--resume, --overwrite)" : "")
        );

    public static int CodeOf(EvolutionRunError error) =>
        error switch
        {
            { IsNoAccess: true } or { IsInUse: true } => ExitCode.Environment,
            { IsDamaged: true } => ExitCode.BadInput,
            EvolutionRunError.Evolution
            {
                Item: { IsWildTypeScore: true } or { IsNotANumber: true } or { IsLetters: true }
            } => ExitCode.BadInput,
            _ => ExitCode.Usage,
        };

    public static T Valid<T>(FSharpResult<T, EvolutionRunError> result) =>
        result.IsOk ? result.ResultValue : throw Failed(result.ErrorValue);

    public static T Valid<T>(FSharpResult<T, LetterMatrixError> result) =>
        result.IsOk
            ? result.ResultValue
            : throw new CommandFailedException(
                result.ErrorValue.IsFile ? ExitCode.Environment : ExitCode.BadInput,
                result.ErrorValue.Message
            );

    public static T Valid<T>(FSharpResult<T, TopModelError> result) =>
        result.IsOk
            ? result.ResultValue
            : throw new CommandFailedException(
                result.ErrorValue.IsNoAccess ? ExitCode.Environment : ExitCode.BadInput,
                result.ErrorValue.Message
                    + (result.ErrorValue.IsOtherWeights ? ". --weights names the model" : "")
            );

    public static void Require<TError>(
        FSharpResult<Unit, TError> result,
        Func<TError, int> code,
        Func<TError, string> message
    )
    {
        if (result.IsError)
        {
            throw new CommandFailedException(code(result.ErrorValue), message(result.ErrorValue));
        }
    }
}
