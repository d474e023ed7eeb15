using Microsoft.FSharp.Core;
using UniRep.Design;

namespace UniRep.Cli.Commands;

/// <summary>The table that a command reads, and how.</summary>
internal static class TableReading
{
    /// <summary>A file, or - for standard input.</summary>
    public static TableSource SourceOf(string path) =>
        path == "-"
            ? TableSource.NewStream("standard input", System.Console.OpenStandardInput())
            : TableSource.NewFile(path);

    /// <summary>The usual options, with what the user gave.</summary>
    public static InputOptions Options(InputFormat? format, string? sequenceColumn)
    {
        var usual = SequenceFile.defaults;
        return new InputOptions(
            format is null ? null : FSharpOption<InputFormat>.Some(format),
            sequenceColumn is null ? null : FSharpOption<string>.Some(sequenceColumn),
            usual.IdColumn,
            usual.UpperCase,
            usual.TrimStop,
            usual.UnknownAsX,
            usual.GapsAsX,
            usual.Keep
        );
    }
}
