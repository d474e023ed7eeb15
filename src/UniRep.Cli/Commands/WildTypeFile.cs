namespace UniRep.Cli.Commands;

/// <summary>Reads the one sequence of a file, or fails as commands do.</summary>
internal static class WildTypeFile
{
    public static Sequence Read(string path)
    {
        var loaded = SequenceFile.load(path);
        if (loaded.IsError)
        {
            var error = loaded.ErrorValue;
            throw new CommandFailedException(
                error is FileError.Input { errors: [InputError.CannotRead, ..] }
                    ? ExitCode.Environment
                    : ExitCode.BadInput,
                error.Message.ReplaceLineEndings("\nunirep: ")
            );
        }

        return loaded.ResultValue is [var record]
            ? record.Sequence
            : throw new CommandFailedException(
                ExitCode.BadInput,
                $"{path}: holds {loaded.ResultValue.Length} sequences; the wild type is expected, one sequence"
            );
    }
}
