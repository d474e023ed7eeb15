namespace UniRep.Formats

open System
open System.Buffers.Binary
open System.IO
open System.Text
open UniRep

/// Reads a byte array from front to back; raises EndOfStreamException beyond its end.
[<Sealed>]
type internal ByteCursor(bytes: byte[], start: int) =
    let mutable at = start
    static let strictUtf8 = UTF8Encoding(false, true)

    /// The bytes read so far.
    member _.At = at

    member _.Take(count: int64) =
        if count < 0L || count > int64 (bytes.Length - at) then
            raise (EndOfStreamException())

        let slice = ReadOnlyMemory(bytes, at, int count)
        at <- at + int count
        slice

    member this.Byte() = this.Take(1L).Span[0]

    member this.UInt16() =
        BinaryPrimitives.ReadUInt16LittleEndian(this.Take(2L).Span)

    member this.Int32() =
        BinaryPrimitives.ReadInt32LittleEndian(this.Take(4L).Span)

    member this.UInt32() =
        BinaryPrimitives.ReadUInt32LittleEndian(this.Take(4L).Span)

    member this.Int64() =
        BinaryPrimitives.ReadInt64LittleEndian(this.Take(8L).Span)

    member this.BigEndianDouble() =
        BinaryPrimitives.ReadDoubleBigEndian(this.Take(8L).Span)

    /// A little-endian two's complement integer of at most 8 bytes.
    member this.Integer(length: byte) =
        let digits = this.Take(int64 length).Span
        let negative = length > 0uy && digits[int length - 1] > 127uy
        let padded = Array.create 8 (if negative then 255uy else 0uy)
        digits.CopyTo(Span padded)
        BinaryPrimitives.ReadInt64LittleEndian(ReadOnlySpan padded)

    /// UTF-8 text; raises DecoderFallbackException where it is not.
    member this.Text(count: int64) =
        strictUtf8.GetString(this.Take(count).Span)

    /// The text up to the next line feed, which is read too.
    member this.Line() =
        match ReadOnlySpan(bytes, at, bytes.Length - at).IndexOf(byte '\n') with
        | -1 -> raise (EndOfStreamException())
        | length ->
            let line = this.Text(int64 length)
            at <- at + 1
            line
