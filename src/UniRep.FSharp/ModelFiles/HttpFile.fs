namespace UniRep.ModelFiles

open System
open System.Diagnostics
open System.IO
open System.Net
open System.Net.Http
open System.Net.Http.Headers
open System.Threading
open UniRep

/// Fetches a file over HTTP, resuming what broke off.
[<RequireQualifiedAccess>]
module internal HttpFile =
    /// How long a server may take.
    type Limits =
        {
            /// The longest wait for a response or for the next bytes.
            Patience: TimeSpan
            /// The fewest bytes a second, over a span of `Patience`.
            MinimalRate: int64
        }

    /// The result of one attempt at a file.
    [<RequireQualifiedAccess>]
    type Attempt =
        | Complete
        | BrokenOff of reason: string
        | Slow
        | Denied of status: int
        /// The server points to an address that is not followed.
        | Misdirected of target: string * reason: string

    /// Ends the reading of a body that comes too slowly.
    exception private TooSlow

    /// No published file is larger; the size of some may not be known.
    let private largestUnknown = 1L <<< 30

    let private mostRedirects = 5

    /// HTTPS anywhere, plain HTTP on this machine only.
    let isAllowed (address: Uri) =
        address.IsAbsoluteUri
        && (address.Scheme = Uri.UriSchemeHttps
            || address.Scheme = Uri.UriSchemeHttp && address.IsLoopback)

    /// A client that follows no redirect by itself, uses the system's proxy, and leaves time-outs to `attempt`.
    let client () =
        new HttpClient(
            new SocketsHttpHandler(AllowAutoRedirect = false),
            Timeout = Timeout.InfiniteTimeSpan
        )

    let private isRedirect (response: HttpResponseMessage) =
        match int response.StatusCode with
        | 301
        | 302
        | 303
        | 307
        | 308 -> true
        | _ -> false

    /// Where a redirect leads. A path alone is taken for a file's address on Unix, hence the original text.
    let private targetOf (address: Uri) (response: HttpResponseMessage) =
        match response.Headers.Location with
        | null -> None
        | location when location.IsAbsoluteUri && not location.IsFile -> Some location
        | location ->
            match Uri.TryCreate(address, location.OriginalString) with
            | true, target -> Option.ofObj target
            | _ -> None

    /// Asks for a file from a byte on, following redirects as long as each leads to a safe address.
    let rec private send
        (client: HttpClient)
        (address: Uri)
        (from: int64)
        redirects
        (cancellation: CancellationToken)
        =
        use request = new HttpRequestMessage(HttpMethod.Get, address)

        if from > 0L then
            request.Headers.Range <- RangeHeaderValue(from, Nullable())

        let response =
            client.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellation)

        if not (isRedirect response) then
            Ok response
        else
            use response = response

            match targetOf address response with
            | None -> Error(Attempt.Misdirected("no address", "a redirect must name one"))
            | Some target when
                not (isAllowed target)
                || (address.Scheme = Uri.UriSchemeHttps && target.Scheme <> Uri.UriSchemeHttps)
                ->
                Error(
                    Attempt.Misdirected(
                        target.AbsoluteUri,
                        "redirects are followed to https addresses only"
                    )
                )
            | Some target when redirects >= mostRedirects ->
                Error(
                    Attempt.Misdirected(target.AbsoluteUri, $"more than {mostRedirects} redirects")
                )
            | Some target -> send client target from (redirects + 1) cancellation

    /// Copies a response's body, giving up when nothing arrives for too long, when it arrives too slowly, or when there is
    /// more than there can be.
    let private copy
        limits
        mostBytes
        report
        (source: Stream)
        (target: Stream)
        (cancellation: CancellationToken)
        =
        use waiting = CancellationTokenSource.CreateLinkedTokenSource cancellation
        let buffer = Array.zeroCreate<byte> 81920
        let span = Stopwatch.StartNew()
        let mutable before = target.Position

        let read () =
            waiting.CancelAfter limits.Patience

            try
                source.ReadAsync(buffer.AsMemory(), waiting.Token).AsTask().GetAwaiter().GetResult()
            with :? IOException as error ->
                // The network's failure, not the disk's.
                raise (HttpIOException(HttpRequestError.ResponseEnded, error.Message, error))

        let mutable count = read ()

        while count > 0 do
            target.Write(buffer, 0, count)
            report target.Position

            if span.Elapsed >= limits.Patience then
                let wanted = float limits.MinimalRate * span.Elapsed.TotalSeconds

                if float (target.Position - before) < wanted then
                    raise TooSlow

                before <- target.Position
                span.Restart()

            count <- if target.Position > mostBytes then 0 else read ()

    /// Begins a file anew.
    let private restart (target: FileStream) =
        if target.Length > 0L then
            target.SetLength 0L

    /// Whether a partial answer is the part that is missing, of a file of the right size.
    let private isMissingPart
        (from: int64)
        (size: int64 option)
        (range: ContentRangeHeaderValue | null)
        =
        match range with
        | null -> false
        | range ->
            range.From = Nullable from
            && (not range.Length.HasValue
                || size |> Option.forall (fun size -> range.Length = Nullable size))

    /// Stores a response's body behind what is there already.
    let private store
        limits
        size
        report
        (target: FileStream)
        (response: HttpResponseMessage)
        cancellation
        =
        match response.StatusCode with
        | HttpStatusCode.RequestedRangeNotSatisfiable ->
            // Longer than the server's file: begin anew.
            restart target
            Attempt.BrokenOff "the part fetched before does not fit"
        | status when
            int status >= 500
            || status = HttpStatusCode.TooManyRequests
            || status = HttpStatusCode.RequestTimeout
            ->
            Attempt.BrokenOff $"HTTP status {int status}"
        | status when not response.IsSuccessStatusCode -> Attempt.Denied(int status)
        | HttpStatusCode.PartialContent when
            not (isMissingPart target.Length size response.Content.Headers.ContentRange)
            ->
            restart target
            Attempt.BrokenOff "the server sent another part than was asked for"
        | status ->
            if status = HttpStatusCode.PartialContent then
                target.Seek(0L, SeekOrigin.End) |> ignore
            else
                restart target

            let mostBytes = Option.defaultValue largestUnknown size

            let expected =
                Option.ofNullable response.Content.Headers.ContentLength
                |> Option.map (fun length -> target.Position + length)
                |> Option.orElse size

            use body = response.Content.ReadAsStream cancellation
            copy limits mostBytes report body target cancellation

            match expected with
            | Some length when target.Position < min length mostBytes ->
                Attempt.BrokenOff "the connection was closed early"
            | _ -> Attempt.Complete

    /// What an error of the network says, with its cause.
    let private reasonOf (error: exn) =
        match error.InnerException with
        | null -> error.Message
        | cause when error.Message.Contains(cause.Message, StringComparison.Ordinal) ->
            error.Message
        | cause -> $"{error.Message} ({cause.Message})"

    /// Fetches what is missing of one file; a server that ignores the range starts over. A body that is longer than the
    /// size, where that is known, is not read to its end.
    let attempt
        client
        limits
        (address: Uri)
        (size: int64 option)
        (partial: string)
        report
        (cancellation: CancellationToken)
        =
        try
            use target = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.Write)

            // A part that is as long as the whole and not the whole is of no use.
            if size |> Option.exists (fun size -> target.Length >= size) then
                restart target

            use waiting = CancellationTokenSource.CreateLinkedTokenSource cancellation
            waiting.CancelAfter limits.Patience

            match send client address target.Length 0 waiting.Token with
            | Error misdirected -> misdirected
            | Ok response ->
                use response = response
                store limits size report target response cancellation
        with
        | TooSlow -> Attempt.Slow
        | :? HttpRequestException as error -> Attempt.BrokenOff(reasonOf error)
        | :? HttpIOException -> Attempt.BrokenOff "the connection was closed early"
        | :? OperationCanceledException when not cancellation.IsCancellationRequested ->
            Attempt.BrokenOff $"no answer within {limits.Patience.TotalSeconds:F0} s"
