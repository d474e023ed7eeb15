namespace UniRep.Cli.Commands.Embed;

/// <summary>Errors of embeddings as exit codes and messages.</summary>
internal static class EmbedFailure
{
    public static int CodeOf(EmbeddingError error) =>
        error switch
        {
            EmbeddingError.BadInput { errors: [{ IsCannotRead: true }] } => ExitCode.Environment,
            EmbeddingError.BadInput or { IsNothingLeft: true } => ExitCode.BadInput,
            EmbeddingError.BadOutput { Item: var output } => output.IsNotWritable || output.IsBusy
                ? ExitCode.Environment
                : ExitCode.Usage,
            { IsNotFinite: true } => ExitCode.Weights,
            _ => ExitCode.Environment,
        };

    /// <summary>Gives the text; every line of it but the first begins as the command's messages do.</summary>
    public static string Describe(EmbeddingError error) =>
        Advice.Tell(error).ReplaceLineEndings("\nunirep: ");
}
