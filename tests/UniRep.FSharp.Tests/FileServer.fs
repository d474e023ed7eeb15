namespace UniRep.Tests

open System
open System.Collections.Concurrent
open System.IO
open System.Net
open System.Net.Sockets
open System.Text
open System.Threading

/// How the server answers one request.
type Answer =
    /// What was asked for, a part of the file if the client wants a part.
    | Well
    /// The whole file, whatever part was asked for.
    | Whole
    /// So many bytes of the answer, then the connection is closed.
    | Cut of bytes: int
    /// The whole file with one byte changed.
    | Corrupt
    /// A few bytes, then nothing more.
    | Stall
    /// No file, but a status.
    | Status of int
    /// No file, but the address of another.
    | Redirect of location: string
    /// One byte after another, with pauses of so many milliseconds.
    | Drip of pause: int
    /// A part of the file, but another than was asked for.
    | WrongPart
    /// The file, and then zeros without end.
    | Endless

/// An HTTP server on this machine that gives files and fails as it is told to: the given answers first, then well.
[<Sealed>]
type FileServer(find: string -> byte[] option, answers: Answer list) =
    let planned = ConcurrentQueue answers
    let requests = ConcurrentQueue<string>()
    let stopping = new CancellationTokenSource()
    let listener = new TcpListener(IPAddress.Loopback, 0)

    let readHead (stream: Stream) =
        use reader = new StreamReader(stream, Encoding.ASCII, false, 1024, leaveOpen = true)

        let rec lines found =
            match reader.ReadLine() with
            | null
            | "" -> List.rev found
            | line -> lines (line :: found)

        lines []

    let rangeOf (head: string list) =
        head
        |> List.tryPick (fun line ->
            if line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase) then
                Some(int (line["Range: bytes=".Length ..].TrimEnd '-'))
            else
                None)

    let send (stream: Stream) status (headers: string list) (declared: int) (body: byte[]) =
        let head =
            $"HTTP/1.1 {status} -"
            :: $"Content-Length: {declared}"
            :: "Connection: close"
            :: headers

        stream.Write(Encoding.ASCII.GetBytes(String.Join("\r\n", head) + "\r\n\r\n"))
        stream.Write body

    let sendPart stream (bytes: byte[]) from (count: int) =
        let rest = bytes[from..]
        let part = Array.truncate count rest

        match from with
        | 0 -> send stream 200 [] rest.Length part
        | from ->
            let range = $"Content-Range: bytes {from}-{bytes.Length - 1}/{bytes.Length}"
            send stream 206 [ range ] rest.Length part

    let mutable sent = 0L

    /// Writes until the client has had enough.
    let writeEndlessly (stream: Stream) (bytes: byte[]) =
        stream.Write(Encoding.ASCII.GetBytes "HTTP/1.1 200 -\r\nConnection: close\r\n\r\n")
        stream.Write bytes
        let zeros = Array.zeroCreate<byte> 65536

        while not stopping.IsCancellationRequested do
            stream.Write zeros
            sent <- sent + int64 zeros.Length

    let drip (stream: Stream) (bytes: byte[]) from (pause: int) =
        sendPart stream bytes from 1

        for value in bytes[from + 1 ..] do
            stopping.Token.WaitHandle.WaitOne pause |> ignore
            stream.WriteByte value

    let answer (client: TcpClient) =
        use client = client
        use stream = client.GetStream()
        let head = readHead stream
        let path = (List.head head).Split(' ')[1] |> Uri.UnescapeDataString
        let from = rangeOf head

        requests.Enqueue
            $"""{path}{from |> Option.map (sprintf " from %d") |> Option.defaultValue ""}"""

        let how =
            match planned.TryDequeue() with
            | true, how -> how
            | _ -> Well

        match find path, how with
        | _, Status status -> send stream status [] 0 [||]
        | _, Redirect location -> send stream 302 [ $"Location: {location}" ] 0 [||]
        | None, _ -> send stream 404 [] 0 [||]
        | Some bytes, Well ->
            match from with
            | Some from when from >= bytes.Length -> send stream 416 [] 0 [||]
            | from -> sendPart stream bytes (Option.defaultValue 0 from) Int32.MaxValue
        | Some bytes, Whole -> sendPart stream bytes 0 Int32.MaxValue
        | Some bytes, Cut count -> sendPart stream bytes (Option.defaultValue 0 from) count
        | Some bytes, Corrupt ->
            let damaged = Array.copy bytes
            damaged[damaged.Length / 2] <- damaged[damaged.Length / 2] ^^^ 1uy
            sendPart stream damaged 0 Int32.MaxValue
        | Some bytes, Drip pause -> drip stream bytes (Option.defaultValue 0 from) pause
        | Some bytes, WrongPart ->
            let range = $"Content-Range: bytes 0-{bytes.Length - 1}/{bytes.Length}"
            send stream 206 [ range ] bytes.Length bytes
        | Some bytes, Endless -> writeEndlessly stream bytes
        | Some bytes, Stall ->
            sendPart stream bytes (Option.defaultValue 0 from) 3
            stopping.Token.WaitHandle.WaitOne() |> ignore

    let serve () =
        try
            while not stopping.IsCancellationRequested do
                let client = listener.AcceptTcpClient()

                let handle () =
                    try
                        answer client
                    with :? IOException ->
                        ()

                Thread(handle, IsBackground = true).Start()
        with :? SocketException ->
            ()

    do
        listener.Start()
        Thread(serve, IsBackground = true).Start()

    /// The address of the root.
    member _.Address =
        Uri $"http://127.0.0.1:{(listener.LocalEndpoint :?> IPEndPoint).Port}/"

    /// The paths asked for so far, each with the first byte wanted if not all.
    member _.Requests = List.ofSeq requests

    /// How many bytes an endless answer has got rid of.
    member _.Endless = sent

    interface IDisposable with
        member _.Dispose() =
            stopping.Cancel()
            listener.Stop()
