namespace UniRep

open System
open System.IO
open System.Net
open System.Net.Http
open System.Net.Http.Headers
open System.Threading

/// Fetches a file over HTTP, resuming what broke off.
[<RequireQualifiedAccess>]
module internal HttpFile =
    /// What one attempt at a file came to.
    type Attempt =
        | Complete
        | BrokenOff of reason: string
        | Denied of status: int

    /// No published file is larger; the size of some is not known.
    let private largestUnknown = 1L <<< 30

    /// Copies a response's body, giving up when nothing arrives for too long, or more than there can be.
    let private copy
        (patience: TimeSpan)
        mostBytes
        report
        (source: Stream)
        (target: Stream)
        (cancellation: CancellationToken)
        =
        use waiting = CancellationTokenSource.CreateLinkedTokenSource cancellation
        let buffer = Array.zeroCreate<byte> 81920

        let read () =
            waiting.CancelAfter patience

            try
                source.ReadAsync(buffer.AsMemory(), waiting.Token).AsTask().GetAwaiter().GetResult()
            with :? IOException as error ->
                // The network's failure, not the disk's.
                raise (HttpIOException(HttpRequestError.ResponseEnded, error.Message, error))

        let mutable count = read ()

        while count > 0 do
            target.Write(buffer, 0, count)
            report target.Position
            count <- if target.Position > mostBytes then 0 else read ()

    /// Fetches what is missing of one file; a server that ignores the range starts over. A body that is longer than the
    /// size, where that is known, is not read to its end.
    let attempt
        (client: HttpClient)
        (patience: TimeSpan)
        (address: Uri)
        (size: int64 option)
        (partial: string)
        report
        (cancellation: CancellationToken)
        =
        try
            use target = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.Write)
            use request = new HttpRequestMessage(HttpMethod.Get, address)

            if target.Length > 0L then
                request.Headers.Range <- RangeHeaderValue(target.Length, Nullable())

            use waiting = CancellationTokenSource.CreateLinkedTokenSource cancellation
            waiting.CancelAfter patience

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
            | status when
                int status >= 500
                || status = HttpStatusCode.TooManyRequests
                || status = HttpStatusCode.RequestTimeout
                ->
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

                let mostBytes = Option.defaultValue largestUnknown size

                let expected =
                    Option.ofNullable response.Content.Headers.ContentLength
                    |> Option.map (fun length -> target.Position + length)
                    |> Option.orElse size

                use body = response.Content.ReadAsStream cancellation
                copy patience mostBytes report body target cancellation

                match expected with
                | Some length when target.Position < min length mostBytes ->
                    BrokenOff "the connection was closed early"
                | _ -> Complete
        with
        | :? HttpRequestException as error -> BrokenOff error.Message
        | :? HttpIOException -> BrokenOff "the connection was closed early"
        | :? OperationCanceledException when not cancellation.IsCancellationRequested ->
            BrokenOff $"no answer within {patience.TotalSeconds:F0} s"
