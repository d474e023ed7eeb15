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

    let create path standardOutput format content units overwrite =
        let name = Option.defaultValue "standard output" path

        match path with
        | Some path when File.Exists path && not overwrite -> Error(AlreadyExists path)
        | Some path when Directory.Exists path -> Error(NotWritable(path, "it is a folder"))
        | _ ->
            try
                openWriter (OutputPlace(path, standardOutput)) format content units
            with
            | :? IOException as error -> Error(NotWritable(name, error.Message))
            | :? UnauthorizedAccessException as error -> Error(NotWritable(name, error.Message))

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
