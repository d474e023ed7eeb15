namespace UniRep.Formats

open System
open System.Buffers.Binary
open System.IO
open System.Runtime.InteropServices
open System.Text
open System.Text.Encodings.Web
open System.Text.Json
open UniRep

[<RequireQualifiedAccess>]
module Safetensors =
    /// The largest header that is read; a model of a hundred layers has 100 kB.
    let private maximalHeader = 32_000_000L
    let private mostAxes = 64

    type private Entry =
        {
            Name: string
            Dtype: string
            Shape: int list
            Begin: int64
            End: int64
        }

    let private sizeOf dtype =
        match dtype with
        | "F32" -> Some 4L
        | "F16"
        | "BF16" -> Some 2L
        | _ -> None

    let private sizeOfDouble dtype = if dtype = "F64" then Some 8L else None

    let private integers (element: JsonElement) =
        if element.ValueKind <> JsonValueKind.Array then
            None
        else
            let values =
                [
                    // One more than are allowed, however many a header lists.
                    for item in Seq.truncate (mostAxes + 1) (element.EnumerateArray()) do
                        match item.ValueKind with
                        | JsonValueKind.Number ->
                            match item.TryGetInt64() with
                            | true, value when value >= 0L -> Some value
                            | _ -> None
                        | _ -> None
                ]

            if List.forall Option.isSome values then
                Some(List.choose id values)
            else
                None

    let private entry (sizeOf: string -> int64 option) name (element: JsonElement) =
        let field (key: string) =
            match element.ValueKind with
            | JsonValueKind.Object ->
                match element.TryGetProperty key with
                | true, value -> Some value
                | _ -> None
            | _ -> None

        let dtype =
            field "dtype"
            |> Option.filter (fun value -> value.ValueKind = JsonValueKind.String)
            |> Option.bind (fun value -> Option.ofObj (value.GetString()))

        match
            dtype,
            field "shape" |> Option.bind integers,
            field "data_offsets" |> Option.bind integers
        with
        | Some dtype, Some shape, Some [ first; last ] ->
            match sizeOf dtype with
            | None -> Error(SafetensorsError.UnsupportedType(name, dtype))
            | Some size ->
                let bytes =
                    shape
                    |> List.truncate mostAxes
                    |> List.fold (fun n axis -> n * bigint axis) (bigint size)

                if shape.Length > mostAxes then
                    Error(SafetensorsError.BadEntry(name, $"it has more than {mostAxes} axes"))
                elif bytes <> bigint last - bigint first then
                    Error(SafetensorsError.BadEntry(name, "its offsets do not fit its shape"))
                elif
                    bytes > bigint Int32.MaxValue
                    || shape |> List.exists (fun axis -> axis > int64 Int32.MaxValue)
                then
                    Error(SafetensorsError.BadEntry(name, "it is larger than 2 GB"))
                else
                    Ok
                        {
                            Name = name
                            Dtype = dtype
                            Shape = List.map int shape
                            Begin = first
                            End = last
                        }
        | _ -> Error(SafetensorsError.BadEntry(name, "it needs dtype, shape and data_offsets"))

    let private metadataOf (root: JsonElement) =
        match root.TryGetProperty "__metadata__" with
        | false, _ -> Ok Map.empty
        | true, element when element.ValueKind <> JsonValueKind.Object ->
            Error(SafetensorsError.BadEntry("__metadata__", "it must be an object"))
        | true, element ->
            let pairs =
                [
                    for property in element.EnumerateObject() do
                        match property.Value.ValueKind with
                        | JsonValueKind.String ->
                            Some(property.Name, string (property.Value.GetString()))
                        | _ -> None
                ]

            if List.forall Option.isSome pairs then
                Ok(Map.ofList (List.choose id pairs))
            else
                Error(SafetensorsError.BadEntry("__metadata__", "its values must be strings"))

    /// Every array in the order of the file, if they fill it without a hole.
    let private contiguous length (entries: Entry list) =
        let sorted = entries |> List.sortBy (fun entry -> struct (entry.Begin, entry.End))

        let rec follow at last entries =
            match entries with
            | [] when at = length -> Ok sorted
            | [] -> Error(SafetensorsError.BadLayout(last, $"it ends at byte {at} of {length}"))
            | entry :: _ when entry.Begin <> at ->
                let reason = $"it begins at byte {entry.Begin}, not at {at}"
                Error(SafetensorsError.BadLayout(entry.Name, reason))
            | entry :: rest -> follow entry.End entry.Name rest

        follow 0L "(none)" sorted

    let private collect results =
        (results, Ok [])
        ||> List.foldBack (fun result rest ->
            match result, rest with
            | Error error, _ -> Error error
            | Ok _, Error error -> Error error
            | Ok value, Ok values -> Ok(value :: values))

    let private parseHeader sizeOf (header: byte[]) length =
        try
            use document =
                JsonDocument.Parse(header, JsonDocumentOptions(AllowDuplicateProperties = false))

            let root = document.RootElement

            if root.ValueKind <> JsonValueKind.Object then
                Error(SafetensorsError.BadJson "it must be an object")
            else
                let arrays =
                    [
                        for property in root.EnumerateObject() do
                            if property.Name <> "__metadata__" then
                                entry sizeOf property.Name property.Value
                    ]

                match metadataOf root, collect arrays |> Result.bind (contiguous length) with
                | Ok metadata, Ok entries -> Ok(metadata, entries)
                | Error error, _
                | _, Error error -> Error error
        with
        | :? JsonException as error -> Error(SafetensorsError.BadJson error.Message)
        | :? InvalidOperationException as error -> Error(SafetensorsError.BadJson error.Message)

    let private readArray (stream: Stream) start entry =
        stream.Position <- start + entry.Begin
        let count = List.fold (*) 1 entry.Shape

        let values =
            match entry.Dtype with
            | "F16" -> Halves.read stream count
            | "BF16" -> Halves.readBrain stream count
            | _ ->
                let values = GC.AllocateUninitializedArray<float32> count
                stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()))
                values

        entry.Name, { Shape = entry.Shape; Values = values }

    let private readDoubleArray (stream: Stream) start entry =
        stream.Position <- start + entry.Begin
        let values = GC.AllocateUninitializedArray<float>(List.fold (*) 1 entry.Shape)
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()))
        entry.Name, (entry.Shape, values)

    let private readWith sizeOf readArray (stream: Stream) =
        let length = stream.Length
        stream.Position <- 0L
        let prefix = Array.zeroCreate<byte> 8

        if length < 8L then
            Error(SafetensorsError.TruncatedHeader(8L, length))
        else
            stream.ReadExactly(prefix.AsSpan())
            let announced = BinaryPrimitives.ReadUInt64LittleEndian(ReadOnlySpan prefix)

            if announced > uint64 maximalHeader then
                min announced (uint64 Int64.MaxValue)
                |> (int64 >> SafetensorsError.HeaderTooLarge >> Error)
            elif int64 announced > length - 8L then
                Error(SafetensorsError.TruncatedHeader(int64 announced + 8L, length))
            else
                let header = Array.zeroCreate<byte>(int announced)
                stream.ReadExactly(header.AsSpan())

                if header.Length = 0 || header[0] <> byte '{' then
                    Error(SafetensorsError.BadJson "it must begin with {")
                else
                    let start = 8L + int64 announced

                    parseHeader sizeOf header (length - start)
                    |> Result.map (fun (metadata, entries) ->
                        metadata, entries |> List.map (readArray stream start) |> Map.ofList)

    let read stream = readWith sizeOf readArray stream

    let readDoubles stream =
        readWith sizeOfDouble readDoubleArray stream

    let private plainText =
        JsonWriterOptions(Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping)

    let header
        (metadata: (string * string) list)
        (arrays: (string * string * int64 list * int64) list)
        =
        use buffer = new MemoryStream()

        do
            use json = new Utf8JsonWriter(buffer, plainText)
            json.WriteStartObject()

            if not metadata.IsEmpty then
                json.WriteStartObject "__metadata__"

                for key, value in metadata do
                    json.WriteString(key, value)

                json.WriteEndObject()

            let mutable at = 0L

            for name, dtype, shape, bytes in arrays do
                json.WriteStartObject name
                json.WriteString("dtype", dtype)
                json.WriteStartArray "shape"

                for size in shape do
                    json.WriteNumberValue size

                json.WriteEndArray()
                json.WriteStartArray "data_offsets"
                json.WriteNumberValue at
                json.WriteNumberValue(at + bytes)
                json.WriteEndArray()
                json.WriteEndObject()
                at <- at + bytes

            json.WriteEndObject()

        let text = Encoding.UTF8.GetString(buffer.ToArray())
        let length = int buffer.Length
        let padded = (length + 7) / 8 * 8
        let bytes = Array.create (8 + padded) (byte ' ')
        BinaryPrimitives.WriteUInt64LittleEndian(Span(bytes, 0, 8), uint64 padded)
        Encoding.UTF8.GetBytes(text, 0, text.Length, bytes, 8) |> ignore
        bytes

    let write (stream: Stream) metadata (tensors: (string * Tensor) list) =
        let arrays =
            tensors
            |> List.map (fun (name, tensor) ->
                name, "F32", List.map int64 tensor.Shape, 4L * int64 tensor.Values.Length)

        stream.Write(ReadOnlySpan(header metadata arrays))

        for _, tensor in tensors do
            stream.Write(MemoryMarshal.AsBytes(ReadOnlySpan tensor.Values))

    let writeDoubles (stream: Stream) metadata (arrays: (string * int list * float[]) list) =
        let entries =
            arrays
            |> List.map (fun (name, shape, values) ->
                name, "F64", List.map int64 shape, 8L * int64 values.Length)

        stream.Write(ReadOnlySpan(header metadata entries))

        for _, _, values in arrays do
            stream.Write(MemoryMarshal.AsBytes(ReadOnlySpan values))
