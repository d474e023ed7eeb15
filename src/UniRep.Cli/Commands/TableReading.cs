using Microsoft.FSharp.Core;
using UniRep.Design;

namespace UniRep.Cli.Commands;

/// <summary>The table that a command reads, and how.</summary>
internal static class TableReading
{
    /// <summary>A file, or - for standard input.</summary>
    public static TableSource SourceOf(string path) =>
        path == "-"
            ? TableSource.NewStream(NameOf(path), System.Console.OpenStandardInput())
            : TableSource.NewFile(path);

    /// <summary>The table as messages name it.</summary>
    public static string NameOf(string path) => path == "-" ? "standard input" : path;

    /// <summary>The usual options, with what the user gave, and the columns that are kept; null for all others.</summary>
    public static InputOptions Options(
        InputFormat? format,
        string? sequenceColumn,
        Keep? keep = null
    )
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
            usual.KeepAligned,
            keep is null ? usual.Keep : FSharpOption<Keep>.Some(keep)
        );
    }
}
