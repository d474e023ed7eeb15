namespace UniRep.Formats

open System
open System.Buffers.Binary
open System.Globalization
open System.Runtime.InteropServices
open System.Text
open System.Text.RegularExpressions
open UniRep

type NpyError =
    | NotNpy
    | UnknownVersion of version: int
    | BadHeader of header: string
    | UnreadableType of descr: string
    | WrongLength of expected: int64 * found: int64

[<Sealed>]
type NpyArray(descr: string, shape: int list, content: ReadOnlyMemory<byte>) =
    member _.Descr = descr
    member _.Shape = shape
    /// The elements, little-endian and row-major.
    member internal _.Content = content

[<RequireQualifiedAccess>]
module Npy =
    let private magic = Array.append [| 0x93uy |] "NUMPY"B

    let private sizeOf descr =
        match descr with
        | "|i1"
        | "|u1" -> Some 1
        | "<f2" -> Some 2
        | "<f4"
        | "<i4" -> Some 4
        | "<f8"
        | "<i8" -> Some 8
        | _ -> None

    /// Brings column-major elements into row-major order.
    let private transpose (shape: int list) size (content: ReadOnlyMemory<byte>) =
        let sizes = Array.ofList shape
        let strides = Array.scan (*) 1 sizes
        let source = content.Span
        let target = Array.zeroCreate<byte> content.Length
        let index = Array.zeroCreate<int> sizes.Length

        for element in 0 .. content.Length / size - 1 do
            let mutable offset = 0

            for axis in 0 .. sizes.Length - 1 do
                offset <- offset + index[axis] * strides[axis]

            source.Slice(offset * size, size).CopyTo(Span(target, element * size, size))
            let mutable axis = sizes.Length - 1
            let mutable carry = true

            while carry && axis >= 0 do
                index[axis] <- index[axis] + 1
                carry <- index[axis] = sizes[axis]

                if carry then
                    index[axis] <- 0

                axis <- axis - 1

        ReadOnlyMemory target

    let private mostAxes = 64

    let ofBytes descr fortranOrder (shape: int64 list) (content: ReadOnlyMemory<byte>) =
        match sizeOf descr with
        | None -> Error(UnreadableType descr)
        | Some size ->
            // NumPy has at most 64 axes; with big integers no product overflows.
            let expected =
                shape
                |> List.truncate mostAxes
                |> List.fold (fun n axis -> n * bigint axis) (bigint size)

            if shape.Length > mostAxes then
                Error(BadHeader $"{shape.Length} axes")
            elif shape |> List.exists (fun axis -> axis < 0L) then
                Error(BadHeader $"shape %A{shape}")
            elif expected <> bigint content.Length then
                let expected = min expected (bigint Int64.MaxValue)
                Error(WrongLength(int64 expected, int64 content.Length))
            elif shape |> List.exists (fun axis -> axis > int64 Int32.MaxValue) then
                Error(BadHeader $"shape %A{shape}")
            else
                let shape = List.map int shape

                let content =
                    if fortranOrder && shape.Length > 1 then
                        transpose shape size content
                    else
                        content

                Ok(NpyArray(descr, shape, content))

    /// Patterns that take linear time whatever a file says.
    let private pattern text =
        Regex(text, RegexOptions.NonBacktracking ||| RegexOptions.CultureInvariant)

    let private dictionary = pattern @"^\s*\{[^{}]*\}\s*$"
    let private descrEntry = pattern @"'descr':\s*'([^']*)'"
    let private orderEntry = pattern @"'fortran_order':\s*(True|False)"
    let private shapeEntry = pattern @"'shape':\s*\(([0-9,\sL]*)\)"

    /// The value of an entry that stands there once.
    let private only (entry: Regex) header =
        match entry.Matches header |> Seq.truncate 2 |> List.ofSeq with
        | [ found ] -> Some found.Groups[1].Value
        | _ -> None

    let private parseHeader (header: string) content =
        match only descrEntry header, only orderEntry header, only shapeEntry header with
        | Some descr, Some order, Some shape when dictionary.IsMatch header ->
            let sizes =
                shape.Replace("L", "").Split(',')
                |> Array.map _.Trim()
                |> Array.filter (fun text -> text <> "")
                |> Array.map (fun text ->
                    Int64.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture))

            if sizes |> Array.forall fst then
                ofBytes descr (order = "True") (sizes |> Array.map snd |> List.ofArray) content
            else
                Error(BadHeader header)
        | _ -> Error(BadHeader header)

    /// The longest header that is read; NumPy's own are a hundred bytes.
    let private longestHeader = 65536L

    let parse (bytes: byte[]) =
        if bytes.Length < 10 || not (bytes.AsSpan(0, 6).SequenceEqual(ReadOnlySpan magic)) then
            Error NotNpy
        else
            match int bytes[6] with
            | 2
            | 3 when bytes.Length < 12 -> Error(WrongLength(12L, int64 bytes.Length))
            | 1
            | 2
            | 3 as version ->
                let start, length =
                    if version = 1 then
                        10L,
                        int64 (BinaryPrimitives.ReadUInt16LittleEndian(ReadOnlySpan(bytes, 8, 2)))
                    else
                        12L,
                        int64 (BinaryPrimitives.ReadUInt32LittleEndian(ReadOnlySpan(bytes, 8, 4)))

                if length > longestHeader then
                    Error(BadHeader $"{length} bytes")
                elif start + length > int64 bytes.Length then
                    Error(WrongLength(start + length, int64 bytes.Length))
                else
                    parseHeader
                        (Encoding.UTF8.GetString(bytes, int start, int length))
                        (ReadOnlyMemory(
                            bytes,
                            int (start + length),
                            bytes.Length - int (start + length)
                        ))
            | version -> Error(UnknownVersion version)

    let private convert (array: NpyArray) (ofSingle: float32 -> 'T) (ofFloat: float -> 'T) : 'T[] =
        let content = array.Content

        let each size read =
            Array.init (content.Length / size) (fun k -> read (content.Slice(k * size, size)))

        match array.Descr with
        | "<f4" -> each 4 (fun at -> ofSingle (BinaryPrimitives.ReadSingleLittleEndian at.Span))
        | "<f8" -> each 8 (fun at -> ofFloat (BinaryPrimitives.ReadDoubleLittleEndian at.Span))
        | "<f2" ->
            each 2 (fun at -> ofFloat (float (BinaryPrimitives.ReadHalfLittleEndian at.Span)))
        | "<i4" ->
            each 4 (fun at -> ofFloat (float (BinaryPrimitives.ReadInt32LittleEndian at.Span)))
        | "<i8" ->
            each 8 (fun at -> ofFloat (float (BinaryPrimitives.ReadInt64LittleEndian at.Span)))
        | "|i1" -> each 1 (fun at -> ofFloat (float (sbyte at.Span[0])))
        | _ -> each 1 (fun at -> ofFloat (float at.Span[0]))

    let toSingles (array: NpyArray) =
        if array.Descr = "<f4" && BitConverter.IsLittleEndian then
            MemoryMarshal.Cast<byte, float32>(array.Content.Span).ToArray()
        else
            convert array id float32

    let toFloats array = convert array float id

    let header (descr: string) (shape: int64 list) =
        let sizes =
            match shape with
            | [ size ] -> $"{size},"
            | shape -> shape |> List.map string |> String.concat ", "

        let text = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({sizes}), }}"
        // magic, version and length take 10 bytes, the closing line feed one.
        let padded = (10 + text.Length + 1 + 63) / 64 * 64
        let text = text.PadRight(padded - 11) + "\n"

        Array.concat
            [
                magic
                [| 1uy; 0uy; byte text.Length; byte (text.Length >>> 8) |]
                Encoding.ASCII.GetBytes text
            ]

    let describe error =
        match error with
        | NotNpy -> "not a .npy file"
        | UnknownVersion version -> $".npy version {version} is unknown"
        | BadHeader header -> $"the array's header cannot be read: {Quote.text header}"
        | UnreadableType descr -> $"elements of type '{Quote.text descr}' are not read"
        | WrongLength(expected, found) -> $"{expected} bytes expected, {found} found"
