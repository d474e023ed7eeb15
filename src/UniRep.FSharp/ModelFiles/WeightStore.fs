namespace UniRep.ModelFiles

open System
open System.IO
open UniRep

[<RequireQualifiedAccess>]
type WeightStoreError =
    | NotFetched of name: string
    | NotBeside of name: string * path: string
    | UnknownModel of nameOrPath: string * known: string list
    | Unreadable of WeightFileError
    | DamagedCopy of name: string * reason: string
    | NoHead of card: WeightCard

    member this.Message =
        match this with
        | WeightStoreError.NotFetched name ->
            $"{name} has not been fetched yet: fetch it first, or give the path of a copy"
        | WeightStoreError.NotBeside(name, path) ->
            $"{name} is not here: {Quote.line path} is missing. Add the package UniRep.Weights.Open1920 and call `Weights.open1920 ()`, or give the path of a copy"
        | WeightStoreError.UnknownModel(nameOrPath, known) ->
            $"""'{Quote.line nameOrPath}' is neither a file or folder nor a known model ({String.concat ", " known})"""
        | WeightStoreError.Unreadable error -> error.Message
        | WeightStoreError.DamagedCopy(name, reason) ->
            let remedy =
                if (WeightCatalog.tryFind name).IsSome then
                    "Fetch it again"
                else
                    "Install the program again"

            $"the copy of {name} is damaged: {reason}. {remedy}"
        | WeightStoreError.NoHead card -> Weights.noHead card

    interface IError with
        member this.Message = this.Message

type Verification =
    {
        Intact: string list
        Damaged: (string * string * string) list
        Missing: string list
    }

[<RequireQualifiedAccess>]
module WeightStore =
    let names =
        (WeightCatalog.own |> List.map (fun (model, _) -> model.Name))
        @ (WeightCatalog.published |> List.map _.Name)

    let beside (name: string) =
        Path.Combine(AppContext.BaseDirectory, $"{name}.safetensors")

    let private folderOf name =
        Path.Combine(WeightDownload.cacheFolder (), name)

    let fetched name =
        WeightCatalog.tryFind name
        |> Option.map (fun model -> folderOf model.Name)
        |> Option.filter Directory.Exists

    let private loadEmbedded (model: KnownModel) =
        use stream = WeightCatalog.openEmbedded model.Name

        WeightFile.loadTrusted model.Name stream
        |> Result.map (fun loaded ->
            { loaded with
                Fingerprint = Lazy<string> model.Fingerprint
                Known =
                    Some
                        {
                            Model = model
                            Numbers = model.Numbers
                        }
            })
        |> Result.mapError WeightStoreError.Unreadable

    /// The weights, if their numbers are those that were published under a name.
    let private requireNumbers name otherwise loaded =
        match loaded.Known with
        | Some known when known.Model.Name = name && known.IsAsPublished -> Ok loaded
        | _ -> Error(WeightStoreError.DamagedCopy(name, otherwise))

    let private loadBeside (model: KnownModel) =
        let path = beside model.Name

        if not (File.Exists path) then
            Error(WeightStoreError.NotBeside(model.Name, path))
        else
            WeightFile.load path
            |> Result.mapError WeightStoreError.Unreadable
            |> Result.bind (
                requireNumbers model.Name $"{path}: its numbers are not those of {model.Name}"
            )

    /// A fetched model is what its authors published, or it is damaged: the fingerprint of the numbers shows which.
    let loadFetched (model: PublishedModel) folder =
        WeightFile.load folder
        |> Result.mapError (fun error -> WeightStoreError.DamagedCopy(model.Name, error.Message))
        |> Result.bind (requireNumbers model.Name $"{folder}: its numbers are not those published")

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
            WeightFile.load nameOrPath |> Result.mapError WeightStoreError.Unreadable
        else
            match WeightCatalog.own |> List.tryFind (fun (model, _) -> model.Name = nameOrPath) with
            | Some(model, OwnPlace.Embedded) -> loadEmbedded model
            | Some(model, OwnPlace.BesideProgram) -> loadBeside model
            | None ->
                match WeightCatalog.tryFind nameOrPath, fetched nameOrPath with
                | Some model, Some folder -> loadFetched model folder
                | Some model, None -> Error(WeightStoreError.NotFetched model.Name)
                | None, _ -> Error(WeightStoreError.UnknownModel(nameOrPath, names))

    let verify name =
        match WeightCatalog.tryFind name, fetched name with
        | None, _ ->
            Error(WeightStoreError.UnknownModel(name, WeightCatalog.published |> List.map _.Name))
        | Some model, None -> Error(WeightStoreError.NotFetched model.Name)
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
