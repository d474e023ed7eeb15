namespace UniRep.Formats

open System
open System.Buffers.Binary
open System.Globalization
open System.IO
open System.Runtime.InteropServices
open System.Text
open System.Text.RegularExpressions
open UniRep

[<RequireQualifiedAccess>]
type NpyError =
    | NotNpy
    | UnknownVersion of version: int
    | BadHeader of header: string
    | UnreadableType of descr: string
    | WrongLength of expected: int64 * found: int64

    member this.Message =
        match this with
        | NpyError.NotNpy -> "not a .npy file"
        | NpyError.UnknownVersion version -> $".npy version {version} is unknown"
        | NpyError.BadHeader header -> $"the array's header cannot be read: {Quote.text header}"
        | NpyError.UnreadableType descr ->
            $"elements of type '{Quote.text descr}' are not read; floats and integers of at most 64 bits are: save the array as float32"
        | NpyError.WrongLength(expected, found) -> $"{expected} bytes expected, {found} found"

    interface IError with
        member this.Message = this.Message


[<Sealed>]
type NpyArray(descr: string, shape: int list, content: ReadOnlyMemory<byte>) =
    member _.Descr = descr
    member _.Shape = shape
    /// The elements in the byte order that the type names, row-major.
    member internal _.Content = content

[<RequireQualifiedAccess>]
module Npy =
    let private magic = Array.append [| 0x93uy |] "NUMPY"B

    /// The bytes of an element, for the types that are read.
    let private sizeOf (descr: string) =
        if descr.Length <> 3 then
            None
        else
            match descr[0], descr[1], descr[2] with
            | '|', ('i' | 'u'), '1' -> Some 1
            | ('<' | '>'), ('f' | 'i' | 'u'), ('2' | '4' | '8' as size) -> Some(int size - int '0')
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

    let private shown (shape: int64 list) =
        shape |> List.map string |> String.concat ", " |> sprintf "shape (%s)"

    /// The sizes of the axes, if so many bytes are what they call for.
    let private checkSizes descr (shape: int64 list) (length: int64) =
        match sizeOf descr with
        | None -> Error(NpyError.UnreadableType descr)
        | Some size ->
            // NumPy has at most 64 axes; with big integers no product overflows.
            let expected =
                shape
                |> List.truncate mostAxes
                |> List.fold (fun n axis -> n * bigint axis) (bigint size)

            if shape.Length > mostAxes then
                Error(NpyError.BadHeader $"{shape.Length} axes")
            elif shape |> List.exists (fun axis -> axis < 0L) then
                Error(NpyError.BadHeader(shown shape))
            elif expected <> bigint length then
                Error(NpyError.WrongLength(int64 (min expected (bigint Int64.MaxValue)), length))
            elif shape |> List.exists (fun axis -> axis > int64 Int32.MaxValue) then
                Error(NpyError.BadHeader(shown shape))
            else
                Ok(size, List.map int shape)

    let ofBytes descr fortranOrder shape (content: ReadOnlyMemory<byte>) =
        checkSizes descr shape content.Length
        |> Result.map (fun (size, shape) ->
            let content =
                if fortranOrder && shape.Length > 1 then
                    transpose shape size content
                else
                    content

            NpyArray(descr, shape, content))

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

    /// What a header says, and where the elements begin.
    type private Header =
        {
            Descr: string
            FortranOrder: bool
            Shape: int64 list
            Start: int
        }

    let private parseHeader start (header: string) =
        match only descrEntry header, only orderEntry header, only shapeEntry header with
        | Some descr, Some order, Some shape when dictionary.IsMatch header ->
            let sizes =
                shape.Replace("L", "").Split(',')
                |> Array.map _.Trim()
                |> Array.filter (fun text -> text <> "")
                |> Array.map (fun text ->
                    Int64.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture))

            if sizes |> Array.forall fst then
                Ok
                    {
                        Descr = descr
                        FortranOrder = (order = "True")
                        Shape = sizes |> Array.map snd |> List.ofArray
                        Start = start
                    }
            else
                Error(NpyError.BadHeader header)
        | _ -> Error(NpyError.BadHeader header)

    /// The longest header that is read; NumPy's own are a hundred bytes.
    let private longestHeader = 65536L

    /// Reads the header from the first bytes of a file of some length.
    let private headerOf (bytes: byte[]) (length: int64) =
        if bytes.Length < 10 || not (bytes.AsSpan(0, 6).SequenceEqual(ReadOnlySpan magic)) then
            Error NpyError.NotNpy
        else
            match int bytes[6] with
            | 2
            | 3 when bytes.Length < 12 -> Error(NpyError.WrongLength(12L, length))
            | 1
            | 2
            | 3 as version ->
                let start, headerLength =
                    if version = 1 then
                        10L,
                        int64 (BinaryPrimitives.ReadUInt16LittleEndian(ReadOnlySpan(bytes, 8, 2)))
                    else
                        12L,
                        int64 (BinaryPrimitives.ReadUInt32LittleEndian(ReadOnlySpan(bytes, 8, 4)))

                if headerLength > longestHeader then
                    Error(NpyError.BadHeader $"{headerLength} bytes")
                elif start + headerLength > length then
                    Error(NpyError.WrongLength(start + headerLength, length))
                else
                    Encoding.UTF8.GetString(bytes, int start, int headerLength)
                    |> parseHeader (int (start + headerLength))
            | version -> Error(NpyError.UnknownVersion version)

    let parse (bytes: byte[]) =
        headerOf bytes bytes.Length
        |> Result.bind (fun header ->
            ReadOnlyMemory(bytes, header.Start, bytes.Length - header.Start)
            |> ofBytes header.Descr header.FortranOrder header.Shape)

    let longestBeginning = 12L + longestHeader

    let checkBeginning (first: byte[]) (length: int64) =
        headerOf first length
        |> Result.bind (fun header ->
            checkSizes header.Descr header.Shape (length - int64 header.Start))
        |> Result.map ignore

    let readFile (path: string) =
        use stream = File.OpenRead path
        let length = stream.Length
        let first = Array.zeroCreate<byte>(int (min length longestBeginning))
        stream.ReadExactly(first.AsSpan())

        // The elements take memory only once the header and the file's length agree.
        checkBeginning first length
        |> Result.bind (fun () ->
            stream.Position <- 0L
            let bytes = Array.zeroCreate<byte>(Checked.int length)
            stream.ReadExactly(bytes.AsSpan())
            parse bytes)

    /// The elements, little-endian.
    let private littleEndian size (array: NpyArray) =
        if array.Descr[0] = '>' then
            let swapped = array.Content.ToArray()

            for start in 0..size .. swapped.Length - 1 do
                Array.Reverse(swapped, start, size)

            ReadOnlyMemory swapped
        else
            array.Content

    let private convert (array: NpyArray) (ofSingle: float32 -> 'T) (ofFloat: float -> 'T) : 'T[] =
        let size = int array.Descr[2] - int '0'
        let content = littleEndian size array

        let each read =
            Array.init (content.Length / size) (fun k -> read (content.Slice(k * size, size)))

        match array.Descr[1..] with
        | "f2" -> each (fun at -> ofFloat (float (BinaryPrimitives.ReadHalfLittleEndian at.Span)))
        | "f4" -> each (fun at -> ofSingle (BinaryPrimitives.ReadSingleLittleEndian at.Span))
        | "f8" -> each (fun at -> ofFloat (BinaryPrimitives.ReadDoubleLittleEndian at.Span))
        | "i1" -> each (fun at -> ofFloat (float (sbyte at.Span[0])))
        | "i2" -> each (fun at -> ofFloat (float (BinaryPrimitives.ReadInt16LittleEndian at.Span)))
        | "i4" -> each (fun at -> ofFloat (float (BinaryPrimitives.ReadInt32LittleEndian at.Span)))
        | "i8" -> each (fun at -> ofFloat (float (BinaryPrimitives.ReadInt64LittleEndian at.Span)))
        | "u1" -> each (fun at -> ofFloat (float at.Span[0]))
        | "u2" -> each (fun at -> ofFloat (float (BinaryPrimitives.ReadUInt16LittleEndian at.Span)))
        | "u4" -> each (fun at -> ofFloat (float (BinaryPrimitives.ReadUInt32LittleEndian at.Span)))
        | _ -> each (fun at -> ofFloat (float (BinaryPrimitives.ReadUInt64LittleEndian at.Span)))

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
