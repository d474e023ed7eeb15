namespace UniRep.ModelFiles

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Formats

type DownloadError =
    | NotPublished of name: string * known: string list
    | LicenseNotAccepted of name: string * license: string
    | InsecureAddress of address: string
    | UnsafeRedirect of address: string * target: string * reason: string
    | NoConnection of address: string * reason: string
    | TooSlow of address: string * rate: int64
    | NotFinished of name: string * limit: TimeSpan
    | Refused of address: string * status: int
    | WrongContent of address: string * expected: string * found: string
    | CacheNotWritable of path: string * reason: string

    member this.Message =
        let resumes = "the next attempt resumes where this one ended"

        match this with
        | NotPublished(name, known) ->
            $"""no published model is called '{Quote.text name}'; there are {String.concat ", " known}"""
        | LicenseNotAccepted(name, license) ->
            $"{name} is licensed under {license} (non-commercial use only): accept the licence to fetch it"
        | InsecureAddress address ->
            $"{Quote.line address}: models are fetched from an https address only"
        | UnsafeRedirect(address, target, reason) ->
            $"{Quote.line address} redirects to {Quote.text target}: {reason}"
        | NoConnection(address, reason) ->
            $"{Quote.line address} could not be fetched: {Quote.text reason}. Check the network; {resumes}"
        | TooSlow(address, rate) ->
            $"{Quote.line address} could not be fetched: fewer than {Display.whole rate} bytes a second arrive. Check the network; {resumes}"
        | NotFinished(name, limit) ->
            $"{name} could not be fetched within {limit.TotalMinutes:F0} minutes; {resumes}"
        | Refused(address, status) ->
            $"{Quote.line address}: the server answered with status {status}"
        | WrongContent(address, expected, found) ->
            $"{Quote.line address} does not hold what was published: {expected} expected, {found} found; it was dropped"
        | CacheNotWritable(path, reason) ->
            $"{Quote.line path}: models are kept here: {Quote.line reason} Free space or make the folder writable, or set XDG_CACHE_HOME to another"

    interface IError with
        member this.Message = this.Message


type DownloadSettings =
    {
        BaseAddress: Uri
        Cache: string
        LicenseAccepted: bool
        Attempts: int
        Pause: TimeSpan
        Patience: TimeSpan
        MinimalRate: int64
        Limit: TimeSpan
        Notify: string -> unit
    }

type DownloadProgress =
    {
        File: string
        FileNumber: int
        Files: int
        Bytes: int64
        Size: int64 option
    }

