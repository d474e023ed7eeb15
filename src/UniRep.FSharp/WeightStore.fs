namespace UniRep

open System.IO

type WeightStoreError =
    | NotFetched of name: string
    | UnknownModel of nameOrPath: string * known: string list
    | Unreadable of WeightFileError
    | PrecisionTooLow of name: string * units: int

type Verification =
    {
        Intact: string list
        Damaged: (string * string * string) list
        Missing: string list
    }

[<RequireQualifiedAccess>]
module WeightStore =
    let names =
        WeightCatalog.defaultName :: (WeightCatalog.published |> List.map _.Name)

    let private folderOf name =
        Path.Combine(WeightDownload.cacheFolder (), name)

    let fetched name =
        WeightCatalog.tryFind name
        |> Option.map (fun model -> folderOf model.Name)
        |> Option.filter Directory.Exists

    /// Puts the catalogue's knowledge on the card of weights that it describes.
    let private describedBy (model: PublishedModel) loaded =
        { loaded with
            Weights =
                loaded.Weights
                |> Weights.withCard
                    {
                        Name = model.Name
                        Version = "1"
                        License = model.License
                        Provenance = model.Provenance
                    }
        }

    let private loadEmbedded () =
        use stream = WeightCatalog.openEmbedded ()
        WeightFile.loadStream WeightCatalog.defaultName stream

    let resolve nameOrPath =
        if File.Exists nameOrPath || Directory.Exists nameOrPath then
            WeightFile.load nameOrPath |> Result.mapError Unreadable
        elif nameOrPath = WeightCatalog.defaultName then
            loadEmbedded () |> Result.mapError Unreadable
        else
            match WeightCatalog.tryFind nameOrPath, fetched nameOrPath with
            | Some model, Some folder ->
                WeightFile.load folder
                |> Result.map (describedBy model)
                |> Result.mapError Unreadable
            | Some model, None -> Error(NotFetched model.Name)
            | None, _ -> Error(UnknownModel(nameOrPath, names))

    let verify name =
        match WeightCatalog.tryFind name, fetched name with
        | None, _ -> Error(UnknownModel(name, WeightCatalog.published |> List.map _.Name))
        | Some model, None -> Error(NotFetched model.Name)
        | Some model, Some folder ->
            let path (file: PublishedFile) =
                Path.Combine(folder, WeightDownload.localName file)

            let present, missing = model.Files |> List.partition (path >> File.Exists)

            let checks =
                present
                |> List.map (fun file -> file.Name, WeightDownload.check file (path file))

            Ok
                {
                    Intact =
                        [
                            for name, result in checks do
                                if result.IsOk then
                                    name
                        ]
                    Damaged =
                        [
                            for name, result in checks do
                                match result with
                                | Error(expected, found) -> name, expected, found
                                | Ok() -> ()
                        ]
                    Missing = missing |> List.map _.Name
                }

    let describe error =
        match error with
        | NotFetched name ->
            $"{name} has not been fetched yet: run `unirep weights get {name}`, or give the path of a copy"
        | UnknownModel(nameOrPath, known) ->
            $"""'{nameOrPath}' is neither a file or folder nor a known model ({String.concat ", " known})"""
        | Unreadable error -> WeightFile.describe error
        | PrecisionTooLow(name, units) ->
            $"{name}: int8 makes predictions of a model of {units} units worse (256 at least): use int16"
