namespace UniRep

open System
open System.IO

[<RequireQualifiedAccess>]
module RepFile =
    let formatOf (path: string) =
        match (string (Path.GetExtension path)).ToLowerInvariant() with
        | ".npz" -> Some Npz
        | ".npy" -> Some Npy
        | ".csv" -> Some CsvTable
        | ".tsv" -> Some TsvTable
        | ".jsonl" -> Some JsonLines
        | ".safetensors" -> Some SafetensorsArrays
        | _ -> None

    let private nameOf format =
        match format with
        | Npz -> "npz"
        | Npy -> "npy"
        | CsvTable -> "csv"
        | TsvTable -> "tsv"
        | JsonLines -> "jsonl"
        | SafetensorsArrays -> "safetensors"

    let filesOf format path =
        match format with
        | Npy ->
            [
                path
                OutputPlace.Companion(path, "ids.txt")
                OutputPlace.Companion(path, "columns.csv")
            ]
        | _ -> [ path ]

    let private openWriter place columns format content units : Result<RepWriter, OutputError> =
        match format, content with
        | Npz, Pooled pools -> Ok(new NpzWriter(place, columns, pools, units))
        | Npz, PerResidue -> Ok(new ResidueNpzWriter(place, columns, units))
        | Npy, Pooled [ pool ] -> Ok(new NpyWriter(place, columns, pool, units))
        | Npy, Pooled _ -> Error(Unsupported(Npy, "several pools"))
        | CsvTable, Pooled pools -> Ok(new TableWriter(place, ',', columns, pools, units))
        | TsvTable, Pooled pools -> Ok(new TableWriter(place, '\t', columns, pools, units))
        | JsonLines, _ -> Ok(new JsonLinesWriter(place, columns, content, units))
        | SafetensorsArrays, _ -> Ok(new SafetensorsWriter(place, columns, content, units))
        | (Npy | CsvTable | TsvTable), PerResidue ->
            Error(Unsupported(format, "states per residue"))

    /// What keeps a file from being written at a path, if that can be told beforehand.
    let private obstacle format (path: string) full overwrite =
        // A link that leads nowhere is no file yet.
        let isThere (file: string) = File.Exists(OutputPath.resolve file)
        let taken = filesOf format path |> List.filter isThere

        match HiddenFiles.folderOf full, taken with
        | _ when Path.EndsInDirectorySeparator path || Directory.Exists full ->
            Some(NotWritable(path, "it is a folder"))
        | folder, _ when not (Directory.Exists folder) ->
            Some(NotWritable(path, $"there is no folder {folder}"))
        | _, first :: _ when not overwrite -> Some(AlreadyExists first)
        | _ -> None

    /// Opens the place of an output and its writer.
    let private start columns (target: OutputTarget) format content units overwrite =
        let place = OutputPlace(target, overwrite)
        let mutable isOpen = false

        try
            let writer =
                if format = Npy && not (List.isEmpty columns) && not place.HasCompanions then
                    Error(Unsupported(Npy, "columns where there is no file to put them beside"))
                else
                    openWriter place columns format content units

            isOpen <- Result.isOk writer
            writer
        finally
            if not isOpen then
                place.Abandon()

    let private create' columns path standardOutput format content units overwrite =
        match path with
        | None -> start columns (ToStream(standardOutput, false)) format content units overwrite
        | Some path ->
            match OutputTarget.find path with
            | ToFile(_, full) as target ->
                match obstacle format path full overwrite with
                | Some error -> Error error
                | None -> start columns target format content units overwrite
            | target -> start columns target format content units overwrite

    let createWithColumns columns path standardOutput format content units overwrite =
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(units, nameof units)

        let content =
            match content with
            | Pooled [] -> raise (ArgumentException("name a pool", nameof content))
            | Pooled pools -> Pooled(List.distinct pools)
            | PerResidue -> PerResidue

        let place = Option.defaultValue "standard output" path
        let refuse reason = Error(NotWritable(place, reason))

        try
            match OutputColumns.tryFindUnwritable format content units columns with
            | Some error -> Error error
            | None -> create' columns path standardOutput format content units overwrite
        with
        | :? OutputBusyException -> Error(Busy place)
        // The message goes on with the name of a temporary file.
        | :? IOException as error -> refuse (error.Message.Split(" : '")[0])
        | :? UnauthorizedAccessException -> refuse "its folder may not be written to"
        | :? ArgumentException -> refuse "is no file name"

    let create path standardOutput format content units overwrite =
        createWithColumns [] path standardOutput format content units overwrite

    let describe error =
        match error with
        | UnknownOutputFormat path ->
            $"{path}: the extension tells no format (.npz .npy .csv .tsv .jsonl .safetensors): give --format"
        | Unsupported(Npy, "several pools") ->
            "a .npy file holds one array: choose one with --pool average, final, cell or fusion"
        | Unsupported(format, what) ->
            $"{nameOf format} cannot hold {what}: npz, safetensors and jsonl can"
        | AlreadyExists path ->
            $"{path}: there is such a file already: give --overwrite, or another name with -o"
        | NotWritable(path, reason) -> $"{path}: cannot be written: {reason}"
        | Busy path ->
            $"{path}: another run is writing it: wait for its end, or give another name with -o"
        | UnwritableColumn(format, column, reason) ->
            $"{nameOf format} cannot hold a column called '{column}': {reason}"
