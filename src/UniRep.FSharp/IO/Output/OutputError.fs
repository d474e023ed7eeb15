namespace UniRep.IO

open UniRep

/// Parts of messages about output.
module OutputErrorText =
    let names isWanted =
        OutputFormat.all
        |> List.filter isWanted
        |> List.map (fun (format: OutputFormat) -> format.Name)
        |> String.concat ", "

    let extensions () =
        OutputFormat.all
        |> List.collect (fun (format: OutputFormat) -> format.Extensions)
        |> String.concat " "

[<RequireQualifiedAccess>]
type OutputError =
    | UnknownOutputFormat of path: string
    | SeveralPools of format: OutputFormat
    | NoStates of format: OutputFormat
    | NoPlaceForColumns of format: OutputFormat
    | AlreadyExists of path: string
    | NotWritable of path: string * reason: string
    | Busy of path: string
    | UnwritableColumn of format: OutputFormat * column: string * reason: string
    | NothingToWrite of path: string

    member this.Message =
        match this with
        | OutputError.UnknownOutputFormat path ->
            $"{path}: unknown extension; known are {OutputErrorText.extensions ()}"
        | OutputError.SeveralPools format ->
            $"a {format.Name} file holds one array: choose one of average, final, cell and fusion"
        | OutputError.NoStates format ->
            $"{format.Name} cannot hold states per residue; these can: {OutputErrorText.names _.HoldsStates}"
        | OutputError.NoPlaceForColumns format ->
            $"{format.Name} puts columns into a file beside its own, and a stream has none: write to a file"
        | OutputError.AlreadyExists path -> $"{path}: exists already"
        | OutputError.NotWritable(path, reason) -> $"{path}: cannot be written: {reason}"
        | OutputError.Busy path ->
            $"{path}: another run is writing it: wait until it ends, or give another name"
        | OutputError.UnwritableColumn(format, column, reason) ->
            $"{format.Name} cannot hold a column called '{column}': {reason}"
        | OutputError.NothingToWrite path -> $"{path}: not written, as there are no representations"

    interface IError with
        member this.Message = this.Message
