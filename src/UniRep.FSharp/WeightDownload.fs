namespace UniRep

open System
open System.IO
open System.Net.Http
open System.Threading

type DownloadError =
    | NotPublished of name: string * known: string list
    | LicenseNotAccepted of name: string * license: string
    | InsecureAddress of address: string
    | NoConnection of address: string * reason: string
    | Refused of address: string * status: int
    | WrongContent of address: string * expected: string * found: string
    | CacheNotWritable of path: string * reason: string

type DownloadSettings =
    {
        BaseAddress: Uri
        Cache: string
        LicenseAccepted: bool
        Attempts: int
        Pause: TimeSpan
        Patience: TimeSpan
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

    let private longestPause = TimeSpan.FromMinutes 1.0

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

        let rec go attempts wrong (pause: TimeSpan) =
            match
                HttpFile.attempt
                    client
                    settings.Patience
                    address
                    file.Bytes
                    partial
                    report
                    cancellation
            with
            | HttpFile.Denied status -> Error(Refused(string address, status))
            | HttpFile.BrokenOff reason when attempts <= 1 ->
                Error(NoConnection(string address, reason))
            | HttpFile.BrokenOff _ ->
                cancellation.WaitHandle.WaitOne pause |> ignore
                cancellation.ThrowIfCancellationRequested()
                go (attempts - 1) wrong (min (2.0 * pause) longestPause)
            | HttpFile.Complete ->
                match check file partial with
                | Ok() ->
                    File.Move(partial, path, true)
                    Ok()
                | Error(expected, found) ->
                    File.Delete partial

                    if wrong then
                        Error(WrongContent(string address, expected, found))
                    else
                        go attempts true pause

        let isWhole path =
            File.Exists path && Result.isOk (check file path)

        if isWhole path then
            Ok()
        elif isWhole partial then
            File.Move(partial, path, true)
            Ok()
        else
            go settings.Attempts false settings.Pause

    let private getModel
        settings
        (progress: IProgress<DownloadProgress>)
        cancellation
        (model: PublishedModel)
        =
        let target = Path.Combine(settings.Cache, model.Name)
        let unfinished = target + ".partial"

        if Directory.Exists target then
            Ok target
        else
            use client = new HttpClient(Timeout = Timeout.InfiniteTimeSpan)
            Directory.CreateDirectory unfinished |> ignore

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
                            Files = model.Files.Length
                            Bytes = bytes
                            Size = file.Bytes
                        }

                fetch client settings address file unfinished report cancellation

            model.Files
            |> Seq.indexed
            |> Seq.map (fun (number, file) -> fetchFile number file)
            |> Seq.tryFind Result.isError
            |> function
                | Some(Error error) -> Error error
                | _ ->
                    Directory.Move(unfinished, target)
                    Ok target

    /// HTTPS anywhere, plain HTTP on this machine only.
    let private isAllowed (address: Uri) =
        address.IsAbsoluteUri
        && (address.Scheme = Uri.UriSchemeHttps
            || address.Scheme = Uri.UriSchemeHttp && address.IsLoopback)

    let get settings progress cancellation name =
        match WeightCatalog.tryFind name with
        | None -> Error(NotPublished(name, WeightCatalog.published |> List.map _.Name))
        | Some model when not settings.LicenseAccepted ->
            Error(LicenseNotAccepted(name, model.License))
        | Some _ when not (isAllowed settings.BaseAddress) ->
            Error(InsecureAddress(string settings.BaseAddress))
        | Some model ->
            try
                getModel settings progress cancellation model
            with
            | :? IOException as error -> Error(CacheNotWritable(settings.Cache, error.Message))
            | :? UnauthorizedAccessException as error ->
                Error(CacheNotWritable(settings.Cache, error.Message))

    let describe error =
        match error with
        | NotPublished(name, known) ->
            $"""no published model is called '{name}'; there are {String.concat ", " known}"""
        | LicenseNotAccepted(name, license) ->
            $"{name} is licensed under {license} (non-commercial use only): accept the licence to fetch it"
        | InsecureAddress address -> $"{address}: models are fetched from an https address only"
        | NoConnection(address, reason) ->
            $"{address} could not be fetched: {reason}. Check the network; the next attempt resumes where this one ended"
        | Refused(address, status) -> $"{address}: the server answered with status {status}"
        | WrongContent(address, expected, found) ->
            $"{address} does not hold what was published: {expected} expected, {found} found; it was dropped"
        | CacheNotWritable(path, reason) -> $"{path}: {reason}"