[<RequireQualifiedAccess>]
module WeightDownload =
    let private variable name =
        match Environment.GetEnvironmentVariable name with
        | null
        | "" -> None
        | value -> Some value

    let cacheFolder () =
        let home = Environment.GetFolderPath Environment.SpecialFolder.UserProfile

        let cache =
            match variable "XDG_CACHE_HOME" |> Option.filter Path.IsPathRooted with
            | Some folder -> folder
            | None when OperatingSystem.IsWindows() ->
                Environment.GetFolderPath Environment.SpecialFolder.LocalApplicationData
            | None -> Path.Combine(home, ".cache")

        Path.Combine(cache, "unirep", "weights")

    let settings () =
        {
            BaseAddress =
                match variable "UNIREP_WEIGHTS_URL" with
                | None -> WeightCatalog.baseAddress
                | Some text ->
                    match Uri.TryCreate(text, UriKind.Absolute) with
                    // What is no address is kept as it is; `get` refuses it.
                    | _, null -> Uri(Uri.EscapeDataString text, UriKind.Relative)
                    | _, address -> address
            Cache = cacheFolder ()
            LicenseAccepted = false
            Attempts = 5
            Pause = TimeSpan.FromSeconds 1.0
            Patience = TimeSpan.FromSeconds 30.0
            MinimalRate = 1024L
            Limit = TimeSpan.FromHours 2.0
            Notify = ignore
        }

    let localName (file: PublishedFile) = file.Name.Replace(':', '_')

    let check (file: PublishedFile) path =
        let compare expected found =
            match expected with
            | Some expected when expected <> found () -> Error(expected, found ())
            | _ -> Ok()

        let size () = $"{FileInfo(path).Length} bytes"

        compare (file.Bytes |> Option.map (fun bytes -> $"{bytes} bytes")) size
        |> Result.bind (fun () -> compare file.Sha256 (fun () -> Digest.sha256 path))
        |> Result.bind (fun () -> compare file.GitBlob (fun () -> Digest.gitBlob path))

    let private isWhole file path =
        File.Exists path && Result.isOk (check file path)

    let private longestPause = TimeSpan.FromMinutes 1.0

    /// What was found instead of the file, with its kind where that tells more.
    let private foundIn path found =
        match ForeignKind.ofFile path with
        | Some WebPage -> $"{found}, a web page"
        | _ -> found

    /// Fetches one file into the folder, with retries; content that is wrong is dropped and fetched once more.
    let private fetch
        client
        settings
        (address: Uri)
        (file: PublishedFile)
        folder
        report
        (cancellation: CancellationToken)
        =
        let path = Path.Combine(folder, localName file)
        let partial = path + ".partial"

        let limits: HttpFile.Limits =
            {
                Patience = settings.Patience
                MinimalRate = settings.MinimalRate
            }

        let rec go attempts wrong (pause: TimeSpan) =
            let again attempts =
                cancellation.WaitHandle.WaitOne pause |> ignore
                cancellation.ThrowIfCancellationRequested()
                go attempts wrong (min (2.0 * pause) longestPause)

            match HttpFile.attempt client limits address file.Bytes partial report cancellation with
            | HttpFile.Denied status -> Error(Refused(string address, status))
            | HttpFile.Misdirected(target, reason) ->
                Error(UnsafeRedirect(string address, target, reason))
            | HttpFile.BrokenOff reason when attempts <= 1 ->
                Error(NoConnection(string address, reason))
            | HttpFile.Slow when attempts <= 1 ->
                Error(TooSlow(string address, settings.MinimalRate))
            | HttpFile.BrokenOff _ -> again (attempts - 1)
            // A server that is slow twice stays so.
            | HttpFile.Slow -> again 1
            | HttpFile.Complete ->
                match check file partial with
                | Ok() ->
                    File.Move(partial, path, true)
                    Ok()
                | Error(expected, found) ->
                    let found = foundIn partial found
                    File.Delete partial

                    if wrong then
                        Error(WrongContent(string address, expected, found))
                    else
                        go attempts true pause

        if isWhole file path then
            Ok()
        elif isWhole file partial then
            File.Move(partial, path, true)
            Ok()
        else
            go settings.Attempts false settings.Pause

    /// The files of a model that are missing in a folder, or not as published.
    let private wrongIn folder (model: PublishedModel) =
        model.Files
        |> List.filter (fun file -> not (isWhole file (Path.Combine(folder, localName file))))

    let private fetchFiles
        settings
        (progress: IProgress<DownloadProgress>)
        cancellation
        (model: PublishedModel)
        (files: PublishedFile list)
        folder
        =
        use client = HttpFile.client ()

        let fetchFile number (file: PublishedFile) =
            let address =
                Uri(
                    settings.BaseAddress.AbsoluteUri.TrimEnd '/'
                    + $"/{model.Folder}/{Uri.EscapeDataString file.Name}"
                )

            let report bytes =
                progress.Report
                    {
                        File = file.Name
                        FileNumber = number + 1
                        Files = files.Length
                        Bytes = bytes
                        Size = file.Bytes
                    }

            fetch client settings address file folder report cancellation

        files
        |> Seq.indexed
        |> Seq.map (fun (number, file) -> fetchFile number file)
        |> Seq.tryFind Result.isError
        |> Option.defaultValue (Ok())

    /// Fetches what is missing, or not as published. Only the holder of the model's lock may.
    let private complete settings progress cancellation (model: PublishedModel) target =
        let unfinished = target + ".partial"
        let isThere = Directory.Exists target
        let files = if isThere then wrongIn target model else model.Files

        if files.IsEmpty then
            Ok target
        else
            if isThere then
                settings.Notify
                    $"""{model.Name}: {Display.counted files.Length "file"} missing or not as published: fetching again"""

            Directory.CreateDirectory unfinished |> ignore

            fetchFiles settings progress cancellation model files unfinished
            |> Result.map (fun () ->
                if isThere then
                    for file in files do
                        let name = localName file
                        File.Move(Path.Combine(unfinished, name), Path.Combine(target, name), true)

                    Directory.Delete(unfinished, true)
                else
                    Directory.Move(unfinished, target)

                target)

    /// Opens the lock of a model, waiting for another run that fetches it.
    let private openLock settings (model: PublishedModel) cancellation =
        FileLock.wait
            (Path.Combine(settings.Cache, $"{model.Name}.lock"))
            (fun () ->
                settings.Notify $"{model.Name} is being fetched by another run: waiting for it")
            cancellation

    let private getModel settings progress cancellation (model: PublishedModel) =
        let target = Path.Combine(settings.Cache, model.Name)

        if Directory.Exists target && (wrongIn target model).IsEmpty then
            Ok target
        else
            Directory.CreateDirectory settings.Cache |> ignore
            use _ = openLock settings model cancellation
            complete settings progress cancellation model target

    let get settings progress (cancellation: CancellationToken) name =
        match WeightCatalog.tryFind name with
        | None -> Error(NotPublished(name, WeightCatalog.published |> List.map _.Name))
        | Some model when not settings.LicenseAccepted ->
            Error(LicenseNotAccepted(name, model.License))
        | Some _ when not (HttpFile.isAllowed settings.BaseAddress) ->
            Error(InsecureAddress(string settings.BaseAddress))
        | Some model ->
            use limited = CancellationTokenSource.CreateLinkedTokenSource cancellation
            limited.CancelAfter settings.Limit

            try
                getModel settings progress limited.Token model
            with
            | :? OperationCanceledException when not cancellation.IsCancellationRequested ->
                Error(NotFinished(name, settings.Limit))
            | :? IOException as error -> Error(CacheNotWritable(settings.Cache, error.Message))
            | :? UnauthorizedAccessException as error ->
                Error(CacheNotWritable(settings.Cache, error.Message))
