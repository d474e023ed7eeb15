namespace UniRep

open System
open System.IO
open System.Net
open System.Net.Http
open System.Net.Http.Headers
open System.Security.Cryptography
open System.Text
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
                variable "UNIREP_WEIGHTS_URL"
                |> Option.map (fun address -> Uri(address.TrimEnd '/' + "/"))
                |> Option.defaultValue WeightCatalog.baseAddress
            Cache = cacheFolder ()
            LicenseAccepted = false
            Attempts = 5
            Pause = TimeSpan.FromSeconds 1.0
            Patience = TimeSpan.FromSeconds 30.0
        }

    let private gitBlob (path: string) =
        use stream = File.OpenRead path
        use hash = IncrementalHash.CreateHash HashAlgorithmName.SHA1
        hash.AppendData(Encoding.ASCII.GetBytes $"blob {stream.Length}\000")
        let buffer = Array.zeroCreate<byte> 65536

        let rec append () =
            match stream.Read(buffer, 0, buffer.Length) with
            | 0 -> ()
            | count ->
                hash.AppendData(buffer, 0, count)
                append ()

        append ()
        Convert.ToHexStringLower(hash.GetHashAndReset())

    let private sha256 (path: string) =
        use stream = File.OpenRead path
        Convert.ToHexStringLower(SHA256.HashData stream)

    let check (file: PublishedFile) path =
        let compare expected found =
            match expected with
            | Some expected when expected <> found () -> Error(expected, found ())
            | _ -> Ok()

        let size () = $"{FileInfo(path).Length} bytes"

        compare (file.Bytes |> Option.map (fun bytes -> $"{bytes} bytes")) size
        |> Result.bind (fun () -> compare file.Sha256 (fun () -> sha256 path))
        |> Result.bind (fun () -> compare file.GitBlob (fun () -> gitBlob path))

    /// What one attempt at a file came to.
    type private Attempt =
        | Complete
        | BrokenOff of reason: string
        | Denied of status: int

    /// Copies a response's body, giving up when nothing arrives for too long.
    let private copy
        (patience: TimeSpan)
        report
        (source: Stream)
        (target: Stream)
        (cancellation: CancellationToken)
        =
        let buffer = Array.zeroCreate<byte> 81920

        let rec next () =
            use waiting = CancellationTokenSource.CreateLinkedTokenSource cancellation
            waiting.CancelAfter patience

            match
                source.ReadAsync(buffer.AsMemory(), waiting.Token).AsTask().GetAwaiter().GetResult()
            with
            | 0 -> ()
            | count ->
                target.Write(buffer, 0, count)
                report target.Position
                next ()

        next ()

    /// Fetches what is missing of one file; a server that ignores the range starts over.
    let private attempt
        (client: HttpClient)
        settings
        (address: Uri)
        partial
        report
        (cancellation: CancellationToken)
        =
        try
            use target = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.Write)
            use request = new HttpRequestMessage(HttpMethod.Get, address)

            if target.Length > 0L then
                request.Headers.Range <- RangeHeaderValue(target.Length, Nullable())

            use waiting = CancellationTokenSource.CreateLinkedTokenSource cancellation
            waiting.CancelAfter settings.Patience

            use response =
                client.Send(request, HttpCompletionOption.ResponseHeadersRead, waiting.Token)

            let from =
                match response.Content.Headers.ContentRange with
                | null -> None
                | range -> Option.ofNullable range.From

            match response.StatusCode with
            | HttpStatusCode.RequestedRangeNotSatisfiable ->
                // Longer than the server's file: begin anew.
                target.SetLength 0L
                BrokenOff "the part fetched before does not fit"
            | status when int status >= 500 || status = HttpStatusCode.TooManyRequests ->
                BrokenOff $"HTTP status {int status}"
            | status when not response.IsSuccessStatusCode -> Denied(int status)
            | HttpStatusCode.PartialContent when from <> Some target.Length ->
                target.SetLength 0L
                BrokenOff "the server sent another part than was asked for"
            | status ->
                if status = HttpStatusCode.PartialContent then
                    target.Seek(0L, SeekOrigin.End) |> ignore
                else
                    target.SetLength 0L

                let expected =
                    Option.ofNullable response.Content.Headers.ContentLength
                    |> Option.map (fun length -> target.Position + length)

                use body = response.Content.ReadAsStream cancellation
                copy settings.Patience report body target cancellation

                match expected with
                | Some length when target.Position < length ->
                    BrokenOff "the connection was closed early"
                | _ -> Complete
        with
        | :? HttpRequestException as error -> BrokenOff error.Message
        | :? HttpIOException as error -> BrokenOff error.Message
        | :? OperationCanceledException when not cancellation.IsCancellationRequested ->
            BrokenOff $"no answer within {settings.Patience.TotalSeconds:F0} s"
        | :? IOException as error when (error.InnerException :? Sockets.SocketException) ->
            BrokenOff error.Message

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
        let path = Path.Combine(folder, file.Name)
        let partial = path + ".partial"

        let rec go attempts wrong (pause: TimeSpan) =
            match attempt client settings address partial report cancellation with
            | Denied status -> Error(Refused(string address, status))
            | BrokenOff reason when attempts <= 1 -> Error(NoConnection(string address, reason))
            | BrokenOff _ ->
                cancellation.WaitHandle.WaitOne pause |> ignore
                cancellation.ThrowIfCancellationRequested()
                go (attempts - 1) wrong (2.0 * pause)
            | Complete ->
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

        if File.Exists path && Result.isOk (check file path) then
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
                    Uri(settings.BaseAddress, $"{model.Folder}/{Uri.EscapeDataString file.Name}")

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

    let get settings progress cancellation name =
        match WeightCatalog.tryFind name with
        | None -> Error(NotPublished(name, WeightCatalog.published |> List.map _.Name))
        | Some model when not settings.LicenseAccepted ->
            Error(LicenseNotAccepted(name, model.License))
        | Some _ when
            settings.BaseAddress.Scheme <> Uri.UriSchemeHttps
            && not settings.BaseAddress.IsLoopback
            ->
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
        | InsecureAddress address -> $"{address}: models are fetched over https only"
        | NoConnection(address, reason) ->
            $"{address} could not be fetched: {reason}. Check the network; the next attempt resumes where this one ended"
        | Refused(address, status) -> $"{address}: the server answered with status {status}"
        | WrongContent(address, expected, found) ->
            $"{address} does not hold what was published: {expected} expected, {found} found; it was dropped"
        | CacheNotWritable(path, reason) -> $"{path}: {reason}"
