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

    let private openWriter place format content units : Result<RepWriter, OutputError> =
        match format, content with
        | Npz, Pooled pools -> Ok(new NpzWriter(place, pools, units))
        | Npz, PerResidue -> Ok(new ResidueNpzWriter(place, units))
        | Npy, Pooled [ pool ] -> Ok(new NpyWriter(place, pool, units))
        | Npy, Pooled _ -> Error(Unsupported(Npy, "several pools"))
        | CsvTable, Pooled pools -> Ok(new TableWriter(place, ',', pools, units))
        | TsvTable, Pooled pools -> Ok(new TableWriter(place, '\t', pools, units))
        | JsonLines, _ -> Ok(new JsonLinesWriter(place, content, units))
        | SafetensorsArrays, _ -> Ok(new SafetensorsWriter(place, content, units))
        | (Npy | CsvTable | TsvTable), PerResidue ->
            Error(Unsupported(format, "states per residue"))

    /// What keeps a file from being written at a path, if that can be told beforehand.
    let private obstacle format (path: string) overwrite =
        let full = Path.GetFullPath path

        let taken =
            [ path; OutputPlace.Companion(path, "ids.txt") ] |> List.filter File.Exists

        match string (Path.GetDirectoryName full), taken with
        | _ when Path.GetFileName full = "" || Directory.Exists full ->
            Some(NotWritable(path, "it is a folder"))
        | folder, _ when not (Directory.Exists folder) ->
            Some(NotWritable(path, $"there is no folder {folder}"))
        | _ when full.StartsWith "/dev/" && not (full.StartsWith "/dev/shm/") ->
            Some(NotWritable(path, "it is a device: give - for standard output"))
        | _, first :: _ when not overwrite && (format = Npy || first = path) ->
            Some(AlreadyExists first)
        | _ -> None

    let private start path standardOutput format content units overwrite =
        let place = OutputPlace(path, standardOutput, overwrite)

        try
            openWriter place format content units
        with _ ->
            place.Abandon()
            reraise ()

    let create path standardOutput format content units overwrite =
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(units, nameof units)

        let content =
            match content with
            | Pooled [] -> raise (ArgumentException("name a pool", nameof content))
            | Pooled pools -> Pooled(List.distinct pools)
            | PerResidue -> PerResidue

        let refuse reason =
            Error(NotWritable(Option.defaultValue "standard output" path, reason))

        try
            match path |> Option.bind (fun path -> obstacle format path overwrite) with
            | Some error -> Error error
            | None -> start path standardOutput format content units overwrite
        with
        // The message goes on with the name of a temporary file.
        | :? IOException as error -> refuse (error.Message.Split(" : '")[0])
        | :? UnauthorizedAccessException -> refuse "its folder may not be written to"
        | :? ArgumentException -> refuse "is no file name"

    let private nameOf format =
        match format with
        | Npz -> "npz"
        | Npy -> "npy"
        | CsvTable -> "csv"
        | TsvTable -> "tsv"
        | JsonLines -> "jsonl"
        | SafetensorsArrays -> "safetensors"

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
