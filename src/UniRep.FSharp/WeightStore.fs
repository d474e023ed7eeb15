namespace UniRep

open System
open System.IO

type WeightStoreError =
    | NotFetched of name: string
    | UnknownModel of nameOrPath: string * known: string list
    | Unreadable of WeightFileError
    | DamagedCopy of name: string * reason: string
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

    let private loadEmbedded () =
        use stream = WeightCatalog.openEmbedded ()

        let known =
            WeightCatalog.known
            |> List.tryFind (fun m -> m.Name = WeightCatalog.defaultName)

        WeightFile.loadTrusted WeightCatalog.defaultName stream
        |> Result.map (fun loaded ->
            { loaded with
                Known = known |> Option.map (fun model -> { Model = model; Numbers = "float32" })
            })

    /// A fetched model is what its authors published, or it is damaged: the numbers' fingerprint tells.
    let loadFetched (model: PublishedModel) folder =
        match WeightFile.load folder with
        | Error error -> Error(DamagedCopy(model.Name, WeightFile.describe error))
        | Ok loaded ->
            match loaded.Known with
            | Some known when known.Model.Name = model.Name && known.Numbers = "float32" ->
                Ok loaded
            | _ -> Error(DamagedCopy(model.Name, $"{folder}: its numbers are not those published"))

    /// Whether a file, a folder or a link is there, even if it cannot be read.
    let private isThere (path: string) =
        try
            File.GetAttributes path |> ignore
            true
        with
        | :? FileNotFoundException
        | :? DirectoryNotFoundException
        | :? ArgumentException -> false
        | :? IOException
        | :? UnauthorizedAccessException -> true

    let resolve nameOrPath =
        if isThere nameOrPath then
            WeightFile.load nameOrPath |> Result.mapError Unreadable
        elif nameOrPath = WeightCatalog.defaultName then
            loadEmbedded () |> Result.mapError Unreadable
        else
            match WeightCatalog.tryFind nameOrPath, fetched nameOrPath with
            | Some model, Some folder -> loadFetched model folder
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
            $"""'{Quote.line nameOrPath}' is neither a file or folder nor a known model ({String.concat ", " known})"""
        | Unreadable error -> WeightFile.describe error
        | DamagedCopy(name, reason) ->
            $"the fetched copy of {name} is damaged: {reason}. Run `unirep weights get {name}` to fetch what is wrong again"
        | PrecisionTooLow(name, units) ->
            $"{Quote.text name}: int8 makes predictions of a model of {units} units worse (256 at least): use int16"
