namespace UniRep.ModelFiles

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Formats

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

    /// What was found instead of the file, with its kind if that says more.
    let private foundIn path found =
        match ForeignKind.ofFile path with
        | Some ForeignKind.WebPage -> $"{found}, a web page"
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
            | HttpFile.Attempt.Denied status -> Error(DownloadError.Refused(string address, status))
            | HttpFile.Attempt.Misdirected(target, reason) ->
                Error(DownloadError.UnsafeRedirect(string address, target, reason))
            | HttpFile.Attempt.BrokenOff reason when attempts <= 1 ->
                Error(DownloadError.NoConnection(string address, reason))
            | HttpFile.Attempt.Slow when attempts <= 1 ->
                Error(DownloadError.TooSlow(string address, settings.MinimalRate))
            | HttpFile.Attempt.BrokenOff _ -> again (attempts - 1)
            // A server that is slow twice stays so.
            | HttpFile.Attempt.Slow -> again 1
            | HttpFile.Attempt.Complete ->
                match check file partial with
                | Ok() ->
                    File.Move(partial, path, true)
                    Ok()
                | Error(expected, found) ->
                    let found = foundIn partial found
                    File.Delete partial

                    if wrong then
                        Error(DownloadError.WrongContent(string address, expected, found))
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
        | None ->
            let known = WeightCatalog.published |> List.map _.Name
            Error(DownloadError.NotPublished(name, known))
        | Some model when not settings.LicenseAccepted ->
            Error(DownloadError.LicenseNotAccepted(name, model.License))
        | Some _ when not (HttpFile.isAllowed settings.BaseAddress) ->
            Error(DownloadError.InsecureAddress(string settings.BaseAddress))
        | Some model ->
            use limited = CancellationTokenSource.CreateLinkedTokenSource cancellation
            limited.CancelAfter settings.Limit

            let notWritable (error: exn) =
                Error(DownloadError.CacheNotWritable(settings.Cache, error.Message))

            try
                getModel settings progress limited.Token model
            with
            | :? OperationCanceledException when not cancellation.IsCancellationRequested ->
                Error(DownloadError.NotFinished(name, settings.Limit))
            | :? IOException as error -> notWritable error
            | :? UnauthorizedAccessException as error -> notWritable error
