namespace UniRep.Charts

open System.IO
open System.Text
open UniRep.IO

/// Files of charts.
[<RequireQualifiedAccess>]
module internal ChartFile =
    /// The end of a file's name in lower case, with its dot; empty if it has none.
    let extension (path: string) =
        string(Path.GetExtension path).ToLowerInvariant()

    /// What messages call an extension.
    let kind extension =
        if extension = "" then
            "a name without an extension"
        else
            extension

    /// Writes a text to a file, complete or not at all.
    let write path (text: string) =
        let place = OutputPlace(Some path, Stream.Null, true)

        try
            place.Open().Write(Encoding.UTF8.GetBytes text)
            place.Publish()
        finally
            place.Abandon()
